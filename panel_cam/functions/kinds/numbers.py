"""Numbers, pairs of them as an interval, and tuples."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import param

from panel_cam.functions.kinds.bounds import slider_step, soft_bounds
from panel_cam.functions.kinds.kind import Kind, Widget
from panel_cam.functions.ranges import plain_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from panel_cam.functions.kinds.kind import Parameter, Wanted


# ---- which values are numbers


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    value = plain_number(value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_numbers(value: Any, *lengths: int) -> bool:
    """Tell whether a value is a tuple of so many numbers.

    Parameters
    ----------
    value : object
        Any.
    *lengths : int
        How many there may be; any number if there is none.

    Returns
    -------
    is_numbers : bool
        False for an empty tuple; bool is no number.
    """
    return (
        isinstance(value, tuple)
        and len(value) in (lengths or range(1, len(value) + 1))
        and all(map(_is_number, value))
    )


# ---- what a control shows, and a link holds


def _has_ends(parameter: Any) -> bool:
    """Tell whether a slider can show a number: it has to end at both sides."""
    return None not in (parameter.get_soft_bounds() or (None,))


def _is_typed(parameter: Any) -> bool:
    # A slider has no place for None; a box can be empty.
    return bool(parameter.allow_None) or not _has_ends(parameter)


def _ends(parameter: Any) -> Any:
    """Return between what its control sets a number."""
    if _is_typed(parameter):
        return parameter.bounds or (None, None)
    return parameter.get_soft_bounds()


def _lies_within(parameter: Any, value: Any) -> bool:
    if value is None:
        return True
    low, high = _ends(parameter)
    return all(
        (low is None or low <= each) and (high is None or each <= high)
        for each in (value if isinstance(value, tuple) else (value,))
    )


def _slider(name: str, parameter: Any, **more: Any) -> Widget:
    start, end = parameter.get_soft_bounds()
    if parameter.step is not None:
        more["step"] = parameter.step
    return Widget(name, {"start": start, "end": end, **more})


def _format(parameter: Any) -> str:
    """Return a format with so many digits that neighbours look different."""
    step = parameter.step or 0.01
    if step < 1e-6:
        # Bokeh's own formats are NaN where JavaScript writes a number as 1e-7.
        largest = max(map(abs, parameter.get_soft_bounds()))
        digits = min(16, math.ceil(math.log10(largest / step)))
        return f"%.{digits}e"
    decimals = f"{step:.6f}".rstrip("0").partition(".")[2]
    return f"0.{'0' * len(decimals)}" if decimals else "0"


def _is_finite(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _read_number(text: str, type: Callable[[str], float]) -> float:
    number = type(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _are_whole(default: tuple[float, ...] | None) -> bool:
    return all(isinstance(each, int) for each in default or (0.0,))


def _whole_parts(parameter: Any) -> list[bool]:
    """Tell of each number of a tuple whether it is a whole one."""
    default = parameter.default or (0.0,) * parameter.length
    return [isinstance(each, int) for each in default]


# ---- the kinds

_BOXES = 4
"""How many numbers stand in boxes beside each other; more are one text."""


class _Number(Kind):
    parameters = (param.Number,)
    types = ((int, _is_whole), (float, _is_number))

    def make(self, wanted: Wanted) -> Parameter | None:
        if wanted.base not in (int, float):
            return None
        default, whole = wanted.default, wanted.base is int
        bounds: Any = None
        soft: Any = None
        step: Any = None
        if wanted.range is not None:
            bounds, step = (wanted.range.start, wanted.range.end), wanted.range.step
            if whole:
                bounds = (math.ceil(bounds[0]), math.floor(bounds[1]))
                step = max(1, round(step or 1))
            elif step is None:
                step = slider_step(*bounds)
        elif default is not None:
            soft = soft_bounds(default)
            step = slider_step(*soft)
            if whole:
                soft = (round(soft[0]), round(soft[1])) if default else (-10, 10)
                step = max(1, round(step))
        limits = {"bounds": bounds, "softbounds": soft, "step": step}
        if whole:
            return param.Integer(default=default, **limits, **wanted.common)
        default = float(default) if isinstance(default, int) else default
        return param.Number(default=default, **limits, **wanted.common)

    def annotation(self, parameter: Any) -> Any:
        return int if isinstance(parameter, param.Integer) else float

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        name = "Int" if isinstance(parameter, param.Integer) else "Float"
        if _is_typed(parameter):
            start, end = _ends(parameter)
            step = {} if parameter.step is None else {"step": parameter.step}
            return Widget(
                f"{name}Input",
                {"start": start, "end": end, "placeholder": "none", **step},
            )
        if name == "Int":
            return _slider("IntSlider", parameter)
        return _slider("FloatSlider", parameter, format=_format(parameter))

    def _write(self, parameter: Any, value: Any) -> str | None:
        return repr(value) if _is_finite(value) else None

    def _read(self, parameter: Any, text: str) -> Any:
        is_whole = isinstance(parameter, param.Integer)
        return _read_number(text, int if is_whole else float)

    def is_within(self, parameter: Any, value: Any) -> bool:
        return _lies_within(parameter, value)

    def describe(self, parameter: Any) -> str:
        is_whole = isinstance(parameter, param.Integer)
        kind = "a whole number" if is_whole else "a number"
        low, high = _ends(parameter)
        if low is not None and high is not None:
            return f"{kind} from {low} to {high}"
        return kind


class _Numbers(Kind):
    parameters: ClassVar[tuple[Any, ...]] = (param.NumericTuple,)
    types = ((tuple, is_numbers),)

    def make(self, wanted: Wanted) -> Parameter | None:
        default = wanted.default
        # Without a default, the annotation says how many there are.
        are_numbers = bool(wanted.items) and {int, float}.issuperset(wanted.items)
        is_open = default is None and are_numbers
        if wanted.base is not tuple or not (is_open or is_numbers(default)):
            return None
        length = len(wanted.items if is_open else default)
        if default is not None and float in wanted.items:
            kinds = wanted.items if len(wanted.items) == length else [float] * length
            pairs = zip(default, kinds, strict=True)
            default = tuple(
                float(each) if kind is float else each for each, kind in pairs
            )
        return param.NumericTuple(default=default, length=length, **wanted.common)

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        if value is None or parameter.allow_None or len(value) > _BOXES:
            return Widget("LiteralInput", {"type": tuple})
        return Widget("NumbersInput", {"whole": _whole_parts(parameter)})

    def _write(self, parameter: Any, value: Any) -> str | None:
        return ",".join(map(repr, value)) if all(map(_is_finite, value)) else None

    def _read(self, parameter: Any, text: str) -> Any:
        parts = text.split(",")
        if len(parts) != parameter.length:
            raise ValueError
        return tuple(
            _read_number(part, int if whole else float)
            for part, whole in zip(parts, _whole_parts(parameter), strict=True)
        )

    def describe(self, parameter: Any) -> str:
        return f"{parameter.length} numbers within the bounds, with commas"


class _Interval(_Numbers):
    """From one number to another, where an annotation or a `Range` says so."""

    parameters = (param.Range,)

    def make(self, wanted: Wanted) -> Parameter | None:
        default = wanted.default
        is_pair = is_numbers(default, 2) and default[0] <= default[1]
        # Without one, two numbers are two numbers: rows and columns, say.
        if wanted.range is None or wanted.base is not tuple:
            return None
        if not (is_pair or default is None):
            return None
        whole = _are_whole(default)
        bounds = (wanted.range.start, wanted.range.end)
        step = wanted.range.step or (1 if whole else slider_step(*bounds))
        return param.Range(default=default, bounds=bounds, step=step, **wanted.common)

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        if not _has_ends(parameter) or value is None:
            return super().widget(parameter, value)
        numbers = (*value, *parameter.get_soft_bounds())
        if all(isinstance(each, int) for each in numbers):
            return _slider("IntRangeSlider", parameter)
        return _slider("RangeSlider", parameter, format=_format(parameter))

    def is_within(self, parameter: Any, value: Any) -> bool:
        return _lies_within(parameter, value)


NUMBER = _Number()
NUMBERS = _Numbers()
INTERVAL = _Interval()
