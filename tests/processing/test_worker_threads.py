"""Every frame is delivered once and in order, however many threads there are."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import (
    ThreadPoolExecutor,
)

import pytest

from panel_cam.errors import FilterError
from panel_cam.imaging.frame import Frame
from panel_cam.processing.run_filter import Processed
from panel_cam.processing.worker import Worker
from tests.support.deliveries import (
    DONE,
    PATIENCE,
    Inbox,
    Inline,
    at_once,
    frame_of,
    start,
)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """A real pool of four threads."""
    with ThreadPoolExecutor(4) as executor:
        yield executor


def test_deliver_may_submit_the_next_frame_without_end() -> None:
    last = 5000  # far more than Python's recursion limit

    def submit_next(frame: Frame) -> None:
        if frame.seq < last:
            worker.submit(frame_of(frame.seq + 1), at_once)

    inbox = Inbox(then=submit_next)
    worker = Worker(Inline(), deliver=inbox)
    worker.submit(frame_of(1), at_once)
    assert inbox.got == [(seq, DONE) for seq in range(1, last + 1)]


def test_a_delivery_that_takes_long_holds_up_nobody_who_submits(
    threads: ThreadPoolExecutor,
) -> None:
    delivering, may_end = threading.Event(), threading.Event()

    def wait(frame: Frame) -> None:
        delivering.set()
        assert may_end.wait(PATIENCE)

    inbox = Inbox(then=wait)
    worker = Worker(threads, deliver=inbox)
    start(worker, 1).open.set()
    assert delivering.wait(PATIENCE)
    for seq in (2, 3, 4):
        worker.submit(frame_of(seq), at_once)
    worker.close()
    may_end.set()
    assert sorted(seq for seq, _ in inbox.wait_for(4)) == [1, 2, 3, 4]


@pytest.mark.parametrize("slots", [1, 3])
@pytest.mark.parametrize("ending", ["none", "restart", "close"])
def test_every_frame_of_many_threads_is_delivered_exactly_once_and_in_order(
    threads: ThreadPoolExecutor, slots: int, ending: str
) -> None:
    streams, frames = 8, 250
    total = streams * frames
    busy = threading.Lock()
    overlaps: list[int] = []

    def alone(frame: Frame) -> None:
        if not busy.acquire(blocking=False):
            overlaps.append(frame.seq)
            return
        busy.release()

    def job(data: bytes) -> Processed:
        if chance.random() < 0.1:
            raise FilterError("now and then")
        return DONE

    chance = random.Random(0)
    inbox = Inbox(then=alone)
    worker = Worker(threads, deliver=inbox, slots=slots)
    start = threading.Barrier(streams)

    def submit_all(stream: int) -> None:
        start.wait(PATIENCE)
        for index in range(frames):
            worker.submit(frame_of(1 + index * streams + stream), job)
            if stream == 0 and index == frames // 2 and ending != "none":
                getattr(worker, ending)()

    submitters = [
        threading.Thread(target=submit_all, args=(stream,)) for stream in range(streams)
    ]
    for thread in submitters:
        thread.start()
    for thread in submitters:
        thread.join(PATIENCE)
    got = inbox.wait_for(total)
    assert sorted(seq for seq, _ in got) == list(range(1, total + 1))
    assert overlaps == []
    if ending != "restart":  # which allows seq to go back
        shown = [seq for seq, outcome in got if outcome is DONE]
        assert shown == sorted(shown)
