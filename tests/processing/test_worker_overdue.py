"""Jobs that do not end, and functions that change meanwhile; on a clock of our own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from panel_cam.processing.shared_executor import Engine
from panel_cam.processing.worker import OVERDUE, Worker
from tests.support.deliveries import DONE, Gate, Inbox, at_once, frame_of, start


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
    """A worker with one slot of two threads."""
    worker = Worker(threads, deliver=inbox, clock=clock)
    yield worker
    worker.close()


def use_another_function(worker: Worker) -> None:
    worker.use(worker._engine, 1)


def test_a_job_is_overdue_after_so_long_and_until_it_ends(worker, inbox, clock) -> None:
    gate = start(worker, 1)
    clock.now += OVERDUE - 1
    assert worker.overdue == 0
    clock.now += 3
    assert worker.overdue == OVERDUE + 2
    gate.open.set()
    inbox.wait_for(1)
    assert worker.overdue == 0


def test_frames_that_wait_for_a_turn_in_vain_are_overdue_too(
    threads, inbox, clock
) -> None:
    busy = [Gate(), Gate()]
    others = Worker(threads, deliver=Inbox(), slots=2)
    for seq, gate in enumerate(busy, start=1):
        others.submit(frame_of(seq), gate)
    worker = Worker(threads, deliver=inbox, clock=clock)
    for seq in (1, 2, 3):
        worker.submit(frame_of(seq), at_once)
        clock.now += OVERDUE / 2
    assert worker.overdue == OVERDUE * 1.5
    for gate in busy:
        gate.open.set()
    assert inbox.wait_for(3)[-1] == (3, DONE)
    assert worker.overdue == 0
    others.close()
    worker.close()


def test_another_function_waits_for_the_slot_unless_that_is_overdue(
    worker, inbox, clock
) -> None:
    first = start(worker, 1)
    use_another_function(worker)
    worker.submit(frame_of(2), at_once)
    assert inbox.got == []
    clock.now += OVERDUE
    worker.submit(frame_of(3), at_once)
    assert inbox.wait_for(3) == [(2, None), (1, None), (3, DONE)]
    first.open.set()
    worker.submit(frame_of(4), at_once)
    assert inbox.wait_for(4)[3:] == [(4, DONE)], "the first came once, and not again"


def test_the_same_function_gets_no_second_slot(worker, inbox, clock) -> None:
    first = start(worker, 1)
    clock.now += OVERDUE
    worker.submit(frame_of(2), at_once)
    assert inbox.got == []
    first.open.set()
    assert inbox.wait_for(2) == [(1, DONE), (2, DONE)]


def test_a_stuck_pool_of_ones_own_is_left_for_a_new_one(inbox, clock) -> None:
    made: list[ThreadPoolExecutor] = []

    def make() -> ThreadPoolExecutor:
        made.append(ThreadPoolExecutor(1))
        return made[-1]

    worker = Worker(make, deliver=inbox, clock=clock)
    gates: list[Gate] = []
    for seq in (1, 2, 3):
        gates.append(start(worker, seq))
        use_another_function(worker)
        clock.now += OVERDUE
    worker.submit(frame_of(4), at_once)
    assert inbox.wait_for(4)[-1] == (4, DONE)
    assert len(made) == 4
    for gate in gates:
        gate.open.set()
    worker.close()


def test_frames_go_to_another_engine_from_one_to_the_next(worker, inbox, clock) -> None:
    first = start(worker, 1)
    worker.submit(frame_of(2), at_once)
    with ThreadPoolExecutor(1) as other:
        worker.use(Engine(other), None)
        assert inbox.got == [(2, None)]
        worker.submit(frame_of(3), at_once)
        assert inbox.wait_for(2)[1:] == [(3, DONE)]
    first.open.set()
    assert inbox.wait_for(3)[2:] == [(1, None)], "a later one has been shown"
