"""How long each step of one frame takes in Python: plainly written, and here.

    python benchmarks/steps.py                     640 x 480
    python benchmarks/steps.py 1280x720 --busy     beside a thread that never rests

A busy thread takes the interpreter's lock each time that NumPy or Pillow lets go of it,
and keeps it for `sys.getswitchinterval()`: that is what --busy shows.
"""

import argparse
import io
import statistics
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import PIL.Image
import skimage.filters

from panel_cam.filters.edges import roberts
from panel_cam.imaging.codec import decode, encode
from panel_cam.processing.run_filter import run_filter


def make_scene(width: int, height: int) -> Any:
    """Return a picture with ramps, edges and a camera's noise."""
    rows, columns = np.mgrid[:height, :width] / height
    discs = np.hypot(rows % 0.25 - 0.125, columns % 0.25 - 0.125) < 0.08
    noise = np.random.default_rng(0).normal(0, 0.01, (height, width, 3))
    ramps = np.dstack([rows, columns / columns.max(), 1 - rows])
    scene = np.where(discs[..., np.newaxis], 1 - ramps, ramps) + noise
    return np.clip(scene * 255, 0, 255).astype(np.uint8)


def plain_decode(data: bytes) -> Any:
    """Decode as most examples do."""
    return np.array(PIL.Image.open(io.BytesIO(data)).convert("RGB"))


def plain_roberts(image: Any) -> Any:
    """Find edges as the recipe does."""
    edges = skimage.filters.roberts(image[:, :, 0] / 255.0)
    return (255 - edges * 255).astype(np.uint8)


def plain_encode(image: Any, format: str = "jpeg") -> bytes:
    """Encode as most examples do."""
    file = io.BytesIO()
    PIL.Image.fromarray(image).convert("RGB").save(file, format, quality=85)
    return file.getvalue()


def measure(function: Callable[[], Any], repeats: int) -> tuple[float, float]:
    """Return the median and the least of a call's milliseconds."""
    seconds = []
    for _ in range(repeats + 1):  # the first call is for the caches
        started = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:]) * 1000, min(seconds[1:]) * 1000


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("size", nargs="?", default="640x480")
    parser.add_argument("--busy", action="store_true", help="beside a busy thread")
    parser.add_argument("--switch-interval", type=float, help="seconds, 0.005 if unset")
    parser.add_argument("--repeats", type=int, default=200)
    options = parser.parse_args()
    scene = make_scene(*map(int, options.size.split("x")))
    edges, data = roberts(scene), encode(scene)
    steps: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
        "decode jpeg": (lambda: plain_decode(data), lambda: decode(data)),
        "roberts": (lambda: plain_roberts(scene), lambda: roberts(scene)),
        "encode grey jpeg": (lambda: plain_encode(edges), lambda: encode(edges)),
        "all three": (
            lambda: plain_encode(plain_roberts(plain_decode(data))),
            lambda: run_filter(data, roberts),
        ),
        "encode rgb jpeg": (lambda: plain_encode(scene), lambda: encode(scene)),
        "encode rgb png": (
            lambda: plain_encode(scene, "png"),
            lambda: encode(scene, format="png"),
        ),
    }
    if options.switch_interval:
        sys.setswitchinterval(options.switch_interval)
    if options.busy:
        threading.Thread(target=spin, daemon=True).start()
    print(f"{options.size}, jpeg of {len(data) / 1000:.0f} kB; ms, median and least")
    print(f"{'':18}{'plain':>16}{'here':>16}")
    for name, (plain, ours) in steps.items():
        times = (*measure(plain, options.repeats), *measure(ours, options.repeats))
        print(f"{name:18}{times[0]:8.2f}{times[1]:8.2f}{times[2]:8.2f}{times[3]:8.2f}")


def spin() -> None:
    """Keep the interpreter's lock as busily as Python code can."""
    while True:
        pass


if __name__ == "__main__":
    main()
