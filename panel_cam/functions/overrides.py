"""What ``Live(f, sigma=(0, 5))`` may say of an option, and what that makes of it."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Annotated, Any, get_origin

import param

from panel_cam.functions.comparing import is_among
from panel_cam.functions.kinds.choices import Choice
from panel_cam.functions.kinds.colours import is_rgb, says_colour
from panel_cam.functions.kinds.kind import Parameter
from panel_cam.functions.kinds.numbers import is_numbers
from panel_cam.functions.kinds.registry import base_of, kind_of, to_parameter
from panel_cam.functions.ranges import Range, plain_number
from panel_cam.functions.signature import MISSING, Option


def is_reference(value: Any) -> bool:
    """Tell whether a value follows another one: a parameter, a widget, an expression.

    Parameters
    ----------
    value : object
        Any; tuples, lists and dictionaries that hold a reference count too.

    Returns
    -------
    is_reference : bool
        As param sees it. It knows Panel's widgets as soon as Panel is imported.
    """
    if isinstance(value, param.Parameter) and value.owner is None:
        return False
    return bool(param.parameterized.resolve_ref(value, recursive=True))


def _is_bounds(option: Option, value: Any) -> bool:
    if isinstance(value, Range):
        return True
    # A tuple is the value of an option that takes tuples, and that of a colour.
    if says_colour(option.name) and is_rgb(value):
        return False
    return base_of(option) in (int, float, MISSING) and is_numbers(value, 2, 3)


def _with_bounds(option: Option, bounds: Range) -> Option:
    """Set bounds, and bring the default into them; without one, it is the middle."""
    base, default = base_of(option), option.default
    ends = (bounds.start, bounds.end)
    if base is MISSING:
        steps = (*ends, 0 if bounds.step is None else bounds.step)
        base = int if all(isinstance(each, int) for each in steps) else float
    middle = (bounds.start + bounds.end) / 2
    if base is tuple and is_numbers(default, 2):
        default = tuple(min(max(each, ends[0]), ends[1]) for each in default)
    elif base is tuple:
        default = ends
    elif default is None or default is MISSING:
        default = middle if base is float else int(middle // 1)
    else:
        default = min(max(default, ends[0]), ends[1])
    return replace(option, annotation=Annotated[base, bounds], default=default)


def _with_choices(option: Option, choices: Any) -> Parameter:
    values = list(choices.values()) if isinstance(choices, dict) else list(choices)
    if not values:
        raise TypeError(f"expected at least one choice for {option.name!r}, got none")
    plain = to_parameter(replace(option, annotation=MISSING, default=None))
    default = option.default if is_among(option.default, values) else values[0]
    return Choice(
        default=default,
        objects=choices,
        label=plain.label,
        doc=plain.doc,
        allow_refs=True,
    )


def _takes(option: Option, kind: type) -> bool:
    base = base_of(option)
    return (get_origin(base) or base) is kind


def override(option: Option, value: Any) -> Parameter:
    """Make the parameter of an option of which the caller has said something.

    Parameters
    ----------
    option : Option
        As the signature has it.
    value : object
        One of:

        - a tuple (start, end) or (start, end, step) of numbers, or a `Range`: the
          bounds, with the default brought into them. Not for an option that takes a
          tuple: that is a value, and bounds need a `Range`.
        - a list, or a dictionary of label to value: the choices.
        - a `param.Parameter` of no class: that, with the option's default if its own
          is None.
        - a reference, that is a parameter, a widget or an expression (`.rx`): the
          option follows it, and has no control.
        - anything else: the default.

    Returns
    -------
    parameter : param.Parameter
        Unbound.

    Raises
    ------
    TypeError
        If there are no choices in the list.
    ValueError
        If the bounds are none.
    """
    if isinstance(value, param.Parameter) and value.owner is None:
        parameter = copy.copy(value)
        if parameter.default is None and option.default is not MISSING:
            parameter.default = option.default
        return to_parameter(replace(option, annotation=parameter, default=MISSING))
    if is_reference(value):
        # Whoever gives it answers for its values.
        plain = to_parameter(replace(option, annotation=MISSING))
        default = None if option.default is MISSING else option.default
        reference: Parameter = param.Parameter(
            default=default,
            label=plain.label,
            doc=plain.doc,
            allow_refs=True,
            nested_refs=True,
        )
        return reference
    value = plain_number(value)
    if _is_bounds(option, value):
        bounds = value if isinstance(value, Range) else Range(*value)
        return to_parameter(_with_bounds(option, bounds))
    if isinstance(value, list | dict) and not _takes(option, type(value)):
        return _with_choices(option, value)
    return to_parameter(replace(option, default=value))


# ---- of a `param.Parameterized` that is its own settings


def _as_option(name: str, parameter: Parameter, value: Any) -> Option:
    annotation = kind_of(parameter).annotation(parameter)
    return Option(name, annotation, default=value, doc=parameter.doc or "")


def _replace(settings: param.Parameterized, name: str, other: Parameter) -> None:
    """Give an instance another parameter than its class has."""
    # A parameter is complete once it is part of a class: of this one for a moment.
    type(name, (param.Parameterized,), {name: other})
    other.owner = settings
    # Private to param (seen in 2.1 to 2.4), which asks the parameters here first.
    private: Any = getattr(settings, "_param__private")  # noqa: B009
    private.params[name] = other


def change(settings: param.Parameterized, name: str, value: Any) -> None:
    """Do to a parameter of a `param.Parameterized` what an override says.

    Parameters
    ----------
    settings : param.Parameterized
        Is its own settings; its class stays as it is.
    name : str
        The parameter's.
    value : object
        See `override`.

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
