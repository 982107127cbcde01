"""The figure of originals: beside that of the processed pictures, and moved with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bokeh.models import HoverTool, SaveTool, TapTool

if TYPE_CHECKING:
    from bokeh.plotting import figure

# What the other figure's toolbar takes; the pictures are to stand at one height.
_TOOLBAR = 30  # px

# What acts on one figure, or on the shapes in it.
_OWN_TOOLS = (SaveTool, HoverTool, TapTool)


def attach(original: figure, processed: figure) -> figure:
    """Let one figure show the same part of its picture as another.

    Parameters
    ----------
    original : figure
        Gets the ranges and the tools of the other, but for that to save; its toolbar
        is that of the other.
    processed : figure
        Is not changed.

    Returns
    -------
    original : figure
        The same that was passed.
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
    return original
