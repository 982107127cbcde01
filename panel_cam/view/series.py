"""Named numbers as lines that move: one figure, and a legend that shows the newest."""

from __future__ import annotations

from typing import Any, ClassVar

import param
from bokeh.models import ColumnDataSource, Range1d
from bokeh.plotting import figure

from panel_cam.transport import assets
from panel_cam.transport.figure_pane import figure_pane
from panel_cam.transport.stream_component import StreamComponent
from panel_cam.view.series_window import SeriesWindow

# In the order of their needs.
_SCRIPTS = ("transport/bokeh_figure.js", "view/series_window.js", "view/series.js")

_GREY = "#888888"  # readable on white and on black


def make_plot() -> figure:
    """Return an empty figure; x is in seconds."""
    source = ColumnDataSource({"xs": [], "ys": [], "color": []})
    plot = figure(
        x_range=Range1d(start=0, end=60),
        y_range=Range1d(start=0, end=1),
        tools=["reset"],
        toolbar_location=None,
        sizing_mode="stretch_both",
        min_border=4,
        background_fill_alpha=0,
        border_fill_alpha=0,
        outline_line_alpha=0,
    )
    plot.xaxis.axis_label = "seconds"
    plot.axis.axis_label_text_font_style = "normal"
    plot.axis.axis_label_text_color = _GREY
    plot.axis.major_label_text_color = _GREY
    plot.axis.axis_line_color = _GREY
    plot.axis.major_tick_line_color = _GREY
    plot.axis.minor_tick_line_color = None
    plot.grid.grid_line_color = _GREY
    plot.grid.grid_line_alpha = 0.25
    plot.multi_line("xs", "ys", line_color="color", line_width=2, source=source)
    return plot


class Series(StreamComponent):
    """Lines of named numbers over the last hundred seconds or so.

    A click on a name hides its line.

    Parameters
    ----------
    **params
        Any parameter of this class or of Panel's layout.

    Examples
    --------
    >>> series = Series()
    >>> series.add(0.5, {"mean": 12.0})
    >>> series.window.arrays()["mean"]
    array([12.])
    """

    points = param.Dict(
        default={},
        doc="""
        What the page appends to its window: see `SeriesWindow.news`.""",
    )
    asked = param.Parameter(
        default=None,
        doc="""
        Another number each time that the page has missed something, and wants all.""",
    )
    figure = param.Parameter(precedence=0)

    _stream_params: ClassVar[tuple[str, ...]] = ("points",)
    _kept_params: ClassVar[tuple[str, ...]] = ("asked",)
    _quiet_params: ClassVar[tuple[str, ...]] = ("asked",)

    _template: ClassVar[str] = assets.read("view/series.html")
    _stylesheets: ClassVar[list[str]] = [assets.read("view/series.css")]
    _scripts: ClassVar[dict[str, str | list[str]]] = {
        "render": assets.library(*_SCRIPTS, exports="SeriesElement, BokehFigure")
        + assets.read("view/series.glue.js"),
        "remove": "state.series?.remove(); state.series = null",
        "points": "state.series?.show(data.points)",
    }

    def __init__(self, **params: Any) -> None:
        if not {"width", "height", "sizing_mode"} & params.keys():
            params["sizing_mode"] = "stretch_width"
        super().__init__(figure=figure_pane(lambda place: make_plot()), **params)
        self.window = SeriesWindow()
        self._wanted = False

    def first_values(self) -> dict[str, Any]:
        """Let a page that begins here have all that there is."""
        # Those who are there already need no more.
        return {"points": self.window.everything()}

    @param.depends("asked", watch=True)
    def _answer(self) -> None:
        # The next numbers bring all: they come where the stream is, and in a notebook,
        # this here is another thread. A page that asks again has got none.
        if self._wanted:
            self._send()
        else:
            self._wanted = True

    def _send(self) -> None:
        wanted, self._wanted = self._wanted, False
        self.points = self.window.everything() if wanted else self.window.news()

    def add(self, at: float, values: dict[str, float]) -> None:
        """Add the numbers of one moment, and show them; on the event loop.

        Not for every frame: a few times a second is what an eye follows.

        Parameters
        ----------
        at : float
            Seconds, by any clock.
        values : dict of str to float
            The numbers.
        """
        self.window.add(at, values)
        self._send()

    def clear(self) -> None:
        """Forget all."""
        self.window.clear()
        self._send()
