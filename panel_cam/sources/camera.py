"""The browser's camera as a Panel component.

The page's JavaScript (`camera.js`) opens the camera, grabs and encodes its newest
picture and assigns it to ``sent_frame``; Python answers every frame through
``answered``, and that is what lets the next one go. Nothing queues: whoever is
slow gets fewer frames, never older ones.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Self
from uuid import uuid4
from weakref import WeakValueDictionary

import numpy as np
import param

from panel_cam.errors import FrameError
from panel_cam.imaging import codec
from panel_cam.imaging.frame import Frame
from panel_cam.sources.base import Subscription
from panel_cam.sources.camera_state import NOT_ON_A_PAGE, CameraState
from panel_cam.transport.session_caller import in_session

logger = logging.getLogger(__name__)

# Several answers can fall into one message of Bokeh, where the last value of a
# property wins; each therefore repeats the ones before it.
_ANSWERS_REPEATED = 16


_cameras: WeakValueDictionary[str, Camera] = WeakValueDictionary()
"""All that there are, by their keys."""


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
        # What is passed stays; the default follows what receivers can use.
        self._followed = None if "max_in_flight" in params else self.max_in_flight
        self._said_by_page: bool | None = None
        self._is_wanted_by_code = params.get("active", False)
        self._newest = (0, 0)
        self._answered: deque[int] = deque(maxlen=_ANSWERS_REPEATED)
        self._shared: Subscription | None = None
        super().__init__(**params)
        self.param.watch(self._on_active, "active")
        self.param.watch(self._on_status, "status")
        self.param.watch(self._on_shares, "shares")
        _cameras[self.key] = self

    # ---- what the browser sends

    def take(self, name: str, value: object) -> None:
        """Take a frame of the page's: see `receive`."""
        # jupyter_bokeh tells of each frame twice (4.1).
        if in_session() or not self._is_last(value):
            self.receive(value)

    def _is_last(self, value: object) -> bool:
        if not isinstance(value, Mapping):
            return False
        return self._newest == (value.get("stream"), value.get("seq"))

    def accept(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Note what a person has pressed, to tell it from what code has asked for."""
        self._said_by_page = changes.get("active")
        return changes

    def _on_active(self, event: param.parameterized.Event) -> None:
        self._is_wanted_by_code = event.new and self._said_by_page is not True
        self._said_by_page = None

    def _on_status(self, event: param.parameterized.Event) -> None:
        # Where it is added again, a person is not filmed before they press Start again.
        if event.new == NOT_ON_A_PAGE and not self._is_wanted_by_code:
            self.active = False

    def on_left_page(self) -> None:
        """Tell of it; the page, which has turned the camera off, cannot any more."""
        self.param.update(error="", notice="", shares="", status=NOT_ON_A_PAGE)

    def notebook_state(self) -> dict[str, Any]:
        """Return what people may have changed since the notebook was stored."""
        return {"active": self.active, "paused": self.paused, "source": self.source}

    # ---- frames of another camera

    def _on_shares(self, event: param.parameterized.Event) -> None:
        if self._shared is not None:
            self._shared.close()
            self._shared = None
        other = _cameras.get(event.new)
        # The page says it: nobody gets another session's pictures, nor his own again.
        if other is not None and not other.shares and self.is_beside(other):
            self._shared = other.subscribe(self._take_shared)
            self.on_capacity()

    def _take_shared(self, frame: Frame) -> None:
        with suppress(FrameError):  # which the other one has told
            self._tell(frame)
        self.publish(frame)

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
        try:
            frame = Frame.from_wire(value, max_bytes=self.max_frame_bytes)
            self._check_order(frame)
            codec.format_of(bytes(frame.data))
            self._tell(frame)
        except FrameError as error:
            self.rejected += 1
            logger.warning("A frame from the browser was refused: %s", error)
            self._refuse(value)
        else:
            self.publish(frame)

    def _check_order(self, frame: Frame) -> None:
        if frame.stream == self._newest[0] and frame.seq <= self._newest[1]:
            raise FrameError("expected a seq above the last one, got one below")
        if frame.stream != self._newest[0]:
            self._answered.clear()
        self._newest = (frame.stream, frame.seq)

    def _tell(self, frame: Frame) -> None:
        """Tell who watches `image` or `frame`; raises if the image cannot be had."""
        try:
            decode = partial(
                codec.decode, bytes(frame.data), max_pixels=self.max_pixels
            )
            self.param.image.offer(self, decode)
            self.frame = frame
        except FrameError:
            raise
        except Exception as error:  # its traceback would show the picture's bytes
            logger.error("A watcher of Camera.frame raised %s", type(error).__name__)

    def _refuse(self, value: object) -> None:
        """Answer what may be no frame at all, as far as it can be told apart."""
        with suppress(FrameError):
            if isinstance(value, Mapping):
                value = {**value, "captured_at": 0, "data": b"-"}
            self.on_answered(Frame.from_wire(value, max_bytes=1), None)

    def on_answered(self, frame: Frame, timing: float | None) -> None:
        """Tell the browser that a frame is dealt with; on the event loop."""
        if self._shared is not None:
            self._shared.answer(frame, timing)
            return
        if frame.stream < self._newest[0]:
            return  # of a stream that the page has ended
        if frame.stream != self.answered["stream"]:
            self._answered.clear()
        self._answered.append(frame.seq)
        if timing is None and self._is_lagging(frame) and self.stats["held"] > 0:
            return  # the page does not wait for it, and the next message repeats it
        self._answer(frame.stream, timing)

    def on_lagging(self, frame: Frame, timing: float | None) -> None:
        """Tell the browser which frames need not keep it waiting; on the event loop."""
        if self._shared is not None:
            return
        if timing is not None or not self._is_lagging(frame):
            self._answer(frame.stream, timing)

    def _is_lagging(self, frame: Frame) -> bool:
        """Tell whether the page knows that it need not wait for a frame."""
        told = self.answered
        return bool(frame.stream == told["stream"] and frame.seq in told["lagging"])

    def _answer(self, stream: int, timing: float | None) -> None:
        lagging = [frame.seq for frame in self.lagging if frame.stream == stream]
        self.answered = {
            "stream": stream,
            "seqs": list(self._answered),
            "lagging": lagging,
            "timing": None if timing is None else round(timing * 1000, 1),
        }

    def on_capacity(self) -> None:
        """Let as many frames be in flight as are of use, unless someone has said so."""
        if self._shared is not None:
            self._shared.capacity = self.capacity
        if self.max_in_flight == self._followed:
            most = self.param.max_in_flight.bounds[1]
            self.max_in_flight = self._followed = min(self.capacity, most)

    # ---- what one does with it

    @property
    def view(self) -> Self:
        """What a page shows: the camera itself, with its preview and controls."""
        return self

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
