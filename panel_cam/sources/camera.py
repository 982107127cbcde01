"""The browser's camera as a Panel component.

The page's JavaScript (`camera.js`) opens the camera, grabs and encodes its newest
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
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
from panel.io.document import hold

from panel_cam.errors import FrameError
from panel_cam.imaging import codec
from panel_cam.imaging.frame import Frame
from panel_cam.sources.camera_state import CameraState
from panel_cam.transport.session_caller import changing
from panel_cam.transport.websocket import tune

if TYPE_CHECKING:
    from bokeh.document import Document

logger = logging.getLogger(__name__)

# Several answers can fall into one message of Bokeh, where the last value of a
# property wins; each therefore repeats the ones before it.
_ANSWERS_REPEATED = 16


class Camera(CameraState):
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
            if doc.session_context is None and self._is_told_again(new):
                return
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
            if self._is_told_again(new):
                return
            with hold(doc, comm=comm):
                self.receive(new)
        else:
            super()._comm_change(doc, ref, comm, subpath, attr, old, new)

    def _is_told_again(self, value: object) -> bool:
        """Whether this is the last frame: jupyter_bokeh tells of each twice (4.1)."""
        if not isinstance(value, Mapping):
            return False
        return self._newest == (value.get("stream"), value.get("seq"))

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

    def answer(self, frame: Frame, *, wait: float | None = None) -> None:
        """Tell the browser that a frame is dealt with, so that it may send another.

        Runs on the event loop. Needed only where `auto_answer` is off.

        Parameters
        ----------
        frame : Frame
            The frame; to answer it twice does no harm.
        wait : float, optional
            How long it waited to be processed, in seconds, or, below 0, how long it was
            waited for: see `FrameTiming`. The page times the next frames by it.
        """
        if frame.stream != self.answered["stream"]:
            self._answered.clear()
        self._answered.append(frame.seq)
        self.answered = {
            "stream": frame.stream,
            "seqs": list(self._answered),
            "wait": None if wait is None else round(wait * 1000, 1),
        }

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
