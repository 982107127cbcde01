"""Pools of processes on this machine: started safely, replaced when one dies."""

import sys
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from typing import Any, Self, cast

from panel_cam.imaging.frame import Image
from panel_cam.processing.executors import Job, Made, Pool, partial_of
from panel_cam.processing.main_script import defines_nothing, without_main
from panel_cam.processing.memory import keep_memory
from panel_cam.processing.pickled_function import Pickling


def safe_context() -> BaseContext:
    """Return a way to start processes that is safe beside a server's threads.

    Returns
    -------
    context : multiprocessing context
        Not fork, the default on Linux until Python 3.13: the copy of a process with
        threads may wait for ever for a lock that one of them held.
    """
    return get_context("spawn" if sys.platform == "win32" else "forkserver")


def with_own_ways(make: Callable[[], Executor]) -> Callable[[], Executor]:
    """Add to `ProcessPoolExecutor`, or a partial of it, what it does not say itself.

    Parameters
    ----------
    make : callable
        Makes an executor.

    Returns
    -------
    make : callable
        The same if it makes another. Else the processes are started in a safe way, and
        keep the memory of a frame for the next one.
    """
    plain = partial_of(make, ProcessPoolExecutor)
    if plain is None:
        return make
    if "mp_context" not in plain.keywords and not plain.args[1:]:
        plain = partial(plain, mp_context=safe_context())
    if "initializer" not in plain.keywords and not plain.args[2:]:
        plain = partial(plain, initializer=keep_memory)
    return cast("Callable[[], Executor]", plain)


class ProcessPool(Pool):
    """A pool of processes on this machine.

    If one of them dies, the standard library gives up the whole pool; another is made
    with the same settings.
    """

    pickling: Pickling | None = "pickle"
    stuck_text = "It holds a process of its pool"
    executor: ProcessPoolExecutor

    def submit(self, job: Job, data: bytes | Image) -> Future[Made]:
        """Run a job; raises what the executor's `submit` raises."""
        if self._needs_main():
            return super().submit(job, data)
        with without_main():  # `submit` may start a process
            return super().submit(job, data)

    def _needs_main(self) -> bool:
        """Whether a job of somebody else's may want a function of the main script.

        Ours bring along what they need of it: see `PickledFunction`.
        """
        # Private; what it runs in each process first may be the script's, too.
        initializer = getattr(self.executor, "_initializer", None)
        if self.is_private and initializer in (None, keep_memory):
            return False
        return not defines_nothing()

    @property
    def preparing(self) -> str:
        """What its first job waits for, before it can begin; "" once one has ended."""
        if self.has_answered:
            return ""
        count = self.workers
        return f"Starting {count} worker process{'' if count == 1 else 'es'} …"

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

    def shutdown(self, *, wait: bool = False) -> None:
        """Kill its processes, and wait until they are gone if that is wanted."""
        # A private name, too. Without it, a process whose job does not end keeps this
        # one from ending.
        for process in dict(getattr(self.executor, "_processes", None) or {}).values():
            process.kill()
        self.executor.shutdown(wait=wait, cancel_futures=True)

    def describe_failure(self, error: BaseException) -> str:
        """Say in plain words what happened to a job that no filter is to blame for."""
        if isinstance(error, BrokenExecutor):
            return (
                "A worker process died with a frame at work: the filter crashed it, or "
                "the system ended it, for want of memory say. New ones take over."
            )
        return super().describe_failure(error)
