"""Latest wins, over any `concurrent.futures.Executor`.

A worker holds at most the frames that run and one that waits. A newer frame takes the
place of the one that waits, so a slow filter makes fewer pictures and never older ones.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import (
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
)
from dataclasses import dataclass
from typing import TypeAlias

from panel_cam.errors import PanelCamError
from panel_cam.frames import Frame
from panel_cam.process import Processed

logger = logging.getLogger(__name__)

Job: TypeAlias = Callable[[bytes], Processed]
Outcome: TypeAlias = Processed | Exception | None
Deliver: TypeAlias = Callable[[Frame, Outcome], None]

# More than there are cores, on purpose: each session takes one thread at a time, and
# one whose filter sleeps must not hold up the others. Threads are made on demand.
SHARED_THREADS = 32

_shared_lock = threading.Lock()
_shared: ThreadPoolExecutor | None = None


def shared_executor() -> ThreadPoolExecutor:
    """Return the thread pool that all sessions of this process share.

    Returns
    -------
    executor : ThreadPoolExecutor
        Made at the first call, and never shut down by a session.
    """
    global _shared
    with _shared_lock:
        if _shared is None:
            _shared = ThreadPoolExecutor(SHARED_THREADS, thread_name_prefix="panel_cam")
        return _shared


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A frame, what to do with it, and the stream it belongs to."""

    frame: Frame
    job: Job
    stream: int


def _outcome(future: Future[Processed]) -> Outcome:
    if future.cancelled():
        return CancelledError("the executor cancelled the frame")
    error = future.exception()
    if error is None:
        return future.result()
    if not isinstance(error, Exception):  # such as a KeyboardInterrupt in a process
        return PanelCamError(f"the frame's task ended with {type(error).__name__}")
    if isinstance(error, PanelCamError):
        # Its text says all; the traceback's frames would keep images alive for as long
        # as someone keeps the error.
        error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


class Worker:
    """Run the newest frame through its job, and deliver every frame exactly once.

    All methods may be called on any thread, and none waits for a job.

    Parameters
    ----------
    executor : Executor or callable, optional
        Where jobs run. None: the process's shared thread pool. A callable without
        arguments, such as `partial(ProcessPoolExecutor, 4)`, makes one when the first
        frame comes; the worker owns it, shuts it down in `close`, and makes another if
        it breaks. An executor that is passed in is never shut down.
    deliver : callable
        Called as `deliver(frame, outcome)`, once for every frame submitted. The outcome
        is a `Processed`, the exception that ended it, or None if it was dropped. It is
        called on a thread of the executor or on one that called `submit`, `restart` or
        `close`, but never on two at once, and never while the worker's lock is held. It
        should hand over and return.
    slots : int or None, default 1
        How many frames may run at once. None: as many as the executor has workers.
    """

    def __init__(
        self,
        executor: Executor | Callable[[], Executor] | None = None,
        *,
        deliver: Deliver,
        slots: int | None = 1,
    ) -> None:
        if slots is not None and slots < 1:
            raise ValueError(f"expected at least 1 slot, got {slots}")
        self._make = None if isinstance(executor, Executor) else executor
        self._executor = executor if isinstance(executor, Executor) else None
        self._deliver = deliver
        self._slots = slots
        self._lock = threading.Lock()
        self._waiting: _Entry | None = None
        self._running = 0
        self._stream = 0
        self._shown_seq = 0
        self._closed = False
        self._outbox: deque[tuple[_Entry, Outcome]] = deque()
        self._delivering = False
        self._broken: list[Executor] = []

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def submit(self, frame: Frame, job: Job) -> None:
        """Take a frame, and run it as soon as a slot is free. Never raises.

        Parameters
        ----------
        frame : Frame
            If another waits, the one with the lower `seq` of the two is dropped.
        job : callable
            Called as `job(frame.data)`, where the executor runs. For a process pool it
            has to be picklable: `functools.partial(process, function=..., ...)` is.
        """
        with self._lock:
            entry = _Entry(frame, job, self._stream)
            loser: _Entry | None = entry
            if not self._closed:
                loser = self._waiting
                if loser is not None and loser.frame.seq > frame.seq:
                    loser = entry
                else:
                    self._waiting = entry
            if loser is not None:
                self._outbox.append((loser, None))
        self._start_waiting()
        self._empty_outbox()

    def restart(self) -> None:
        """Begin a new stream: `seq` may start from 1 again.

        Frames of the old stream that wait or run are delivered as dropped.
        """
        with self._lock:
            self._end_stream()
        self._empty_outbox()

    def close(self) -> None:
        """Drop what waits, and deliver what still runs as dropped. Idempotent."""
        with self._lock:
            self._closed = True
            self._end_stream()
            owned = self._executor if self._make is not None else None
            self._executor = None
        if owned is not None:
            owned.shutdown(wait=False, cancel_futures=True)
        self._empty_outbox()

    def _end_stream(self) -> None:
        """Drop the waiting frame and outdate the running ones; the lock is held."""
        self._stream += 1
        self._shown_seq = 0
        if self._waiting is not None:
            self._outbox.append((self._waiting, None))
            self._waiting = None

    def _open_executor(self) -> Executor:
        """Return the executor, made now if it is ours to make; the lock is held."""
        if self._executor is None:
            self._executor = shared_executor() if self._make is None else self._make()
        return self._executor

    def _has_free_slot(self, executor: Executor) -> bool:
        slots = self._slots
        if slots is None:  # a private name, but that of both standard executors
            slots = getattr(executor, "_max_workers", 1)
        return self._running < slots

    def _start_waiting(self) -> None:
        """Hand the waiting frame to the executor, if a slot is free."""
        with self._lock:
            entry = self._waiting
            if entry is None:
                return
            try:
                executor = self._open_executor()
            except Exception as exc:
                self._waiting = None
                self._outbox.append((entry, exc))
                return
            if not self._has_free_slot(executor):
                return
            self._waiting = None
            self._running += 1
        # Outside the lock: a process pool may start processes in here.
        try:
            future = executor.submit(entry.job, entry.frame.data)
        except Exception as exc:  # broken, or shut down
            self._finish(entry, executor, exc)
        else:
            future.add_done_callback(
                lambda done: self._finish(entry, executor, _outcome(done))
            )

    def _finish(self, entry: _Entry, executor: Executor, outcome: Outcome) -> None:
        """Free the slot, deliver, go on; called on whatever thread the job ended."""
        with self._lock:
            self._running -= 1
            if isinstance(outcome, BrokenExecutor) and self._executor is executor:
                # A broken pool stays broken; the next frame gets a new one if it is
                # ours to make.
                self._executor = executor if self._make is None else None
            if isinstance(outcome, Processed) and entry.stream == self._stream:
                if entry.frame.seq < self._shown_seq:
                    outcome = None
                else:
                    self._shown_seq = entry.frame.seq
            self._outbox.append((entry, outcome))
        self._empty_outbox()
        self._start_waiting()
        self._empty_outbox()

    def _empty_outbox(self) -> None:
        """Deliver what has an outcome, in order, unless another thread is doing so."""
        with self._lock:
            if self._delivering:
                return
            self._delivering = True
        try:
            while True:
                with self._lock:
                    if not self._outbox:
                        self._delivering = False
                        return
                    entry, outcome = self._outbox.popleft()
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
