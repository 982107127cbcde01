"""An executor of threads that do not keep Python from ending.

Python waits for the threads of `concurrent.futures.ThreadPoolExecutor`: one filter that
does not return would keep a server from ending. It does not wait for daemons.
"""

import atexit
import os
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.thread import BrokenThreadPool
from functools import partial
from time import monotonic
from typing import Any, ParamSpec, TypeVar
from weakref import WeakSet

P = ParamSpec("P")
T = TypeVar("T")

KEEP_ALIVE = 30.0
"""Seconds after which a thread without a job ends."""

GRACE = 1.0
"""Seconds that jobs have to end when Python does."""


class DaemonThreadExecutor(Executor):
    """Run jobs in daemon threads, made when they are needed and used again.

    Parameters
    ----------
    max_workers : int, optional
        How many threads at most; by default four more than there are cores.
    thread_name_prefix : str, default "panel_cam"
        The threads are named ``panel_cam_0``, ``panel_cam_1`` and so on.
    initializer : callable, optional
        Called as ``initializer(*initargs)`` in each thread before its first job. If it
        raises, the executor is broken: all jobs fail with a `BrokenThreadPool`.
    initargs : tuple, default ()
        For `initializer`.

    Raises
    ------
    ValueError
        If `max_workers` is below 1.
    """

    def __init__(
        self,
        max_workers: int | None = None,
        thread_name_prefix: str = "panel_cam",
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
    ) -> None:
        if max_workers is None:
            max_workers = (os.cpu_count() or 1) + 4
        if max_workers < 1:
            raise ValueError(f"expected at least 1 thread, got {max_workers}")
        self._max_workers = max_workers  # the name that it has in Python's executors
        self._prefix = thread_name_prefix
        self._initialize = partial(initializer, *initargs) if initializer else None
        self._changed = threading.Condition()
        self._jobs: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._made = 0
        self._is_shut_down = False
        self._is_broken = False
        _executors.add(self)

    def submit(
        self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run a job as soon as a thread is free.

        Parameters
        ----------
        fn : callable
            Called as ``fn(*args, **kwargs)``.
        *args, **kwargs
            For `fn`.

        Returns
        -------
        future : Future
            Of what it returns.

        Raises
        ------
        RuntimeError
            After `shutdown`, or if no thread can be made.
        BrokenThreadPool
            If the initializer has failed.
        """
        future: Future[T] = Future()
        with self._changed:
            if self._is_broken:
                raise BrokenThreadPool("the initializer of a thread has failed")
            if self._is_shut_down:
                raise RuntimeError("cannot schedule new futures after shutdown")
            job = future, partial(fn, *args, **kwargs)
            self._jobs.append(job)
            if self._idle >= len(self._jobs):
                self._changed.notify()
            elif len(self._threads) < self._max_workers:
                try:
                    self._start_thread()
                except RuntimeError:  # the system has no more
                    if not self._threads:
                        self._jobs.remove(job)
                        raise
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more jobs.

        Parameters
        ----------
        wait : bool, default True
            Whether to return only when all jobs have ended.
        cancel_futures : bool, default False
            Whether to cancel those that have not begun.
        """
        with self._changed:
            self._is_shut_down = True
            cancelled = self._take_all() if cancel_futures else []
            self._changed.notify_all()
            threads = list(self._threads)
        for future in cancelled:
            future.cancel()
        for thread in threads if wait else []:
            thread.join()

    def _take_all(self) -> list[Future[Any]]:
        """Return what waits, which is then no longer run; the lock is held."""
        futures = [future for future, _ in self._jobs]
        self._jobs.clear()
        return futures

    def _start_thread(self) -> None:
        name = f"{self._prefix}_{self._made}"
        thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._threads.add(thread)
        self._made += 1
        try:
            thread.start()
        except RuntimeError:
            self._threads.discard(thread)
            raise

    # ---- on a thread

    def _work(self) -> None:
        try:
            if self._initialize is not None:
                self._initialize()
        except BaseException as error:
            self._break(error)
            return
        while self._run_next():
            pass

    def _run_next(self) -> bool:
        """Wait for a job and run it; return False if this thread is to end."""
        # A function of its own: while a thread waits, it keeps no job's data alive.
        with self._changed:
            self._idle += 1
            is_wanted = self._changed.wait_for(self._has_news, KEEP_ALIVE)
            self._idle -= 1
            if not is_wanted or not self._jobs:
                self._threads.discard(threading.current_thread())
                return False
            future, call = self._jobs.popleft()
        if future.set_running_or_notify_cancel():
            try:
                result = call()
            except BaseException as error:  # SystemExit, say: it is the job's, too
                future.set_exception(error)
                del future, call  # the error's traceback would keep them alive
            else:
                future.set_result(result)
        return True

    def _has_news(self) -> bool:
        return bool(self._jobs) or self._is_shut_down

    def _break(self, error: BaseException) -> None:
        """Fail all jobs: this thread could not be prepared for them."""
        with self._changed:
            self._is_broken = True
            self._threads.discard(threading.current_thread())
            futures = self._take_all()
        text = (
            f"the initializer of a thread has failed: {type(error).__name__}: {error}"
        )
        for future in futures:
            future.set_exception(BrokenThreadPool(text))


_executors: WeakSet[DaemonThreadExecutor] = WeakSet()


def _end_all() -> None:
    """Leave those jobs to themselves that do not end in time.

    The others have some: a thread that Python stops within C++ code may crash.
    """
    executors = list(_executors)
    for executor in executors:
        executor.shutdown(wait=False, cancel_futures=True)
    end = monotonic() + GRACE
    for executor in executors:
        for thread in list(executor._threads):
            thread.join(max(0.0, end - monotonic()))


atexit.register(_end_all)
