"""What the annotation of an option says."""

from __future__ import annotations

import copy
import types
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, Union, get_args, get_origin

import param

from panel_cam.functions.ranges import Range
from panel_cam.functions.signature import MISSING

Color: TypeAlias = Annotated[str, param.Color]
"""The annotation of a colour, as text: "#rrggbb"."""


@dataclass(slots=True)
class Annotation:
    """What an annotation says.

    Parameters
    ----------
    base : type, Literal or MISSING
        The type of the values.
    range : Range, optional
        The bounds.
    parameter : param.Parameter, optional
        What holds the values: the annotation is a parameter, or has one in it.
    doc : str, default ""
        What the option is.
    allow_none : bool, default False
        Whether it may be None.
    """

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


def read_annotation(annotation: Any) -> Annotation:
    """Take an annotation apart.

    Parameters
    ----------
    annotation : object
        Of an `Option`; what is not understood is as if it were not there.

    Returns
    -------
    said : Annotation
        A fresh one, and so is its parameter.
    """
    parameter = _as_parameter(annotation)
    if parameter is not None:
        return Annotation(parameter=parameter)
    annotation = getattr(annotation, "__value__", annotation)  # of a type statement
    annotation = getattr(annotation, "__supertype__", annotation)  # of a NewType
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        said = read_annotation(inner[0])
        for each in inner[1:]:
            if isinstance(each, Range):
                said.range = each
            elif isinstance(each, str):
                said.doc = each
            else:
                said.parameter = _as_parameter(each) or said.parameter
        return said
    if origin in (Union, types.UnionType):
        parts = [read_annotation(each) for each in inner if each is not type(None)]
        bases = {part.base for part in parts}
        said = parts[0] if len(parts) == 1 else Annotation()
        if bases == {int, float}:
            said.base = float
        said.allow_none = said.allow_none or type(None) in inner
        return said
    return Annotation(MISSING if annotation in (Any, object) else annotation)
