"""Latest wins, every frame is delivered, and nothing that breaks stops it."""

import logging
import threading
import weakref
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from panel_cam.errors import ExecutorError, FilterError, FrameError
from panel_cam.imaging.codec import decode
from panel_cam.imaging.frame import Frame, Image
from panel_cam.processing.delivery import Outcome
from panel_cam.processing.shared_executor import shared_executor
from panel_cam.processing.worker import Worker
from tests.support.deliveries import (
    DONE,
    PATIENCE,
    Gate,
    Inbox,
    Inline,
    frame_of,
    start,
    worker_of,
)
from tests.support.waiting import wait_until


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
    """A worker that runs one frame at a time in the pool of threads."""
    worker = worker_of(threads, inbox, in_order=True)
    yield worker
    worker.close()


def pool_of(count: int, inbox: Inbox) -> tuple[ThreadPoolExecutor, Worker]:
    threads = ThreadPoolExecutor(count)
    return threads, worker_of(threads, inbox)


# ---- latest wins


def test_a_frame_is_delivered_with_what_its_filter_made(
    worker: Worker, inbox: Inbox
) -> None:
    worker.submit(frame_of(1), {"do": lambda image: image + np.uint8(7)}, format="png")
    assert inbox.wait_for_one() == DONE
    (processed,) = inbox.processed
    assert processed.format == "png"
    assert (decode(processed.data) == 7).all()
    assert (processed.to_image() == 7).all()


def test_only_the_newest_frame_waits_and_the_others_are_dropped_at_once(
    worker: Worker, inbox: Inbox
) -> None:
    gate = start(worker, 1)
    for seq in (2, 3, 4):
        worker.submit(frame_of(seq), {})
    assert inbox.got == [(2, None), (3, None)]
    gate.open.set()
    assert inbox.wait_for(4)[2:] == [(1, DONE), (4, DONE)]


def test_a_frame_older_than_the_waiting_one_is_dropped_itself(
    worker: Worker, inbox: Inbox
) -> None:
    gate = start(worker, 1)
    worker.submit(frame_of(3), {})
    worker.submit(frame_of(2), {})
    assert inbox.got == [(2, None)]
    gate.open.set()
    assert inbox.wait_for(3)[1:] == [(1, DONE), (3, DONE)]


def test_before_there_is_a_filter_frames_are_dropped(inbox: Inbox) -> None:
    Worker(deliver=inbox).submit(frame_of(1), {})
    assert inbox.got == [(1, None)]


def test_a_filter_that_remembers_has_one_frame_at_a_time(
    worker: Worker, inbox: Inbox
) -> None:
    assert not worker.is_parallel
    assert worker.share == 1
    first = start(worker, 1)
    second = Gate()
    worker.submit(frame_of(2), {"do": second})
    assert not second.entered.is_set()
    first.open.set()
    assert second.entered.wait(PATIENCE)
    second.open.set()
    inbox.wait_for(2)


def test_any_other_has_as_many_as_the_executor_has_workers(inbox: Inbox) -> None:
    threads, worker = pool_of(3, inbox)
    assert worker.is_parallel
    assert worker.share == 3
    gates = [start(worker, seq) for seq in (1, 2, 3)]
    one_more = Gate()
    worker.submit(frame_of(4), {"do": one_more})
    assert not one_more.entered.is_set()
    for gate in [*gates, one_more]:
        gate.open.set()
    inbox.wait_for(4)
    threads.shutdown()


def test_on_the_threads_of_all_streams_each_has_one_frame_at_a_time(
    inbox: Inbox,
) -> None:
    worker = worker_of(None, inbox)
    assert not worker.is_parallel
    assert worker.share == 1


def test_a_result_older_than_one_that_was_shown_is_dropped(inbox: Inbox) -> None:
    threads, worker = pool_of(3, inbox)
    first, second, third = (start(worker, seq) for seq in (1, 2, 3))
    second.open.set()
    inbox.wait_for(1)
    first.open.set()
    inbox.wait_for(2)
    third.open.set()
    assert inbox.wait_for(3) == [(2, DONE), (1, None), (3, DONE)]
    threads.shutdown()


def test_a_failure_hides_no_older_result(inbox: Inbox) -> None:
    threads, worker = pool_of(2, inbox)
    first, second = start(worker, 1), start(worker, 2, ValueError("no light"))
    second.open.set()
    inbox.wait_for(1)
    first.open.set()
    (_, error), last = inbox.wait_for(2)
    assert isinstance(error, FilterError)
    assert last == (1, DONE)
    threads.shutdown()


def test_after_a_restart_seq_may_begin_again(worker: Worker, inbox: Inbox) -> None:
    worker.submit(frame_of(100), {})
    inbox.wait_for(1)
    worker.restart()
    worker.submit(frame_of(1), {})
    assert inbox.wait_for(2)[1] == (1, DONE)


def test_a_restart_drops_what_waits_and_what_runs(worker: Worker, inbox: Inbox) -> None:
    gate = start(worker, 8)
    worker.submit(frame_of(9), {})
    worker.restart()
    assert inbox.got == [(9, None)]
    worker.submit(frame_of(1), {})
    gate.open.set()
    assert inbox.wait_for(3)[1:] == [(8, None), (1, DONE)]


# ---- arrays, and where a job runs


def paint_it_black(image: Image) -> Image:
    image[:] = 0
    return image


def test_an_array_stays_its_givers_whatever_the_filter_does_to_it(
    threads: ThreadPoolExecutor,
) -> None:
    image = np.full((4, 6, 3), 200, np.uint8)
    for _ in range(2):  # two who were given the same
        inbox = Inbox()
        worker = worker_of(threads, inbox)
        worker.submit(frame_of(1, data=image), {"do": paint_it_black})
        assert inbox.wait_for_one() == DONE
        assert not inbox.processed[0].to_image().any()
        assert (image == 200).all()


def test_a_job_in_this_process_is_called_as_one_likes(
    worker: Worker, inbox: Inbox
) -> None:
    called: list[threading.Thread] = []

    def run_in(job: Any, data: Any) -> Any:
        called.append(threading.current_thread())
        return job(data)

    worker.run_in = run_in
    worker.submit(frame_of(1), {})
    assert inbox.wait_for_one() == DONE
    assert called != [threading.current_thread()]


def test_a_job_that_runs_elsewhere_is_not(inbox: Inbox) -> None:
    worker = worker_of(Inline(), inbox)
    worker.run_in = lambda job, data: pytest.fail("called for another process")
    worker.submit(frame_of(1), {})
    assert inbox.got == [(1, DONE)]
    assert inbox.processed[0].image is None


# ---- failures


def test_a_filter_that_raises_is_delivered_and_the_stream_goes_on(
    worker: Worker, inbox: Inbox
) -> None:
    start(worker, 1, OSError("no light")).open.set()
    inbox.wait_for(1)
    worker.submit(frame_of(2, data=b"no image"), {})
    inbox.wait_for(2)
    worker.submit(frame_of(3), {})
    errors = [outcome for _, outcome in inbox.wait_for(3)]
    assert isinstance(errors[0], FilterError)
    assert isinstance(errors[1], FrameError)
    assert errors[2] == DONE


def test_an_error_keeps_no_frames_and_so_no_images_alive(
    worker: Worker, inbox: Inbox
) -> None:
    images: list[weakref.ref[Image]] = []

    def broken(image: Image) -> Image:
        images.append(weakref.ref(image))
        raise ValueError("no light")

    worker.submit(frame_of(1), {"do": broken})
    error = inbox.wait_for_one()
    assert isinstance(error, FilterError)
    assert error.__traceback__ is None
    worker.submit(frame_of(2), {})  # the thread lets go of the first
    inbox.wait_for(2)
    assert images[0]() is None


def test_a_filter_that_would_end_its_thread_is_delivered_as_an_error(
    worker: Worker, inbox: Inbox
) -> None:
    start(worker, 1, KeyboardInterrupt()).open.set()
    error = inbox.wait_for_one()
    assert isinstance(error, ExecutorError)
    assert str(error) == "the frame's task ended with KeyboardInterrupt"


class Failing(Executor):
    """Fails every job itself, in one way or the other."""

    def __init__(self, error: Exception, *, raises: bool) -> None:
        self._error = error
        self._raises = raises

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self._raises:
            raise self._error
        future.set_exception(self._error)
        return future


@pytest.mark.parametrize("raises", [True, False])
def test_an_executor_that_fails_is_told_with_kind_and_text(
    inbox: Inbox, raises: bool
) -> None:
    worker = worker_of(Failing(OSError("no route"), raises=raises), inbox)
    for seq in (1, 2):
        worker.submit(frame_of(seq), {})
    assert [seq for seq, _ in inbox.got] == [1, 2]
    for _, error in inbox.got:
        assert isinstance(error, ExecutorError)
        assert str(error) == "OSError: no route"
        assert error.__cause__ is error.__context__ is error.__traceback__ is None


def test_an_executor_that_was_shut_down_is_delivered_and_not_raised(
    inbox: Inbox,
) -> None:
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    worker = worker_of(executor, inbox)
    worker.submit(frame_of(1), {})
    error = inbox.wait_for_one()
    assert isinstance(error, ExecutorError)
    assert "RuntimeError: cannot schedule new futures after shutdown" in str(error)


def test_an_executor_may_hold_its_lock_while_it_cancels_a_frame(inbox: Inbox) -> None:
    executor = ThreadPoolExecutor(1)
    busy = threading.Event()
    executor.submit(busy.wait, PATIENCE)
    worker = worker_of(executor, inbox)
    worker.submit(frame_of(1), {})
    worker.submit(frame_of(2), {})  # is run as soon as the first is cancelled
    end = threading.Thread(
        target=executor.shutdown, kwargs={"wait": False, "cancel_futures": True}
    )
    end.start()
    first, second = inbox.wait_for(2)
    assert first[0] == 1
    assert "CancelledError: the executor cancelled the frame" in str(first[1])
    assert "after shutdown" in str(second[1])
    end.join(PATIENCE)
    assert not end.is_alive()
    busy.set()


def test_an_executor_may_hold_its_lock_while_it_breaks(inbox: Inbox) -> None:
    may_fail = threading.Event()

    def initialize() -> None:
        assert may_fail.wait(PATIENCE)
        raise OSError("no camera driver")

    executor = ThreadPoolExecutor(1, initializer=initialize)
    worker = worker_of(executor, inbox)
    worker.submit(frame_of(1), {})
    worker.submit(frame_of(2), {})
    may_fail.set()
    for _, error in inbox.wait_for(2):
        assert isinstance(error, ExecutorError)
        assert "The executor is broken" in str(error)
    executor.shutdown()


def test_an_executor_that_cannot_be_made_is_refused_at_once(inbox: Inbox) -> None:
    def make() -> Executor:
        raise OSError("no more processes")

    with pytest.raises(OSError, match="no more"):
        Worker(make, deliver=inbox)


def test_a_delivery_that_raises_is_logged_without_pixels_and_the_stream_goes_on(
    threads: ThreadPoolExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(frame: Frame) -> None:
        raise RuntimeError("the page is gone")

    inbox = Inbox(then=fail)
    worker = worker_of(threads, inbox)
    with caplog.at_level(logging.ERROR):
        for seq in (1, 2):
            worker.submit(frame_of(seq), {})
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

    worker = worker_of(Inline(), deliver)
    with pytest.raises(KeyboardInterrupt):
        worker.submit(frame_of(1), {})
    worker.submit(frame_of(2), {})
    assert delivered == [1, 2]


# ---- the end


def test_close_drops_what_waits_and_what_runs(worker: Worker, inbox: Inbox) -> None:
    gate = start(worker, 1)
    worker.submit(frame_of(2), {})
    worker.close()
    assert worker.closed
    assert inbox.got == [(2, None)]
    gate.open.set()
    assert inbox.wait_for(2)[1] == (1, None)


def test_an_error_after_close_is_delivered_as_dropped(
    worker: Worker, inbox: Inbox
) -> None:
    gate = start(worker, 1, ValueError("late"))
    worker.close()
    gate.open.set()
    assert inbox.wait_for_one() is None


def test_a_frame_after_close_is_dropped_at_once(worker: Worker, inbox: Inbox) -> None:
    worker.close()
    worker.close()
    worker.submit(frame_of(1), {})
    assert inbox.got == [(1, None)]


def test_close_leaves_an_executor_alone_that_was_passed(
    worker: Worker, threads: ThreadPoolExecutor
) -> None:
    worker.close()
    assert threads.submit(int).result(PATIENCE) == 0


def test_an_executor_that_a_function_makes_is_shut_down_by_close(
    inbox: Inbox,
) -> None:
    made: list[ThreadPoolExecutor] = []

    def make() -> Executor:
        made.append(ThreadPoolExecutor(1))
        return made[-1]

    worker = worker_of(make, inbox)
    for seq in (1, 2):
        worker.submit(frame_of(seq), {})
        inbox.wait_for(seq)
    worker.close()
    assert len(made) == 1
    with pytest.raises(RuntimeError, match="shutdown"):
        made[0].submit(int)


@pytest.mark.parametrize("is_closed", [True, False])
def test_a_worker_can_be_forgotten(inbox: Inbox, is_closed: bool) -> None:
    worker = worker_of(None, inbox)
    worker.submit(frame_of(1), {})
    inbox.wait_for(1)
    if is_closed:
        worker.close()
    seen = weakref.ref(worker)
    del worker
    others = worker_of(None, inbox)
    for seq in (2, 3):  # the thread lets go of the first
        others.submit(frame_of(seq), {})
        inbox.wait_for(seq)
    wait_until(lambda: seen() is None)


def test_workers_without_an_executor_share_one(inbox: Inbox) -> None:
    names: list[str] = []

    def note(image: Image) -> Image:
        names.append(threading.current_thread().name)
        return image

    for seq in (1, 2):
        worker = worker_of(None, inbox)
        worker.submit(frame_of(seq), {"do": note})
        inbox.wait_for(seq)
        worker.close()
    assert all(name.startswith("panel_cam") for name in names)
    assert shared_executor() is shared_executor()
    assert shared_executor().pool().executor.submit(int).result(PATIENCE) == 0
