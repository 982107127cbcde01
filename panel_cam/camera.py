"""The browser's camera as a Panel component.

The page's JavaScript (in `js/`) opens the camera, grabs and encodes its newest
picture and assigns it to ``frame``; Python answers every frame through
``answered``, and that is what lets the next one go. Nothing queues: whoever is
slow gets fewer frames, never older ones.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import numpy as np
import param
from panel.io.document import hold

from . import assets, codec
from .component import StreamComponent
from .errors import FrameError
from .frames import Frame
from .lazy_image import LazyImage
from .session import changing
from .wire import tune

if TYPE_CHECKING:
    from bokeh.document import Document

logger = logging.getLogger(__name__)

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

# Several answers can fall into one message of Bokeh, where the last value of a
# property wins; each therefore repeats the ones before it.
_ANSWERS_REPEATED = 16

_RENDER = """
const link = lib.NotebookLink.of(model.document)
const options = {
  active: data.active, paused: data.paused, source: data.source,
  deviceId: data.device_id, facing: data.facing, resolution: data.resolution,
  fps: data.fps, format: data.format, quality: data.quality, mirror: data.mirror,
  preview: data.preview, maxInFlight: data.max_in_flight,
  answerTimeout: data.answer_timeout,
}
const Bytes = data.example.constructor
const host = {
  frame: ({data: buffer, ...frame}) => {
    data.frame = {...frame, data: new Bytes(buffer, [buffer.byteLength])}
  },
  set: (changes) => {
    if ("status" in changes) data.status = changes.status
    if ("error" in changes) data.error = changes.error
    if ("notice" in changes) data.notice = changes.notice
    if ("settings" in changes) data.settings = changes.settings
    if ("devices" in changes) data.devices = changes.devices
    if ("active" in changes) data.active = changes.active
    if ("paused" in changes) data.paused = changes.paused
    if ("source" in changes) data.source = changes.source
    if ("deviceId" in changes) data.device_id = changes.deviceId
    if ("facing" in changes) data.facing = changes.facing
    if ("resolution" in changes) data.resolution = changes.resolution
    if ("mirror" in changes) data.mirror = changes.mirror
    if ("preview" in changes) data.preview = changes.preview
  },
}
state.camera?.remove()
state.camera = new lib.CameraPanel(root, data.key, options, host, link)
// Nobody is there any more to stop the camera, or to see it.
const leave = () => state.camera?.update({active: false})
state.lost ??= (model.document?.on_event("connection_lost", leave), true)
// The kernel may know nothing of this notebook: the camera waits for its answer.
if (link.present) data.notebook_link = link.hello
"""


def _update(name: str, option: str) -> str:
    return f"state.camera?.update({{{option}: data.{name}}})"


class Camera(StreamComponent):
    """A webcam in the browser, whose frames arrive in Python.

    Shows a preview and its own controls (start and stop, pause, source, camera,
    resolution, mirror); works alone in any layout. The camera is never opened
    without a click unless `autostart` is set.

    Parameters
    ----------
    **params
        Any parameter of this class. The first picture comes only after the
        person in front of the page has allowed the camera.

    Examples
    --------
    >>> camera = Camera(resolution=(1280, 720), fps=30)
    >>> camera.status
    'idle'
    """

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
        default={"stream": 0, "seqs": []},
        doc="""
        The frames that Python has dealt with, newest last; see `answer`.""",
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

    _stream_params: ClassVar[tuple[str, ...]] = ("answered",)
    _kept_params: ClassVar[tuple[str, ...]] = ("frame", "image", "rejected")
    # Frames do not count as the application being busy.
    _busy__ignore: ClassVar[list[str]] = ["frame"]

    _template: ClassVar[str] = assets.read("camera.html")
    _stylesheets: ClassVar[list[str]] = [assets.read("camera.css")]
    _scripts: ClassVar[dict[str, str | list[str]]] = {
        "render": assets.library(
            *assets.CAPTURE, "camera", "notebook", exports="CameraPanel, NotebookLink"
        )
        + _RENDER,
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

    def __init__(self, **params: Any) -> None:
        params.setdefault("key", uuid4().hex)
        if params.get("autostart", self.param.autostart.default):
            params.setdefault("active", True)
        super().__init__(**params)  # type: ignore[no-untyped-call]
        self._newest = (0, 0)
        self._answered: deque[int] = deque(maxlen=_ANSWERS_REPEATED)

    # ---- what the browser sends

    def _server_change(
        self,
        doc: Document,
        ref: str,
        subpath: str | None,
        attr: str,
        old: Any,
        new: Any,
    ) -> None:
        # Panel's way to here is a timer, a callback and a debug log that would hold
        # the picture (seen in 1.9.4). We are on the event loop and hold the document's
        # lock: a frame can be taken at once. Without this method it goes Panel's way.
        if attr == "frame":
            tune(doc)
            with changing(doc):
                self.receive(new)
        else:
            super()._server_change(doc, ref, subpath, attr, old, new)

    def _comm_change(
        self,
        doc: Document,
        ref: str,
        comm: Any,
        subpath: str | None,
        attr: str,
        old: Any,
        new: Any,
    ) -> None:
        if attr == "frame":
            # jupyter_bokeh tells of each change twice (seen in 4.1).
            if isinstance(new, Mapping) and self._newest == (
                new.get("stream"),
                new.get("seq"),
            ):
                return
            with hold(doc, comm=comm):
                self.receive(new)
        else:
            super()._comm_change(doc, ref, comm, subpath, attr, old, new)

    def _notebook_state(self) -> dict[str, Any]:
        return {"active": self.active, "paused": self.paused, "source": self.source}

    def _process_property_change(self, msg: dict[str, Any]) -> dict[str, Any]:
        if "frame" in msg:
            msg = dict(msg)
            self.receive(msg.pop("frame"))
        params = super()._process_property_change(msg)
        if params.get("resolution") is not None:
            params["resolution"] = tuple(params["resolution"])
        return params

    def _process_param_change(self, msg: dict[str, Any]) -> dict[str, Any]:
        # What a view knows when it is made, too: it would begin with an old frame.
        msg.pop("frame", None)
        properties: dict[str, Any] = super()._process_param_change(msg)  # type: ignore[no-untyped-call]
        return properties

    # ---- frames

    def receive(self, value: object) -> None:
        """Take one frame as the browser sent it. Never raises.

        Runs on the event loop. What is no frame, or comes out of order, is answered,
        counted in `rejected` and dropped.

        Parameters
        ----------
        value : object
            Should be a mapping of stream, seq, captured_at and data; nothing is
            taken for granted.
        """
        accepted = False
        try:
            frame = Frame.from_wire(value, max_bytes=self.max_frame_bytes)
            if frame.stream == self._newest[0] and frame.seq <= self._newest[1]:
                raise FrameError("expected a seq above the last one, got one below")
            self._newest = (frame.stream, frame.seq)
            codec.format_of(frame.data)
            decode = partial(codec.decode, frame.data, max_pixels=self.max_pixels)
            self.param.image.offer(self, decode)
            accepted = True
            self.frame = frame
        except FrameError as error:
            self.rejected += 1
            logger.warning("A frame from the browser was refused: %s", error)
        except Exception as error:
            # A watcher of `frame` failed. Its traceback would show the picture's bytes.
            logger.error("A watcher of Camera.frame raised %s", type(error).__name__)
        finally:
            if self.auto_answer or not accepted:
                self._answer(value)

    def answer(self, frame: Frame) -> None:
        """Tell the browser that a frame is dealt with, so that it may send another.

        Runs on the event loop. Needed only where `auto_answer` is off.

        Parameters
        ----------
        frame : Frame
            The frame; to answer it twice does no harm.
        """
        if frame.stream != self.answered["stream"]:
            self._answered.clear()
        self._answered.append(frame.seq)
        self.answered = {"stream": frame.stream, "seqs": list(self._answered)}

    def _answer(self, value: object) -> None:
        """Answer what may be no frame at all, as far as it can be told apart."""
        with suppress(FrameError):
            if isinstance(value, Mapping):
                value = {**value, "captured_at": 0, "data": b"-"}
            self.answer(Frame.from_wire(value, max_bytes=1))

    # ---- what one does with it

    def start(self) -> None:
        """Open the camera; the browser may ask the person in front of it."""
        self.active = True

    def stop(self) -> None:
        """Close the camera and turn its light off."""
        self.active = False

    def snapshot(self) -> np.ndarray:
        """Return the newest picture.

        Returns
        -------
        image : ndarray of shape (M, N, 3) and dtype uint8
            Rows, columns, RGB; a copy that the caller may modify.

        Raises
        ------
        FrameError
            If no frame has come yet.
        """
        image: np.ndarray | None = self.image
        if image is None:
            raise FrameError("no frame has come yet: start the camera first")
        return image.copy()
