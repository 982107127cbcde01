"""The figure of originals: beside that of the processed pictures, and moved with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bokeh.models import HoverTool, SaveTool, TapTool

from panel_cam.view.figure_pane import FigurePane

if TYPE_CHECKING:
    from collections.abc import Callable

    from bokeh.plotting import figure

# What the other figure's toolbar takes; the pictures are to stand at one height.
_TOOLBAR = 30  # px

# What acts on one figure, or on the shapes in it.
_OWN_TOOLS = (SaveTool, HoverTool, TapTool)


def attach(original: figure, processed: figure) -> None:
    """Let one figure show the same part of its picture as another.

    Parameters
    ----------
    original : figure
        Gets the ranges and the tools of the other, but for that to save; its toolbar
        is that of the other.
    processed : figure
        Is not changed.
    """
    original.name = "original"
    original.x_range = processed.x_range
    original.y_range = processed.y_range
    original.toolbar_location = None
    original.min_border_top = _TOOLBAR
    original.toolbar.tools = [
        tool for tool in processed.toolbar.tools if not isinstance(tool, _OWN_TOOLS)
    ]
    original.toolbar.active_scroll = processed.toolbar.active_scroll


class OriginalPane(FigurePane):
    """Make the figure of originals for every place in which a view is shown.

    Parameters
    ----------
    make : callable
        Called without arguments, returns a figure like those of `processed`.
    processed : FigurePane
        Makes the figure of processed pictures, in each of these places, and first.
    """

    def __init__(self, make: Callable[[], figure], processed: FigurePane) -> None:
        super().__init__(make)
        self._processed = processed

    def _adjust(self, model: figure, ref: str) -> None:
        processed, _ = self._processed._models[ref]
        attach(model, processed)
