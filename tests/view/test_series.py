"""What a page of a `Series` gets from Python: all at first, then what is new."""

from typing import Any

from panel_cam.view.series import Series


def sent(model: Any) -> tuple[int, int, int]:
    """Return the first row that is kept, the first that is sent, the one after all."""
    points = model.data.points
    return points["first"], points["starts"][0], points["end"]


def test_a_new_page_gets_all_and_the_others_only_what_is_new() -> None:
    series = Series()
    for number in range(3):
        series.add(number, {"a": number})
    first = series.get_root()
    assert sent(first) == (0, 0, 3)
    series.add(3, {"a": 3})
    assert sent(first) == (0, 3, 4)
    events: list[Any] = []
    series.param.watch(events.append, "points")
    second = series.get_root()
    assert sent(second) == (0, 0, 4)
    assert sent(first) == (0, 3, 4) and events == []
    series.add(4, {"a": 4})
    assert sent(first) == sent(second) == (0, 4, 5)


def test_a_page_that_asks_gets_all_with_the_next_numbers() -> None:
    series = Series()
    model = series.get_root()
    for number in range(3):
        series.add(number, {"a": number})
    series.asked = 0.5
    assert sent(model) == (0, 2, 3)
    series.add(3, {"a": 3})
    assert sent(model) == (0, 0, 4)
    series.add(4, {"a": 4})
    assert sent(model) == (0, 4, 5)


def test_a_page_that_asks_again_gets_all_at_once() -> None:
    series = Series()
    model = series.get_root()
    for number in range(3):
        series.add(number, {"a": number})
    for asked in (1, 2, 3, 4):
        seq = model.data.points["seq"]
        series.asked = asked
        if asked % 2 == 0:
            assert sent(model) == (0, 0, 3)
            assert model.data.points["seq"] > seq
