"""The pane that stands for a Bokeh figure: a new one for every place it is shown in."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from panel.pane.base import Pane

if TYPE_CHECKING:
    from collections.abc import Callable

    from bokeh.document import Document
    from bokeh.model import Model
    from bokeh.plotting import figure
    from pyviz_comms import Comm  # type: ignore[import-untyped]


class FigurePane(Pane):
    """Make a figure of its own for every place in which a component is shown.

    Panel's own pane shows one and the same figure everywhere, and a Bokeh model can be
    in one document only.

    Parameters
    ----------
    make : callable
        Called without arguments, returns a figure.
    """

    _updates: ClassVar[bool] = False

    def __init__(self, make: Callable[[], figure]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._make = make

    @classmethod
    def applies(cls, obj: object) -> float | bool | None:
        """Tell Panel that this pane shows no objects of others."""
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
            self._adjust(model, root.ref["id"])
            self._models[root.ref["id"]] = (model, parent)
        return model

    def _adjust(self, model: figure, ref: str) -> None:
        """Fit a new figure into the place with this root; here, there is nothing to."""
