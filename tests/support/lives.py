"""A `Live` of one test, closed at its end, and one frame at a time for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from panel_cam import Live
from panel_cam.imaging import codec
from tests.support.waiting import wait_until

IMAGE = np.random.default_rng(2).integers(0, 256, (24, 32, 3)).astype(np.uint8)
PNG = codec.encode(IMAGE, format="png")
PATIENCE = 60.0  # seconds: processes start slowly on a busy machine


@contextmanager
def lives() -> Iterator[Callable[..., Live]]:
    """Give `make(*arguments, **params) -> Live`; all are closed in the end.

    Their pictures are exact, unless told otherwise.
    """
    made: list[Live] = []

    def make(*arguments, **params) -> Live:
        made.append(Live(*arguments, **{"format": "png", **params}))
        return made[-1]

    try:
        yield make
    finally:
        for live in made:
            live.close()


def captured_at(seq: int) -> float:
    """Return when `send` says that a frame was captured, in seconds since 1970."""
    return 1.7e9 + seq / 30


def send(live: Live, seq: int, data: bytes = PNG, *, stream: int = 1) -> None:
    """Send a frame as the page does, and wait for its answer."""
    camera = live.camera
    camera.receive(
        {"stream": stream, "seq": seq, "captured_at": captured_at(seq), "data": data}
    )
    wait_until(
        lambda: camera.answered["stream"] == stream and seq in camera.answered["seqs"],
        timeout=PATIENCE,
    )
