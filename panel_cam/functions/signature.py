"""A function's signature: which options it has, and what is known of each."""

import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from panel_cam.functions.dataclass_fields import evaluate, names_of, parameters_of
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
    is_known : bool, default True
        Whether Python can read it; else, nobody knows which keywords there are.
    """

    name: str
    options: tuple[Option, ...]
    takes_more: bool = False
    is_known: bool = True


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
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(
        _call_of(function)
    )


def is_filter_class(function: object) -> bool:
    """Tell whether it is a class whose instances are called with an image.

    Parameters
    ----------
    function : object
        Any.

    Returns
    -------
    is_filter_class : bool
        True if the class, or one of its bases, defines ``__call__``.
    """
    return isinstance(function, type) and any(
        "__call__" in vars(kind) for kind in function.__mro__
    )


def is_parameterized(kind: type) -> bool:
    """Tell whether a class is a `param.Parameterized`, without loading param.

    Parameters
    ----------
    kind : type
        Any class.

    Returns
    -------
    is_parameterized : bool
        A worker process need not have param: nothing is one there.
    """
    param = sys.modules.get("param")
    return param is not None and issubclass(kind, param.Parameterized)


def made_with(kind: Any) -> inspect.Signature | None:
    """Return how an instance of a class is made.

    Parameters
    ----------
    kind : type
        Any class.

    Returns
    -------
    signature : inspect.Signature or None
        None if Python cannot read it, as that of some classes written in C.
    """
    try:
        return inspect.signature(kind)
    except ValueError:
        return None


def _call_of(function: Any) -> Any:
    """Return ``__call__`` of a class of filters, or of an object's class."""
    kind = function if is_filter_class(function) else type(function)
    return getattr(kind, "__call__", None)  # noqa: B004 - its own, not whether


def refuse_generator(function: Callable[..., Any]) -> None:
    """Raise if a function yields: no frame could be made of that.

    Parameters
    ----------
    function : callable
        Any.

    Raises
    ------
    TypeError
        The text says what to do.
    """
    inner = innermost(function)
    for each in (inner, _call_of(inner)):
        if inspect.isgeneratorfunction(each) or inspect.isasyncgenfunction(each):
            raise TypeError(
                f"{name_of(function)} yields; return the image instead, or keep state "
                "with `pc.stateful`"
            )


# ---- how it is called

_IMAGE = inspect.Parameter("image", inspect.Parameter.POSITIONAL_ONLY)
_MORE = inspect.Parameter("more", inspect.Parameter.VAR_KEYWORD)


def call_signature(
    function: Callable[..., Any], *, eval_str: bool = False
) -> inspect.Signature:
    """Return how a function is called, or an instance of a class of filters.

    Parameters
    ----------
    function : callable
        Any.
    eval_str : bool, default False
        As of `inspect.signature`.

    Returns
    -------
    signature : inspect.Signature
        The image comes first. A class's has the fields of a dataclass, too; that of a
        NumPy ufunc has no options: they are for programs.

    Raises
    ------
    TypeError
        If it yields.
    ValueError
        If Python cannot read it, as that of some functions written in C.
    """
    refuse_generator(function)
    inner = innermost(function)
    if isinstance(inner, np.ufunc):
        partials = [each for each in _layers(function) if isinstance(each, partial)]
        missing = inner.nin - sum(len(each.args) for each in partials)
        more = [_IMAGE.replace(name=f"x{number}") for number in range(2, missing + 1)]
        return inspect.Signature([_IMAGE, *more, _MORE])
    if is_filter_class(function):
        return _class_signature(function, eval_str=eval_str)
    return inspect.signature(function, eval_str=eval_str)


def evaluated_signature(function: Callable[..., Any]) -> inspect.Signature:
    """Return `call_signature` with what its annotations mean, if that can be told.

    Parameters
    ----------
    function : callable
        Any.

    Returns
    -------
    signature : inspect.Signature
        As they were written, if one of them is only text.

    Raises
    ------
    TypeError, ValueError
        As `call_signature`.
    """
    try:
        return call_signature(function, eval_str=True)
    except (NameError, SyntaxError, TypeError, AttributeError):
        return call_signature(function)


def _class_signature(kind: Any, *, eval_str: bool) -> inspect.Signature:
    signature = inspect.signature(kind.__call__, eval_str=eval_str)
    called = list(signature.parameters.values())
    if not isinstance(inspect.getattr_static(kind, "__call__"), staticmethod):
        called = called[1:]  # without self
    fields = parameters_of(kind)
    taken = {each.name for each in fields}
    first, rest = called[:1], [each for each in called[1:] if each.name not in taken]
    keyword = inspect.Parameter.KEYWORD_ONLY
    loose = inspect.Parameter.POSITIONAL_OR_KEYWORD
    options = [
        each.replace(kind=keyword)
        for each in (*fields, *rest)
        if each.kind in (keyword, loose)
    ]
    others = [each for each in rest if each.kind not in (keyword, loose)]
    more = [each for each in others if each.kind is each.VAR_KEYWORD]
    places = [each for each in others if each.kind is not each.VAR_KEYWORD]
    return inspect.Signature([*first, *places, *options, *more])


def _globals(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the names that a function's annotations may use."""
    function = inspect.unwrap(innermost(function))
    if not hasattr(function, "__globals__") and not inspect.ismethod(function):
        function = inspect.unwrap(_call_of(function))
    found: dict[str, Any] = getattr(function, "__globals__", {})
    return found


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
        described |= describe(inspect.getdoc(_call_of(function)))
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
        written in C: whatever is said of it is passed on.

    Raises
    ------
    TypeError
        If it is no function, or takes no image, or needs a second argument by position,
        or yields.

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
        found = call_signature(function)
    except ValueError:
        return Signature(name, (), takes_more=True, is_known=False)
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
            is_fixed = parameter.name in settled or parameter.name.startswith("_")
            options.append(_to_option(parameter, names, described, fixed=is_fixed))
    is_known = not isinstance(innermost(function), np.ufunc)
    return Signature(name, tuple(options), takes_more, is_known)


def _to_option(
    parameter: inspect.Parameter,
    names: dict[str, Any],
    described: dict[str, Described],
    *,
    fixed: bool = False,
) -> Option:
    about = described.get(parameter.name, Described())
    return Option(
        name=parameter.name,
        annotation=evaluate(parameter.annotation, names),
        default=parameter.default,
        doc=about.doc,
        unit=about.unit,
        fixed=fixed,
    )


def read_fields(kind: type) -> tuple[Option, ...]:
    """Read which options the fields of a dataclass are.

    Parameters
    ----------
    kind : type
        Any class.

    Returns
    -------
    options : tuple of Option
        In their order; none if the class is no dataclass, or needs other arguments.
    """
    described = describe(inspect.getdoc(kind))
    return tuple(
        _to_option(each, names_of(kind), described) for each in parameters_of(kind)
    )
