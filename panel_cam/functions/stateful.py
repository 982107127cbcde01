"""State across frames: background, motion, a running mean.

Write a function that takes the image and a dictionary, and decorate it::

    @stateful
    def mean(image, state, *, memory: Annotated[float, Range(0, 0.99)] = 0.9):
        state["mean"] = memory * state.get("mean", image) + (1 - memory) * image
        return state["mean"]

or write a class whose instances are called with an image, have `in_order = True` and,
if they hold anything, a method `reset`. Either way:

- Each session works on an instance of its own, which `fresh` makes.
- `in_order` asks for one frame at a time, in the order of `seq`, in the process where
  the instance lives: what a frame changes has to be there for the next one. So `Live`
  runs such a filter in a thread of its own process, whatever its executor.
- Frames are dropped when the filter is slow, so "the frame before" is the last one
  that the filter saw.
"""

import copy
import inspect
import sys
from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any, Self, TypeAlias

import numpy as np

from panel_cam.functions.signature import innermost, refuse_generator

State: TypeAlias = dict[str, Any]
"""What a filter keeps from frame to frame: empty at first, and after each reset."""


class Stateful:
    """A filter with memory: what `stateful` makes of a function.

    It is called like any filter. Its state starts anew when an image of another shape
    comes, because what was kept would no longer fit. It may be copied and pickled,
    state included, but never called by two threads at once.

    Parameters
    ----------
    function : callable
        Called as `function(image, state, **settings)`; see `stateful`.
    """

    in_order = True
    """Asks for one frame at a time, in order, where the instance lives."""

    __name__: str
    __wrapped__: Callable[..., Any]

    def __init__(self, function: Callable[..., Any]) -> None:
        refuse_generator(function)
        update_wrapper(self, function)
        image, _, *options = (signature := inspect.signature(function)).parameters
        kept = [signature.parameters[name] for name in (image, *options)]
        self.__signature__ = signature.replace(parameters=kept)
        self.state: State = {}
        self._shape: tuple[int, ...] | None = None

    def __call__(self, image: Any, /, **settings: Any) -> Any:
        """Process the next frame.

        Parameters
        ----------
        image : ndarray
            The frame.
        **settings
            Options of the function; they may differ from frame to frame.

        Returns
        -------
        output : ndarray or Result
            What the function returns.
        """
        shape = np.shape(image)
        if shape != self._shape:
            self.reset()
            self._shape = shape
        return self.__wrapped__(image, self.state, **settings)

    def reset(self) -> None:
        """Forget all frames so far."""
        self.state = {}
        self._shape = None

    def fresh(self) -> Self:
        """Make a filter of the same function that has seen no frame.

        Returns
        -------
        filter : Stateful
            Shares nothing with this one but the function.
        """
        return type(self)(self.__wrapped__)

    def __copy__(self) -> Self:
        """Return an independent copy, state included."""
        return copy.deepcopy(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Return an independent copy, state included."""
        other = self.fresh()
        other.state = copy.deepcopy(self.state, memo)
        other._shape = self._shape
        return other

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by name and state: the decorated function itself has no name."""
        place = (self.__module__, self.__wrapped__.__qualname__)
        return _restore, (*place, self.state, self._shape)

    def __repr__(self) -> str:
        """Name the function."""
        return f"<stateful {self.__module__}.{self.__wrapped__.__qualname__}>"


def _restore(
    module: str, name: str, state: State, shape: tuple[int, ...] | None
) -> Stateful:
    """Rebuild a pickled filter from the one that its module defines."""
    __import__(module)
    found: Any = sys.modules[module]
    for part in name.split("."):
        found = getattr(found, part)
    filter: Stateful = found.fresh()
    filter.state, filter._shape = state, shape
    return filter


def stateful(function: Callable[..., Any]) -> Stateful:
    """Turn `function(image, state, *, options)` into a filter with memory.

    Parameters
    ----------
    function : callable
        Takes the image and a dictionary to keep things in between frames; the options
        are keyword-only, as in any filter. It should store arrays of its own: the image
        it gets, it may keep but not modify.

    Returns
    -------
    filter : Stateful
        Called as `filter(image, **options)`.

    Examples
    --------
    >>> import numpy as np
    >>> @stateful
    ... def difference(image, state):
    ...     before, state["before"] = state.get("before", image), image
    ...     return image - before
    >>> difference(np.array([[1.0, 2.0]]))
    array([[0., 0.]])
    >>> difference(np.array([[1.0, 5.0]]))
    array([[0., 3.]])
    """
    return Stateful(function)


def is_in_order(function: Any) -> bool:
    """Tell whether a filter needs its frames one at a time and in order.

    Parameters
    ----------
    function : callable
        Any filter, also a `functools.partial` of one.

    Returns
    -------
    in_order : bool
        Its attribute `in_order`; False for a plain function.
    """
    return bool(getattr(innermost(function), "in_order", False))


def fresh(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make the instance of a filter that one session works on.

    Parameters
    ----------
    function : callable
        Any filter.

    Returns
    -------
    function : callable
        The filter itself, unless it is `in_order`. Then what `function.fresh()` returns
        or, for want of that method, a deep copy, after its `reset()` if it has one. Of
        a `functools.partial`, the same with its function renewed.

    Examples
    --------
    >>> fresh(abs) is abs
    True
    """
    if isinstance(function, partial):
        inner = fresh(function.func)
        if inner is function.func:
            return function
        another = partial(inner, *function.args, **function.keywords)
        another.__dict__.update(function.__dict__)  # such as what it `wants`
        return another
    if isinstance(function, type) or not is_in_order(function):
        return function
    if callable(renew := getattr(function, "fresh", None)):
        renewed: Callable[..., Any] = renew()
        return renewed
    function = copy.deepcopy(function)
    if callable(reset := getattr(function, "reset", None)):
        reset()
    return function
