"""Every frame is delivered once and in order, however many threads there are."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import (
    ThreadPoolExecutor,
)

import pytest

from panel_cam.imaging.frame import Frame, Image
from tests.support.deliveries import (
    DONE,
    PATIENCE,
    Inbox,
    Inline,
    frame_of,
    start,
    worker_of,
)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """A real pool of four threads."""
    with ThreadPoolExecutor(4) as executor:
        yield executor


def test_deliver_may_submit_the_next_frame_without_end() -> None:
    last = 1500  # more than Python's recursion limit, and each goes through several

    def submit_next(frame: Frame) -> None:
        if frame.seq < last:
            worker.submit(frame_of(frame.seq + 1), {})

    inbox = Inbox(then=submit_next)
    worker = worker_of(Inline(), inbox)
    worker.submit(frame_of(1), {})
    assert inbox.got == [(seq, DONE) for seq in range(1, last + 1)]


def test_a_delivery_that_takes_long_holds_up_nobody_who_submits(
    threads: ThreadPoolExecutor,
) -> None:
    delivering, may_end = threading.Event(), threading.Event()

    def wait(frame: Frame) -> None:
        delivering.set()
        assert may_end.wait(PATIENCE)

    inbox = Inbox(then=wait)
    worker = worker_of(threads, inbox)
    start(worker, 1).open.set()
    assert delivering.wait(PATIENCE)
    for seq in (2, 3, 4):
        worker.submit(frame_of(seq), {})
    worker.close()
    may_end.set()
    assert sorted(seq for seq, _ in inbox.wait_for(4)) == [1, 2, 3, 4]


@pytest.mark.parametrize("in_order", [True, False])
@pytest.mark.parametrize("ending", ["none", "restart", "close"])
def test_every_frame_of_many_threads_is_delivered_exactly_once_and_in_order(
    threads: ThreadPoolExecutor, in_order: bool, ending: str
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

    def fail_now_and_then(image: Image) -> Image:
        if chance.random() < 0.1:
            raise ValueError("now and then")
        return image

    chance = random.Random(0)
    inbox = Inbox(then=alone)
    worker = worker_of(threads, inbox, in_order=in_order)
    start = threading.Barrier(streams)

    def submit_all(stream: int) -> None:
        start.wait(PATIENCE)
        for index in range(frames):
            frame = frame_of(1 + index * streams + stream)
            worker.submit(frame, {"do": fail_now_and_then})
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
        shown = [seq for seq, outcome in got if outcome == DONE]
        assert shown == sorted(shown)
