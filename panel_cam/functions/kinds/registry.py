"""The kinds of options, in one list; and from an option to its parameter."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, get_origin

import param

from panel_cam.functions.annotations import read_annotation
from panel_cam.functions.kinds.choices import CHOICE, CHOICES
from panel_cam.functions.kinds.dates import DATE, DATES
from panel_cam.functions.kinds.kind import Wanted
from panel_cam.functions.kinds.numbers import INTERVAL, NUMBER, NUMBERS
from panel_cam.functions.kinds.plain import (
    BUTTON,
    COLOUR,
    LITERAL,
    OTHER,
    SWITCH,
    TEXT,
)
from panel_cam.functions.ranges import plain_number
from panel_cam.functions.signature import MISSING, Option

if TYPE_CHECKING:
    from panel_cam.functions.annotations import Annotation
    from panel_cam.functions.kinds.kind import Kind, Parameter

# To param, an event is a boolean, dates are numbers and ranges, and a range is a tuple.
KINDS: tuple[Kind, ...] = (
    BUTTON,
    CHOICES,
    CHOICE,
    SWITCH,
    DATE,
    DATES,
    NUMBER,
    COLOUR,
    TEXT,
    INTERVAL,
    NUMBERS,
    LITERAL,
    OTHER,
)
"""Each is asked in turn, and the first that knows a parameter or an option has it."""

_FITS = {base: fits for kind in KINDS for base, fits in kind.types}


def kind_of(parameter: Any) -> Kind:
    """Find the kind of a parameter.

    Parameters
    ----------
    parameter : param.Parameter
        Any.

    Returns
    -------
    kind : Kind
        `OTHER` for what no control is known for.
    """
    return next(kind for kind in KINDS if isinstance(parameter, kind.parameters))


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
    base = read_annotation(option.annotation).base
    default = plain_number(option.default)
    if get_origin(base) is Literal:
        return base
    base = get_origin(base) or base
    if default is MISSING or default is None:
        return base
    if isinstance(base, type):
        fits = _FITS.get(base)
        if fits(default) if fits else isinstance(default, base):
            return base
    if isinstance(default, Enum):  # an IntEnum's member fits int, too
        return type(default)
    return next((each for each, fits in _FITS.items() if fits(default)), type(default))


def _label(option: Option) -> str:
    words = option.name.replace("_", " ").strip()
    label = words[:1].upper() + words[1:]
    return f"{label} ({option.unit})" if option.unit else label


def _complete(said: Annotation, option: Option, default: Any, doc: str) -> Parameter:
    """Give a parameter that stands in an annotation what it does not say itself."""
    parameter: Any = said.parameter
    if option.default is not MISSING:
        if parameter.default is None and not said.allow_none:
            parameter.allow_None = default is None  # it was, for want of a default
        parameter.default = default
    parameter.doc = parameter.doc or doc
    if parameter.label is None:
        parameter.label = _label(option)
    parameter.allow_refs = True
    if said.range is not None and isinstance(parameter, param.Number | param.Range):
        parameter.bounds = (said.range.start, said.range.end)
        parameter.step = said.range.step or parameter.step
    made: Parameter = parameter
    return made


def to_parameter(option: Option) -> Parameter:
    """Make the parameter that holds an option's value.

    Parameters
    ----------
    option : Option
        Its default is the parameter's; `MISSING` counts as None.

    Returns
    -------
    parameter : param.Parameter
        Unbound, and a fresh one. What no control is known for is a plain Parameter
        whose precedence is `HIDDEN`.
    """
    said = read_annotation(option.annotation)
    default: Any = None if option.default is MISSING else plain_number(option.default)
    doc = option.doc or said.doc
    if said.parameter is not None:
        return _complete(said, option, default, doc)
    common: dict[str, Any] = {"doc": doc, "label": _label(option), "allow_refs": True}
    if said.allow_none or option.default is None:
        common["allow_None"] = True
    wanted = Wanted(base_of(option), default, said.range, common)
    found = (kind.make(wanted) for kind in KINDS)
    return next(parameter for parameter in found if parameter is not None)
