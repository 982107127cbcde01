"""A worker over real processes: they run, fail, die and are replaced."""

import os
from collections.abc import Callable
from concurrent.futures import (
    Executor,
    ProcessPoolExecutor,
)
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest

from panel_cam.errors import FilterError
from panel_cam.imaging.frame import Image
from panel_cam.processing.run_filter import Processed, process
from panel_cam.processing.worker import Worker
from tests.support.deliveries import (
    Inbox,
    frame_of,
)


@pytest.fixture
def inbox() -> Inbox:
    """An empty inbox."""
    return Inbox()


def grey_of(image: Image) -> Image:
    """Return the process's id as a picture, to prove where it ran."""
    return np.full((2, 2), os.getpid(), np.int64)


def broken(image: Image) -> Image:
    """Raise in another process."""
    raise ZeroDivisionError("no light")


def die(image: Image) -> Image:
    """End the process as a crash in C would."""
    os._exit(1)


@pytest.fixture(scope="module")
def make_process() -> Callable[[], Executor]:
    """Make a real pool of one process, which shares nothing with this one."""
    return partial(ProcessPoolExecutor, 1, mp_context=get_context("spawn"))


def test_a_process_pool_runs_fails_dies_and_is_replaced(
    make_process: Callable[[], Executor], inbox: Inbox
) -> None:
    worker = Worker(make_process, deliver=inbox)
    for seq, function in enumerate([grey_of, broken, die, grey_of], start=1):
        job = partial(process, function=function, keep_image=True)
        worker.submit(frame_of(seq), job)
        inbox.wait_for(seq)
    worker.close()
    ran, failed, died, ran_again = (outcome for _, outcome in inbox.got)
    assert isinstance(ran, Processed)
    assert ran.image is not None
    assert ran.image[0, 0] != os.getpid()
    assert isinstance(failed, FilterError)
    assert failed.summary.endswith("ZeroDivisionError: no light")
    assert "in broken" in failed.details
    assert isinstance(died, BrokenProcessPool)
    assert isinstance(ran_again, Processed)


def test_a_broken_pool_that_is_not_ours_is_replaced_by_one_like_it(
    make_process: Callable[[], Executor], inbox: Inbox
) -> None:
    with make_process() as executor:
        worker = Worker(executor, deliver=inbox)
        for seq, function in enumerate([die, grey_of], start=1):
            worker.submit(frame_of(seq), partial(process, function=function))
            inbox.wait_for(seq)
        worker.close()
    (_, died), (_, ran) = inbox.got
    assert isinstance(died, BrokenProcessPool)
    assert isinstance(ran, Processed)


def test_a_filter_that_cannot_be_pickled_is_delivered_as_an_error(
    make_process: Callable[[], Executor], inbox: Inbox
) -> None:
    worker = Worker(make_process, deliver=inbox)
    worker.submit(frame_of(1), partial(process, function=lambda image: image))
    assert "pickle" in str(inbox.wait_for_one())
    worker.close()
