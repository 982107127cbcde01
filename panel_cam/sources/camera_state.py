"""What a camera's page and Python both know, and the JavaScript between them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import param

from panel_cam.imaging import codec
from panel_cam.sources.base import Source
from panel_cam.transport import assets
from panel_cam.transport.lazy_image import LazyImage
from panel_cam.transport.stream_component import StreamComponent

NOT_ON_A_PAGE = "not-on-a-page"
STATUSES = (
    "idle",
    "starting",
    "streaming",
    "paused",
    "insecure-context",
    "blocked-by-policy",
    "permission-denied",
    "permission-dismissed",
    "no-camera",
    "camera-busy",
    "resolution-impossible",
    "unplugged",
    "interrupted",
    "no-pictures",
    "failed",
    NOT_ON_A_PAGE,
)

# In the order of their needs.
_SCRIPTS = (
    "sources/pacer.js",
    "sources/device.js",
    "sources/demo_scene.js",
    "sources/grab_worker.js",
    "sources/capture_worker.js",
    "sources/picture_watch.js",
    "sources/grabbers.js",
    "sources/picture_reader.js",
    "sources/camera_rate.js",
    "transport/originals.js",
    "sources/capture.js",
    "sources/camera.js",
    "transport/notebook_channel.js",
)

# What the page follows.
_OPTIONS = (
    *("active", "paused", "source", "device_id", "facing", "resolution", "fps"),
    *("format", "quality", "mirror", "preview", "max_in_flight", "answer_timeout"),
    "preparing",
)
# What the page sets, a status after what explains it.
_TOLD = (
    *("error", "notice", "settings", "status", "devices", "active", "paused", "source"),
    *("device_id", "facing", "resolution", "mirror", "preview", "shares"),
)


class Resolution(param.NumericTuple):  # type: ignore[type-arg]  # not at run time
    """Two numbers; a page has no tuples, and sends a list."""

    def __set__(self, obj: Any, val: Any) -> None:
        """Set them; a list is as good as a tuple."""
        super().__set__(obj, tuple(val) if isinstance(val, list) else val)


def _in_js(name: str) -> str:
    first, *others = name.split("_")
    return "".join([first, *map(str.capitalize, others)])


def _glue() -> str:
    """Return the JavaScript between Panel's `data` and the page's own names.

    Panel finds what the page sets by the text of ``data.<name> =``.
    """
    options = ", ".join(f"{_in_js(name)}: data.{name}" for name in _OPTIONS)
    names = [(_in_js(name), name) for name in _TOLD]
    told = [
        f'  if ("{js}" in changes) data.{name} = changes.{js}' for js, name in names
    ]
    return "\n".join(
        [
            f"const options = {{{options}}}",
            "const set = (changes) => {",
            *told,
            "}",
            assets.read("sources/camera.glue.js"),
        ]
    )


def _follow(name: str) -> str:
    return f"state.camera?.update({{{_in_js(name)}: data.{name}}})"


class CameraState(StreamComponent, Source):
    """The synced values of a `Camera`, and what the page does when one changes."""

    autostart = param.Boolean(
        default=False,
        constant=True,
        doc="""
        Open the camera as soon as the component is on the page.""",
    )
    active = param.Boolean(
        default=False,
        doc="""
        Whether the camera is wanted: True opens it, False turns its light off.""",
    )
    paused = param.Boolean(
        default=False,
        doc="""
        Keep the camera open but send no frames.""",
    )
    source: param.Selector[str] = param.Selector(
        default="camera",
        objects=["camera", "demo"],
        doc="""
        Where pictures come from: a camera, or the demo scene drawn in the page.""",
    )
    device_id = param.String(
        default="",
        doc="""
        The browser's identifier of the camera; empty for the browser's choice.""",
    )
    facing: param.Selector[str] = param.Selector(
        default="",
        objects=["", "user", "environment"],
        doc="""
        The front ("user") or rear ("environment") camera, where there are both.""",
    )
    resolution = Resolution(
        default=(640, 480),
        length=2,
        doc="""
        Columns and rows of the picture, exactly; another one reopens the camera.""",
    )
    fps = param.Number(
        default=30,
        bounds=(0, 240),
        doc="""
        Frames per second asked of the camera, and never exceeded; 0 for no limit.""",
    )
    format: param.Selector[str] = param.Selector(
        default="jpeg",
        objects=list(codec.FORMATS),
        doc="""
        How frames are encoded: "jpeg" is quickest, "png" is exact.""",
    )
    quality = param.Number(
        default=0.85,
        bounds=(0, 1),
        doc="""
        Quality of "jpeg" and "webp", 0 to 1.""",
    )
    preview = param.Boolean(
        default=True,
        doc="""
        Show what the camera sees above the controls.""",
    )
    max_in_flight = param.Integer(
        default=2,
        bounds=(1, 64),
        doc="""
        How many frames may be on their way or in work at once.""",
    )
    answer_timeout = param.Number(
        default=2.0,
        bounds=(0.1, 60),
        doc="""
        Seconds after which an answer that did not come is written off.""",
    )
    max_frame_bytes = param.Integer(
        default=codec.MAX_FRAME_BYTES,
        bounds=(1, None),
        precedence=-1,
        doc="""
        Frames of more encoded bytes than this are refused.""",
    )
    status: param.Selector[str] = param.Selector(
        default="idle",
        objects=list(STATUSES),
        doc="""
        What the camera does, or the name of what it failed at.""",
    )
    notice = param.String(
        default="",
        doc="""
        Something worth knowing that is no failure; else empty.""",
    )
    settings = param.Dict(
        default={},
        doc="""
        What the open camera really delivers: width, height, fps, label, deviceId; and
        by which way the page takes its pictures, `capture`: see docs/browsers.md.""",
    )
    devices = param.List(
        default=[],
        doc="""
        The cameras that the browser knows: dictionaries of id, label and facing.""",
    )
    shares = param.String(
        default="",
        doc="""
        The `key` of another camera on the same page that is asked for the same: frames
        come from there, so that each is captured and sent once; else empty. The page
        finds out.""",
    )
    sent_frame = param.Parameter(
        default=None,
        doc="""
        What the page assigns each frame to, as `Frame.from_wire` reads it: a dictionary
        of stream (an integer that tells streams apart), seq (1, 2, ...), captured_at
        (seconds since the epoch by the browser's clock) and data (the encoded
        bytes).""",
    )
    frame = param.Parameter(
        default=None,
        precedence=-1,
        doc="""
        The newest frame that was taken: a `Frame`.""",
    )
    answered = param.Dict(
        default={"stream": 0, "seqs": [], "lagging": [], "timing": None},
        doc="""
        The frames that Python has dealt with, newest last; those that only slower
        receivers still hold; and how long one of them waited for its turn, in
        milliseconds: see `Subscription.answer`.""",
    )
    image = LazyImage(
        doc="""
        The newest frame as an ndarray of shape (M, N, 3) and dtype uint8,
        decoded once and only when someone reads or watches it.""",
    )
    example = param.Array(
        default=np.zeros(1, dtype=np.uint8),
        constant=True,
        doc="""
        An array of the kind in which the page sends the bytes of a frame: BokehJS
        exports no constructor for it.""",
    )
    rejected = param.Integer(
        default=0,
        precedence=-1,
        doc="""
        How many frames were refused because they were none, or out of order.""",
    )
    _received_params: ClassVar[tuple[str, ...]] = ("sent_frame",)
    _stream_params: ClassVar[tuple[str, ...]] = ("answered",)
    _kept_params: ClassVar[tuple[str, ...]] = ("frame", "image", "rejected")

    _template: ClassVar[str] = assets.read("sources/camera.html")
    _stylesheets: ClassVar[list[str]] = [assets.read("sources/camera.css")]
    _scripts: ClassVar[dict[str, str | list[str]]] = {
        "render": assets.library(*_SCRIPTS, exports="CameraPanel, NotebookChannel")
        + _glue(),
        "remove": "state.camera?.remove(); state.camera = null",
        "answered": "state.camera?.answer(data.answered)",
        "notebook_kernel": "state.camera?.welcome(data.notebook_kernel)",
        **{name: _follow(name) for name in _OPTIONS},
    }
