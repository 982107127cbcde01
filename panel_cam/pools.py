"""The kinds of executors, and what has to be known of each."""

import sys
from collections.abc import Callable
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from functools import partial
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from typing import Any, Self

from panel_cam.parcel import Pickling
from panel_cam.process import Processed

Job = Callable[[bytes], Processed]


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

    def submit(self, job: Job, data: bytes) -> Future[Processed]:
        """Run a job; raises what the executor's `submit` raises."""
        future: Future[Processed] = self.executor.submit(job, data)
        return future

    def rebuilt(self) -> Self | None:
        """Return another like it, for when it is broken; None if nobody knows how."""
        return None

    def late(self, seconds: float) -> str:
        """Say that a frame has been at work for so long.

        Parameters
        ----------
        seconds : float
            More than one would wait for.

        Returns
        -------
        text : str
            A sentence or two.
        """
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


def safe_context() -> BaseContext:
    """Return a way to start processes that is safe beside a server's threads.

    Returns
    -------
    context : multiprocessing context
        Not fork, the default on Linux until Python 3.13: the copy of a process with
        threads may wait for ever for a lock that one of them held.
    """
    return get_context("spawn" if sys.platform == "win32" else "forkserver")


def with_safe_context(make: Callable[[], Executor]) -> Callable[[], Executor]:
    """Add a safe context to `ProcessPoolExecutor` or a partial of it that has none.

    Parameters
    ----------
    make : callable
        Makes an executor.

    Returns
    -------
    make : callable
        The same, unless it would fork.
    """
    plain: Any = make if isinstance(make, partial) else partial(make)
    if plain.func is not ProcessPoolExecutor:
        return make
    if "mp_context" in plain.keywords or plain.args[1:]:
        return make
    return partial(plain, mp_context=safe_context())


class Processes(Pool):
    """A pool of processes on this machine.

    If one of them dies, the standard library gives up the whole pool; another is made
    with the same settings.
    """

    pickling: Pickling | None = "pickle"
    stuck_text = "It holds a process of its pool"
    executor: ProcessPoolExecutor

    def rebuilt(self) -> Self:
        """Return another: with as many workers, started in the same way."""
        # Private names (seen in Python 3.11 to 3.14); without them, the defaults.
        old: Any = self.executor
        context: BaseContext | None = getattr(old, "_mp_context", None)
        if context is None or context.get_start_method() == "fork":
            context = safe_context()
        return type(self)(
            ProcessPoolExecutor(
                getattr(old, "_max_workers", None),
                mp_context=context,
                initializer=getattr(old, "_initializer", None),
                initargs=getattr(old, "_initargs", ()),
            )
        )

    def shutdown(self, *, kill: bool) -> None:
        """End it without waiting."""
        # A private name, too, that `shutdown` clears. Without it, a process whose job
        # does not end keeps this one from ending.
        processes = dict(getattr(self.executor, "_processes", None) or {})
        super().shutdown(kill=kill)
        if kill:
            for process in processes.values():
                process.kill()

    def explain(self, error: Exception) -> str:
        """Say in plain words what happened to a job that no filter is to blame for."""
        if isinstance(error, BrokenExecutor):
            return (
                "A worker process died with a frame at work: the filter crashed it, or "
                "the system ended it, for want of memory say. New ones take over."
            )
        return super().explain(error)


def pool_of(executor: object) -> Pool:
    """Find out what an executor is.

    Parameters
    ----------
    executor : object
        An `Executor`, or a `distributed.Client`.

    Returns
    -------
    pool : Pool
        Which runs nothing yet.

    Raises
    ------
    TypeError
        If it is neither.
    ExecutorError
        If it is a client that cannot be used.
    """
    if isinstance(executor, ThreadPoolExecutor):
        return Threads(executor)
    if isinstance(executor, ProcessPoolExecutor):
        return Processes(executor)
    # Nobody has a client without having imported this; nor do we, then.
    if "distributed" in sys.modules:
        from panel_cam.cluster import Cluster, client_of

        if client_of(executor) is not None:
            return Cluster(executor)
    if isinstance(executor, Executor):
        return Pool(executor)
    raise TypeError(
        "expected as executor a concurrent.futures.Executor, a distributed.Client or a "
        f"function that makes one, got {type(executor).__name__}"
    )
