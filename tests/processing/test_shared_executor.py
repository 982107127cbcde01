"""Engines know what is theirs to end, and end with Python whatever runs in them."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from panel_cam.errors import ExecutorError
from panel_cam.processing.shared_executor import engine_of
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
from panel_cam.processing.dispatch import Dispatch
from panel_cam.imaging.frame import Frame
from panel_cam.processing.worker import Worker
from hanging import die, hang

def run(function):
    dispatch.use(function, {})
    frame = Frame(1, 1.0, codec.encode(np.zeros((4, 4, 3), np.uint8)))
    worker.use(dispatch.engine, dispatch.slots)
    worker.submit(frame, dispatch.job({}))

if __name__ == "__main__":
    ended = threading.Event()
    executor = {EXECUTOR}
    dispatch = Dispatch(executor)
    worker = Worker(dispatch.engine, deliver=lambda frame, outcome: ended.set())
    if isinstance(executor, ProcessPoolExecutor):
        run(die)  # so that another takes its place
        ended.wait()
    run(hang)
    sys.stdin.readline()
"""


def test_an_executor_that_a_function_makes_for_several_is_nobodys_own() -> None:
    with ThreadPoolExecutor(1) as threads:
        first, second = (engine_of(lambda: threads) for _ in range(2))
        assert first.pool().executor is second.pool().executor
        first.close()
        second.close()
        third = engine_of(lambda: threads)  # those that had it are gone
        third.pool()
        third.close()
        assert threads.submit(int).result(PATIENCE) == 0


@pytest.mark.parametrize("is_passed_first", [True, False])
def test_an_executor_that_is_passed_as_well_is_nobodys_own(is_passed_first) -> None:
    with ThreadPoolExecutor(1) as threads:
        given = [threads, lambda: threads]
        engines = []
        for each in given if is_passed_first else reversed(given):
            engines.append(engine_of(each))
            engines[-1].pool()
        for engine in engines:
            engine.close()
        assert threads.submit(int).result(PATIENCE) == 0


def test_an_executor_that_ended_with_its_session_is_refused_with_the_cure() -> None:
    threads = ThreadPoolExecutor(1)
    first, second = (engine_of(lambda: threads) for _ in range(2))
    first.pool()
    first.close()
    with pytest.raises(ExecutorError, match="pass the executor itself"):
        second.pool()


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
