"""A parameter that holds an image, or knows how to make it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import param

from panel_cam.errors import PanelCamError

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)


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
        recipe = None if obj is None else obj.__dict__.get(self._place)
        return super().__get__(obj, objtype) if recipe is None else recipe.image()

    def offer(self, obj: param.Parameterized, make: Callable[[], Any]) -> None:
        """Assign the image that `make` returns, without calling it in vain.

        Parameters
        ----------
        obj : param.Parameterized
            Whose image it is.
        make : callable
            Returns the image. What it raises comes out of here if it is called
            here; later, a `PanelCamError` makes the image None.
        """
        name = str(self.name)
        if obj.param.watchers.get(name, {}).get("value"):
            image = make()
            obj.__dict__.pop(self._place, None)
            setattr(obj, name, image)
        else:
            obj.__dict__[self._place] = _Recipe(make)

    @property
    def _place(self) -> str:
        # Beside the parameter's value, not in it: watchers are told the value before.
        return f"_{self.name}_recipe"


class _Recipe:
    """A function whose result is kept."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make: Callable[[], Any] | None = make
        self._image: Any = None
        self._lock = threading.Lock()

    def image(self) -> Any:
        """Return the result; the first call computes it, on the calling thread."""
        with self._lock:
            make, self._make = self._make, None
            if make is not None:
                try:
                    self._image = make()
                except PanelCamError as error:
                    logger.warning("An image could not be had: %s", error)
            return self._image
