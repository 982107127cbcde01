"""Deliver what has come out of a worker: one at a time, in order, on any thread."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeAlias

from panel_cam.imaging.frame import Frame
from panel_cam.processing.entry import Entry
from panel_cam.processing.run_filter import Processed

logger = logging.getLogger(__name__)

Outcome: TypeAlias = Processed | Exception | None
Deliver: TypeAlias = Callable[[Frame, Outcome], None]


class Outbox:
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
        self._outcomes: deque[tuple[Entry, Outcome]] = deque()
        self._delivering = False
        self._stream = 0

    @property
    def stream(self) -> int:
        """The number of the current stream; outcomes of others count as dropped."""
        return self._stream

    def begin_stream(self) -> None:
        """Outdate all frames so far."""
        with self._lock:
            self._stream += 1

    def put(self, entry: Entry, outcome: Outcome) -> None:
        """Add an outcome; `empty` delivers it.

        Parameters
        ----------
        entry : Entry
            Whose it is.
        outcome : Processed, Exception or None
            None if it was dropped.
        """
        with self._lock:
            self._outcomes.append((entry, outcome))

    def empty(self) -> None:
        """Deliver everything, in order, unless another thread is doing so."""
        with self._lock:
            if self._delivering:
                return
            self._delivering = True
        try:
            while True:
                with self._lock:
                    if not self._outcomes:
                        self._delivering = False
                        return
                    entry, outcome = self._outcomes.popleft()
                    if entry.stream != self._stream:
                        outcome = None
                try:
                    self._deliver(entry.frame, outcome)
                except Exception:
                    logger.exception("deliver raised for frame %d", entry.frame.seq)
        except BaseException:  # a KeyboardInterrupt must not end all later deliveries
            with self._lock:
                self._delivering = False
            raise
