"""The value of one setting as text, and back: what a link can hold."""

from __future__ import annotations

import ast
import math
import warnings
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import param

from panel_cam.functions.bounds import has_ends
from panel_cam.functions.choices import is_same
from panel_cam.functions.ranges import plain_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from panel_cam.functions.kinds import Parameter


# To param, a date is a number, and two dates are a range.
_MOMENTS: Any = (param.Date, param.CalendarDate)
_SPANS: Any = (param.DateRange, param.CalendarDateRange)

# What a box for a literal shows.
_LITERALS: Any = (param.Tuple, param.List, param.Dict)


def _labels(parameter: Any) -> dict[str, Any]:
    return {str(label): each for label, each in parameter.get_range().items()}


# ---- to text


def is_exactly(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, and of one type: 1 is not True.

    Parameters
    ----------
    one, other : object
        Any; see `panel_cam.functions.choices.is_same`.

    Returns
    -------
    is_exactly : bool
        Where numbers are NumPy's, they count as Python's.
    """
    one, other = plain_number(one), plain_number(other)
    return type(one) is type(other) and is_same(one, other)


def _is_finite(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _label(parameter: Any, value: Any) -> str | None:
    labels = _labels(parameter).items()
    return next((label for label, each in labels if is_exactly(each, value)), None)


def _to_literal(value: Any) -> str | None:
    text = repr(value)
    try:
        return text if is_exactly(_to_value(text), value) else None
    except ValueError:
        return None


def _to_moment(value: Any) -> str | None:
    is_local = isinstance(value, date) and getattr(value, "tzinfo", None) is None
    return value.isoformat() if is_local else None


def to_text(parameter: Parameter, value: Any) -> str | None:
    """Write a value.

    Parameters
    ----------
    parameter : param.Parameter
        Whose value it is.
    value : object
        Any that the parameter takes.

    Returns
    -------
    text : str or None
        For `from_text`; None if no text can hold it.
    """
    if isinstance(parameter, param.Selector):
        if isinstance(parameter, param.ListSelector) and isinstance(value, list):
            picked = [_label(parameter, each) for each in value]
            return None if None in picked else repr(picked)
        return _label(parameter, value)
    value = plain_number(value)
    if value is None:
        return "" if parameter.allow_None else None
    if isinstance(parameter, param.Boolean):
        return "true" if value else "false"
    if isinstance(parameter, _MOMENTS):
        return _to_moment(value)
    if isinstance(parameter, _SPANS):
        ends = [_to_moment(each) for each in value]
        return None if None in ends else ",".join(map(str, ends))
    if isinstance(parameter, param.Number):
        return repr(value) if _is_finite(value) else None
    if isinstance(parameter, param.String | param.Color):
        return str(value)
    if isinstance(parameter, param.NumericTuple):  # a Range too
        return ",".join(map(repr, value)) if all(map(_is_finite, value)) else None
    return _to_literal(value) if isinstance(parameter, _LITERALS) else None


# ---- from text


def _to_value(text: str) -> Any:
    """Read a list, a dictionary or the like; nothing in it is called."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a backslash in somebody's text
            return ast.literal_eval(text)
    except (SyntaxError, TypeError, MemoryError, RecursionError):
        raise ValueError from None


def _to_date(parameter: Any, text: str) -> date:
    if isinstance(parameter, param.CalendarDate | param.CalendarDateRange):
        return date.fromisoformat(text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        raise ValueError  # no picker sets it
    return moment


def _ends(parameter: Any) -> Any:
    """Return between what its control sets a number."""
    soft = parameter.get_soft_bounds()
    is_box = parameter.allow_None or not has_ends(parameter)
    return (parameter.bounds or (None, None)) if is_box else soft


def is_within(parameter: Parameter, value: Any) -> bool:
    """Tell whether the control of a setting goes as far as a value.

    A slider ends at the soft bounds, and what takes a minute beyond them is no surprise
    for those who only follow a link. A box to type in has hard bounds only.

    Parameters
    ----------
    parameter : param.Parameter
        Whose value it will be.
    value : object
        Of `from_text`.

    Returns
    -------
    is_within : bool
        True for what has no bounds.
    """
    if value is None or not isinstance(parameter, param.Number | param.Range):
        return True
    if isinstance(parameter, (*_MOMENTS, *_SPANS)):
        return True  # a calendar has hard bounds only, which param checks
    low, high = _ends(parameter)
    numbers = value if isinstance(value, tuple) else (value,)
    return all(
        (low is None or low <= each) and (high is None or each <= high)
        for each in numbers
    )


def _to_number(text: str, kind: Callable[[str], float]) -> float:
    number = kind(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def from_text(parameter: Any, text: str) -> Any:
    """Read a value.

    Parameters
    ----------
    parameter : param.Parameter
        Whose value it will be: that refuses what is none of its values.
    text : str
        From outside; nothing in it is trusted.

    Returns
    -------
    value : object
        What `to_text` has written.

    Raises
    ------
    ValueError
        If it is no value of this kind of parameter.
    """
    if isinstance(parameter, param.Selector):
        labels = _labels(parameter)
        if isinstance(parameter, param.ListSelector):
            picked = _to_value(text)
            if not isinstance(picked, list) or any(
                each not in labels for each in picked
            ):
                raise ValueError
            return [labels[label] for label in picked]
        if text not in labels:
            raise ValueError
        return labels[text]
    if text == "" and parameter.allow_None:
        return None
    if isinstance(parameter, param.Boolean):
        return {"true": True, "false": False}.get(text, text)  # the text is refused
    if isinstance(parameter, _MOMENTS):
        return _to_date(parameter, text)
    if isinstance(parameter, _SPANS):
        return tuple(_to_date(parameter, part) for part in text.split(","))
    if isinstance(parameter, param.Number):
        is_whole = isinstance(parameter, param.Integer)
        return _to_number(text, int if is_whole else float)
    if isinstance(parameter, param.Color) and not text:
        raise ValueError  # param takes it
    if isinstance(parameter, param.String | param.Color):
        return text
    if isinstance(parameter, param.NumericTuple):
        whole = all(isinstance(each, int) for each in parameter.default or (0.0,))
        parts = text.split(",")
        return tuple(_to_number(part, int if whole else float) for part in parts)
    if isinstance(parameter, _LITERALS):
        return _to_value(text)
    raise ValueError


def describe(parameter: Any) -> str:
    """Say which texts there are for a parameter.

    Parameters
    ----------
    parameter : param.Parameter
        See `from_text`.

    Returns
    -------
    description : str
        What a text should be, such as "a number from 0.0 to 5.0".
    """
    if isinstance(parameter, param.ListSelector):
        return f"a list of some of {', '.join(_labels(parameter))}"
    if isinstance(parameter, param.Selector):
        return f"one of {', '.join(_labels(parameter))}"
    if isinstance(parameter, param.Boolean):
        return "true or false"
    if isinstance(parameter, _MOMENTS):
        return "a date such as 2026-01-02"
    if isinstance(parameter, _SPANS):
        return "two dates such as 2026-01-02, with a comma"
    if isinstance(parameter, param.Number):
        kind = "a whole number" if isinstance(parameter, param.Integer) else "a number"
        low, high = _ends(parameter)
        if low is not None and high is not None:
            return f"{kind} from {low} to {high}"
        return kind
    if isinstance(parameter, param.Color):
        return "a colour such as #ff8800"
    if isinstance(parameter, param.NumericTuple):
        return f"{parameter.length} numbers within the bounds, with commas"
    if isinstance(parameter, _LITERALS):
        return f"a {type(parameter).__name__.lower()} as Python writes it"
    return "text" if isinstance(parameter, param.String) else "no value"
