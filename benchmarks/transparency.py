"""What transparency costs the server: pictures with NaN beside the same without.

    python benchmarks/transparency.py

Runs frames of 640 x 480 through functions that give floats, whole, with NaN in 100
rows, with inf there, and with NaN strewn over a tenth of them; takes turns, and counts
the thread's own processor time. Exit status 1 if a bar is missed: rows of NaN or inf
leave grey floats 0.8 of their rate.
"""

import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from panel_cam.imaging.codec import encode
from panel_cam.processing.run_filter import run_filter

ROUNDS = 40
LIMIT = 0.8
SIZE = (480, 640)


def with_holes(image: np.ndarray) -> dict[str, np.ndarray]:
    """Return an image whole, and as it is with holes of several kinds."""
    strewn = np.random.default_rng(1).random(SIZE) < 0.1
    holes = {"whole": image}
    for name, hole, place in (
        ("NaN in rows", np.nan, np.s_[:100]),
        ("inf in rows", np.inf, np.s_[:100]),
        ("NaN strewn", np.nan, strewn),
    ):
        holes[name] = image.copy()
        holes[name][place] = hole
    return holes


def cost(frame: bytes, image: np.ndarray) -> tuple[float, float]:
    """Return the ms of one frame, and the kB that it would send."""
    function: Callable[[np.ndarray], np.ndarray] = lambda _: image  # noqa: E731
    begun = time.thread_time()  # others may use the machine, too
    processed = run_filter(frame, function)
    took = (time.thread_time() - begun) * 1000
    return took, (len(processed.data) + len(processed.opacity)) / 1000


def main() -> int:
    """Print a table; return 1 if a bar is missed."""
    random = np.random.default_rng(0)
    frame = encode(random.integers(90, 160, (*SIZE, 3)).astype(np.uint8))
    grey = np.add.outer(np.arange(480.0), np.arange(640.0)) / 1120
    images = {"grey": grey, "rgb": np.dstack([grey, grey[::-1], grey[:, ::-1]])}
    missed = []
    print(f"{'':24}{'ms a frame':>12}{'kB':>8}{'rate':>8}")
    for colours, image in images.items():
        kinds = with_holes(image)
        costs = {name: [cost(frame, each)] for name, each in kinds.items()}
        for _ in range(ROUNDS):
            for name, each in kinds.items():
                costs[name].append(cost(frame, each))
        whole = median(took for took, _ in costs["whole"])
        for name, each in costs.items():
            took, size = (median(values) for values in zip(*each, strict=True))
            print(
                f"{colours + ', ' + name:24}{took:12.2f}{size:8.0f}{whole / took:8.2f}"
            )
            if colours == "grey" and "rows" in name and whole / took < LIMIT:
                missed.append(name)
    print(f"limit: {LIMIT} of the rate; missed by: {', '.join(missed) or 'none'}")
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
