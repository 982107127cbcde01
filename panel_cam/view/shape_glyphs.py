"""The Bokeh glyphs that draw shapes over a picture, set aside until there are some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, TapTool
from bokeh.models.glyphs import MultiLine, Patches, Quad, Scatter, Segment, Text
from bokeh.models.renderers import GlyphRenderer

if TYPE_CHECKING:
    from bokeh.plotting import figure

_HALO = "#000000"

_LINE: dict[str, Any] = {"line_color": "color", "line_width": 2}
_CHOSEN: dict[str, Any] = {"line_color": "color", "line_width": 5}
_DARK: dict[str, Any] = {"line_color": _HALO, "line_alpha": 0.55, "line_width": 4}

_ROUND = {"line_join": "round"}
_MITER = {"line_join": "miter"}  # a rectangle is painted in two thirds of the time

# Lowest first. With a dark line below, a little wider, one is readable on any picture.
_OUTLINES: dict[str, tuple[type[Any], tuple[str, ...], dict[str, Any]]] = {
    "polygons": (
        Patches,
        ("xs", "ys"),
        {"fill_color": "color", "fill_alpha": 0.15, **_ROUND},
    ),
    "contours": (MultiLine, ("xs", "ys"), _ROUND),
    "boxes": (Quad, ("left", "right", "top", "bottom"), {"fill_color": None, **_MITER}),
    "lines": (Segment, ("x0", "y0", "x1", "y1"), _ROUND),
}


def _source(*columns: str) -> ColumnDataSource:
    # A colour column is an array here, so that the page finds its constructor.
    empty = {name: np.empty(0, np.float32) for name in columns}
    return ColumnDataSource({**empty, "color": np.empty(0, np.uint32)})


def add_glyphs(plot: figure) -> None:
    """Give a figure what `shape_overlay.js` fills: for each kind glyphs, hover and tap.

    The glyphs wait in ``plot.tags``, where they cost a picture nothing; the page puts
    them into the figure when the first shapes come.

    Parameters
    ----------
    plot : figure
        Of an image; changed.
    """
    renderers: list[GlyphRenderer[Any]] = []
    touched: list[Any] = []
    for kind, (glyph, places, options) in _OUTLINES.items():
        source = _source(*places)
        at: dict[str, Any] = {place: place for place in places}
        bare = {**options, "fill_color": None} if "fill_color" in options else options
        halo = GlyphRenderer(
            data_source=source,
            glyph=glyph(**at, **bare, **_DARK),
            name=f"panel-cam-{kind}-halo",
            visible=False,
        )
        line = GlyphRenderer(
            data_source=source,
            glyph=glyph(**at, **options, **_LINE),
            selection_glyph=glyph(**at, **options, **_CHOSEN),
            nonselection_glyph=glyph(**at, **options, **_LINE),
            name=f"panel-cam-{kind}",
            visible=False,
        )
        renderers += [halo, line]
        touched.append(line)
    dot: dict[str, Any] = {
        "x": "x",
        "y": "y",
        "fill_color": "color",
        "line_color": _HALO,
    }
    points = GlyphRenderer(
        data_source=_source("x", "y"),
        glyph=Scatter(**dot, size=9),
        selection_glyph=Scatter(**dot, size=15, line_width=2),
        nonselection_glyph=Scatter(**dot, size=9),
        name="panel-cam-points",
        visible=False,
    )
    texts: dict[str, Any] = {
        "x": "x",
        "y": "y",
        "text": "text",
        "x_offset": 4,
        "y_offset": -4,
        "text_color": "color",
        "text_font_size": "13px",
        "background_fill_color": _HALO,
        "background_fill_alpha": 0.65,
        "padding": 2,
        "border_radius": 2,
    }
    labels = GlyphRenderer(
        data_source=_source("x", "y", "text"),
        glyph=Text(**texts),
        selection_glyph=Text(**{**texts, "text_font_size": "18px"}),
        nonselection_glyph=Text(**texts),
        name="panel-cam-labels",
        visible=False,
    )
    renderers += [points, labels]
    touched += [points, labels]
    plot.tags = renderers
    for renderer in touched:
        hover = HoverTool(
            renderers=[renderer],
            tooltips=None,
            name=renderer.name,
            visible=False,
            point_policy="follow_mouse",
        )
        plot.add_tools(hover)
    plot.add_tools(TapTool(renderers=touched, visible=False))
