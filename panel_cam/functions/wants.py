"""`wants`: filters for which a grey or a smaller image is enough.

A JPEG of a camera is luminance at full size and two channels of colour, packed as
frequencies of 8 x 8 pixels. To leave out colour, or the upper frequencies, is less to
decode, and then there is less to filter and to encode.
"""

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from types import FunctionType
from typing import Any

from panel_cam.imaging.reduced import SCALES


@dataclass(frozen=True, slots=True)
class Wants:
    """What kind of image is enough for a filter.

    Parameters
    ----------
    gray : bool, default False
        One of shape (M, N).
    scale : {1, 2, 4, 8}, default 1
        One of so many times fewer rows and columns.

    Raises
    ------
    ValueError
        If they are none of these.
    """

    gray: bool = False
    scale: int = 1

    def __post_init__(self) -> None:
        """Check them."""
        if self.gray not in (False, True):
            raise ValueError(f"expected gray to be True or False, got {self.gray!r}")
        if isinstance(self.scale, bool) or self.scale not in SCALES:
            known = ", ".join(map(str, SCALES[:-1]))
            raise ValueError(
                f"expected a scale of {known} or {SCALES[-1]}, got {self.scale!r}: "
                "JPEG can be decoded at these"
            )

    def __str__(self) -> str:
        """Return the call of `wants` that asks for it."""
        words = ["gray=True"] if self.gray else []
        words += [f"scale={self.scale}"] if self.scale > 1 else []
        return f"wants({', '.join(words)})"


NOTHING = Wants()
"""The camera's picture as it is."""

_KEPT_AS = "_panel_cam_wants"
"""The attribute of a function, class or instance; a property where it depends."""


def wants_of(function: Any) -> Wants:
    """Return what kind of image is enough for a filter.

    Parameters
    ----------
    function : callable
        Any filter. What a `functools.partial`, `bgr` or `stateful` is made of says it
        for these, a class for its instances, and the first step for a pipeline.

    Returns
    -------
    wants : Wants
        `NOTHING` if nobody has said anything.
    """
    while function is not None:
        found = getattr(function, _KEPT_AS, None)
        if isinstance(found, Wants):
            return found
        is_partial = isinstance(function, partial)
        function = getattr(function, "func" if is_partial else "__wrapped__", None)
    return NOTHING


def wants(
    *, gray: bool = False, scale: int = 1
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Say that a grey or a smaller image is enough for a filter: a decorator.

    Each frame is then decoded to that, which takes less time than to decode it all.
    What the filter returns is as small. The page shows it as it is, and all that counts
    pixels counts those of the small picture: shapes, which lie over it, and the numbers
    at its axes. `Live.image` is what the filter returned.

    Parameters
    ----------
    gray : bool, default False
        Whether the filter gets luminance, an array of shape (M, N) and dtype uint8, by
        the weights of ITU-R BT.601.
    scale : {1, 2, 4, 8}, default 1
        Of how many rows and columns it gets one: ``ceil(M / scale)`` of M rows.

    Returns
    -------
    decorator : callable
        Takes any filter and returns it: a function, also one that is `stateful`, `bgr`,
        a `functools.partial` or ``async``; an object or a class. Of a function that is
        known by its name already, such as one of a library, it returns a
        `functools.partial`, and leaves the function as it is. Whoever calls the filter
        by himself decides himself what it gets. In a `filters.pipeline`, each step that
        wants grey gets it; all are as small as the first one wants.

    Raises
    ------
    ValueError
        If `gray` or `scale` is none of these.

    Examples
    --------
    >>> import numpy as np
    >>> @wants(gray=True, scale=2)
    ... def edges(image):
    ...     return abs(image[1:, 1:].astype(int) - image[:-1, :-1])
    >>> edges(np.array([[0, 9], [9, 30]], np.uint8))
    array([[30]])
    """
    wish = Wants(gray, scale)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        if not callable(function):
            raise TypeError(f"expected a function, got {type(function).__name__}")
        marked: Callable[..., Any] = _mark(function, wish)
        return marked

    return decorate


def _mark(function: Any, wish: Wants) -> Any:
    if isinstance(function, type):
        marked: Any = function
        if _is_known(function):
            own = {"__module__": function.__module__, "__doc__": function.__doc__}
            marked = type(function)(function.__name__, (function,), own)
        setattr(marked, _KEPT_AS, wish)
        return marked
    inner = _undecorated(function)
    if not isinstance(function, partial) and not _is_known(inner):
        with suppress(AttributeError, TypeError):  # of a class written in C, say
            setattr(inner, _KEPT_AS, wish)
            return function
    if isinstance(function, partial):
        another = partial(function.func, *function.args, **function.keywords)
    else:
        another = partial(function)
    setattr(another, _KEPT_AS, wish)
    return another


def _undecorated(function: Any) -> Any:
    """Return the function within `stateful` and `bgr`, which renew themselves of it."""
    while not isinstance(function, FunctionType) and hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    return function


def _is_known(function: Any) -> bool:
    """Tell whether its name leads to it already: not while it is being decorated."""
    module = sys.modules.get(getattr(function, "__module__", None) or "")
    name = getattr(function, "__qualname__", None)
    if module is None or not isinstance(name, str):
        return False
    try:
        found = attrgetter(name)(module)
    except AttributeError:
        return False
    return _undecorated(found) is function
