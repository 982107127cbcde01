"""`keep_memory`: what it does to a process, and to which ones it is done."""

import ctypes
import os
import platform
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from panel_cam.processing import memory
from panel_cam.processing.memory import keep_memory
from panel_cam.processing.process_pool import with_own_ways
from panel_cam.processing.shared_executor import shared_executor

ROOT = Path(__file__).parents[2]
IS_GLIBC = platform.libc_ver()[0] == "glibc"
ARRAYS, ARRAY_MB = 3, 20


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take out of the environment what a Dask cluster of another test leaves there."""
    for name in ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES"):
        monkeypatch.delenv(name, raising=False)


# Not forkserver's, whose environment is that of the first test that had one.
one_process = partial(ProcessPoolExecutor, 1, get_context("spawn"))


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def kept_mb() -> float:
    """Return how much of freed arrays the process still has."""
    before = resident_mb()
    arrays = [np.ones(ARRAY_MB * 1_000_000, np.uint8) for _ in range(ARRAYS)]
    assert resident_mb() - before > ARRAY_MB * ARRAYS * 0.9
    arrays.clear()
    return resident_mb() - before


def nothing() -> None:
    """Initialize a process, as a user may want to."""


def in_a_process(*lines: str, **variables: str) -> str:
    script = "\n".join(
        ["from tests.processing.test_memory import *", *lines, "print(kept_mb())"]
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


glibc_alone = pytest.mark.skipif(not IS_GLIBC, reason="only glibc has these options")


@glibc_alone
def test_freed_arrays_stay_with_a_process_that_asked_for_it() -> None:
    assert float(in_a_process("assert keep_memory()")) > ARRAY_MB * ARRAYS * 0.9


@glibc_alone
def test_nothing_is_kept_where_nobody_asked() -> None:
    kept = float(in_a_process("import panel_cam.live"))
    assert kept < ARRAY_MB * ARRAYS * 0.1


@glibc_alone
@pytest.mark.parametrize(
    "variables",
    [
        {"MALLOC_TRIM_THRESHOLD_": "1000000"},
        {"GLIBC_TUNABLES": "glibc.malloc.trim_threshold=1000000"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_what_the_environment_says_holds(variables: dict[str, str]) -> None:
    kept = float(in_a_process("assert not keep_memory()", **variables))
    assert kept < ARRAY_MB * ARRAYS * 0.1


@pytest.mark.parametrize("system", ["darwin", "win32", "emscripten"])
def test_other_systems_are_left_alone(
    system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*arguments: Any) -> Any:
        raise AssertionError("its library was loaded")

    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(ctypes, "CDLL", load)
    assert keep_memory() is False


class _OtherLibrary:
    """A C library that has no name of glibc's."""

    def mallopt(self, *arguments: Any) -> Any:
        raise AssertionError("it was called")


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "_is_set_already", lambda: False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda name: _OtherLibrary())
    assert keep_memory() is False


# ---- to which processes


@glibc_alone
def test_a_pool_that_we_make_keeps_it() -> None:
    with with_own_ways(one_process)() as pool:
        assert pool.submit(kept_mb).result(60) > ARRAY_MB * ARRAYS * 0.9


@glibc_alone
def test_a_pool_that_replaces_a_broken_one_keeps_it_too() -> None:
    shared = shared_executor(one_process)
    rebuilt = shared.latest.rebuilt()
    assert rebuilt is not None
    try:
        future = rebuilt.executor.submit(kept_mb)
        assert future.result(60) > ARRAY_MB * ARRAYS * 0.9
    finally:
        rebuilt.shutdown()
        shared.close()


@glibc_alone
def test_a_pool_that_is_passed_is_as_it_was_made() -> None:
    with with_own_ways(partial(one_process, initializer=nothing))() as pool:
        assert pool.submit(kept_mb).result(60) < ARRAY_MB * ARRAYS * 0.1


@glibc_alone
def test_somebody_may_ask_for_it_in_a_pool_of_his() -> None:
    with one_process(initializer=keep_memory) as pool:
        assert pool.submit(kept_mb).result(60) > ARRAY_MB * ARRAYS * 0.9


@pytest.mark.parametrize(
    "make",
    [
        partial(ProcessPoolExecutor, initializer=nothing),
        partial(ProcessPoolExecutor, 1, None, nothing),
    ],
    ids=["by name", "by place"],
)
def test_an_initializer_of_the_users_stays(make: Any) -> None:
    pool: Any = with_own_ways(make)()
    assert pool._initializer is nothing
    pool.shutdown()


def test_what_makes_something_else_is_left_alone() -> None:
    def make() -> Executor:
        raise AssertionError("it was called")

    assert with_own_ways(make) is make
