"""How long frames wait for the filter, or the filter for frames."""

from collections import deque
from collections.abc import Callable
from time import perf_counter

from panel_cam.imaging.frame import Frame


class FrameTiming:
    """Tell the source whether its frames come too early or too late.

    A frame that comes while the filter is at work is out of date when it gets there.
    From what this class says of every frame, the page learns to take its picture later.
    For one stream; `receive` and `finish` may be called on different threads.

    Parameters
    ----------
    slots : int, default 1
        How many frames are in work at once.
    clock : callable, optional
        Seconds that never run backwards; for tests.
    """

    def __init__(
        self, slots: int = 1, clock: Callable[[], float] = perf_counter
    ) -> None:
        self.slots = slots
        self._clock = clock
        self._received: dict[int, float] = {}
        self._finished: deque[float] = deque(maxlen=slots)

    def receive(self, frame: Frame) -> None:
        """Note that a frame has come."""
        self._received[frame.seq] = self._clock()

    def finish(self, frame: Frame, *, dropped: bool = False) -> float | None:
        """Note that a frame is done with, and tell how well it was timed.

        Parameters
        ----------
        frame : Frame
            One that was received.
        dropped : bool, default False
            Whether it was never run.

        Returns
        -------
        wait : float or None
            Seconds. Above 0: so long the frame waited for a free slot; below 0: so long
            the slot waited for the frame. None if that cannot be told.
        """
        received = self._received.pop(frame.seq, None)
        if dropped:
            return None
        full = len(self._finished) == self._finished.maxlen
        # The slot that this frame took was left by the one so many frames before.
        wait = self._finished[0] - received if full and received is not None else None
        self._finished.append(self._clock())
        return wait
