"""A parameter that holds an image, or the recipe for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import param

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np


class LazyImage(param.Parameter):  # type: ignore[type-arg]  # not generic at run time
    """An ndarray, computed when it is first read.

    A stream assigns a new image with every frame; most of them nobody looks at.
    `offer` therefore takes a function, and calls it at once only if someone
    watches the parameter (``watch``, ``bind``, ``depends`` or ``rx``).
    """

    def __init__(self, **params: Any) -> None:
        super().__init__(default=None, precedence=-1, **params)

    def __get__(self, obj: Any, objtype: type | None = None) -> Any:
        """Return the image, computing it if it has not been read before."""
        value = super().__get__(obj, objtype)
        if obj is None or not isinstance(value, _Recipe):
            return value
        return value.image()

    def offer(self, obj: param.Parameterized, make: Callable[[], np.ndarray]) -> None:
        """Assign the image that `make` returns, without calling it in vain."""
        recipe = _Recipe(make)
        name = str(self.name)
        watched = name in obj.param.watchers
        setattr(obj, name, recipe.image() if watched else recipe)


class _Recipe:
    """A function whose result is kept."""

    def __init__(self, make: Callable[[], np.ndarray]) -> None:
        self._make: Callable[[], np.ndarray] | None = make
        self._image: np.ndarray | None = None

    def image(self) -> np.ndarray | None:
        """Return the result; the first call computes it."""
        make, self._make = self._make, None
        if make is not None:
            self._image = make()
        return self._image
