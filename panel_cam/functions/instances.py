"""What an override does to a `param.Parameterized` that is its own settings."""

from __future__ import annotations

from typing import Any

import param

from panel_cam.functions.choices import Choice
from panel_cam.functions.kinds import Parameter
from panel_cam.functions.overrides import is_reference, override
from panel_cam.functions.signature import Option

# What takes a list or a dictionary takes no choices. An Integer is a Number, too.
_BASES: dict[Any, type] = {
    param.Integer: int,
    param.Number: float,
    param.List: list,
    param.ListSelector: list,
    param.Dict: dict,
}


def _as_option(name: str, parameter: Parameter, value: Any) -> Option:
    bases = (base for kind, base in _BASES.items() if isinstance(parameter, kind))
    return Option(name, next(bases, parameter), default=value, doc=parameter.doc or "")


def _replace(settings: param.Parameterized, name: str, other: Parameter) -> None:
    """Give an instance another parameter than its class has."""
    # A parameter is complete once it is part of a class: of this one for a moment.
    type(name, (param.Parameterized,), {name: other})
    other.owner = settings
    # Private to param (seen in 2.1 to 2.4), which asks the parameters here first.
    private: Any = getattr(settings, "_param__private")  # noqa: B009
    private.params[name] = other


def change(settings: param.Parameterized, name: str, value: Any) -> None:
    """Do to a parameter of an instance what an override says.

    Parameters
    ----------
    settings : param.Parameterized
        Its class stays as it is.
    name : str
        The parameter's.
    value : object
        See `panel_cam.functions.overrides.override`.

    Raises
    ------
    TypeError, ValueError
        As `override`; and if the parameter does not take the value.
    """
    mine: Any = settings.param[name]  # the instance's own copy
    if is_reference(value):
        mine.allow_refs = mine.nested_refs = True
        settings.param.update(**{name: value})
        return
    other: Any = override(_as_option(name, mine, getattr(settings, name)), value)
    if isinstance(other, Choice):
        other.label, other.precedence = mine.label, mine.precedence
    if isinstance(other, Choice) or isinstance(value, param.Parameter):
        _replace(settings, name, other)
    else:
        for slot in ("bounds", "step"):
            if hasattr(mine, slot) and getattr(other, slot, None) is not None:
                setattr(mine, slot, getattr(other, slot))
    settings.param.update(**{name: other.default})
