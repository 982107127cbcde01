"""The settings of a function: one parameter for each option of its signature."""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import param

from panel_cam.functions.kinds.groups import is_group
from panel_cam.functions.kinds.kind import HIDDEN, Parameter
from panel_cam.functions.kinds.plain import BUTTON
from panel_cam.functions.kinds.registry import kind_of, to_parameter
from panel_cam.functions.overrides import change, is_reference, override
from panel_cam.functions.signature import (
    MISSING,
    Option,
    Signature,
    read,
    refuse_generator,
)

_RESERVED = frozenset(dir(param.Parameterized))


class Settings(param.Parameterized):
    """Base class of what `settings_of` makes of a function.

    Its `name` is the function's. An option whose name param needs for itself, such as
    "name", is an attribute with an underscore behind it, `name_`.
    """

    _option_of: ClassVar[dict[str, str]] = {}
    """Attribute -> option, of every option."""

    _without_control: ClassVar[frozenset[str]] = frozenset()
    """Attributes that no control is known for, and of which nothing was said."""

    _overridden: ClassVar[bool] = False
    """Whether something was said of an option beside its signature."""


def _attribute(option: str) -> str:
    return f"{option}_" if option in _RESERVED else option


def _refuse(name: str, known: list[str], owner: str) -> TypeError:
    close = difflib.get_close_matches(name, known, n=1)
    if close:
        hint = f"did you mean {close[0]!r}?"
    else:
        hint = f"it has {', '.join(known)}" if known else "it has none"
    return TypeError(f"{owner} has no option {name!r}; {hint}")


@contextmanager
def _named(owner: str, option: str) -> Iterator[None]:
    """Let an error say of which option it is."""
    try:
        yield
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{owner}, option {option!r}: {error}") from None


def _parameter(option: Option, owner: str, overrides: dict[str, Any]) -> Parameter:
    """Make an option's parameter, with what is said of it."""
    with _named(owner, option.name):
        if option.name in overrides:
            return override(option, overrides[option.name])
        parameter = to_parameter(option)
    # An annotation may be a parameter, with a default of its own.
    if option.default is MISSING and parameter.default is None:
        raise TypeError(
            f"{owner} needs {option.name!r}: give it a default in its signature, or "
            f"pass {option.name}=..."
        )
    return parameter


def _unnamed(name: str, value: Any, signature: Signature) -> Option:
    """Return an option that no signature names."""
    # Of a function that Python cannot read, a tuple is a value, such as ksize=(5, 5).
    is_value = isinstance(value, tuple) and not signature.is_known
    return Option(name, annotation=tuple if is_value else MISSING)


def _parameters(
    signature: Signature, overrides: dict[str, Any]
) -> dict[str, Parameter]:
    known = [option.name for option in signature.options]
    more = [name for name in overrides if name not in known]
    if more and not signature.takes_more:
        raise _refuse(more[0], known, signature.name)
    return {
        option.name: _parameter(option, signature.name, overrides)
        for option in (
            *signature.options,
            *(_unnamed(name, overrides[name], signature) for name in more),
        )
        if not option.fixed or option.name in overrides
    }


def _class_name(name: str) -> str:
    words = re.findall(r"[^\W_]+", name)
    return "".join(word[:1].upper() + word[1:] for word in words) + "Settings"


def _of_function(
    function: Callable[..., Any], overrides: dict[str, Any]
) -> param.Parameterized:
    signature = read(function)
    parameters = _parameters(signature, overrides)
    attributes = {_attribute(name): each for name, each in parameters.items()}
    options = {_attribute(name): name for name in parameters}
    kind = type(
        _class_name(signature.name),
        (Settings,),
        {
            **attributes,
            "__doc__": f"The settings of {signature.name}.",
            "name": param.String(
                default=signature.name, constant=True, precedence=HIDDEN
            ),
            "_option_of": options,
            "_overridden": bool(overrides),
            "_without_control": frozenset(
                name
                for name, each in attributes.items()
                if each.precedence == HIDDEN and options[name] not in overrides
            ),
        },
    )
    # The class takes any default; its instance checks what it is given.
    checked = {
        name: overrides[option] if is_reference(overrides.get(option)) else each.default
        for (name, option), each in zip(
            options.items(), attributes.values(), strict=True
        )
    }
    settings: param.Parameterized = kind(**checked)
    return settings


# ---- a Parameterized that is called with an image


def _of_parameterized(
    settings: param.Parameterized, overrides: dict[str, Any]
) -> param.Parameterized:
    known = [name for name in settings.param if name != "name"]
    for name, value in overrides.items():
        if name not in known:
            raise _refuse(name, known, type(settings).__name__)
        with _named(type(settings).__name__, name):
            change(settings, name, value)
    return settings


# ---- for everyone


def settings_of(
    function: Callable[..., Any], /, **overrides: Any
) -> param.Parameterized:
    """Make the settings of a function from its signature.

    Parameters
    ----------
    function : callable
        Called as ``function(image, **options)``. Each option becomes a parameter, by
        its annotation, its default and its docstring:

        - ``float``, ``int``, ``bool``, ``str``, ``Literal``, an Enum, `Color`, a tuple
          of numbers, ``Path``, any of them ``| None``; without an annotation, by the
          default; a dataclass is a group of its fields;
        - three numbers are a colour if the option's name ends in "color" or "colour",
          or ``Annotated[..., param.Color]`` says so: 0 to 255, or floats from 0 to 1;
        - ``Annotated[float, Range(0, 5, step=0.1)]`` has bounds. A number without has
          soft ones: see `panel_cam.functions.kinds.bounds.soft_bounds`. Two numbers
          with a `Range` are an interval;
        - a `param.Parameter`, its class, or one inside of ``Annotated``, is that.

        What a `functools.partial` binds is settled and no setting, unless an override
        names it. A `param.Parameterized` with ``__call__(self, image)`` is its own
        settings; of such a class, an instance is made. Of any other class with
        ``__call__(self, image)``, the options are those of the call, and the fields of
        a dataclass. What a function takes whose signature Python cannot read, only the
        caller knows: all that is said is passed on, a tuple as it is.
    **overrides
        What the caller knows better: see `panel_cam.functions.overrides.override`.

    Returns
    -------
    settings : param.Parameterized
        `values` has the keyword arguments for the function.

    Raises
    ------
    TypeError
        If the function takes no image, or has no such option, or one without a value;
        or if it yields.
    ValueError
        If a default does not lie within its bounds.

    Examples
    --------
    >>> def soften(image, sigma: float = 1.0): ...
    >>> settings = settings_of(soften, sigma=(0.5, 3.0))
    >>> settings.sigma, settings.param.sigma.bounds
    (1.0, (0.5, 3.0))
    """
    made: Any = function
    if isinstance(made, type) and issubclass(made, param.Parameterized):
        # A ParameterizedFunction makes its instances otherwise: calling it calls it.
        made = getattr(made, "instance", made)()
    if isinstance(made, param.Parameterized):
        if not callable(made):
            raise TypeError(f"{type(made).__name__} has no __call__(self, image)")
        refuse_generator(made)
        return _of_parameterized(made, overrides)
    return _of_function(function, overrides)


def references(settings: param.Parameterized) -> dict[str, Any]:
    """List the settings that follow something else.

    Parameters
    ----------
    settings : param.Parameterized
        Of `settings_of`.

    Returns
    -------
    references : dict of str to object
        Attribute -> the parameter, widget or expression that it follows.
    """
    # Private to param (seen in 2.1 to 2.4), which has no other way to ask.
    private = getattr(settings, "_param__private", None)
    return dict(getattr(private, "refs", {}))


def option_of(settings: param.Parameterized, attribute: str) -> str:
    """Return the keyword that a setting stands for.

    Parameters
    ----------
    settings : param.Parameterized
        Of `settings_of`.
    attribute : str
        The parameter's name.

    Returns
    -------
    option : str
        The same, but for the few names that param needs: see `Settings`.
    """
    if isinstance(settings, Settings):
        return settings._option_of.get(attribute, attribute)
    return attribute


def _is_setting(name: str, parameter: Parameter) -> bool:
    return not (
        name == "name"
        or parameter.constant
        or parameter.readonly
        or kind_of(parameter) is BUTTON
    )


def values(settings: param.Parameterized) -> dict[str, Any]:
    """Take the keyword arguments that a frame travels with.

    Call it on the event loop, where settings change: then they belong together.

    Parameters
    ----------
    settings : param.Parameterized
        Of `settings_of`.

    Returns
    -------
    values : dict of str to object
        By the option's name; it can be pickled if the values can. Buttons (`Action`,
        `Event`), constants, and what has no control and still its default are left out.
    """
    found: dict[str, Any] = {}
    if isinstance(settings, Settings):
        for attribute, option in settings._option_of.items():
            value = getattr(settings, attribute)
            if attribute in settings._without_control:
                if value is type(settings).param[attribute].default:
                    continue
            found[option] = value
    else:
        for name, parameter in settings.param.objects("existing").items():
            if _is_setting(name, parameter):
                found[name] = getattr(settings, name)
    # Nobody must change in the middle of a frame what it travels with.
    return {name: _copied(value) for name, value in found.items()}


def _copied(value: Any) -> Any:
    if isinstance(value, list | dict | set):
        return value.copy()
    return copy.copy(value) if is_group(value) else value
