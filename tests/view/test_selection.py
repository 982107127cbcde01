"""What a page says is selected is taken over, and nothing else of what it says."""

import pytest

from panel_cam.view.selection import read_selection


def test_a_selection_is_taken_over() -> None:
    chosen = {"shape": 0, "index": 3, "seq": 7, "fields": {"area": 2.5, "name": "a"}}
    assert read_selection([chosen]) == [chosen]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        {"shape": 1},
        [3],
        [{"shape": -1, "index": 0, "seq": 1}],
        [{"shape": 0, "index": 0.5, "seq": 1}],
        [{"shape": True, "index": 0, "seq": 1}],
        [{"shape": 0, "index": 0, "seq": 10**400}],
        [{}] * 100_000,
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_selection_is_none(value) -> None:
    assert read_selection(value) == []


def test_fields_that_are_none_are_left_out() -> None:
    fields = {"good": 1, "deep": [1], "long": "x" * 2000, 3: 4}
    (chosen,) = read_selection([{"shape": 0, "index": 0, "seq": 1, "fields": fields}])
    assert chosen["fields"] == {"good": 1}
