"""From an option's annotation and default to the `param.Parameter` that holds it."""

from __future__ import annotations

import math
import re
from enum import Enum
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

import param

from panel_cam.functions.annotations import Kind, base_of, is_numbers, read_annotation
from panel_cam.functions.bounds import slider_step, soft_bounds
from panel_cam.functions.choices import Choice
from panel_cam.functions.ranges import plain_number
from panel_cam.functions.signature import MISSING, Option

Color: TypeAlias = Annotated[str, param.Color]
"""The annotation of a colour, as text: "#rrggbb"."""

Parameter: TypeAlias = "param.Parameter[Any]"

HIDDEN = -1
"""The precedence of a parameter that gets no control."""

_HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def _number(kind: Kind, default: Any, **common: Any) -> Parameter:
    whole = kind.base is int
    bounds: Any = None
    soft: Any = None
    step: Any = None
    if kind.range is not None:
        bounds, step = (kind.range.start, kind.range.end), kind.range.step
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
    if whole:
        return param.Integer(
            default=default, bounds=bounds, softbounds=soft, step=step, **common
        )
    default = float(default) if isinstance(default, int) else default
    return param.Number(
        default=default, bounds=bounds, softbounds=soft, step=step, **common
    )


def _interval(kind: Kind, default: Any, **common: Any) -> Parameter:
    bounds: Any
    soft: Any
    step: Any
    whole = all(isinstance(each, int) for each in default or (0.0,))
    if kind.range is not None:
        bounds, soft = (kind.range.start, kind.range.end), None
        step = kind.range.step or (1 if whole else slider_step(*bounds))
    else:
        ends = [*soft_bounds(default[0]), *soft_bounds(default[1])] if default else None
        bounds, soft = None, (min(ends), max(ends)) if ends else None
        step = (1 if whole else slider_step(*soft)) if soft else None
        if soft and whole:
            soft = (round(soft[0]), round(soft[1]))
    return param.Range(
        default=default, bounds=bounds, softbounds=soft, step=step, **common
    )


def _choice(objects: Any, default: Any, **common: Any) -> Parameter:
    if common.get("allow_None"):
        if isinstance(objects, dict):
            objects = {**objects, "none": None}
        elif None not in objects:
            objects = [*objects, None]
    return Choice(default=default, objects=objects, **common)


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
    kind = read_annotation(option.annotation)
    default: Any = None if option.default is MISSING else plain_number(option.default)
    doc = option.doc or kind.doc
    words = option.name.replace("_", " ").strip()
    label = words[:1].upper() + words[1:]
    if option.unit:
        label = f"{label} ({option.unit})"
    if kind.parameter is not None:
        parameter: Parameter = kind.parameter
        if option.default is not MISSING:
            if parameter.default is None and not kind.allow_none:
                parameter.allow_None = default is None  # it was, for want of a default
            parameter.default = default
        parameter.doc = parameter.doc or doc
        if parameter.label is None:
            parameter.label = label
        parameter.allow_refs = True
        if kind.range is not None and isinstance(parameter, param.Number | param.Range):
            parameter.bounds = (kind.range.start, kind.range.end)
            parameter.step = kind.range.step or parameter.step
        return parameter
    kind.base = base = base_of(option)
    common: dict[str, Any] = {"doc": doc, "label": label, "allow_refs": True}
    if kind.allow_none or option.default is None:
        common["allow_None"] = True
    if get_origin(base) is Literal:
        return _choice(list(get_args(base)), default, **common)
    if isinstance(base, type) and issubclass(base, Enum):
        objects = {member.name: member for member in base}
        return _choice(objects, default, **common)
    if base is bool:
        return param.Boolean(default=default, **common)
    if base in (int, float):
        return _number(kind, default, **common)
    if base is str:
        if isinstance(default, str) and _HEX_COLOUR.fullmatch(default):
            return param.Color(default=default, allow_named=False, **common)
        return param.String(default=default, **common)
    if base is tuple and is_numbers(default, 2) and default[0] <= default[1]:
        return _interval(kind, default, **common)
    if base is tuple and is_numbers(default):
        return param.NumericTuple(default=default, length=len(default), **common)
    if base is tuple and default is None and kind.range is not None:
        return _interval(kind, None, **common)
    common["allow_refs"] = False  # a function would be taken for a reference
    return param.Parameter(default=default, precedence=HIDDEN, **common)
