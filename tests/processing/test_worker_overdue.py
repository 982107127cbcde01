"""Filters that do not return, and are changed meanwhile; on a clock of our own."""

from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from panel_cam.processing.worker import OVERDUE, Worker
from tests.support.deliveries import (
    DONE,
    Gate,
    Inbox,
    ObeyInOrder,
    frame_of,
    obey,
    start,
    worker_of,
)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def inbox() -> Inbox:
    """An empty inbox."""
    return Inbox()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """A real pool of two threads."""
    with ThreadPoolExecutor(2) as executor:
        yield executor


@pytest.fixture
def worker(threads, inbox, clock) -> Iterator[Worker]:
    """A worker that runs one frame at a time in two threads."""
    worker = worker_of(threads, inbox, in_order=True, clock=clock)
    yield worker
    worker.close()


def use_another_filter(worker: Worker) -> None:
    worker.use(ObeyInOrder(), {})


def test_a_frame_is_overdue_after_so_long_and_until_it_ends(
    worker, inbox, clock
) -> None:
    gate = start(worker, 1)
    clock.now += OVERDUE - 1
    assert worker.overdue == ""
    clock.now += 3
    assert "The filter has not returned for 7 s" in worker.overdue
    assert "Python cannot end the thread" in worker.overdue
    gate.open.set()
    inbox.wait_for(1)
    assert worker.overdue == ""


def test_frames_that_wait_for_a_worker_in_vain_are_overdue_too(
    threads, inbox, clock
) -> None:
    others = worker_of(threads, Inbox())
    gates = [start(others, seq) for seq in (1, 2)]
    worker = worker_of(threads, inbox, clock=clock)
    for seq in (1, 2, 3):
        worker.submit(frame_of(seq), {})
        clock.now += OVERDUE / 2
    assert "No worker has been free for 8 s" in worker.overdue
    for gate in gates:
        gate.open.set()
    assert inbox.wait_for(3)[-1] == (3, DONE)
    assert worker.overdue == ""
    others.close()
    worker.close()


def test_another_filter_waits_for_the_worker_unless_that_is_overdue(
    worker, inbox, clock
) -> None:
    first = start(worker, 1)
    use_another_filter(worker)
    worker.submit(frame_of(2), {})
    assert inbox.got == []
    clock.now += OVERDUE
    worker.submit(frame_of(3), {})
    assert inbox.wait_for(3) == [(2, None), (1, None), (3, DONE)]
    first.open.set()
    worker.submit(frame_of(4), {})
    assert inbox.wait_for(4)[3:] == [(4, DONE)], "the first came once, and not again"


def test_the_same_filter_gets_no_second_worker(worker, inbox, clock) -> None:
    first = start(worker, 1)
    clock.now += OVERDUE
    worker.submit(frame_of(2), {})
    assert inbox.got == []
    first.open.set()
    assert inbox.wait_for(2) == [(1, DONE), (2, DONE)]


def test_a_stuck_pool_of_ones_own_is_left_for_a_new_one(inbox, clock) -> None:
    made: list[ThreadPoolExecutor] = []

    def make() -> ThreadPoolExecutor:
        made.append(ThreadPoolExecutor(1))
        return made[-1]

    worker = worker_of(make, inbox, clock=clock)
    gates: list[Gate] = []
    for seq in (1, 2, 3):
        gates.append(start(worker, seq))
        use_another_filter(worker)
        clock.now += OVERDUE
    worker.submit(frame_of(4), {})
    assert inbox.wait_for(4)[-1] == (4, DONE)
    assert len(made) == 4
    for gate in gates:
        gate.open.set()
    worker.close()


class Elsewhere(Executor):
    """Threads that nobody takes for threads of this process."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(1)

    def submit(self, fn, /, *args, **kwargs):
        return self._threads.submit(fn, *args, **kwargs)

    def shutdown(self, wait=True, *, cancel_futures=False) -> None:
        self._threads.shutdown(wait, cancel_futures=cancel_futures)


def test_frames_go_to_another_executor_from_one_to_the_next(inbox, clock) -> None:
    with Elsewhere() as elsewhere:
        worker = worker_of(elsewhere, inbox, clock=clock)
        first = start(worker, 1)
        worker.submit(frame_of(2), {})
        use_another_filter(worker)  # one that remembers, and so runs here
        assert inbox.got == [(2, None)]
        worker.submit(frame_of(3), {})
        assert inbox.wait_for(2)[1:] == [(3, DONE)]
        first.open.set()
        assert inbox.wait_for(3)[2:] == [(1, None)], "a later one has been shown"
        worker.use(obey, {})
        worker.submit(frame_of(4), {})
        assert inbox.wait_for(4)[3:] == [(4, DONE)]
        assert [each.image is None for each in inbox.processed] == [False, True]
        worker.close()
