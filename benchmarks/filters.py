"""The filters that the benchmark runs, the same for the page under test and the floor.

Both leave the time code readable; see `clip`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from panel_cam.filters.edges import roberts

Filter = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


def sleep200(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Find edges, and take 200 ms more about it.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) and dtype uint8
        RGB image.

    Returns
    -------
    edges : ndarray of shape (M, N) and dtype uint8
        Dark edges on white.
    """
    time.sleep(0.2)
    return roberts(image)


FILTERS: dict[str, Filter] = {"roberts": roberts, "sleep200": sleep200}
