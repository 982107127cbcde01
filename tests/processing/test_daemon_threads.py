"""Daemon threads are made when needed, used again, ended, and keep nothing alive."""

import threading
import weakref
from concurrent.futures.thread import BrokenThreadPool

import pytest

from panel_cam.processing import daemon_threads
from panel_cam.processing.daemon_threads import DaemonThreadExecutor
from tests.support.waiting import wait_until

PATIENCE = 60.0


def thread() -> threading.Thread:
    return threading.current_thread()


def test_a_job_runs_on_a_daemon_thread_of_the_executors_name() -> None:
    with DaemonThreadExecutor(2, "mine") as executor:
        ran_on = executor.submit(thread).result(PATIENCE)
    assert ran_on.daemon
    assert ran_on.name == "mine_0"


def test_results_and_errors_come_back() -> None:
    with DaemonThreadExecutor(1) as executor:
        assert executor.submit(divmod, 7, 2).result(PATIENCE) == (3, 1)
        assert executor.submit(dict, red=1).result(PATIENCE) == {"red": 1}
        error = executor.submit(divmod, 7, 0).exception(PATIENCE)
        assert isinstance(error, ZeroDivisionError)
        assert executor.submit(int).result(PATIENCE) == 0


def test_a_job_that_exits_ends_no_thread() -> None:
    def leave() -> None:
        raise SystemExit(3)

    with DaemonThreadExecutor(1) as executor:
        first = executor.submit(thread).result(PATIENCE)
        assert isinstance(executor.submit(leave).exception(PATIENCE), SystemExit)
        assert executor.submit(thread).result(PATIENCE) is first


def test_a_thread_that_is_idle_is_used_again() -> None:
    with DaemonThreadExecutor(4) as executor:
        first = executor.submit(thread).result(PATIENCE)
        for _ in range(20):
            wait_until(lambda: executor._idle)
            assert executor.submit(thread).result(PATIENCE) is first


def test_jobs_run_at_once_in_no_more_threads_than_allowed() -> None:
    together = threading.Barrier(3)
    with DaemonThreadExecutor(3) as executor:
        for _ in range(2):
            futures = [executor.submit(together.wait, PATIENCE) for _ in range(6)]
            places = [future.result(PATIENCE) for future in futures]
            assert sorted(places) == [0, 0, 1, 1, 2, 2]
            assert len(executor._threads) == 3


def test_idle_threads_end_after_a_while(monkeypatch) -> None:
    monkeypatch.setattr(daemon_threads, "KEEP_ALIVE", 0.01)
    executor = DaemonThreadExecutor(2)
    first = executor.submit(thread).result(PATIENCE)
    first.join(PATIENCE)
    assert not first.is_alive()
    assert executor.submit(thread).result(PATIENCE) is not first
    seen = weakref.ref(executor)
    del executor
    wait_until(lambda: seen() is None)


def test_an_idle_thread_keeps_nothing_of_its_last_job_alive() -> None:
    class Data:
        pass

    def use(data: Data) -> None:
        raise ValueError("no light")

    with DaemonThreadExecutor(1) as executor:
        data = Data()
        seen = weakref.ref(data)
        future = executor.submit(use, data)
        error = future.exception(PATIENCE)
        assert error is not None
        error.__traceback__ = None
        del data, future, error
        wait_until(lambda: seen() is None)


def test_shutdown_waits_for_the_jobs_and_takes_no_more() -> None:
    executor = DaemonThreadExecutor(1)
    may_end = threading.Event()
    futures = [executor.submit(may_end.wait, PATIENCE), executor.submit(int)]
    executor.shutdown(wait=False)
    with pytest.raises(RuntimeError, match="after shutdown"):
        executor.submit(int)
    may_end.set()
    executor.shutdown()
    assert [future.done() for future in futures] == [True, True]


def test_shutdown_cancels_what_has_not_begun() -> None:
    executor = DaemonThreadExecutor(1)
    begun, may_end = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        assert may_end.wait(PATIENCE)

    running, waiting = executor.submit(wait), executor.submit(int)
    assert begun.wait(PATIENCE)
    executor.shutdown(wait=False, cancel_futures=True)
    assert waiting.cancelled()
    assert not running.cancelled()
    may_end.set()
    running.result(PATIENCE)


def test_a_job_that_is_cancelled_does_not_run() -> None:
    ran: list[int] = []
    may_end = threading.Event()
    with DaemonThreadExecutor(1) as executor:
        executor.submit(may_end.wait, PATIENCE)
        waiting = executor.submit(ran.append, 1)
        assert waiting.cancel()
        may_end.set()
        executor.submit(ran.append, 2).result(PATIENCE)
    assert ran == [2]


def test_each_thread_is_prepared_once() -> None:
    prepared: list[str] = []
    with DaemonThreadExecutor(1, "mine", prepared.append, ("ready",)) as executor:
        for _ in range(3):
            executor.submit(int).result(PATIENCE)
    assert prepared == ["ready"]


def test_an_executor_whose_threads_cannot_be_prepared_is_broken() -> None:
    def prepare() -> None:
        raise OSError("no driver")

    executor = DaemonThreadExecutor(1, initializer=prepare)
    error = executor.submit(int).exception(PATIENCE)
    assert isinstance(error, BrokenThreadPool)
    assert "OSError: no driver" in str(error)
    with pytest.raises(BrokenThreadPool):
        executor.submit(int)
    executor.shutdown()


def test_a_thread_that_the_system_refuses_is_told(monkeypatch) -> None:
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    executor = DaemonThreadExecutor(2)
    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", start)
        with pytest.raises(RuntimeError, match="can't start"):
            executor.submit(int)
    assert executor.submit(int).result(PATIENCE) == 0
    executor.shutdown()


@pytest.mark.parametrize("count", [0, -1])
def test_no_threads_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match="at least 1 thread"):
        DaemonThreadExecutor(count)
