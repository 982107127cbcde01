"""Numbers and tables on the page: the newest, at a calm rate, the last one too."""

import asyncio
import threading
from typing import Any

import pytest

from panel_cam.view import readout
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
        assert len(shown.series.window) < 100
        while shown.values["n"] < 999 or shown.table != {"n": [999]}:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(stream(), 20))
    assert shown.series.window.arrays()["n"][-1] == 999


def test_without_numbers_and_tables_nothing_is_there() -> None:
    shown = Readout(call)
    for number in range(3):
        shown.take(number, {}, None)
    assert list(shown.__panel__()) == []
    shown.take(3, {}, {"n": [1]})
    shown.take(3, {"n": 1}, None)
    assert next(iter(shown.__panel__())) is shown.series
    assert len(shown.__panel__()) == 2


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
