"""The numbers of the last moments: what is kept, and what is sent of it, once."""

import sys
import threading
from itertools import cycle
from typing import Any

import numpy as np
import pytest

from panel_cam.view.series_window import MOST_NAMES, MOST_POINTS, SeriesWindow


def read(news: dict[str, Any]) -> dict[str, list[float]]:
    """Return what travels, as the page reads it: the time, then each name."""
    data = np.frombuffer(news["data"], "<f8")
    ends = np.cumsum([news["end"] - start for start in news["starts"]])
    assert len(data) == ends[-1]
    parts = np.split(data, ends[:-1])
    names = ["the time", *news["names"]]
    return {name: part.tolist() for name, part in zip(names, parts, strict=True)}


# ---- what is kept


def test_it_is_bounded() -> None:
    window = SeriesWindow(most=5)
    for number in range(12):
        window.add(10 + number, {"n": number})
    arrays = window.arrays()
    assert arrays["n"].tolist() == [7, 8, 9, 10, 11]
    assert arrays["seconds"].tolist() == [7, 8, 9, 10, 11]


def test_a_number_that_is_missing_is_a_gap() -> None:
    window = SeriesWindow()
    window.add(1, {"a": 1})
    window.add(2, {"b": 2})
    np.testing.assert_array_equal(window.arrays()["a"], [1, np.nan])
    np.testing.assert_array_equal(window.arrays()["b"], [np.nan, 2])


def test_where_time_goes_back_it_begins_anew() -> None:
    window = SeriesWindow()
    window.add(100, {"a": 1})
    before = window.news()
    window.add(3, {"b": 2})
    assert window.names == ["b"]
    assert window.arrays()["seconds"].tolist() == [0]
    after = window.news()
    assert after["run"] != before["run"]
    assert read(after) == {"the time": [0], "b": [2]}


# ---- what is sent


def test_what_is_sent_is_bounded_in_names_too() -> None:
    window = SeriesWindow()
    window.add(5, {f"n{number}": number for number in range(MOST_NAMES + 4)})
    news = window.news()
    assert news["left_off"] == 4
    assert list(read(news).values()) == [[each] for each in (0, *range(MOST_NAMES))]


def test_names_that_come_and_go_make_room_for_the_newest() -> None:
    window = SeriesWindow(most=40)
    for number in range(400):
        values = {f"track {number // 10}": 1.0} | (
            {"area": 5.0} if number > 200 else {}
        )
        window.add(number, values)
    assert window.names == ["area", *(f"track {number}" for number in range(36, 40))]
    many = {f"n{number}": 0.0 for number in range(MOST_NAMES - 2)}
    window.add(400, many | {"area": 5.0})
    news = window.news()
    assert news["names"] == ["area", "track 39", *many]
    assert news["left_off"] == 3


def test_a_number_may_have_the_name_of_the_time() -> None:
    window = SeriesWindow()
    window.add(10, {"seconds": 70})
    window.add(11, {"seconds": 80})
    assert read(window.news()) == {"the time": [0, 1], "seconds": [70, 80]}


def test_a_number_arrives_as_it_is() -> None:
    window = SeriesWindow()
    window.add(0, {"count": 123456789, "time": 1_700_000_000.25, "huge": 1e300})
    _, *numbers = read(window.news()).values()
    assert numbers == [[123456789], [1_700_000_000.25], [1e300]]


def test_news_have_what_is_new_only() -> None:
    window = SeriesWindow()
    window.add(0, {"a": 1})
    assert read(window.news()) == {"the time": [0], "a": [1]}
    window.add(1, {"a": 2})
    window.add(2, {"a": 3, "b": 4})
    news = window.news()
    assert read(news) == {"the time": [1, 2], "a": [2, 3], "b": [4]}
    assert news["starts"] == [1, 1, 2]
    window.add(3, {"a": float("nan")})
    assert read(window.news()).keys() == {"the time", "a", "b"}
    assert read(window.news()) == {"the time": [], "a": [], "b": []}


def test_a_page_that_comes_later_gets_everything_and_then_news() -> None:
    window = SeriesWindow(most=3)
    for number in range(5):
        window.add(number, {"a": number})
        window.news()
    everything = window.everything()
    assert (everything["first"], everything["starts"]) == (2, [2, 2])
    assert read(everything) == {"the time": [2, 3, 4], "a": [2, 3, 4]}
    window.add(5, {"a": 5})
    assert read(window.news()) == {"the time": [5], "a": [5]}


def test_two_messages_are_never_equal() -> None:
    window = SeriesWindow()
    window.add(0, {"a": 1})
    assert window.everything() != window.everything()
    window.clear()
    before = window.news()
    window.clear()
    assert window.news() != before


HALVES = cycle(
    [{f"{half}{number}": 1.0 for number in range(MOST_NAMES)} for half in "ab"]
)


@pytest.mark.parametrize(
    "name",
    ["steady", "blinking", "in turns", "tracks", "too many", "too many, mixed"],
)
def test_each_number_is_sent_once_at_most(name: str) -> None:
    random = np.random.default_rng(3)

    def values(number: int) -> dict[str, float]:
        many = [f"n{each}" for each in range(MOST_NAMES * 3)]
        if name == "steady":
            return dict.fromkeys(many[:MOST_NAMES], 1.0)
        if name == "blinking":
            return dict.fromkeys(random.choice(many, 4, replace=False), 1.0)
        if name == "in turns":
            return next(HALVES)
        if name == "tracks":
            return {f"track {number // 7 + each}": 1.0 for each in range(5)}
        if name == "too many":
            return dict.fromkeys(many, 1.0)
        return dict.fromkeys(random.permutation(many), 1.0)

    window = SeriesWindow()
    added = sent = 0
    for number in range(2 * MOST_POINTS):
        row = values(number)
        window.add(number, row)
        added += 1 + len(row)
        news = sum(map(len, read(window.news()).values()))
        sent += news
        # Only those that were left off, and come back, have more to tell.
        assert news <= 1 + MOST_NAMES or name == "too many, mixed"
    assert sent <= added


def test_any_thread_may_read_while_another_adds() -> None:
    window = SeriesWindow(most=50)
    failed: list[BaseException] = []
    ended = threading.Event()
    interval = sys.getswitchinterval()

    def read_on() -> None:
        try:
            while not ended.is_set():
                window.arrays()
                read(window.everything())
        except BaseException as error:
            failed.append(error)

    sys.setswitchinterval(1e-6)
    try:
        thread = threading.Thread(target=read_on)
        thread.start()
        for number in range(3000):
            window.add(number, {f"n{number % 70}": number, "all": number})
            read(window.news())
    finally:
        ended.set()
        thread.join()
        sys.setswitchinterval(interval)
    assert failed == []
