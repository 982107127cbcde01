"""A filter that tests hold back, executors, and an inbox for what a worker delivers."""

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

import numpy as np

from panel_cam.errors import PanelCamError
from panel_cam.imaging.codec import encode
from panel_cam.imaging.frame import Frame, Image
from panel_cam.processing.delivery import Outcome
from panel_cam.processing.run_filter import Processed
from panel_cam.processing.worker import Worker

PATIENCE = 60  # seconds after which a test that waits has failed

PICTURE = encode(np.zeros((4, 4, 3), np.uint8))
DONE = "a picture"
"""Stands in an inbox for every frame that was processed."""


def frame_of(seq: int, data: Any = PICTURE) -> Frame:
    return Frame(seq=seq, captured_at=0.0, data=data)


def obey(image: Image, do: Callable[[Image], Any] = lambda image: image) -> Any:
    """Do what the frame's settings say; by default, nothing."""
    return do(image)


class ObeyInOrder:
    """The same, one frame at a time."""

    in_order = True

    def __call__(self, image: Image, **settings: Any) -> Any:
        return obey(image, **settings)


class Inbox:
    """Takes deliveries, and lets a test wait for them."""

    def __init__(self, then: Callable[[Frame], None] | None = None) -> None:
        self.got: list[tuple[int, PanelCamError | str | None]] = []
        self.processed: list[Processed] = []
        self._then = then
        self._arrived = threading.Condition()

    def __call__(self, frame: Frame, outcome: Outcome) -> None:
        with self._arrived:
            if isinstance(outcome, Processed):
                self.processed.append(outcome)
                self.got.append((frame.seq, DONE))
            else:
                self.got.append((frame.seq, outcome))
            self._arrived.notify_all()
        if self._then is not None:
            self._then(frame)

    def wait_for(self, count: int) -> list[tuple[int, PanelCamError | str | None]]:
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.got) >= count, PATIENCE)
            return list(self.got)

    def wait_for_one(self) -> PanelCamError | str | None:
        return self.wait_for(1)[0][1]


class Gate:
    """What a frame may do: wait inside until the test lets it go on."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()
        self._error = error

    def __call__(self, image: Image) -> Image:
        self.entered.set()
        assert self.open.wait(PATIENCE)
        if self._error is not None:
            raise self._error
        return image


class Inline(Executor):
    """Runs every job in `submit`, as simple executors do."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as exc:
            future.set_exception(exc)
        return future


def worker_of(
    executor: Any, inbox: Callable[..., None], *, in_order: bool = False, **options: Any
) -> Worker:
    """Make a worker whose frames do what their settings say."""
    worker = Worker(executor, deliver=inbox, **options)
    worker.use(ObeyInOrder() if in_order else obey, {})
    return worker


def start(worker: Worker, seq: int, error: BaseException | None = None) -> Gate:
    """Submit a frame that stays inside until its gate is opened."""
    gate = Gate(error)
    worker.submit(frame_of(seq), {"do": gate})
    assert gate.entered.wait(PATIENCE)
    return gate
