"""Latest wins, every frame is delivered, and nothing that breaks stops it."""

import logging
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import (
    CancelledError,
    Executor,
    ThreadPoolExecutor,
)
from functools import partial

import pytest

from panel_cam.errors import FilterError, FrameError, PanelCamError
from panel_cam.imaging.frame import Frame, Image
from panel_cam.processing.delivery import Outcome
from panel_cam.processing.run_filter import Processed, process
from panel_cam.processing.shared_executor import engine_of
from panel_cam.processing.worker import Worker
from tests.support.deliveries import (
    DONE,
    PATIENCE,
    PICTURE,
    Gate,
    Inbox,
    Inline,
    at_once,
    frame_of,
    start,
)


@pytest.fixture
def inbox() -> Inbox:
    """An empty inbox."""
    return Inbox()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """A real pool of four threads."""
    with ThreadPoolExecutor(4) as executor:
        yield executor


@pytest.fixture
def worker(threads: ThreadPoolExecutor, inbox: Inbox) -> Iterator[Worker]:
    """A worker with one slot in the pool of threads."""
    worker = Worker(threads, deliver=inbox)
    yield worker
    worker.close()


# ---- latest wins


def test_a_frame_is_delivered_with_what_its_job_made(
    worker: Worker, inbox: Inbox
) -> None:
    worker.submit(frame_of(1), at_once)
    assert inbox.wait_for(1) == [(1, DONE)]


def test_the_job_gets_the_frames_bytes(worker: Worker, inbox: Inbox) -> None:
    got: list[bytes] = []

    def job(data: bytes) -> Processed:
        got.append(data)
        return DONE

    worker.submit(frame_of(1), job)
    inbox.wait_for(1)
    assert got == [PICTURE]


def test_only_the_newest_frame_waits_and_the_others_are_dropped_at_once(
    worker: Worker, inbox: Inbox
) -> None:
    gate = start(worker, 1)
    for seq in (2, 3, 4):
        worker.submit(frame_of(seq), at_once)
    assert inbox.got == [(2, None), (3, None)]
    gate.open.set()
    assert inbox.wait_for(4)[2:] == [(1, DONE), (4, DONE)]


def test_a_frame_older_than_the_waiting_one_is_dropped_itself(
    worker: Worker, inbox: Inbox
) -> None:
    gate = start(worker, 1)
    worker.submit(frame_of(3), at_once)
    worker.submit(frame_of(2), at_once)
    assert inbox.got == [(2, None)]
    gate.open.set()
    assert inbox.wait_for(3)[1:] == [(1, DONE), (3, DONE)]


def test_one_slot_runs_one_frame_at_a_time(worker: Worker, inbox: Inbox) -> None:
    first = start(worker, 1)
    second = Gate()
    worker.submit(frame_of(2), second)
    assert not second.entered.is_set()
    first.open.set()
    assert second.entered.wait(PATIENCE)
    second.open.set()
    inbox.wait_for(2)


@pytest.mark.parametrize(("slots", "at_once"), [(2, 2), (3, 3), (None, 4)])
def test_slots_is_how_many_run_at_once_and_none_is_all_the_executor_has(
    threads: ThreadPoolExecutor, inbox: Inbox, slots: int | None, at_once: int
) -> None:
    worker = Worker(threads, deliver=inbox, slots=slots)
    gates = [start(worker, seq) for seq in range(1, at_once + 1)]
    one_more = Gate()
    worker.submit(frame_of(at_once + 1), one_more)
    assert not one_more.entered.is_set()
    for gate in [*gates, one_more]:
        gate.open.set()
    inbox.wait_for(at_once + 1)


@pytest.mark.parametrize("slots", [0, -1])
def test_a_worker_without_a_slot_is_refused(inbox: Inbox, slots: int) -> None:
    with pytest.raises(ValueError, match="at least 1 slot"):
        Worker(deliver=inbox, slots=slots)


def test_a_result_older_than_one_that_was_shown_is_dropped(
    threads: ThreadPoolExecutor, inbox: Inbox
) -> None:
    worker = Worker(threads, deliver=inbox, slots=3)
    first, second, third = (start(worker, seq) for seq in (1, 2, 3))
    second.open.set()
    inbox.wait_for(1)
    first.open.set()
    inbox.wait_for(2)
    third.open.set()
    assert inbox.wait_for(3) == [(2, DONE), (1, None), (3, DONE)]


def test_a_failure_hides_no_older_result(
    threads: ThreadPoolExecutor, inbox: Inbox
) -> None:
    worker = Worker(threads, deliver=inbox, slots=2)
    error = FrameError("damaged")
    first, second = start(worker, 1), start(worker, 2, error)
    second.open.set()
    inbox.wait_for(1)
    first.open.set()
    assert inbox.wait_for(2) == [(2, error), (1, DONE)]


def test_after_a_restart_seq_may_begin_again(worker: Worker, inbox: Inbox) -> None:
    worker.submit(frame_of(100), at_once)
    inbox.wait_for(1)
    worker.restart()
    worker.submit(frame_of(1), at_once)
    assert inbox.wait_for(2)[1] == (1, DONE)


def test_a_restart_drops_what_waits_and_what_runs(worker: Worker, inbox: Inbox) -> None:
    gate = start(worker, 8)
    worker.submit(frame_of(9), at_once)
    worker.restart()
    assert inbox.got == [(9, None)]
    worker.submit(frame_of(1), at_once)
    gate.open.set()
    assert inbox.wait_for(3)[1:] == [(8, None), (1, DONE)]


# ---- failures


@pytest.mark.parametrize("error", [FilterError("no light"), FrameError("x"), OSError()])
def test_a_job_that_raises_is_delivered_and_the_stream_goes_on(
    worker: Worker, inbox: Inbox, error: Exception
) -> None:
    start(worker, 1, error).open.set()
    inbox.wait_for(1)
    worker.submit(frame_of(2), at_once)
    assert inbox.wait_for(2) == [(1, error), (2, DONE)]


def test_an_error_of_ours_keeps_no_frames_and_so_no_images_alive(
    worker: Worker, inbox: Inbox
) -> None:
    images: list[weakref.ref[Image]] = []

    def broken(image: Image) -> Image:
        images.append(weakref.ref(image))
        raise ValueError("no light")

    worker.submit(frame_of(1), partial(process, function=broken))
    error = inbox.wait_for_one()
    assert isinstance(error, FilterError)
    assert error.__traceback__ is None
    worker.submit(frame_of(2), at_once)  # the thread lets go of the first
    inbox.wait_for(2)
    assert images[0]() is None


def test_a_job_that_exits_its_thread_is_delivered_as_an_error(
    worker: Worker, inbox: Inbox
) -> None:
    start(worker, 1, SystemExit(3)).open.set()
    outcome = inbox.wait_for_one()
    assert isinstance(outcome, PanelCamError)
    assert "SystemExit" in str(outcome)


def test_an_executor_that_was_shut_down_is_delivered_and_not_raised(
    inbox: Inbox,
) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    worker = Worker(executor, deliver=inbox)
    worker.submit(frame_of(1), at_once)
    worker.submit(frame_of(2), at_once)
    assert [(seq, type(outcome)) for seq, outcome in inbox.got] == [
        (1, RuntimeError),
        (2, RuntimeError),
    ]


def test_a_frame_that_the_executor_cancels_is_delivered(inbox: Inbox) -> None:
    executor = ThreadPoolExecutor(1)
    busy = Gate()
    executor.submit(busy, b"")
    Worker(executor, deliver=inbox).submit(frame_of(1), at_once)
    executor.shutdown(wait=False, cancel_futures=True)
    assert isinstance(inbox.wait_for_one(), CancelledError)
    busy.open.set()


def test_an_executor_that_cannot_be_made_is_delivered(inbox: Inbox) -> None:
    def make() -> Executor:
        raise OSError("no more processes")

    worker = Worker(make, deliver=inbox)
    worker.submit(frame_of(1), at_once)
    assert isinstance(inbox.wait_for_one(), OSError)


def test_a_delivery_that_raises_is_logged_without_pixels_and_the_stream_goes_on(
    threads: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(frame: Frame) -> None:
        raise RuntimeError("the page is gone")

    inbox = Inbox(then=fail)
    worker = Worker(threads, deliver=inbox)
    with caplog.at_level(logging.ERROR):
        for seq in (1, 2):
            worker.submit(frame_of(seq), at_once)
            inbox.wait_for(seq)
        threads.shutdown()
    assert caplog.text.count("RuntimeError: the page is gone") == 2
    assert "\\x" not in caplog.text


def test_an_interrupted_delivery_does_not_end_all_later_ones() -> None:
    delivered: list[int] = []

    def deliver(frame: Frame, outcome: Outcome) -> None:
        delivered.append(frame.seq)
        if frame.seq == 1:
            raise KeyboardInterrupt

    worker = Worker(Inline(), deliver=deliver)
    with pytest.raises(KeyboardInterrupt):
        worker.submit(frame_of(1), at_once)
    worker.submit(frame_of(2), at_once)
    assert delivered == [1, 2]


# ---- the end


def test_close_drops_what_waits_and_what_runs(worker: Worker, inbox: Inbox) -> None:
    gate = start(worker, 1)
    worker.submit(frame_of(2), at_once)
    worker.close()
    assert worker.closed
    assert inbox.got == [(2, None)]
    gate.open.set()
    assert inbox.wait_for(2)[1] == (1, None)


def test_an_error_after_close_is_delivered_as_dropped(
    worker: Worker, inbox: Inbox
) -> None:
    gate = start(worker, 1, FilterError("late"))
    worker.close()
    gate.open.set()
    assert inbox.wait_for_one() is None


def test_a_frame_after_close_is_dropped_at_once(worker: Worker, inbox: Inbox) -> None:
    worker.close()
    worker.close()
    worker.submit(frame_of(1), at_once)
    assert inbox.got == [(1, None)]


def test_close_leaves_an_executor_alone_that_it_did_not_make(
    worker: Worker, threads: ThreadPoolExecutor
) -> None:
    worker.close()
    assert threads.submit(int).result(PATIENCE) == 0


def test_an_executor_is_made_at_the_first_frame_and_shut_down_by_close(
    inbox: Inbox,
) -> None:
    made: list[ThreadPoolExecutor] = []

    def make() -> Executor:
        made.append(ThreadPoolExecutor(1))
        return made[-1]

    worker = Worker(make, deliver=inbox)
    assert made == []
    for seq in (1, 2):
        worker.submit(frame_of(seq), at_once)
        inbox.wait_for(seq)
    worker.close()
    assert len(made) == 1
    with pytest.raises(RuntimeError, match="shutdown"):
        made[0].submit(int)


def test_a_closed_worker_can_be_forgotten(threads: ThreadPoolExecutor) -> None:
    inbox = Inbox()
    worker = Worker(threads, deliver=inbox)
    worker.submit(frame_of(1), at_once)
    inbox.wait_for(1)
    worker.close()
    threads.shutdown()
    seen = weakref.ref(worker)
    del worker
    assert seen() is None


def test_workers_without_an_executor_share_one(inbox: Inbox) -> None:
    names: list[str] = []

    def job(data: bytes) -> Processed:
        names.append(threading.current_thread().name)
        return DONE

    for seq in (1, 2):
        worker = Worker(deliver=inbox)
        worker.submit(frame_of(seq), job)
        inbox.wait_for(seq)
        worker.close()
    assert all(name.startswith("panel_cam") for name in names)
    assert engine_of() is engine_of()
    assert engine_of().pool().executor.submit(int).result(PATIENCE) == 0
