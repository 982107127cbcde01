"""Deliver what became of frames: one at a time, in order, on any thread."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from panel_cam.errors import ExecutorError, PanelCamError
from panel_cam.imaging.frame import Frame
from panel_cam.processing.pickled_function import PickledResult
from panel_cam.processing.run_filter import Processed

logger = logging.getLogger(__name__)

Outcome: TypeAlias = Processed | PanelCamError | None
"""The processed frame, the error that ended it, or None if it was dropped."""

Deliver: TypeAlias = Callable[[Frame, Outcome], None]


def outcome_of(
    made: Processed | PickledResult | BaseException,
    describe: Callable[[Exception], str],
) -> Outcome:
    """Return the outcome of a job.

    Parameters
    ----------
    made : Processed, PickledResult or BaseException
        What it made, or why it made nothing.
    describe : callable
        Says in plain words what an exception means that no filter is to blame for.

    Returns
    -------
    outcome : Processed or PanelCamError
        An error keeps no image alive: it has no traceback, and no cause.
    """
    if isinstance(made, PickledResult):
        return made.load()
    if isinstance(made, Processed):
        return made
    if isinstance(made, PanelCamError):
        made.__traceback__ = made.__context__ = made.__cause__ = None
        return made
    if isinstance(made, Exception):
        return ExecutorError(describe(made))
    # Such as a KeyboardInterrupt in a process.
    return ExecutorError(f"the frame's task ended with {type(made).__name__}")


class Delivery:
    """Outcomes that wait to be delivered. Thread-safe.

    Parameters
    ----------
    deliver : callable
        Called as `deliver(frame, outcome)`, never on two threads at once, and never
        while a lock is held.
    """

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Frame, Outcome, int]] = deque()
        self._is_delivering = False
        self._stream = 0

    @property
    def stream(self) -> int:
        """The number of the current stream."""
        return self._stream

    def begin_stream(self) -> None:
        """Outdate all frames so far: what becomes of them counts as dropped."""
        with self._lock:
            self._stream += 1

    def put(self, frame: Frame, outcome: Outcome, stream: int) -> None:
        """Add an outcome; `flush` delivers it.

        Parameters
        ----------
        frame : Frame
            Whose it is.
        outcome : Processed, PanelCamError or None
            What became of it.
        stream : int
            The number of its stream.
        """
        with self._lock:
            self._waiting.append((frame, outcome, stream))

    def flush(self) -> None:
        """Deliver everything, in order, unless another thread is doing so."""
        with self._lock:
            if self._is_delivering:
                return
            self._is_delivering = True
        try:
            while True:
                with self._lock:
                    if not self._waiting:
                        self._is_delivering = False
                        return
                    frame, outcome, stream = self._waiting.popleft()
                    if stream != self._stream:
                        outcome = None
                try:
                    self._deliver(frame, outcome)
                except Exception:
                    logger.exception("deliver raised for frame %d", frame.seq)
        except BaseException:  # a KeyboardInterrupt must not end all later deliveries
            with self._lock:
                self._is_delivering = False
            raise
