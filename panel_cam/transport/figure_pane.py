"""The pane that stands for a Bokeh figure: a new one for every place it is shown in."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

import panel as pn
from panel.pane.base import Pane

from panel_cam.transport.private_names import has

if TYPE_CHECKING:
    from collections.abc import Callable

    from bokeh.document import Document
    from bokeh.model import Model
    from bokeh.plotting import figure
    from pyviz_comms import Comm  # type: ignore[import-untyped]


class FigurePane(Pane):
    """Make a figure of its own for every place in which a component is shown.

    Panel's own pane shows one and the same figure everywhere, and a Bokeh model can be
    in one document only. Use `figure_pane` to make one.

    Parameters
    ----------
    make : callable
        Called with the place, a text; returns a figure.
    """

    def __init__(self, make: Callable[[str], figure]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._make = make
        self._figures: WeakValueDictionary[str, figure] = WeakValueDictionary()

    @classmethod
    def applies(cls, obj: object) -> float | bool | None:
        """Tell Panel that this pane shows no objects of others."""
        return None

    def at(self, place: str) -> figure:
        """Return the figure that was made for a place."""
        return self._figures[place]

    def _get_model(
        self,
        doc: Document,
        root: Model | None = None,
        parent: Model | None = None,
        comm: Comm | None = None,
    ) -> Model:
        place = "" if root is None else root.ref["id"]
        model = self._figures[place] = self._make(place)
        if root is not None and has(self, "_models"):
            self._models[place] = (model, parent)
        return model


class OneFigurePane(pn.pane.Bokeh):
    """Shows the same figure everywhere: what is left where Panel is another one.

    Parameters
    ----------
    make : callable
        As of `FigurePane`.
    """

    def __init__(self, make: Callable[[str], figure]) -> None:
        super().__init__(make(""))  # type: ignore[no-untyped-call]

    def at(self, place: str) -> figure:
        """Return the figure, which is the same in every place."""
        shown: figure = self.object
        return shown


def figure_pane(make: Callable[[str], figure]) -> FigurePane | OneFigurePane:
    """Return a pane that shows the figure that a function makes.

    Parameters
    ----------
    make : callable
        Called with the place, a text; returns a figure. The figures of one place are
        in one document.

    Returns
    -------
    pane : panel.pane.Pane
        Its ``at(place)`` is the figure of a place.
    """
    return FigurePane(make) if has(Pane, "_get_model") else OneFigurePane(make)
