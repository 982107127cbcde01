"""The kinds of executors, and what has to be known of each."""

from collections.abc import Callable
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
)
from functools import partial
from typing import Any, Self

from panel_cam.imaging.frame import Image
from panel_cam.processing.daemon_threads import DaemonThreadExecutor
from panel_cam.processing.pickled_function import PickledResult, Pickling
from panel_cam.processing.run_filter import Processed

Made = Processed | PickledResult
Job = Callable[[bytes | Image], Made]


class Pool:
    """Any executor; the base of those of which more is known.

    Parameters
    ----------
    executor : Executor
        Somebody's; its public interface is nearly all that is used.
    """

    pickling: Pickling | None = None
    """How a function gets there; None: as it is."""

    is_here = False
    """Whether jobs run in threads of this process, and arrays need no copy."""

    is_cheap = True
    """Whether it is no great thing to make another."""

    stuck_text = "It may hold its worker for ever"
    """What is so bad about a filter that does not return."""

    def __init__(self, executor: Any) -> None:
        self.executor = executor
        self.is_private = False
        """Whether nobody else can have jobs run there."""
        self.has_answered = False
        """Whether a job has ended; the first has to wait until the workers are up."""
        self.on_more: Callable[[], None] = lambda: None
        """Called when there are more workers than before, on any thread."""

    @property
    def workers(self) -> int:
        """How many jobs run at once; 1 if the executor does not tell."""
        # A private name, but that of both standard executors and of those made alike.
        return int(getattr(self.executor, "_max_workers", 1))

    def submit(self, job: Job, data: bytes | Image) -> Future[Made]:
        """Run a job; raises what the executor's `submit` raises."""
        future: Future[Made] = self.executor.submit(job, data)
        return future

    def rebuilt(self) -> Self | None:
        """Return another like it, for when it is broken; None if nobody knows how."""
        return None

    def shutdown(self) -> None:
        """End it without waiting, and its running jobs too where that can be done."""
        self.executor.shutdown(wait=False, cancel_futures=True)

    @property
    def preparing(self) -> str:
        """What its first job waits for, before it can begin; "" once one has ended."""
        return "" if self.has_answered else "Starting the workers …"

    def describe_delay(self, seconds: float, *, at_work: bool) -> str:
        """Say that a frame is at work for so long, or waits for a worker.

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

    def describe_failure(self, error: BaseException) -> str:
        """Say in plain words what happened to a job that no filter is to blame for."""
        if isinstance(error, BrokenExecutor):
            return (
                "The executor is broken, and nothing is known of how to make another: "
                f"pass a function that makes one. ({error})"
            )
        return f"{type(error).__name__}: {error}"


class ThreadPool(Pool):
    """A pool of threads in this process."""

    is_here = True
    stuck_text = (
        "Python cannot end the thread that it holds; another filter gets another thread"
    )

    def __init__(self, executor: ThreadPoolExecutor | DaemonThreadExecutor) -> None:
        super().__init__(executor)
        self.has_answered = True  # threads are up at once


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


def with_daemon_threads(make: Callable[[], Executor]) -> Callable[[], Executor]:
    """Put our executor in place of `ThreadPoolExecutor` or in a partial of it.

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
    return partial(DaemonThreadExecutor, *plain.args, **plain.keywords)
