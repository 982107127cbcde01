"""`bgr`: functions that have blue first, as OpenCV's tutorials do."""

import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import update_wrapper
from importlib import import_module
from inspect import isawaitable
from operator import attrgetter
from typing import Any, Self

import numpy as np

from panel_cam.functions.signature import (
    innermost,
    is_filter_class,
    is_parameterized,
    name_of,
)
from panel_cam.functions.stateful import fresh, is_in_order
from panel_cam.imaging.result import Result


def _flip(image: Any) -> Any:
    """Turn the colours of an image of three or four channels round; alpha stays."""
    if not isinstance(image, np.ndarray) or image.ndim != 3:
        return image
    if image.shape[2] == 3:
        order = [2, 1, 0]
    elif image.shape[2] == 4:
        order = [2, 1, 0, 3]
    else:
        return image
    # OpenCV draws into arrays only whose numbers lie one after the other.
    return np.ascontiguousarray(image[:, :, order])


def _flip_output(output: Any) -> Any:
    if isawaitable(output):
        return _flip_later(output)
    if isinstance(output, Result):
        if output.is_painted:  # in our colours
            return output
        return replace(output, image=_flip(output.image))
    if isinstance(output, tuple) and output:
        return (_flip(output[0]), *output[1:])
    return _flip(output)


async def _flip_later(output: Awaitable[Any]) -> Any:
    return _flip_output(await output)


class BlueFirst:
    """A function that gets and returns BGR, as one of RGB: what `bgr` makes.

    Parameters
    ----------
    function : callable
        Any filter.
    """

    __name__: str
    __wrapped__: Callable[..., Any]

    def __init__(self, function: Callable[..., Any]) -> None:
        inner = innermost(function)
        update_wrapper(self, inner, updated=())
        self.__wrapped__ = function  # whose signature and annotations Python finds
        self.__name__ = name_of(inner)

    @property
    def in_order(self) -> bool:
        """Whether the function keeps state: see `panel_cam.stateful`."""
        return is_in_order(self.__wrapped__)

    def __call__(self, image: Any, /, **settings: Any) -> Any:
        """Process a frame.

        Parameters
        ----------
        image : ndarray of shape (M, N, 3)
            RGB. The function gets a copy, which is its own.
        **settings
            Options of the function.

        Returns
        -------
        output : object
            What the function returns; an image of three or four channels as RGB.
        """
        return _flip_output(self.__wrapped__(_flip(image), **settings))

    def reset(self) -> None:
        """Forget all frames so far, if the function remembers any."""
        if callable(reset := getattr(innermost(self.__wrapped__), "reset", None)):
            reset()

    def fresh(self) -> Self:
        """Make one that has seen no frame, for one session.

        Returns
        -------
        filter : BlueFirst
        """
        return type(self)(fresh(self.__wrapped__))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the function; or the name, where that stands for this and not it."""
        module, name = self.__module__, getattr(self.__wrapped__, "__qualname__", "")
        found = _find(module, name)
        if not isinstance(found, BlueFirst) or _travels_along(module):
            return type(self), (self.__wrapped__,)
        return _find, (module, name)

    def __repr__(self) -> str:
        """Return the call that makes it."""
        return f"bgr({self.__name__})"


def _find(module: str, name: str) -> Any:
    """Return what a module defines by a name, or None."""
    try:
        return attrgetter(name)(import_module(module))
    except (ImportError, AttributeError, ValueError):
        return None


def _travels_along(module: str) -> bool:
    """Tell whether cloudpickle takes along what a module defines."""
    cloudpickle = sys.modules.get("cloudpickle")
    if cloudpickle is None:
        return False
    return module in cloudpickle.list_registry_pickle_by_value()


def _of_class(kind: type) -> type:
    """Make a class of a class of filters; decorated, it takes the place of the name."""
    call: Any = kind.__call__

    def __call__(self: Any, image: Any, /, *args: Any, **settings: Any) -> Any:  # noqa: N807
        return _flip_output(call(self, _flip(image), *args, **settings))

    own = {
        "__call__": update_wrapper(__call__, call),
        "__module__": kind.__module__,
        "__qualname__": kind.__qualname__,
        "__doc__": kind.__doc__,
    }
    made: type = type(kind)(kind.__name__, (kind,), own)
    return made


def bgr(function: Any) -> Any:
    """Let a function have blue first, as OpenCV's do: for colours that look swapped.

    Parameters
    ----------
    function : callable, or class of callables
        A filter that expects BGR, and returns BGR if it returns colours. It may be
        stateful, a `functools.partial` or ``async``, and return whatever a filter may.
        Also as a decorator, above others.

    Returns
    -------
    filter : callable
        With the same options, for RGB. What has one channel or two is left as it is,
        and so are the colours of shapes. Of a class, a class.

    Raises
    ------
    TypeError
        If it cannot be called, or is an instance of `param.Parameterized`.

    Examples
    --------
    >>> @bgr
    ... def without_blue(image):
    ...     image[:, :, 0] = 0
    ...     return image
    >>> without_blue(np.array([[[10, 20, 30]]], np.uint8))
    array([[[10, 20,  0]]], dtype=uint8)
    """
    if isinstance(function, type):
        if not is_filter_class(function):
            raise TypeError(
                f"{function.__name__} cannot be called: it needs __call__(self, image)"
            )
        return _of_class(function)
    if not callable(function):
        raise TypeError(f"expected a function, got {type(function).__name__}")
    if is_parameterized(type(function)):
        raise TypeError(
            f"expected a class, got an instance: pc.bgr({type(function).__name__})(...)"
        )
    return BlueFirst(function)
