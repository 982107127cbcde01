"""The way of a source's frames through a filter, and of what comes out of it back.

1. `Stream._take`: the source hands over a frame, and the worker gets it.
2. `Stream._deliver`: the worker has done with it, on whatever thread.
3. `Stream._finish`: on the event loop, the outcome is shown, and the frame answered.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from panel_cam.functions.settings import values
from panel_cam.processing.frame_timing import FrameTiming
from panel_cam.processing.run_filter import Processed
from panel_cam.processing.stats import Stats
from panel_cam.processing.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    import param

    from panel_cam.errors import PanelCamError
    from panel_cam.imaging.frame import Frame
    from panel_cam.sources.base import Source
    from panel_cam.transport.session_caller import SessionCaller

    Outcome = Processed | PanelCamError | None
    Show = Callable[[Frame, Outcome, str], None]


class Stream:
    """Takes every frame of a source through a filter, and answers it.

    Parameters
    ----------
    source : Source
        Whose frames they are. Every one of them is answered, whatever happens.
    executor : optional
        Where the filter runs: see `panel_cam.processing.worker.Worker`.
    call : SessionCaller
        Brings outcomes to the event loop.
    show : callable
        Called as ``show(frame, outcome, overdue)`` on the event loop, with a
        `Processed`, with the error that the frame has instead, or with None while a
        frame is at work for too long. `overdue` says so, and is empty otherwise.

    Attributes
    ----------
    stats : Stats
        Counts and times of every stage.
    worker : Worker
        What runs the filter.
    encoding : dict
        How to encode what the filter returns: `format` and `quality` of `run_filter`.

    Raises
    ------
    TypeError
        If `executor` is none.
    """

    def __init__(
        self, source: Source, executor: Any, call: SessionCaller, show: Show
    ) -> None:
        self.stats = Stats()
        self.worker = Worker(executor, deliver=self._deliver)
        self.encoding: dict[str, Any] = {}
        self._source, self._call, self._show = source, call, show
        self._settings: param.Parameterized | None = None
        self._timing = FrameTiming()
        self._newest = self._last_of_another = (0, 0)
        self._subscription = source.subscribe(self._take)

    def use(self, function: Callable[..., Any], settings: param.Parameterized) -> None:
        """Take another filter, for the next frame.

        Parameters
        ----------
        function : callable
            The filter.
        settings : param.Parameterized
            Its settings, read for each frame.

        Raises
        ------
        ExecutorError
            If it cannot be sent to the executor; the stream goes on as it was.
        """
        self.worker.use(function, values(settings))
        self._settings = settings
        self._last_of_another = self._newest
        self._follow_workers()

    def is_of_another(self, frame: Frame) -> bool:
        """Return whether a frame was at work already when the filter was assigned."""
        stream, seq = self._last_of_another
        return frame.stream == stream and frame.seq <= seq

    def close(self) -> None:
        """End it, and free what it holds. Idempotent."""
        try:
            self.worker.close()
        finally:  # what the source is told last may find its session gone
            self._subscription.close()

    def _follow_workers(self) -> None:
        """Want a frame for each worker, and one that waits."""
        share = self.worker.share
        self._subscription.capacity = share + 1
        if self._timing.slots != share:
            self._timing = FrameTiming(share)

    # ---- the way of a frame

    def _take(self, frame: Frame) -> None:
        """Hand a frame to the worker; on the source's thread."""
        if frame.stream != self._newest[0]:
            self.worker.restart()
            self._timing = FrameTiming(self.worker.share)
            self._call.look_again()
        self._newest = (frame.stream, frame.seq)
        self.stats.add_received(frame.nbytes)
        self._timing.receive(frame)
        settings = {} if self._settings is None else values(self._settings)
        # Before it is submitted: that may start processes, and take its time.
        self._subscription.preparing = self.worker.preparing
        limit = self._source.max_pixels
        self.worker.submit(frame, settings, **self.encoding, max_pixels=limit)
        if self.worker.is_parallel:
            self._follow_workers()
        if overdue := self.worker.overdue:
            self._call(partial(self._warn, frame, overdue))

    def _warn(self, frame: Frame, overdue: str) -> None:
        """Say that a frame is at work for too long; on the event loop."""
        if not self.worker.closed:
            self._show(frame, None, overdue)

    def _deliver(self, frame: Frame, outcome: Outcome) -> None:
        """Bring an outcome to the event loop; on whatever thread made it."""
        wait = self._timing.finish(frame, dropped=outcome is None)
        self._call(partial(self._finish, frame, outcome, wait))

    def _finish(self, frame: Frame, outcome: Outcome, wait: float | None) -> None:
        """Show an outcome and answer its frame; on the event loop."""
        if self.worker.closed:
            return
        self._subscription.preparing = self.worker.preparing
        try:
            if outcome is None:
                self.stats.add_dropped()
                return
            if isinstance(outcome, Processed):
                self.stats.add_shown(outcome)
            else:
                self.stats.add_failed()
            self._show(frame, outcome, self.worker.overdue)
        finally:
            self._subscription.answer(frame, wait)
