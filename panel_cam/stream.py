"""The way of a camera's frames through a filter, and of what comes out of it back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from panel_cam.errors import PanelCamError
from panel_cam.processing.frame_timing import FrameTiming
from panel_cam.processing.run_filter import Processed
from panel_cam.processing.stats import Stats
from panel_cam.processing.worker import Worker
from panel_cam.transport.session_caller import poster

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import param

    from panel_cam.imaging.frame import Frame
    from panel_cam.sources.camera import Camera
    from panel_cam.transport.notebook_output import Cell


class Stream:
    """Takes every frame of a camera through a filter, and answers it.

    Parameters
    ----------
    camera : Camera
        Whose frames they are. They are answered from here on, whatever happens.
    executor : optional
        Where the filter runs: see `panel_cam.processing.worker.Worker`.
    options : callable
        Called for every frame; returns the filter's settings, and how to encode what
        it returns, as keywords of `run_filter`.
    show : callable
        Called as ``show(frame, processed)`` on the event loop.
    fail : callable
        Called as ``fail(error, text)`` on the event loop, with an error and its text;
        with None while a frame is at work for too long.
    follow : bool
        Whether the camera may have as many frames in flight as there are workers, and
        one more, until someone sets it otherwise.

    Raises
    ------
    TypeError
        If `executor` is none.
    """

    def __init__(
        self,
        camera: Camera,
        executor: Any,
        *,
        options: Callable[[], tuple[Mapping[str, Any], dict[str, Any]]],
        show: Callable[[Frame, Processed], None],
        fail: Callable[[PanelCamError | None, str], None],
        follow: bool,
    ) -> None:
        self.camera = camera
        self.stats = Stats()
        self.cell: Cell | None = None
        """In a notebook, the cell that what the filter prints belongs to."""
        self._options, self._show, self._fail = options, show, fail
        self._worker = Worker(executor, deliver=self._deliver)
        self._timing = FrameTiming()
        self._number = 0
        self._in_flight = camera.param.max_in_flight.default if follow else 0
        self._post = poster()
        camera.auto_answer = False
        self._watcher = camera.param.watch(self._take, "frame")

    def use(self, function: Callable[..., Any], settings: Mapping[str, Any]) -> None:
        """Take another filter, for the next frame.

        Parameters
        ----------
        function : callable
            The filter.
        settings : mapping
            Its settings as they are now.

        Raises
        ------
        ExecutorError
            If it cannot be sent to the executor; the stream goes on as it was.
        """
        self._worker.use(function, settings)
        self._follow_workers()

    @property
    def late(self) -> str:
        """What to say of a frame that has been at work for too long; or ""."""
        return self._worker.overdue

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._worker.closed

    def post(self, callback: Callable[[], None]) -> None:
        """Call back on the event loop, with the session's document locked."""
        self._post(callback)

    def close(self) -> None:
        """End it, and free what it holds. Idempotent."""
        if self.closed:
            return
        self._worker.close()
        self.camera.param.unwatch(self._watcher)

    def _follow_workers(self) -> None:
        share = self._worker.share
        if self._in_flight == self.camera.max_in_flight:
            most = self.camera.param.max_in_flight.bounds[1]
            self.camera.max_in_flight = self._in_flight = min(share + 1, most)
        if self._timing.slots != share:
            self._timing = FrameTiming(share)

    # ---- the way of a frame

    def _take(self, event: param.parameterized.Event) -> None:
        """Hand a frame to the worker; on the event loop."""
        frame = event.new
        if frame.stream != self._number:
            self._number = frame.stream
            self._worker.restart()
            self._timing = FrameTiming(self._worker.share)
            self._post = poster()
        self.stats.add_received(len(frame.data))
        self._timing.receive(frame)
        settings, encoding = self._options()
        self._worker.run_in = None if self.cell is None else self.cell.run
        pixels = self.camera.max_pixels
        self._worker.submit(frame, settings, **encoding, max_pixels=pixels)
        if self._worker.is_parallel:
            self._follow_workers()
        if late := self.late:
            self._fail(None, late)

    def _deliver(self, frame: Frame, outcome: Processed | PanelCamError | None) -> None:
        """Bring an outcome to the event loop; on whatever thread made it."""
        wait = self._timing.finish(frame, dropped=outcome is None)
        self._post(partial(self._finish, frame, outcome, wait))

    def _finish(
        self,
        frame: Frame,
        outcome: Processed | PanelCamError | None,
        wait: float | None,
    ) -> None:
        """Show an outcome and answer its frame; on the event loop."""
        if self.closed:
            return
        try:
            if isinstance(outcome, Processed):
                self.stats.add_shown(outcome)
                self._show(frame, outcome)
            elif outcome is None:
                self.stats.add_dropped()
            else:
                self.stats.add_failed()
                self._fail(outcome, str(outcome))
        finally:
            self.camera.answer(frame, wait=wait)
