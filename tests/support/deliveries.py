"""Jobs that the tests hold back, executors, and an inbox for what a worker delivers."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import numpy as np

from panel_cam.imaging.codec import encode
from panel_cam.imaging.frame import Frame
from panel_cam.processing.delivery import Outcome
from panel_cam.processing.run_filter import Processed
from panel_cam.processing.worker import Worker

PATIENCE = 60  # seconds after which a test that waits has failed

PICTURE = encode(np.zeros((4, 4, 3), np.uint8))
DONE = Processed(b"picture", "jpeg", (4, 4), {}, 0.0, 0.0, 0.0)


def frame_of(seq: int) -> Frame:
    return Frame(seq=seq, captured_at=0.0, data=PICTURE)


def at_once(data: bytes) -> Processed:
    return DONE


class Inbox:
    """Takes deliveries, and lets a test wait for them."""

    def __init__(self, then: Callable[[Frame], None] | None = None) -> None:
        self.got: list[tuple[int, Outcome]] = []
        self._then = then
        self._arrived = threading.Condition()

    def __call__(self, frame: Frame, outcome: Outcome) -> None:
        with self._arrived:
            self.got.append((frame.seq, outcome))
            self._arrived.notify_all()
        if self._then is not None:
            self._then(frame)

    def wait_for(self, count: int) -> list[tuple[int, Outcome]]:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.got) >= count, PATIENCE)
            return list(self.got)

    def wait_for_one(self) -> Outcome:
        return self.wait_for(1)[0][1]


class Gate:
    """A job that waits inside until the test lets it go on."""

    def __init__(self, outcome: Processed | BaseException = DONE) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()
        self._outcome = outcome

    def __call__(self, data: bytes) -> Processed:
        self.entered.set()
        assert self.open.wait(PATIENCE)
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome


class Inline(Executor):
    """Runs every job in `submit`, as simple executors do."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as exc:
            future.set_exception(exc)
        return future


def start(worker: Worker, seq: int, outcome: Any = DONE) -> Gate:
    """Submit a frame whose job stays inside until its gate is opened."""
    gate = Gate(outcome)
    worker.submit(frame_of(seq), gate)
    assert gate.entered.wait(PATIENCE)
    return gate
