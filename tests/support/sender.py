"""A page's part in a stream, without a page: send frames, as many as may be."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from panel_cam import Live
from panel_cam.imaging import codec
from tests.support import far_filters
from tests.support.lives import PATIENCE, lives
from tests.support.waiting import wait_until


def picture_of(seq: int) -> bytes:
    """Return a frame that tells its number."""
    return codec.encode(np.full((2, 4, 3), seq % 256, np.uint8), format="png")


class Sender:
    """Sends frames to a `Live` as a page does, and notes what is shown.

    Parameters
    ----------
    live : Live
        One that nobody else sends to. It should have the format "png".
    """

    def __init__(self, live: Live) -> None:
        self.live = live
        self.seq = 0
        self.shown: list[int] = []
        self.errors: list[str] = []
        self._open: set[int] = set()
        self._lock = threading.Lock()
        live.camera.param.watch(self._on_answer, "answered")
        live.view.param.watch(
            lambda event: self.shown.append(event.new["seq"]), "frame"
        )
        live.param.watch(self._on_error, "error")

    def _on_error(self, event) -> None:
        if event.new:
            self.errors.append(event.new)

    def _on_answer(self, event) -> None:
        with self._lock:
            self._open -= set(event.new["seqs"])

    @property
    def in_flight(self) -> int:
        with self._lock:
            return len(self._open)

    def send(self) -> int:
        """Send a frame, whatever is in flight; return its number."""
        with self._lock:
            self.seq += 1
            self._open.add(self.seq)
        value = {"stream": 1, "seq": self.seq, "captured_at": 1.7e9}
        self.live.camera.receive({**value, "data": picture_of(self.seq)})
        return self.seq

    def send_until(self, condition: Callable[[], object]) -> None:
        """Send as many as may be in flight, until something has come true."""

        def step() -> object:
            # Counted once: where the newest takes the place of one that waits, which is
            # answered at once, there would be no end, and no other thread had a turn.
            for _ in range(self.live.camera.max_in_flight - self.in_flight):
                self.send()
            return condition() or False

        wait_until(step, timeout=PATIENCE)

    def answer_all(self) -> None:
        """Wait until every frame is answered."""
        wait_until(lambda: self.in_flight == 0, timeout=PATIENCE)

    def check_order(self) -> None:
        """Assert that no picture was shown after a newer one."""
        assert self.shown == sorted(self.shown)

    def watch_processes(self) -> list[int]:
        """Return a list that gets a process's id with every image of `where`."""
        processes: list[int] = []
        self.live.param.watch(
            lambda event: processes.append(far_filters.read_where(event.new)), "image"
        )
        return processes


@contextmanager
def senders(executor: object = None) -> Iterator[Callable[..., Sender]]:
    """Give `make(filter, executor, **params) -> Sender`; all are closed in the end."""
    default = executor
    with lives() as make:

        def make_sender(filter, executor=default, **params) -> Sender:
            return Sender(make(filter, executor=executor, **params))

        yield make_sender
