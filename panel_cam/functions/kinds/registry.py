"""The kinds of options, in one list; and from an option to its parameter."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import param

from panel_cam.functions.annotations import read_annotation
from panel_cam.functions.kinds.choices import CHOICE, CHOICES
from panel_cam.functions.kinds.colours import COLOUR, RGB, says_colour
from panel_cam.functions.kinds.dates import DATE, DATES
from panel_cam.functions.kinds.groups import GROUP, own_fields
from panel_cam.functions.kinds.kind import Wanted
from panel_cam.functions.kinds.numbers import INTERVAL, NUMBER, NUMBERS, is_numbers
from panel_cam.functions.kinds.paths import PATH
from panel_cam.functions.kinds.plain import BUTTON, LITERAL, OTHER, SWITCH, TEXT
from panel_cam.functions.ranges import plain_number
from panel_cam.functions.signature import MISSING, Option, read_fields

if TYPE_CHECKING:
    from panel_cam.functions.annotations import Annotation
    from panel_cam.functions.kinds.kind import Kind, Parameter

# To param, an event is a boolean, dates are numbers and ranges, and a range is a tuple,
# as a colour is.
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
    PATH,
    GROUP,
    RGB,
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


def _make(base: Any) -> Any:
    """Make an instance of a dataclass whose fields all have defaults."""
    fields = read_fields(base) if isinstance(base, type) else ()
    if not fields or any(each.default is MISSING for each in fields):
        return None
    return base()


def _parts(base: Any, default: Any) -> dict[str, tuple[Kind, Parameter]]:
    """Make the parameters of a dataclass's fields."""
    if not isinstance(base, type) or not isinstance(default, base):
        return {}
    fields = [
        replace(each, default=getattr(default, each.name)) for each in read_fields(base)
    ]
    found = {each.name: to_parameter(each) for each in fields}
    own_fields(base.__name__, found)
    return {name: (kind_of(each), each) for name, each in found.items()}


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
    # Of three numbers, param.Color says what they mean, and does not hold them.
    is_rgb = isinstance(said.parameter, param.Color) and is_numbers(default, 3)
    if said.parameter is not None and not is_rgb:
        return _complete(said, option, default, doc)
    common: dict[str, Any] = {"doc": doc, "label": _label(option), "allow_refs": True}
    if said.allow_none or option.default is None:
        common["allow_None"] = True
    base = base_of(option)
    if default is None and not common.get("allow_None"):
        default = _make(base)
    wanted = Wanted(
        base,
        default,
        said.range,
        common,
        items=get_args(said.base) if get_origin(said.base) is tuple else (),
        is_colour=is_rgb or says_colour(option.name),
        parts=_parts(base, default),
    )
    found = (kind.make(wanted) for kind in KINDS)
    return next(parameter for parameter in found if parameter is not None)
