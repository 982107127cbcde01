"""The kinds of executors, and what has to be known of each."""

import concurrent.futures.thread
import os
import threading
from collections.abc import Callable
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
)
from contextlib import suppress
from functools import cache, partial
from threading import Thread
from time import monotonic
from typing import Any, Self
from weakref import WeakSet

from panel_cam.processing.pickled_function import Pickling, Sealed
from panel_cam.processing.run_filter import Processed

Made = Processed | Sealed
Job = Callable[[bytes], Made]

PARTING = 1.0
"""Seconds that jobs in threads have to end when Python does."""


class Pool:
    """Any executor; the base of those of which more is known.

    Parameters
    ----------
    executor : Executor
        Somebody's; its public interface is nearly all that is used.
    """

    pickling: Pickling | None = None
    """How a function gets there; None: as it is."""

    is_cheap = True
    """Whether it is no great thing to make another."""

    stuck_text = "It may hold its worker for ever"
    """What is so bad about a filter that does not return."""

    def __init__(self, executor: Any) -> None:
        self.executor = executor
        self.has_answered = False
        """Whether a job has ended; the first has to wait until the workers are up."""
        self.on_more: Callable[[], None] = lambda: None
        """Called when there are more workers than before, on any thread."""

    @property
    def is_here(self) -> bool:
        """Whether jobs run in threads of this process, and arrays need no copy."""
        return isinstance(self.executor, ThreadPoolExecutor)

    @property
    def workers(self) -> int:
        """How many jobs run at once; 1 if the executor does not tell."""
        # A private name, but that of both standard executors and of those made alike.
        return int(getattr(self.executor, "_max_workers", 1))

    def submit(self, job: Job, data: bytes) -> Future[Made]:
        """Run a job; raises what the executor's `submit` raises."""
        future: Future[Made] = self.executor.submit(job, data)
        return future

    def rebuilt(self) -> Self | None:
        """Return another like it, for when it is broken; None if nobody knows how."""
        return None

    def late(self, seconds: float, *, at_work: bool) -> str:
        """Say that a frame has been at work for so long, or has waited for a turn.

        Parameters
        ----------
        seconds : float
            More than one would wait for.
        at_work : bool
            Whether it is at work.

        Returns
        -------
        text : str
            A sentence or two.
        """
        if not at_work:
            return (
                f"No worker has been free for {seconds:.0f} s: filters that take long, "
                "of other sessions perhaps, hold them all."
            )
        if not self.has_answered:
            return (
                f"No frame has come back for {seconds:.0f} s: the workers are still "
                "starting, or the filter does not return."
            )
        return f"The filter has not returned for {seconds:.0f} s. {self.stuck_text}."

    def shutdown(self, *, kill: bool) -> None:
        """End it without waiting.

        Parameters
        ----------
        kill : bool
            Whether to end running jobs too, where that can be done.
        """
        self.executor.shutdown(wait=False, cancel_futures=True)

    def explain(self, error: Exception) -> str:
        """Say in plain words what happened to a job that no filter is to blame for."""
        if isinstance(error, BrokenExecutor):
            return (
                "The executor is broken, and nothing is known of how to make another: "
                f"pass a function that makes one. ({error})"
            )
        return f"{type(error).__name__}: {error}"


class Threads(Pool):
    """A pool of threads in this process."""

    stuck_text = (
        "Python cannot end the thread that it holds; another filter gets another thread"
    )

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        super().__init__(executor)
        self.has_answered = True  # threads are up at once


_free_executors: WeakSet["FreeThreads"] = WeakSet()
_free_threads: WeakSet[Thread] = WeakSet()


class FreeThreads(ThreadPoolExecutor):
    """Threads that do not keep Python from ending when a job does not return."""

    # Private, and called with each job (seen in Python 3.11 to 3.14); without that,
    # Python waits for these threads as for others.
    def _adjust_thread_count(self) -> None:
        is_one_idle = self._idle_semaphore.acquire(timeout=0)
        if is_one_idle or len(self._threads) >= self._max_workers:
            return
        # A thread that a daemon starts is a daemon.
        starter = Thread(target=super()._adjust_thread_count, daemon=True)
        starter.start()
        starter.join()
        _free_executors.add(self)
        _free_threads.update(self._threads)


def partial_of(make: Callable[[], Executor], kind: type[Executor]) -> Any:
    """Return a maker as a partial of a class, if it is that class or a partial of it.

    Parameters
    ----------
    make : callable
        Makes an executor.
    kind : type
        Of executors.

    Returns
    -------
    partial : functools.partial or None
        None for every other maker.
    """
    plain: Any = make if isinstance(make, partial) else partial(make)
    return plain if plain.func is kind else None


def with_free_threads(make: Callable[[], Executor]) -> Callable[[], Executor]:
    """Put `FreeThreads` in place of `ThreadPoolExecutor` or in a partial of it.

    Parameters
    ----------
    make : callable
        Makes an executor.

    Returns
    -------
    make : callable
        The same, if it makes another.
    """
    if (plain := partial_of(make, ThreadPoolExecutor)) is None:
        return make
    return partial(FreeThreads, *plain.args, **plain.keywords)


def part_with_threads() -> None:
    """End all `FreeThreads`, and leave those to themselves whose jobs do not return.

    Those that do, have the time to: Python's end in the middle of C++ code may crash.
    """
    for executor in list(_free_executors):
        executor.shutdown(wait=False, cancel_futures=True)
    # Private, too: whom concurrent.futures waits for.
    waited_for = getattr(concurrent.futures.thread, "_threads_queues", {})
    end = monotonic() + PARTING
    for thread in list(_free_threads):
        thread.join(max(0.0, end - monotonic()))
        waited_for.pop(thread, None)


@cache
def call_at_end(function: Callable[[], None]) -> None:
    """Have a function called when Python ends, before it waits for any thread.

    Parameters
    ----------
    function : callable
        Is called once, and not in a fork of this process, such as a worker that ends.
    """
    process = os.getpid()

    def call() -> None:
        if os.getpid() == process:
            function()

    # `atexit` comes too late: concurrent.futures has waited for every job by then, in a
    # hook of this private kind (seen in Python 3.11 to 3.14). The last one runs first.
    register = getattr(threading, "_register_atexit", None)
    if register is not None:
        with suppress(RuntimeError):  # it ends already
            register(call)
