"""Colours: text such as "#ff8800", or three numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import param

from panel_cam.functions.kinds.kind import Kind, Widget
from panel_cam.functions.kinds.numbers import is_numbers
from panel_cam.functions.ranges import plain_number

if TYPE_CHECKING:
    from panel_cam.functions.kinds.kind import Parameter, Wanted

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_NAME = re.compile(r"(?:.*_)?colou?r", re.IGNORECASE)


def says_colour(name: str) -> bool:
    """Tell whether the name of an option says that it is a colour.

    Parameters
    ----------
    name : str
        The keyword.

    Returns
    -------
    says_colour : bool
        True for "color", "colour", and what ends so after an underscore.

    Examples
    --------
    >>> says_colour("line_color"), says_colour("color_space")
    (True, False)
    """
    return _NAME.fullmatch(name) is not None


def _is_whole(value: tuple[float, ...]) -> bool:
    return all(isinstance(each, int) for each in plain_number(value))


def is_rgb(value: Any) -> bool:
    """Tell whether a value is red, green and blue.

    Parameters
    ----------
    value : object
        Any.

    Returns
    -------
    is_rgb : bool
        True for a tuple of three whole numbers, 0 to 255, or of floats, 0 to 1.
    """
    if not is_numbers(value, 3):
        return False
    value = plain_number(value)
    top = 255 if _is_whole(value) else 1
    return all(0 <= each <= top for each in value)


class Rgb(param.NumericTuple):  # type: ignore[type-arg]  # a plain class while it runs
    """Red, green and blue: whole numbers, 0 to 255, or floats, 0 to 1."""

    __slots__ = ()

    def __init__(self, default: Any = (0, 0, 0), **params: Any) -> None:
        super().__init__(default=default, length=3, **params)


class _Colour(Kind):
    parameters = (param.Color,)

    def make(self, wanted: Wanted) -> Parameter | None:
        default = wanted.default
        is_text = wanted.base is str and isinstance(default, str)
        if not (is_text and _HEX.fullmatch(default)):
            return None
        return param.Color(default=default, allow_named=False, **wanted.common)

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        return Widget("ColorPicker", {})

    def _write(self, parameter: Any, value: Any) -> str | None:
        return str(value)

    def _read(self, parameter: Any, text: str) -> Any:
        if not text:
            raise ValueError  # param takes it
        return text

    def describe(self, parameter: Any) -> str:
        return "a colour such as #ff8800"


class _Rgb(Kind):
    """A tuple of numbers whose name or annotation says that it is a colour."""

    parameters = (Rgb,)

    def make(self, wanted: Wanted) -> Parameter | None:
        default = wanted.default
        if not (wanted.is_colour and wanted.base is tuple and is_numbers(default, 3)):
            return None
        if float in wanted.items:
            default = tuple(float(each) for each in default)
        return Rgb(default=default, **wanted.common) if is_rgb(default) else None

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        return Widget("ColorPicker", {})

    def to_shown(self, parameter: Any, value: Any) -> Any:
        if value is None:
            return None
        factor = 1 if _is_whole(value) else 255
        levels = [min(max(round(factor * each), 0), 255) for each in value]
        return "#" + "".join(f"{each:02x}" for each in levels)

    def from_shown(self, parameter: Any, shown: Any) -> Any:
        if not (isinstance(shown, str) and _HEX.fullmatch(shown)):
            raise ValueError(f"expected a colour such as #ff8800, got {shown!r}")
        levels = tuple(bytes.fromhex(shown[1:]))
        if _is_whole(parameter.default):
            return levels
        return tuple(round(each / 255, 4) for each in levels)

    def _write(self, parameter: Any, value: Any) -> str | None:
        return ",".join(map(repr, value))

    def _read(self, parameter: Any, text: str) -> Any:
        number = int if _is_whole(parameter.default) else float
        levels = tuple(number(part) for part in text.split(","))
        if not is_rgb(levels):
            raise ValueError
        return levels

    def describe(self, parameter: Any) -> str:
        whole = _is_whole(parameter.default)
        return f"red, green and blue, such as {'255,136,0' if whole else '1,0.5,0'}"


COLOUR = _Colour()
RGB = _Rgb()
