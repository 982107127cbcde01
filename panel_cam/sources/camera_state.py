"""What a camera's page and Python both know, and the JavaScript between them."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import param

from panel_cam.imaging import codec
from panel_cam.transport import assets
from panel_cam.transport.lazy_image import LazyImage
from panel_cam.transport.stream_component import StreamComponent

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
    "failed",
)

# In the order of their needs.
_SCRIPTS = (
    "sources/pacer.js",
    "sources/device.js",
    "sources/demo_scene.js",
    "sources/grab_worker.js",
    "sources/grabber.js",
    "transport/originals.js",
    "sources/capture.js",
    "sources/camera.js",
    "transport/notebook_channel.js",
)


def _update(name: str, option: str) -> str:
    return f"state.camera?.update({{{option}: data.{name}}})"


class CameraState(StreamComponent):
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
    resolution = param.NumericTuple(
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
    mirror = param.Boolean(
        default=False,
        doc="""
        Show the preview as in a mirror. The frames themselves are never mirrored.""",
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
    max_pixels = param.Integer(
        default=codec.MAX_PIXELS,
        bounds=(1, None),
        precedence=-1,
        doc="""
        Frames of more pixels than this are refused, before they are decoded.""",
    )

    status: param.Selector[str] = param.Selector(
        default="idle",
        objects=list(STATUSES),
        doc="""
        What the camera does, or the name of what it failed at.""",
    )
    error = param.String(
        default="",
        doc="""
        For a failure, one sentence that says what to do; else empty.""",
    )
    notice = param.String(
        default="",
        doc="""
        Something worth knowing that is no failure; else empty.""",
    )
    settings = param.Dict(
        default={},
        doc="""
        What the open camera really delivers: width, height, fps, label, deviceId.""",
    )
    devices = param.List(
        default=[],
        doc="""
        The cameras that the browser knows: dictionaries of id, label and facing.""",
    )
    frame = param.Parameter(
        default=None,
        doc="""
        The newest frame: a dictionary of stream (an integer that tells streams
        apart), seq (1, 2, ...), captured_at (seconds since the epoch by the
        browser's clock), width, height and data (the encoded bytes).""",
    )
    answered = param.Dict(
        default={"stream": 0, "seqs": [], "wait": None},
        doc="""
        The frames that Python has dealt with, newest last, and how many milliseconds
        that one waited; see `answer`.""",
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
    key = param.String(
        default="",
        constant=True,
        doc="""
        Tells this component from others on the page, the same in all its views.""",
    )

    rejected = param.Integer(
        default=0,
        precedence=-1,
        doc="""
        How many frames were refused because they were none, or out of order.""",
    )
    auto_answer = param.Boolean(
        default=True,
        precedence=-1,
        doc="""
        Answer every frame as soon as those who watch it have returned. Off: somebody
        calls `answer`, when the frame's result is on the page, say.""",
    )

    _stream_params: ClassVar[tuple[str, ...]] = ("answered",)
    _kept_params: ClassVar[tuple[str, ...]] = ("frame", "image", "rejected")
    # Frames do not count as the application being busy.
    _busy__ignore: ClassVar[list[str]] = ["frame"]

    _template: ClassVar[str] = assets.read("sources/camera.html")
    _stylesheets: ClassVar[list[str]] = [assets.read("sources/camera.css")]
    _scripts: ClassVar[dict[str, str | list[str]]] = {
        "render": assets.library(*_SCRIPTS, exports="CameraPanel, NotebookLink")
        + assets.read("sources/camera.glue.js"),
        "remove": "state.camera?.remove(); state.camera = null",
        "answered": "state.camera?.answer(data.answered)",
        "notebook_answer": "state.camera?.welcome(data.notebook_answer)",
        "active": _update("active", "active"),
        "paused": _update("paused", "paused"),
        "source": _update("source", "source"),
        "device_id": _update("device_id", "deviceId"),
        "facing": _update("facing", "facing"),
        "resolution": _update("resolution", "resolution"),
        "fps": _update("fps", "fps"),
        "format": _update("format", "format"),
        "quality": _update("quality", "quality"),
        "mirror": _update("mirror", "mirror"),
        "preview": _update("preview", "preview"),
        "max_in_flight": _update("max_in_flight", "maxInFlight"),
        "answer_timeout": _update("answer_timeout", "answerTimeout"),
    }
