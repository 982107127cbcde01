"""What is ours is ended, also with Python whatever runs in it; all else is not."""

import gc
import os
import signal
import subprocess
import sys
import threading
import weakref
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

import pytest

from panel_cam.errors import ExecutorError
from panel_cam.processing.executors import Pool
from panel_cam.processing.shared_executor import shared_executor
from tests.support.lives import PATIENCE
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[2]

# A filter that hangs, and a script that ends then. Processes tell their ids.
FILTERS = """
import os, time
def hang(image):
    print("at work", os.getpid(), flush=True)
    time.sleep(600)
def die(image):
    os._exit(1)
"""

SCRIPT = """
import sys, threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
import numpy as np
from panel_cam.imaging import codec
from panel_cam.imaging.frame import Frame
from panel_cam.processing.worker import Worker
from hanging import die, hang

def run(function):
    worker.use(function, {})
    data = codec.encode(np.zeros((4, 4, 3), np.uint8))
    worker.submit(Frame(1, 1.0, data), {})

if __name__ == "__main__":
    ended = threading.Event()
    executor = {EXECUTOR}
    worker = Worker(executor, deliver=lambda frame, outcome: ended.set())
    if isinstance(executor, ProcessPoolExecutor):
        run(die)  # so that another takes its place
        ended.wait()
    run(hang)
    sys.stdin.readline()
"""


def test_an_executor_that_a_function_makes_for_several_is_nobodys_own() -> None:
    with ThreadPoolExecutor(1) as threads:
        first, second = (shared_executor(lambda: threads) for _ in range(2))
        assert first.pool().executor is second.pool().executor
        assert first.fair_share is second.fair_share
        first.close()
        second.close()
        third = shared_executor(lambda: threads)  # those that had it are gone
        third.pool()
        third.close()
        assert threads.submit(int).result(PATIENCE) == 0


def test_that_is_remembered_when_those_are_gone() -> None:
    with ThreadPoolExecutor(1) as threads:
        for _ in range(2):
            shared_executor(lambda: threads)
        gc.collect()
        shared_executor(lambda: threads).close()
        assert threads.submit(int).result(PATIENCE) == 0


@pytest.mark.parametrize("is_passed_first", [True, False])
def test_an_executor_that_is_passed_as_well_is_nobodys_own(is_passed_first) -> None:
    with ThreadPoolExecutor(1) as threads:
        given = [threads, lambda: threads]
        shared = []
        for each in given if is_passed_first else reversed(given):
            shared.append(shared_executor(each))
            shared[-1].pool()
        for each in shared:
            each.close()
        assert threads.submit(int).result(PATIENCE) == 0


def test_an_executor_that_ended_with_its_session_is_refused_with_the_cure() -> None:
    threads = ThreadPoolExecutor(1)
    first = shared_executor(lambda: threads)
    first.close()
    with pytest.raises(ExecutorError, match="pass the executor itself"):
        shared_executor(lambda: threads)


def test_an_executor_that_is_made_again_when_it_is_stuck_is_refused() -> None:
    threads = ThreadPoolExecutor(1)
    shared = shared_executor(lambda: threads)
    assert shared.leave(shared.pool())
    with pytest.raises(ExecutorError, match="let it make a new one each time"):
        shared.pool()


def test_one_that_takes_the_place_of_another_may_be_of_others_too() -> None:
    with ThreadPoolExecutor(1) as second:
        made = iter([ThreadPoolExecutor(1), second])
        mine, yours = shared_executor(made.__next__), shared_executor(lambda: second)
        assert mine.leave(mine.pool())
        assert mine.pool().executor is second
        for shared in (mine, yours):
            shared.close()
        assert second.submit(int).result(PATIENCE) == 0


def test_an_executor_and_what_shares_it_go_together() -> None:
    threads = ThreadPoolExecutor(1)
    seen = [weakref.ref(threads), weakref.ref(shared_executor(threads))]
    assert shared_executor(threads) is seen[1]()
    del threads
    gc.collect()
    assert [each() for each in seen] == [None, None]


def test_nobody_else_waits_while_a_dask_cluster_is_asked(monkeypatch) -> None:
    asked, may_answer = threading.Event(), threading.Event()

    class Slow(Pool):
        def __init__(self, executor: object) -> None:
            super().__init__(executor)
            asked.set()
            assert may_answer.wait(PATIENCE)

    class Distant(Executor):
        """Whose pool waits for an answer when it is made, as a cluster does."""

    def pool_of(executor: object) -> Pool:
        return (Slow if isinstance(executor, Distant) else Pool)(executor)

    monkeypatch.setattr("panel_cam.processing.shared_executor.pool_of", pool_of)
    slow = threading.Thread(target=shared_executor, args=(Distant(),))
    slow.start()
    assert asked.wait(PATIENCE)
    quick = threading.Thread(target=shared_executor, args=(Executor(),))
    quick.start()
    quick.join(PATIENCE)
    assert not quick.is_alive()
    may_answer.set()
    slow.join(PATIENCE)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("end", ["return", "signal"])
@pytest.mark.parametrize(
    "executor",
    [
        "None",
        "partial(ThreadPoolExecutor, 2)",
        "partial(ProcessPoolExecutor, 2)",
        "ProcessPoolExecutor(2, mp_context=get_context('spawn'))",
    ],
)
def test_python_ends_though_a_filter_hangs(executor, end, tmp_path) -> None:
    (tmp_path / "hanging.py").write_text(FILTERS)
    (tmp_path / "script.py").write_text(SCRIPT.replace("{EXECUTOR}", executor))
    with subprocess.Popen(
        [sys.executable, "script.py"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as python:
        try:
            assert python.stdout is not None
            at_work = int(python.stdout.readline().split()[-1])
            if end == "signal":
                python.send_signal(signal.SIGINT)
            _, errors = python.communicate("\n", timeout=PATIENCE)
        finally:
            python.kill()
    if end == "return":
        assert (python.returncode, errors) == (0, "")
    wait_until(lambda: not is_alive(at_work))
