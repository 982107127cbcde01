"""The Bokeh figure that shows pictures as fast as they come."""

from __future__ import annotations

import time
from typing import Any, ClassVar

import numpy as np
import param
from bokeh.models import BoxZoomTool, ColumnDataSource, Range1d, WheelZoomTool
from bokeh.plotting import figure

from panel_cam.imaging import codec
from panel_cam.imaging.picture import make_picture
from panel_cam.imaging.shape_packet import pack
from panel_cam.imaging.shapes import Shape
from panel_cam.transport import assets
from panel_cam.transport.figure_pane import figure_pane
from panel_cam.transport.stream_component import StreamComponent
from panel_cam.view.original import attach
from panel_cam.view.selection import read_selection
from panel_cam.view.shape_glyphs import add_glyphs

COMPARE = ("off", "beside", "swipe")

# In the order of their needs.
_SCRIPTS = (
    "transport/bokeh_figure.js",
    "view/decode.js",
    "view/figure_painter.js",
    "transport/originals.js",
    "view/swipe_line.js",
    "view/comparison.js",
    "view/shape_overlay.js",
    "view/image_view.js",
)
"""How a picture and its original are shown."""


def make_figure() -> figure:
    """Return an empty figure in image coordinates: x to the right, y down, pixels."""
    blank = np.zeros((1, 1), dtype=np.uint32)
    source = ColumnDataSource({"image": [blank], "width": [1], "height": [1]})
    wheel = WheelZoomTool(zoom_on_axis=False)
    plot = figure(
        x_range=Range1d(start=0, end=1),
        y_range=Range1d(start=1, end=0),
        tools=["pan", wheel, BoxZoomTool(match_aspect=True), "reset", "save"],
        active_scroll=wheel,
        toolbar_location="above",
        sizing_mode="stretch_both",
        min_border=0,
        background_fill_alpha=0,
        border_fill_alpha=0,
        outline_line_alpha=0,
    )
    plot.axis.visible = False
    plot.grid.visible = False
    plot.toolbar.logo = None
    # Bokeh wants 15 px to spare, or it hides the last tool, and lets the toolbar be
    # just as wide as its tools. And what it hid while the page had no width yet, it
    # does not show again by itself.
    plot.toolbar.stylesheets = [
        ":host { padding-left: 20px; margin-left: -20px; min-width: 185px; }"
    ]
    # The y axis points down, and with it the glyph: its origin is at the top, then.
    plot.image_rgba(
        "image",
        x=0,
        y=0,
        dw="width",
        dh="height",
        origin="bottom_left",  # type: ignore[call-arg]  # missing in Bokeh's stub
        source=source,
    )
    return plot


def make_figure_with_shapes() -> figure:
    """Return an empty figure that can show shapes over its picture."""
    plot = make_figure()
    add_glyphs(plot)
    return plot


class Selection(param.List):  # type: ignore[type-arg]  # not generic at run time
    """The shapes that are selected; what a page sends may be anything."""

    def __set__(self, obj: Any, val: Any) -> None:
        """Set what of it can be read."""
        super().__set__(obj, read_selection(val))


class ImageView(StreamComponent):
    """A pane for a stream of images: pan, zoom, save; the newest is what it shows.

    Parameters
    ----------
    object : ndarray, optional
        The first image.
    **params
        Any parameter of this class or of Panel's layout.

    Examples
    --------
    >>> view = ImageView(np.eye(8), format="png")
    >>> view.object = np.zeros((480, 640, 3), dtype=np.uint8)
    """

    object = param.Parameter(
        default=None,
        precedence=-1,
        doc="""
        The image to show: an ndarray of shape (M, N), (M, N, 3) or (M, N, 4); bool,
        any integer, or float in its own range; NaN is transparent.""",
    )
    shapes = param.List(
        default=[],
        item_type=Shape,
        precedence=-1,
        doc="""
        What to draw over `object`: `Boxes`, `Points` and the like. Where both change,
        ``view.param.update(object=image, shapes=shapes)`` keeps them together.""",
    )
    selected = Selection(
        default=[],
        doc="""
        The shapes that were tapped, reported by the page: for each a dictionary of
        shape (its number in the list of shapes), index (its own number in that), seq
        (of the frame that was seen) and fields. In later frames, what has the same
        numbers stays marked; it may be another thing.""",
    )
    format: param.Selector[str] = param.Selector(
        default="jpeg",
        objects=list(codec.FORMATS),
        precedence=-1,
        doc="""
        How `object` travels: "jpeg" is quickest, "png" is exact. Where an image is
        transparent is exact in either.""",
    )
    quality = param.Number(
        default=0.85,
        bounds=(0, 1),
        precedence=-1,
        doc="""
        Quality of "jpeg" and "webp", 0 to 1.""",
    )
    mirror = param.Boolean(
        default=False,
        doc="""
        Show the image as in a mirror. The image itself is not changed.""",
    )
    frame = param.Dict(
        default={},
        doc="""
        The encoded picture on the page: see `panel_cam.imaging.picture.make_picture`.
        Assign it to show bytes that are encoded already.""",
    )
    painted = param.Dict(
        default={},
        doc="""
        How painting went in the last second, reported by the page: count, and p50 and
        p95 of the age (milliseconds from `captured_at` to the painted picture).""",
    )
    direct = param.Boolean(
        default=True,
        doc="""
        Paint straight into the glyph's canvas, where this BokehJS allows it.""",
    )
    compare: param.Selector[str] = param.Selector(
        default="off",
        objects=list(COMPARE),
        doc="""
        Show each picture's original too: "beside" it, or left of a line to "swipe".
        Only on the page whose camera took it; elsewhere nothing is changed.""",
    )
    camera_key = param.String(
        default="",
        constant=True,
        doc="""
        The `Camera.key` of the stream, by which the page finds the originals; empty if
        there are none.""",
    )
    figure = param.Parameter(precedence=0)
    original = param.List(default=[], precedence=0)

    _stream_params: ClassVar[tuple[str, ...]] = ("frame",)
    _kept_params: ClassVar[tuple[str, ...]] = (
        "object",
        "shapes",
        "painted",
        "selected",
    )

    _quiet_params: ClassVar[tuple[str, ...]] = ("painted",)

    _template: ClassVar[str] = assets.read("view/image_view.html")
    _stylesheets: ClassVar[list[str]] = [assets.read("view/image_view.css")]
    _scripts: ClassVar[dict[str, str | list[str]]] = {
        "render": assets.library(*_SCRIPTS, exports="ImageElement, BokehFigure")
        + assets.read("view/image_view.glue.js"),
        "remove": "state.image?.remove(); state.image = null",
        "frame": "state.image?.show(data.frame)",
        "mirror": "state.image?.update({mirror: data.mirror})",
        "compare": "state.image?.update({compare: data.compare})",
    }

    def __init__(self, object: np.ndarray | None = None, **params: Any) -> None:
        if not {"width", "height", "sizing_mode"} & params.keys():
            params["sizing_mode"] = "stretch_width"
        pane = figure_pane(lambda place: make_figure_with_shapes())
        super().__init__(figure=pane, object=object, **params)
        self._seq = 0
        self._encode()
        self._make_original()

    @param.depends("compare", watch=True)
    def _make_original(self) -> None:
        # A second figure costs a page some time to build: only for who wants it.
        if self.compare == "beside" and not self.original:
            beside = self.figure.at
            pane = figure_pane(lambda place: attach(make_figure(), beside(place)))
            self.original = [pane]

    def accept(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Leave out a way to compare that there is not."""
        if changes.get("compare", "off") in COMPARE:
            return changes
        return {name: each for name, each in changes.items() if name != "compare"}

    @param.depends("object", "shapes", watch=True)
    def _encode(self) -> None:
        if self.object is None:
            return
        self._seq += 1
        encoded = codec.encode_picture(
            self.object, format=self.format, quality=self.quality
        )
        self.frame = make_picture(
            seq=self._seq,
            captured_at=time.time(),
            data=encoded.data,
            opacity=encoded.opacity,
            overlay=pack(self.shapes),
        )
