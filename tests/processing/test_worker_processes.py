"""A worker over real processes: they run, fail, die and are replaced."""

import os
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest

from panel_cam.errors import ExecutorError, FilterError
from panel_cam.processing.worker import Worker
from tests.support import far_filters
from tests.support.deliveries import DONE, Inbox, frame_of


@pytest.fixture
def inbox() -> Inbox:
    """An empty inbox."""
    return Inbox()


@pytest.fixture(scope="module")
def make_process() -> Callable[[], Executor]:
    """Make a real pool of one process, which shares nothing with this one."""
    return partial(ProcessPoolExecutor, 1, mp_context=get_context("spawn"))


def run(worker: Worker, seq: int, function: Callable[..., object]) -> None:
    worker.use(function, {})
    worker.submit(frame_of(seq), {}, format="png")


def process_of(inbox: Inbox, index: int) -> int:
    return far_filters.read_where(inbox.processed[index].to_image())


def test_a_process_pool_runs_fails_dies_and_is_replaced(
    make_process: Callable[[], Executor], inbox: Inbox
) -> None:
    worker = Worker(make_process, deliver=inbox)
    filters = [far_filters.where, far_filters.fail, far_filters.die, far_filters.where]
    for seq, function in enumerate(filters, start=1):
        run(worker, seq, function)
        inbox.wait_for(seq)
    worker.close()
    ran, failed, died, ran_again = (outcome for _, outcome in inbox.got)
    assert ran == ran_again == DONE
    assert isinstance(failed, FilterError)
    assert failed.summary.endswith("ZeroDivisionError: no light")
    assert "in fail" in failed.details
    assert isinstance(died, ExecutorError)
    assert "worker process died" in str(died)
    assert len({process_of(inbox, 0), process_of(inbox, 1), os.getpid()}) == 3


def test_a_broken_pool_that_is_not_ours_is_replaced_by_one_like_it(
    make_process: Callable[[], Executor], inbox: Inbox
) -> None:
    with make_process() as executor:
        worker = Worker(executor, deliver=inbox)
        for seq, function in enumerate([far_filters.die, far_filters.where], start=1):
            run(worker, seq, function)
            inbox.wait_for(seq)
        worker.close()
    (_, died), (_, ran) = inbox.got
    assert isinstance(died, ExecutorError)
    assert ran == DONE


def test_what_cannot_be_sent_is_refused_and_what_was_there_goes_on(
    make_process: Callable[[], Executor], inbox: Inbox
) -> None:
    worker = Worker(make_process, deliver=inbox)
    worker.use(far_filters.negative, {})
    with pytest.raises(ExecutorError, match="pickle"):
        worker.use(lambda image: image, {})
    worker.submit(frame_of(1), {"strength": lambda: 3})
    worker.submit(frame_of(2), {})
    (_, refused), (_, done) = inbox.wait_for(2)
    assert isinstance(refused, ExecutorError)
    assert "negative cannot be sent" in str(refused)
    assert done == DONE
    worker.close()


def test_an_array_is_sent_and_stays_its_givers(
    make_process: Callable[[], Executor], inbox: Inbox
) -> None:
    image = np.full((4, 6, 3), 100, np.uint8)
    image.flags.writeable = False
    worker = Worker(make_process, deliver=inbox)
    worker.use(far_filters.darken, {})
    worker.submit(frame_of(1, data=image), {}, format="png")
    assert inbox.wait_for_one() == DONE
    assert (inbox.processed[0].to_image() == 50).all()
    assert (image == 100).all()
    worker.close()


def test_it_tells_of_processes_that_start_until_the_first_frame_is_back(
    inbox: Inbox,
) -> None:
    spawn = get_context("spawn")
    for seq, (workers, words) in enumerate([(1, "process …"), (2, "processes …")], 1):
        worker = Worker(
            partial(ProcessPoolExecutor, workers, mp_context=spawn), deliver=inbox
        )
        assert worker.preparing == f"Starting {workers} worker {words}"
        run(worker, seq, far_filters.negative)
        inbox.wait_for(seq)
        assert worker.preparing == ""
        worker.close()
