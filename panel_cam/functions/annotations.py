"""What an option's annotation says, and what type its values have."""

from __future__ import annotations

import copy
import types
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

import param

from panel_cam.functions.ranges import Range, plain_number
from panel_cam.functions.signature import MISSING, Option

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(slots=True)
class Kind:
    """What an annotation says."""

    base: Any = MISSING
    range: Range | None = None
    parameter: Any = None
    doc: str = ""
    allow_none: bool = False


def _as_parameter(value: Any) -> Any:
    """Return a copy of a parameter, or an instance of its class, or else None."""
    if isinstance(value, type) and issubclass(value, param.Parameter):
        value = value()
    return copy.copy(value) if isinstance(value, param.Parameter) else None


def read_annotation(annotation: Any) -> Kind:
    """Take an annotation apart; what is not understood is as if it were not there."""
    parameter = _as_parameter(annotation)
    if parameter is not None:
        return Kind(parameter=parameter)
    annotation = getattr(annotation, "__value__", annotation)  # of a type statement
    annotation = getattr(annotation, "__supertype__", annotation)  # of a NewType
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        kind = read_annotation(inner[0])
        for each in inner[1:]:
            if isinstance(each, Range):
                kind.range = each
            elif isinstance(each, str):
                kind.doc = each
            else:
                kind.parameter = _as_parameter(each) or kind.parameter
        return kind
    if origin in (Union, types.UnionType):
        kinds = [read_annotation(each) for each in inner if each is not type(None)]
        bases = {kind.base for kind in kinds}
        kind = kinds[0] if len(kinds) == 1 else Kind()
        if bases == {int, float}:
            kind.base = float
        kind.allow_none = kind.allow_none or type(None) in inner
        return kind
    return Kind(MISSING if annotation in (Any, object) else annotation)


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


_FITS: dict[Any, Callable[[Any], bool]] = {
    bool: lambda value: isinstance(value, bool),
    int: lambda value: isinstance(value, int) and not isinstance(value, bool),
    float: _is_number,
    str: lambda value: isinstance(value, str),
    tuple: is_numbers,
}


def base_of(option: Option) -> Any:
    """Return the type of an option's values: its annotation's, or its default's.

    Parameters
    ----------
    option : Option
        Where the two do not go together, the default is believed.

    Returns
    -------
    base : type, Literal or MISSING
        bool, int, float, str, tuple (of numbers), an Enum, a Literal, or another class.
    """
    base, default = (
        read_annotation(option.annotation).base,
        plain_number(option.default),
    )
    base = tuple if get_origin(base) is tuple else get_origin(base) or base
    if base is Literal:
        return read_annotation(option.annotation).base
    if default is MISSING or default is None:
        return base
    if isinstance(base, type) and _FITS.get(base, lambda _: True)(default):
        if base in _FITS or isinstance(default, base):
            return base
    if isinstance(default, Enum):  # an IntEnum's member fits int, too
        return type(default)
    for each, fits in _FITS.items():
        if fits(default):
            return each
    return type(default)
