"""The newest frame of one stream through its filter, wherever that runs.

The way of a frame, from the middle of this file to its end:

1. `Worker.submit`: the frame waits, in place of an older one.
2. `Worker.start`: the executor has a worker for this stream (see `FairShare`), which
   runs `run_filter`: in a thread, or in another process (see `PickledFunction`).
3. `Worker._finish`: that has ended. `Delivery` brings the outcome to `deliver`, and the
   worker is given back.
"""

import math
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from panel_cam.functions.stateful import is_in_order
from panel_cam.functions.wants import NOTHING, wants_of
from panel_cam.imaging.frame import Frame
from panel_cam.processing.delivery import Deliver, Delivery, outcome_of
from panel_cam.processing.executors import Job, Made, Pool
from panel_cam.processing.fair_share import FairShare
from panel_cam.processing.pickled_function import PickledFunction
from panel_cam.processing.run_filter import Processed, run_filter
from panel_cam.processing.shared_executor import SharedExecutor, shared_executor

OVERDUE = 5.0
"""Seconds after which a frame counts as one that may never come back."""


@dataclass(slots=True, eq=False)
class _Task:
    """A frame on its way, what it takes, and where it is."""

    frame: Frame
    settings: Mapping[str, Any]
    options: Mapping[str, Any]
    executor: SharedExecutor
    stream: int
    version: int
    """Of the filter."""
    since: float
    """When it, or the first whose place it took, began to wait; later, to run."""
    lease: int = 0
    """Of the worker that runs it."""
    pool: Pool | None = None
    is_written_off: bool = False
    """Whether it was delivered as dropped while it ran."""


class Worker:
    """Run the newest frame through the filter, and deliver every frame exactly once.

    It holds the frames that run and one that waits. A newer frame takes the place of
    that, so a slow filter makes fewer pictures and never older ones. All methods may be
    called on any thread, and none waits for a filter.

    Parameters
    ----------
    executor : optional
        Where the filter runs, as `shared_executor` takes it: by default, in threads
        that all streams of this process share. Workers to which the same executor is
        passed share it fairly; one that a function makes is shut down by `close`.
    deliver : callable
        Called as `deliver(frame, outcome)`, once for every frame submitted and never on
        two threads at once: on a thread of the executor or on one that called a method.
        It should hand over and return. The outcome is a `Processed`, a `PanelCamError`,
        or None if the frame was dropped.
    clock : callable, default time.monotonic
        Returns seconds.

    Attributes
    ----------
    at_most : int or None
        How many frames may run at once. None: as many as the executor has workers.
    run_in : callable or None
        In a notebook, how to call a job in this process: ``run_in(job, data)`` calls
        it as if a certain cell did.

    Raises
    ------
    TypeError
        If `executor` is none.
    ExecutorError
        If it cannot be used.
    """

    def __init__(
        self,
        executor: Any = None,
        *,
        deliver: Deliver,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.at_most: int | None = 1
        self.run_in: Callable[..., Any] | None = None
        self._own = self._executor = shared_executor(executor)
        self._clock = clock
        self._delivery = Delivery(deliver)
        self._lock = threading.Lock()
        self._function: Callable[..., Any] | None = None
        self._pickled: PickledFunction | None = None
        self._wants = NOTHING
        self._version = 0
        self._waiting: _Task | None = None
        self._running: set[_Task] = set()
        self._shown_seq = 0
        self._closed = False

    @property
    def is_parallel(self) -> bool:
        """Whether several frames may run at once."""
        return self.at_most is None

    @property
    def share(self) -> int:
        """How many frames it can count on to run at once, just now."""
        share = self._executor.fair_share.share()
        return share if self.at_most is None else min(share, self.at_most)

    @property
    def preparing(self) -> str:
        """What its first frame waits for: processes that start; "" for nothing."""
        return self._executor.latest.preparing

    @property
    def overdue(self) -> str:
        """What to say of a frame that runs, or waits, for too long; "" if none does."""
        with self._lock:
            since = [task.since for task in self._running]
            at_work = bool(since)
            if not at_work and self._waiting is not None:
                since = [self._waiting.since]
        seconds = self._clock() - min(since, default=math.inf)
        if seconds < OVERDUE:
            return ""
        return self._executor.latest.describe_delay(seconds, at_work=at_work)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def use(self, function: Callable[..., Any], settings: Mapping[str, Any]) -> None:
        """Run later frames through another filter.

        The frame that waits is dropped. Those that run go on; once they are overdue,
        others run in their place where that can be done.

        A filter that remembers runs in a thread of this process, one frame at a time,
        even if the executor is elsewhere: what it remembers has to be in one place, and
        to carry that to and fro with each frame would cost more than most such filters.

        Parameters
        ----------
        function : callable
            The filter.
        settings : mapping
            Its settings as they are now.

        Raises
        ------
        ExecutorError
            If it cannot be sent to where it would run; then nothing has changed.
        """
        remembers = is_in_order(function)
        executor = self._own
        if remembers and not executor.pool().is_here:
            executor = shared_executor()
        pickled = None
        if (pickling := executor.pool().pickling) is not None:
            pickled = PickledFunction(function, settings, pickling)
        with self._lock:
            before, self._executor = self._executor, executor
            self._function, self._pickled = function, pickled
            self._wants = wants_of(function)
            self._version += 1
            # All streams share the default threads and Python's lock: one each is best.
            self.at_most = 1 if remembers or executor is shared_executor() else None
            self._drop_waiting()
        if executor is not before:
            before.fair_share.leave(self)
        self._delivery.flush()

    def restart(self) -> None:
        """Begin a new stream: `seq` may start from 1 again.

        Frames of the old stream that wait or run are delivered as dropped.
        """
        with self._lock:
            self._end_stream()
        self._delivery.flush()

    def close(self) -> None:
        """Drop what waits, and deliver what still runs as dropped. Idempotent."""
        with self._lock:
            self._closed = True
            self._end_stream()
        self._executor.fair_share.leave(self)
        self._own.close()
        self._delivery.flush()

    # ---- the way of a frame

    def submit(self, frame: Frame, settings: Mapping[str, Any], **options: Any) -> None:
        """Take a frame, and run it as soon as there is a worker for it. Never raises.

        Parameters
        ----------
        frame : Frame
            If another waits, the one with the lower `seq` of the two is dropped. Before
            the first `use`, it is dropped in any case.
        settings : mapping
            Keyword arguments for the filter.
        **options
            Of `run_filter`: `format`, `quality`, `max_pixels`.
        """
        with self._lock:
            options["wants"] = self._wants
            stream, version = self._delivery.stream, self._version
            executor, now = self._executor, self._clock()
            task = _Task(frame, settings, options, executor, stream, version, now)
            dropped: _Task | None = task
            if self._function is not None and not self._closed:
                dropped = self._waiting
                if dropped is not None and dropped.frame.seq > frame.seq:
                    dropped = task
                else:
                    self._waiting = task
            if dropped is not None:
                task.since = dropped.since  # of the first that has waited in vain
                self._delivery.put(dropped.frame, None, dropped.stream)
            overdue = self._write_off()
        for each in overdue:
            _give_up(each)
        if dropped is not task:
            executor.fair_share.request(self)
        self._delivery.flush()

    def start(self, fair_share: FairShare, lease: int) -> bool:
        """Run the frame that waits; for `FairShare`, on any thread.

        Parameters
        ----------
        fair_share : FairShare
            Of the executor that has a worker free.
        lease : int
            The number under which the worker is to be given back.

        Returns
        -------
        started : bool
            False if no frame waits there any more.
        """
        with self._lock:
            task = self._waiting
            if task is None or task.executor.fair_share is not fair_share:
                return False
            self._waiting = None
            self._running.add(task)
            task.lease, task.since = lease, self._clock()
            function, pickled = self._function, self._pickled
        assert function is not None, "or no frame would wait"
        # Outside the lock: a process pool may start processes in here.
        try:
            task.pool = pool = task.executor.pool()
            job: Job
            if pickled is not None:
                job = pickled.job(task.settings, **task.options)
            else:
                job = partial(
                    run_filter,
                    function=function,
                    settings=task.settings,
                    keep_image=pool.is_here,
                    **task.options,
                )
                if pool.is_here and self.run_in is not None:
                    job = partial(self.run_in, job)
            future = pool.submit(job, task.frame.data)
        except Exception as error:  # it is broken or shut down, or cannot be made
            self._finish(task, error)
        else:
            future.add_done_callback(partial(self._on_done, task))
        return True

    def _on_done(self, task: _Task, future: Future[Made]) -> None:
        """Take what a job made; on whatever thread it ended."""
        made: Made | BaseException
        if future.cancelled():
            made = CancelledError("the executor cancelled the frame")
        elif (error := future.exception()) is not None:
            made = error
        else:
            made = future.result()
        if not isinstance(made, BrokenExecutor | CancelledError):
            self._finish(task, made)
            return
        # Not on this thread, which may hold a lock of the executor's: to shut that down
        # or to run the next frame takes the lock, too. (Seen in Python's thread pools,
        # and since 3.12 in its process pools.)
        finish = threading.Thread(target=self._finish, args=(task, made), daemon=True)
        with suppress(RuntimeError):  # Python ends, and starts no thread any more
            finish.start()

    def _finish(self, task: _Task, made: Made | BaseException) -> None:
        """Deliver what became of a frame, and give its worker back."""
        outcome = outcome_of(made, task.executor.latest.describe_failure)
        with self._lock:
            self._running.discard(task)
            if not task.is_written_off:
                is_current = task.stream == self._delivery.stream
                if isinstance(outcome, Processed) and is_current:
                    if task.frame.seq < self._shown_seq:
                        outcome = None
                    else:
                        self._shown_seq = task.frame.seq
                self._delivery.put(task.frame, outcome, task.stream)
        if task.pool is not None:
            task.pool.has_answered = True
            if isinstance(made, BrokenExecutor):
                task.executor.replace(task.pool)
        task.executor.fair_share.release(task.lease)
        self._delivery.flush()

    # ---- what is dropped; the lock is held

    def _drop_waiting(self) -> None:
        if self._waiting is not None:
            self._delivery.put(self._waiting.frame, None, self._waiting.stream)
            self._waiting = None

    def _end_stream(self) -> None:
        """Drop the waiting frame and outdate the running ones."""
        self._delivery.begin_stream()
        self._shown_seq = 0
        self._drop_waiting()

    def _write_off(self) -> list[_Task]:
        """Drop running frames of an older filter that are overdue."""
        oldest = self._clock() - OVERDUE
        overdue = [
            task
            for task in self._running
            if task.version != self._version and task.since <= oldest
        ]
        for task in overdue:
            self._running.remove(task)
            task.is_written_off = True
            self._delivery.put(task.frame, None, task.stream)
        return overdue


def _give_up(task: _Task) -> None:
    """Leave what runs a frame to itself, and let another worker take its place."""
    if task.pool is not None and task.executor.leave(task.pool):
        task.executor.fair_share.release(task.lease)
    else:
        task.executor.fair_share.write_off(task.lease)
