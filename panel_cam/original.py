"""The figure of originals: beside that of the processed pictures, and moved with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bokeh.models import HoverTool, SaveTool, TapTool
from panel.pane.base import Pane

if TYPE_CHECKING:
    from collections.abc import Callable

    from bokeh.document import Document
    from bokeh.model import Model
    from bokeh.plotting import figure
    from pyviz_comms import Comm  # type: ignore[import-untyped]

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


class OriginalPane(Pane):
    """Make the figure of originals for every place in which a view is shown.

    Parameters
    ----------
    processed : Pane
        Makes the figure of processed pictures, in each of these places.
    make : callable
        Called without arguments, returns another such figure.
    """

    _updates: ClassVar[bool] = False

    def __init__(self, processed: Pane, make: Callable[[], figure]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._processed = processed
        self._make = make

    @classmethod
    def applies(cls, obj: object) -> float | bool | None:
        """Tell that it shows no objects."""
        return None

    def _get_model(
        self,
        doc: Document,
        root: Model | None = None,
        parent: Model | None = None,
        comm: Comm | None = None,
    ) -> Model:
        model = self._make()
        if root is not None:
            processed, _ = self._processed._models[root.ref["id"]]
            attach(model, processed)
            self._models[root.ref["id"]] = (model, parent)
        return model
