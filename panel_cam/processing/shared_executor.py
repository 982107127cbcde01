"""An executor that works for many: replaced when it breaks, and used in turns."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any
from weakref import WeakKeyDictionary, WeakSet, WeakValueDictionary

from panel_cam.errors import ExecutorError
from panel_cam.processing.executors import (
    FreeThreads,
    Pool,
    Threads,
    call_at_end,
    part_with_threads,
    with_free_threads,
)
from panel_cam.processing.fair_share import Turns
from panel_cam.processing.process_pool import Processes, with_safe_context

# More than there are cores, on purpose: each session takes one thread at a time, and
# one whose filter sleeps must not hold up the others. Threads are made on demand.
SHARED_THREADS = 32

_lock = threading.RLock()
_engines: WeakValueDictionary[int, "Engine"] = WeakValueDictionary()
"""By the id of the executor, which its engine keeps alive."""

_shared: "Engine | None" = None

_live: WeakSet["Engine"] = WeakSet()
"""All, so that they end before Python waits for them."""

_made: WeakKeyDictionary[object, bool] = WeakKeyDictionary()
"""The executors that functions made, and whether they can still be used."""


def stands_for(executor: object) -> object:
    """Return the object by which an executor is told from others.

    Parameters
    ----------
    executor : object
        What a user passed.

    Returns
    -------
    other : object
        The same, unless it is one of several faces of one executor.
    """
    if "distributed" in sys.modules:
        from panel_cam.processing import dask_cluster as cluster

        return cluster.stands_for(executor)
    return executor


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
        from panel_cam.processing.dask_cluster import Cluster, client_of

        if client_of(executor) is not None:
            return Cluster(executor)
    if isinstance(executor, Executor):
        return Pool(executor)
    raise TypeError(
        "expected as executor a concurrent.futures.Executor, a distributed.Client or a "
        f"function that makes one, got {type(executor).__name__}"
    )


class Engine:
    """Where jobs run. Thread-safe, and shared by all who were given one executor.

    Parameters
    ----------
    executor : Executor or distributed.Client, optional
        One that somebody else made and will shut down.
    make : callable, optional
        Makes one when it is first needed; then the engine is its owner, unless it has
        made the same one before, or somebody has passed that.
    """

    def __init__(
        self, executor: object = None, make: Callable[[], Executor] | None = None
    ) -> None:
        self._lock = threading.Lock()
        if make is not None:
            make = with_free_threads(with_safe_context(make))
        self._make = make
        self.is_owned = make is not None
        """Whether the executor is shut down by `close`."""
        self._executor = executor
        """What was passed or made; kept alive, for its id stands for it."""
        self._pool: Pool | None = None
        self.latest: Pool | None = None
        """What `pool` returned last."""
        self._closed = False
        self.turns = Turns(self._workers)
        """Whose turn it is."""
        if make is None:
            self._pool = self._watched(pool_of(executor))
        with _lock:
            _live.add(self)
        call_at_end(_end_all)

    def _workers(self) -> int:
        pool = self._pool
        return 1 if pool is None else pool.workers

    def _watched(self, pool: Pool) -> Pool:
        pool.on_more = self.turns.hand_out
        return pool

    def share(self, executor: object) -> bool:
        """Shut an executor down no more, if it is this one; tell whether it is."""
        is_this = self._executor is executor
        self.is_owned = self.is_owned and not is_this
        return is_this

    def _take(self, made: object) -> Pool:
        """Take what was made, as its owner if it is new; the lock is held."""
        pool = self._watched(pool_of(made))
        executor = stands_for(made)
        with _lock:
            if not _made.get(executor, True):
                raise ExecutorError(
                    "the function made the same executor again, which was shut down "
                    "with the session that had it: let it make a new one each time, or "
                    "pass the executor itself"
                )
            self.is_owned = not _share(executor) and executor not in _made
            _made[executor] = True
            self._executor = executor
        return pool

    def pool(self) -> Pool:
        """Return the executor, made now if need be.

        Raises
        ------
        Exception
            Whatever its maker raises; `TypeError` if it makes something else,
            `ExecutorError` if it makes one that was shut down.
        """
        with self._lock:
            if self._closed:
                raise RuntimeError("the executor was shut down")
            if self._pool is None:
                assert self._make is not None, "else there is one from the start"
                self._pool = self._take(self._make())
            self.latest = self._pool
            return self._pool

    def replace(self, broken: Pool) -> None:
        """Let the next job run in another pool, where one can be made.

        Parameters
        ----------
        broken : Pool
            Nothing happens if it was replaced before.
        """
        with self._lock:
            if self._pool is not broken or self._closed:
                return
            if is_owned := self.is_owned:
                self._pool = None
            else:
                self._pool = self._watched(broken.rebuilt() or broken)
        if is_owned:
            broken.shutdown(kill=True)

    def leave(self, stuck: Pool) -> bool:
        """Let the next job run in a new pool, because jobs in the old one do not end.

        Parameters
        ----------
        stuck : Pool
            Its jobs are ended, where that can be done.

        Returns
        -------
        left : bool
            False if the pool is not the engine's own, and so others may use it.
        """
        if not self.is_owned or not stuck.is_cheap:
            return False
        _made[stands_for(stuck.executor)] = False
        self.replace(stuck)
        return True

    def close(self) -> None:
        """Shut the executor down if it is the engine's own. Idempotent."""
        with self._lock:
            if not self.is_owned:
                return
            self._closed = True
            pool, self._pool, self._executor = self._pool, None, None
        if pool is not None:
            _made[stands_for(pool.executor)] = False
            pool.shutdown(kill=True)

    def end(self) -> None:
        """Run nothing more, and kill processes that were made here: Python ends."""
        with self._lock:
            self._closed = True
            pool = self._pool
        # A pool that replaces a broken one is nobody else's.
        is_ours = self.is_owned or (pool and pool.executor is not self._executor)
        if isinstance(pool, Processes) and is_ours:
            pool.shutdown(kill=True)


def _share(executor: object) -> bool:
    """Let nobody shut an executor down; tell whether somebody has it."""
    with _lock:  # a list, since all have to hear of it
        return any([each.share(executor) for each in _live])


def _end_all() -> None:
    """Let no job keep Python from ending."""
    with _lock:
        engines = list(_live)
    for engine in engines:
        engine.end()
    part_with_threads()


def engine_of(executor: Any = None) -> Engine:
    """Return the engine for what a user passed as executor.

    Parameters
    ----------
    executor : optional
        None: the threads that all sessions of this process share. An `Executor` or a
        `distributed.Client`: always the same engine for the same one. A callable
        without arguments, such as ``partial(ProcessPoolExecutor, 2)``: an engine that
        is nobody else's.

    Returns
    -------
    engine : Engine
        Which has not run anything yet, or is at work for others.

    Raises
    ------
    TypeError
        If it is none of these.
    ExecutorError
        If it is a client that cannot be used.
    """
    global _shared
    if isinstance(executor, Engine):
        return executor
    if executor is None:
        with _lock:
            if _shared is None:
                threads = FreeThreads(SHARED_THREADS, thread_name_prefix="panel_cam")
                _shared = Engine(threads)
            return _shared
    if not isinstance(executor, Executor) and callable(executor):
        return Engine(make=executor)
    executor = stands_for(executor)
    with _lock:
        engine = _engines.get(id(executor))
        if engine is None:
            _share(executor)
            engine = _engines[id(executor)] = Engine(executor)
        return engine
