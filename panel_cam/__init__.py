"""A live, interactive view of your camera through your own Python image filter.

Write ``f(image) -> image``; `Live` shows your camera through it, in a notebook, on a
server, in someone else's page.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import filters
    from .camera import Camera
    from .chain_editor import ChainEditor
    from .controls import Controls
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
    from .picker import FilterPicker
    from .ranges import Range
    from .recorder import Recorder
    from .reproduce import as_python
    from .settings import settings_of
    from .shapes import Boxes, Contours, Labels, Lines, Points, Polygons
    from .state import stateful

__version__ = "0.1.0.dev0"

_HOMES = {
    "Boxes": "shapes",
    "Camera": "camera",
    "ChainEditor": "chain_editor",
    "Contours": "shapes",
    "Controls": "controls",
    "ExecutorError": "errors",
    "FilterError": "errors",
    "FilterPicker": "picker",
    "Frame": "frames",
    "FrameError": "errors",
    "ImageError": "errors",
    "ImageView": "image_view",
    "Labels": "shapes",
    "Lines": "shapes",
    "Live": "live",
    "PanelCamError": "errors",
    "Points": "shapes",
    "Polygons": "shapes",
    "Range": "ranges",
    "Recorder": "recorder",
    "Result": "frames",
    "as_python": "reproduce",
    "settings_of": "settings",
    "stateful": "state",
}

__all__ = [
    "Boxes",
    "Camera",
    "ChainEditor",
    "Contours",
    "Controls",
    "ExecutorError",
    "FilterError",
    "FilterPicker",
    "Frame",
    "FrameError",
    "ImageError",
    "ImageView",
    "Labels",
    "Lines",
    "Live",
    "PanelCamError",
    "Points",
    "Polygons",
    "Range",
    "Recorder",
    "Result",
    "as_python",
    "filters",
    "settings_of",
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
