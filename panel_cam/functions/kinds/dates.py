"""Dates, and spans between two of them. To param, they are numbers and ranges."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

import param

from panel_cam.functions.kinds.kind import Kind, Widget


def _has_time(parameter: Any) -> bool:
    return isinstance(parameter, param.Date | param.DateRange)


def _to_text(value: Any) -> str | None:
    is_local = isinstance(value, date) and getattr(value, "tzinfo", None) is None
    return value.isoformat() if is_local else None


def _from_text(parameter: Any, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        if not _has_time(parameter):
            raise
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError  # no picker sets it
    return moment


class _Date(Kind):
    """A day, or a moment of it; no signature asks for it."""

    parameters: ClassVar[tuple[Any, ...]] = (param.Date, param.CalendarDate)
    picker = "Picker"

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        start, end = parameter.bounds or (None, None)
        name = f"{'Datetime' if _has_time(parameter) else 'Date'}{self.picker}"
        return Widget(name, {"start": start, "end": end})

    def _write(self, parameter: Any, value: Any) -> str | None:
        return _to_text(value)

    def _read(self, parameter: Any, text: str) -> Any:
        return _from_text(parameter, text)

    def describe(self, parameter: Any) -> str:
        return "a date such as 2026-01-02"


class _Dates(_Date):
    """From one date to another."""

    parameters = (param.DateRange, param.CalendarDateRange)
    picker = "RangePicker"

    def _write(self, parameter: Any, value: Any) -> str | None:
        ends = [_to_text(each) for each in value]
        return None if None in ends else ",".join(map(str, ends))

    def _read(self, parameter: Any, text: str) -> Any:
        return tuple(_from_text(parameter, part) for part in text.split(","))

    def describe(self, parameter: Any) -> str:
        return "two dates such as 2026-01-02, with a comma"


DATE = _Date()
DATES = _Dates()
