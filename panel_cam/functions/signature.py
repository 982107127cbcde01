"""A function's signature: which options it has, and what is known of each."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from panel_cam.functions.docstrings import Described, describe

MISSING: Any = inspect.Parameter.empty
"""Stands for an annotation or a default that is not there."""

_POSITIONAL = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a function: whatever it takes by keyword, beside the image.

    Parameters
    ----------
    name : str
        The keyword.
    annotation, default : object
        As in the signature, annotations that are text evaluated; or `MISSING`.
    doc, unit : str, default ""
        From the docstring.
    fixed : bool, default False
        Whether it is settled and no control is wanted: a `functools.partial` binds it,
        or its name starts with an underscore.
    """

    name: str
    annotation: Any = MISSING
    default: Any = MISSING
    doc: str = ""
    unit: str = ""
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes beside the image.

    Parameters
    ----------
    name : str
        The function's own, or that of its class.
    options : tuple of Option
        In the order of the signature.
    takes_more : bool
        Whether it takes other keywords too, by ``**kwargs``.
    """

    name: str
    options: tuple[Option, ...]
    takes_more: bool = False


def _layers(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield a function and, while it is a partial, what that is made of."""
    yield function
    while isinstance(function, partial):
        function = function.func
        yield function


def innermost(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return what a `functools.partial` is made of, or else the function itself.

    Parameters
    ----------
    function : callable
        Any; a partial of a partial too.

    Returns
    -------
    function : callable
        No partial.
    """
    *_, inner = _layers(function)
    return inner


def name_of(function: Callable[..., Any]) -> str:
    """Return a function's name, or the name of a callable object's class.

    Parameters
    ----------
    function : callable
        Any.

    Returns
    -------
    name : str
        Such as "canny" or "<lambda>".

    Examples
    --------
    >>> name_of(partial(sorted, reverse=True))
    'sorted'
    """
    function = innermost(function)
    return str(getattr(function, "__name__", type(function).__name__))


def is_async(function: Callable[..., Any]) -> bool:
    """Tell whether a function is an ``async def``, so that its result is awaited.

    Parameters
    ----------
    function : callable
        Any: a partial or a callable object too.

    Returns
    -------
    is_async : bool
        See `inspect.iscoroutinefunction`.
    """
    function = innermost(function)
    if inspect.iscoroutinefunction(function):
        return True
    call = getattr(type(function), "__call__", None)  # noqa: B004 - its own, not whether
    return inspect.iscoroutinefunction(call)


def _globals(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the names that a function's annotations may use."""
    function = inspect.unwrap(innermost(function))
    if not hasattr(function, "__globals__") and not inspect.ismethod(function):
        function = inspect.unwrap(type(function).__call__)
    found: dict[str, Any] = getattr(function, "__globals__", {})
    return found


def _evaluate(annotation: Any, names: dict[str, Any]) -> Any:
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, names)
    except Exception:  # a name imported only for type checkers: as if it were not there
        return MISSING


def _described(function: Callable[..., Any]) -> dict[str, Described]:
    function = innermost(function)
    # A chain (`panel_cam.filters.pipeline`) has the options of its steps.
    steps, options = getattr(function, "steps", ()), getattr(function, "options", None)
    if steps and isinstance(options, Mapping):
        docs = [_described(step.function) for step in steps]
        return {
            name: docs[number].get(option, Described())
            for name, (number, option) in options.items()
        }
    described = describe(inspect.getdoc(function))
    if not inspect.isroutine(function):  # an object's doc is that of its class
        described |= describe(inspect.getdoc(type(function).__call__))
    return described


def bound(function: Callable[..., Any]) -> set[str]:
    """Return the keywords that a partial, or the partial in it, settles.

    Parameters
    ----------
    function : callable
        Any.

    Returns
    -------
    names : set of str
        None for what is no partial.
    """
    partials = (each for each in _layers(function) if isinstance(each, partial))
    return {name for each in partials for name in each.keywords}


def _without_image(
    parameters: list[inspect.Parameter], name: str
) -> list[inspect.Parameter]:
    if parameters and parameters[0].kind in _POSITIONAL:
        return parameters[1:]
    if any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters):
        return parameters
    raise TypeError(f"{name} takes no image: its first argument should be one")


def read(function: Callable[..., Any]) -> Signature:
    """Read which options a function has.

    Parameters
    ----------
    function : callable
        Called with an image as the first argument. What a `functools.partial` binds is
        `fixed`. Options that can only be given by position are left out.

    Returns
    -------
    signature : Signature
        Without options if the function has no signature that Python can read, as some
        written in C.

    Raises
    ------
    TypeError
        If it is no function, or takes no image, or needs a second argument by position.

    Examples
    --------
    >>> def soften(image, sigma: float = 1.0): ...
    >>> read(soften).options
    (Option(name='sigma', annotation=<class 'float'>, default=1.0, ...),)
    """
    if not callable(function):
        raise TypeError(f"expected a function, got {type(function).__name__}")
    name = name_of(function)
    try:
        found = inspect.signature(function)
    except ValueError:
        return Signature(name, ())
    names, described, settled = (
        _globals(function),
        _described(function),
        bound(function),
    )
    options = []
    takes_more = False
    for parameter in _without_image(list(found.parameters.values()), name):
        if parameter.kind is parameter.VAR_KEYWORD:
            takes_more = True
        elif parameter.kind is parameter.POSITIONAL_ONLY:
            if parameter.default is MISSING:
                raise TypeError(
                    f"{name} needs a second argument by position, {parameter.name!r}: "
                    "only the image is given so"
                )
        elif parameter.kind is not parameter.VAR_POSITIONAL:
            about = described.get(parameter.name, Described())
            options.append(
                Option(
                    name=parameter.name,
                    annotation=_evaluate(parameter.annotation, names),
                    default=parameter.default,
                    doc=about.doc,
                    unit=about.unit,
                    fixed=parameter.name in settled or parameter.name.startswith("_"),
                )
            )
    return Signature(name, tuple(options), takes_more)
