"""The way of a camera's frames through a filter, and of what comes out of it back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from panel_cam.errors import ExecutorError, PanelCamError
from panel_cam.processing.dispatch import Dispatch
from panel_cam.processing.frame_timing import Slack
from panel_cam.processing.run_filter import Processed
from panel_cam.processing.stats import Stats
from panel_cam.processing.worker import Worker
from panel_cam.transport.session_caller import in_session, session_caller

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from panel_cam.imaging.frame import Frame
    from panel_cam.sources.base import Source
    from panel_cam.transport.notebook_output import OutputContext


class Stream:
    """Takes every frame of a camera through a filter, and answers it.

    Parameters
    ----------
    source : Source
        Whose frames they are. Every one of them is answered, whatever happens.
    executor : optional
        Where the filter runs: see `panel_cam.processing.shared_executor.engine_of`.
    options : callable
        Called for every frame; returns the filter's settings, and how to encode what
        it returns, as keywords of `panel_cam.processing.run_filter.process`.
    show : callable
        Called as ``show(frame, processed)`` on the event loop.
    fail : callable
        Called as ``fail(error, text)`` on the event loop, with an exception, and what
        it means in plain words; with None while a frame is at work for too long.

    Raises
    ------
    TypeError
        If `executor` is none.
    """

    def __init__(
        self,
        source: Source,
        executor: Any,
        *,
        options: Callable[[], tuple[Mapping[str, Any], dict[str, Any]]],
        show: Callable[[Frame, Processed], None],
        fail: Callable[[Exception | None, str], None],
    ) -> None:
        self.source = source
        self.stats = Stats()
        self.context: OutputContext | None = None
        """In a notebook, where what the filter prints belongs."""
        self._options, self._show, self._fail = options, show, fail
        self._dispatch = Dispatch(executor)
        self._worker = Worker(self._dispatch.engine, deliver=self._deliver)
        self._slack = Slack()
        self._number = 0
        self._post, self._has_session = session_caller(), in_session()
        self._subscription = source.subscribe(self._take)

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
        self._dispatch.use(function, settings)
        self._worker.use(self._dispatch.engine, self._dispatch.slots)
        self._follow_workers()

    @property
    def late(self) -> str:
        """What to say of a frame that has been at work for too long; or ""."""
        return self._dispatch.late(self._worker)

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
        self._dispatch.close()
        self._subscription.close()

    def _follow_workers(self) -> None:
        share = self._worker.share
        self._subscription.capacity = share + 1
        if self._slack.slots != share:
            self._slack = Slack(share)

    # ---- the way of a frame

    def _take(self, frame: Frame) -> None:
        """Hand a frame to the worker; on the event loop."""
        if frame.stream != self._number:
            self._number = frame.stream
            self._worker.restart()
            self._slack = Slack(self._worker.share)
            if not self._has_session:
                self._post = session_caller()
        self.stats.add_received(len(frame.data))
        self._slack.receive(frame)
        settings, encoding = self._options()
        try:
            job = self._dispatch.job(
                settings, **encoding, max_pixels=self.source.max_pixels
            )
        except ExecutorError as error:
            self._finish(frame, error, self._slack.finish(frame, dropped=True))
            return
        if self.context is not None and self._dispatch.is_here:
            job = partial(self.context.run, job)
        self._worker.submit(frame, job)
        if self._dispatch.is_parallel:
            self._follow_workers()
        if late := self.late:
            self._fail(None, late)

    def _deliver(self, frame: Frame, outcome: Processed | Exception | None) -> None:
        """Bring an outcome to the event loop; on whatever thread made it."""
        slack = self._slack.finish(frame, dropped=outcome is None)
        self._post(partial(self._finish, frame, outcome, slack))

    def _finish(
        self,
        frame: Frame,
        outcome: Processed | Exception | None,
        slack: float | None,
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
                is_ours = isinstance(outcome, PanelCamError)
                text = str(outcome) if is_ours else self._dispatch.explain(outcome)
                self._fail(outcome, text)
        finally:
            self._subscription.answer(frame, slack)
