"""JPEG in milliseconds: by way of Pillow, and as panel_cam reads and writes it.

    python benchmarks/jpeg.py

Pillow's column is this project's own fallback, which is as quick as Pillow can be.
Both take turns, call by call, so that a machine that changes its pace changes it for
both.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from steps import make_scene

from panel_cam.imaging import jpeg
from panel_cam.imaging.codec import decode, encode

SIZES = ((640, 480), (1280, 720))


@contextmanager
def pillow_alone() -> Iterator[None]:
    """Do as where simplejpeg is not installed."""
    kept = jpeg.simplejpeg
    jpeg.simplejpeg = lambda: None
    try:
        yield
    finally:
        jpeg.simplejpeg = kept


def timed(call: Callable[[], Any]) -> float:
    """Return the milliseconds of a call."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def in_turns(call: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """Return the medians of Pillow's milliseconds, and of ours."""
    theirs, ours = [], []
    for _ in range(repeats + 1):  # the first calls are for the caches
        with pillow_alone():
            theirs.append(timed(call))
        ours.append(timed(call))
    return statistics.median(theirs[1:]), statistics.median(ours[1:])


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=300)
    repeats = parser.parse_args().repeats
    if jpeg.simplejpeg() is None:
        raise SystemExit("simplejpeg is not installed: nothing to compare")
    print(f"{'ms, medians':34}{'Pillow':>8}{'here':>8}{'ratio':>8}")
    for size in SIZES:
        scene = make_scene(*size)
        gray = scene[:, :, 1].copy()
        data = encode(scene)
        steps: dict[str, Callable[[], Any]] = {
            "decode to RGB": lambda data=data: decode(data),
            "decode to grey": lambda data=data: decode(data, gray=True),
            "decode to RGB at 1/2": lambda data=data: decode(data, scale=2),
            "decode to grey at 1/2": lambda data=data: decode(data, gray=True, scale=2),
            "decode to grey at 1/4": lambda data=data: decode(data, gray=True, scale=4),
            "encode RGB": lambda image=scene: encode(image),
            "encode grey": lambda image=gray: encode(image),
        }
        for name, call in steps.items():
            theirs, ours = in_turns(call, repeats)
            label = f"{size[0]}x{size[1]}, {name}"
            print(f"{label:34}{theirs:8.2f}{ours:8.2f}{ours / theirs:8.2f}")


if __name__ == "__main__":
    main()
