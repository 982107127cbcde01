"""A live, interactive view of your camera through your own Python image filter.

Write ``f(image) -> image``; `Live` shows your camera through it, in a notebook, on a
server, in someone else's page.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import filters
    from .camera import Camera
    from .errors import (
        ExecutorError,
        FilterError,
        FrameError,
        ImageError,
        PanelCamError,
    )
    from .frames import Frame, Result
    from .image_view import ImageView
    from .live import Live
    from .ranges import Range
    from .state import stateful

__version__ = "0.1.0.dev0"

_HOMES = {
    "Camera": "camera",
    "ExecutorError": "errors",
    "FilterError": "errors",
    "Frame": "frames",
    "FrameError": "errors",
    "ImageError": "errors",
    "ImageView": "image_view",
    "Live": "live",
    "PanelCamError": "errors",
    "Range": "ranges",
    "Result": "frames",
    "stateful": "state",
}

__all__ = [
    "Camera",
    "ExecutorError",
    "FilterError",
    "Frame",
    "FrameError",
    "ImageError",
    "ImageView",
    "Live",
    "PanelCamError",
    "Range",
    "Result",
    "filters",
    "stateful",
]


def __getattr__(name: str) -> object:
    # Imported when first used: a worker process needs the filters, and not Panel.
    if name == "filters":
        return import_module(".filters", __name__)
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
