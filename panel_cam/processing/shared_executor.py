"""An executor that works for many: replaced when it breaks, and shared fairly.

Who shuts it down: an executor that was passed is the caller's; what a function makes is
ours, unless the function hands the same one out again.
"""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import Any
from weakref import WeakSet

from panel_cam.errors import ExecutorError
from panel_cam.processing.daemon_threads import DaemonThreadExecutor
from panel_cam.processing.executors import Pool, ThreadPool, with_daemon_threads
from panel_cam.processing.fair_share import FairShare
from panel_cam.processing.process_pool import ProcessPool, with_own_ways

# More than there are cores, on purpose: each session takes one thread at a time, and
# one whose filter sleeps must not hold up the others. Threads are made on demand.
DEFAULT_THREADS = 32
_default = DaemonThreadExecutor(DEFAULT_THREADS)

_KEPT_AS = "_panel_cam_shared"
"""The attribute of an executor in which its `SharedExecutor` lives, as long as it."""

_lock = threading.Lock()
"""Held for a look at that attribute, and for nothing that waits."""

_SHUT_DOWN = (
    "the function made the same executor again, which was shut down with the session "
    "that had it: let it make a new one each time, or pass the executor itself"
)


class SharedExecutor:
    """Where filters run. Thread-safe, and the same for all who were given one executor.

    To be had by `shared_executor`.

    Parameters
    ----------
    executor : Executor or distributed.Client
        What runs the jobs.
    make : callable, optional
        What made it, and makes another when it breaks; then `close` shuts it down.
    """

    def __init__(
        self, executor: object, make: Callable[[], Executor] | None = None
    ) -> None:
        self._lock = threading.Lock()
        self._make = make
        self.is_owned = make is not None
        """Whether `close` shuts the executor down."""
        self.is_closed = False
        self.fair_share = FairShare(self._workers)
        """Who may use its workers next."""
        self.latest = self._prepared(pool_of(executor), is_private=self.is_owned)
        """The pool that jobs went to, or go to if it is not broken."""
        self._first = self.latest
        self._needs_another = False
        """Whether the latest pool is broken or stuck, and another is to be made."""
        _all.add(self)
        _call_at_end()

    def _workers(self) -> int:
        return 1 if self._needs_another else self.latest.workers

    def _prepared(self, pool: Pool, *, is_private: bool) -> Pool:
        pool.on_more = self.fair_share.distribute
        pool.is_private = is_private
        return pool

    def pool(self) -> Pool:
        """Return what runs jobs, made anew if need be.

        Raises
        ------
        Exception
            Whatever its maker raises; `TypeError` if it makes something else,
            `ExecutorError` if it makes the same executor again, `RuntimeError` after
            `close`.
        """
        with self._lock:
            if self.is_closed:
                raise RuntimeError("the executor was shut down")
            if self._needs_another:
                pool = self._remade()
                self.latest = self._prepared(pool, is_private=self.is_owned)
                self._needs_another = False
            return self.latest

    def _remade(self) -> Pool:
        assert self._make is not None, "only what is owned needs another"
        executor = self._make()
        other = _shared_of(executor)
        if other is self:  # it makes the same one again
            if (pool := self.latest.rebuilt()) is None:
                raise ExecutorError(_SHUT_DOWN)
            return pool
        pool = pool_of(executor)
        if other is None:
            other = _keep(executor, self)
        if other is not self:
            other.give_to_another()
            self.is_owned = False
        return pool

    def replace(self, broken: Pool) -> None:
        """Let the next job run in another pool, where one can be made.

        Parameters
        ----------
        broken : Pool
            Nothing happens if it was replaced before.
        """
        with self._lock:
            if self.latest is not broken or self._needs_another or self.is_closed:
                return
            self._needs_another = is_owned = self.is_owned
            if not is_owned and (pool := broken.rebuilt()) is not None:
                self.latest = self._prepared(pool, is_private=True)
        if is_owned:
            broken.shutdown()

    def leave(self, stuck: Pool) -> bool:
        """Let the next job run in a new pool, because jobs in the old one do not end.

        Parameters
        ----------
        stuck : Pool
            Its jobs are ended, where that can be done.

        Returns
        -------
        left : bool
            False if others may use the pool, or if it is dear to make.
        """
        if not self.is_owned or not stuck.is_cheap:
            return False
        self.replace(stuck)
        return True

    def give_to_another(self) -> None:
        """Shut the executor down no more: somebody else has got it, too.

        Raises
        ------
        ExecutorError
            If it is shut down already.
        """
        with self._lock:
            if self.is_closed:
                raise ExecutorError(_SHUT_DOWN)
            self.is_owned = self.latest.is_private = False

    def close(self) -> None:
        """Shut the executor down if it is ours. Idempotent."""
        with self._lock:
            if not self.is_owned or self.is_closed:
                return
            self.is_closed = True
        self.latest.shutdown()

    def end(self) -> None:
        """Run nothing more, and kill processes that were made here: Python ends."""
        with self._lock:
            self.is_closed = True
        # What replaced a broken pool of somebody else's is nobody's but ours.
        is_ours = self.is_owned or self.latest is not self._first
        if isinstance(self.latest, ProcessPool) and is_ours:
            # Or Python might wake its thread just when that closes what it waits on,
            # which fails, and other pools would never end (seen in Python 3.11).
            self.latest.shutdown(wait=True)


_all: WeakSet[SharedExecutor] = WeakSet()


@cache
def _call_at_end() -> None:
    """End all when Python does, before it waits for any process."""
    process = os.getpid()

    def end_all() -> None:
        if os.getpid() == process:  # and not in a fork, such as a worker that ends
            for shared in list(_all):
                shared.end()

    # `atexit` comes too late: concurrent.futures has waited for every job by then, in a
    # hook of this private kind (seen in Python 3.11 to 3.14). The last one runs first.
    register = getattr(threading, "_register_atexit", None)
    if register is not None:
        with suppress(RuntimeError):  # it ends already
            register(end_all)


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
    if isinstance(executor, ThreadPoolExecutor | DaemonThreadExecutor):
        return ThreadPool(executor)
    if isinstance(executor, ProcessPoolExecutor):
        return ProcessPool(executor)
    # Nobody has a client without having imported this; nor do we, then.
    if "distributed" in sys.modules:
        from panel_cam.processing.dask_cluster import DaskCluster, client_of

        if client_of(executor) is not None:
            return DaskCluster(executor)
    if isinstance(executor, Executor):
        return Pool(executor)
    raise TypeError(
        "expected as executor a concurrent.futures.Executor, a distributed.Client or a "
        f"function that makes one, got {type(executor).__name__}"
    )


def shared_executor(executor: Any = None) -> SharedExecutor:
    """Return the shared executor for what a user passed.

    Parameters
    ----------
    executor : optional
        None: the threads that all sessions of this process share. An `Executor` or a
        `distributed.Client`: always the same for the same one, which stays the
        caller's. A callable without arguments, such as
        ``partial(ProcessPoolExecutor, 2)``, is called: what it makes is ours.

    Returns
    -------
    shared : SharedExecutor
        Which has not run anything yet, or is at work for others.

    Raises
    ------
    Exception
        Whatever the callable raises.
    TypeError
        If it is none of these.
    ExecutorError
        If it is a client that cannot be used, or was shut down with another session.
    """
    if executor is None:
        executor = _default
    make: Callable[[], Executor] | None = None
    if not isinstance(executor, Executor) and callable(executor):
        make = with_daemon_threads(with_own_ways(executor))
        executor = make()
    shared = _shared_of(executor)
    if shared is None:
        new = SharedExecutor(executor, make)  # where a Dask cluster is asked: no lock
        shared = _keep(executor, new)
        if shared is new:
            return new
    shared.give_to_another()
    return shared


def _shared_of(executor: object) -> SharedExecutor | None:
    """Return the shared executor of what was passed or made before."""
    return getattr(_home_of(executor), _KEPT_AS, None)


def _keep(executor: object, shared: SharedExecutor) -> SharedExecutor:
    """Keep a shared executor for the next; return that of who was quicker, if any."""
    with _lock:
        kept: SharedExecutor = vars(_home_of(executor)).setdefault(_KEPT_AS, shared)
        return kept


def _home_of(executor: object) -> object:
    """Return the object by which an executor is told from others.

    That is itself, unless it is one of several faces of one Dask client.
    """
    if "distributed" in sys.modules:
        from panel_cam.processing.dask_cluster import stands_for

        return stands_for(executor)
    return executor
