"""Numbers and tables on the page: the newest, at a calm rate, the last one too."""

import asyncio
import threading
from typing import Any

import numpy as np
import pytest

from panel_cam.view import readout
from panel_cam.view.history import MOST_NAMES, History
from panel_cam.view.readout import Readout


def call(callback: Any) -> None:
    callback()


@pytest.fixture
def every(monkeypatch) -> None:
    monkeypatch.setattr(readout, "NUMBERS_EVERY", 0.05)
    monkeypatch.setattr(readout, "TABLE_EVERY", 0.05)


def test_a_fast_stream_is_shown_at_a_calm_rate_and_its_last_value_too(every) -> None:
    shown = Readout(call)

    async def stream() -> None:
        for number in range(1000):
            shown.take(number / 1000, {"n": number}, {"n": [number]})
        assert shown.values["n"] < 999
        assert len(shown.series.history) < 100
        while shown.values["n"] < 999 or shown.table != {"n": [999]}:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(stream(), 20))
    assert shown.series.history.arrays()["n"][-1] == 999


def test_without_numbers_and_tables_nothing_is_there() -> None:
    shown = Readout(call)
    for number in range(3):
        shown.take(number, {}, None)
    assert list(shown.__panel__()) == []
    shown.take(3, {}, {"n": [1]})
    shown.take(3, {"n": 1}, None)
    assert next(iter(shown.__panel__())) is shown.series
    assert len(shown.__panel__()) == 2


# ---- the history


def to_rows(history: History) -> list[list[float]]:
    """Return what travels as `series.js` reads it: the time, then each name."""
    wire: Any = history.to_wire()
    data = np.frombuffer(wire["data"], "<f8")
    rows: list[list[float]] = data.reshape(-1, wire["count"]).tolist()
    return rows


def test_the_history_is_bounded() -> None:
    history = History(most=5)
    for number in range(12):
        history.add(10 + number, {"n": number})
    arrays = history.arrays()
    assert arrays["n"].tolist() == [7, 8, 9, 10, 11]
    assert arrays["seconds"].tolist() == [7, 8, 9, 10, 11]


def test_a_number_that_is_missing_is_a_gap() -> None:
    history = History()
    history.add(1, {"a": 1})
    history.add(2, {"b": 2})
    np.testing.assert_array_equal(history.arrays()["a"], [1, np.nan])
    np.testing.assert_array_equal(history.arrays()["b"], [np.nan, 2])


def test_where_time_goes_back_it_begins_anew() -> None:
    history = History()
    history.add(100, {"a": 1})
    history.add(3, {"b": 2})
    assert history.names == ["b"]
    assert history.arrays()["seconds"].tolist() == [0]


def test_what_is_sent_is_bounded_in_names_too() -> None:
    history = History()
    history.add(5, {f"n{number}": number for number in range(MOST_NAMES + 4)})
    wire = history.to_wire()
    assert wire["left_off"] == 4
    assert to_rows(history) == [[each] for each in (0, *range(MOST_NAMES))]


def test_names_that_come_and_go_make_room_for_the_newest() -> None:
    history = History(most=40)
    for number in range(400):
        values = {f"track {number // 10}": 1.0} | (
            {"area": 5.0} if number > 200 else {}
        )
        history.add(number, values)
    assert history.names == ["area", *(f"track {number}" for number in range(36, 40))]
    many = {f"n{number}": 0.0 for number in range(MOST_NAMES - 2)}
    history.add(400, many | {"area": 5.0})
    wire = history.to_wire()
    assert wire["names"] == ["area", "track 39", *many]
    assert wire["left_off"] == 3


def test_a_number_may_have_the_name_of_the_time() -> None:
    history = History()
    history.add(10, {"seconds": 70})
    history.add(11, {"seconds": 80})
    assert to_rows(history) == [[0, 1], [70, 80]]


def test_a_number_arrives_as_it_is() -> None:
    history = History()
    history.add(0, {"count": 123456789, "time": 1_700_000_000.25, "huge": 1e300})
    assert to_rows(history)[1:] == [[123456789], [1_700_000_000.25], [1e300]]


# ---- tables


class Secret:
    """A cell that cannot be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no")


def test_a_table_that_cannot_be_shown_says_so_and_harms_nothing() -> None:
    shown = Readout(call)
    shown.take(1, {}, {"n": [Secret()]})
    (pane,) = shown.__panel__()
    assert pane.object == "<p>The table cannot be shown: RuntimeError.</p>"


def test_the_stream_goes_on_while_a_table_is_described(every, monkeypatch) -> None:
    shown = Readout(call)
    told = threading.Event()

    def describe(table: Any) -> str:
        assert told.wait(20)
        return str(table["n"])

    monkeypatch.setattr(readout, "to_html", describe)

    async def stream() -> None:
        for number in range(5):
            shown.take(number, {"n": number}, {"n": [number]})
        assert shown.table is None
        told.set()
        while shown.table != {"n": [4]}:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(stream(), 20))
    assert shown.__panel__()[1].object == "[4]"


def test_a_table_of_the_last_filter_does_not_come_later(every, monkeypatch) -> None:
    shown = Readout(call)
    told = threading.Event()

    def describe(table: Any) -> str:
        assert told.wait(20) or table["n"] == 2
        return str(table["n"])

    monkeypatch.setattr(readout, "to_html", describe)

    async def stream() -> None:
        shown.take(1, {"n": 1}, {"n": 1})
        first = shown._describing
        assert first is not None
        shown.clear()
        monkeypatch.setattr(readout, "to_html", str)
        shown.take(2, {}, {"n": 2})
        while shown.table is None:
            await asyncio.sleep(0.01)
        told.set()
        assert await first == "1"

    asyncio.run(asyncio.wait_for(stream(), 20))
    assert shown.table == {"n": 2}
    assert [pane.object for pane in shown.__panel__()] == ["{'n': 2}"]
