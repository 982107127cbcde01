"""The filters that the benchmark runs, the same for the page under test and the floor.

Both leave the time code readable; see `clip`.
"""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from panel_cam.filters.edges import roberts
from panel_cam.functions.ranges import Range

Filter = Callable[..., NDArray[np.uint8]]


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


def sleep1000(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Find edges, and take a second more about it: see `sleep200`."""
    time.sleep(1)
    return roberts(image)


def take12(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Find edges, and take 12 ms in all about it: see `sleep200`."""
    until = time.perf_counter() + 0.012
    edges = roberts(image)
    time.sleep(max(0.0, until - time.perf_counter()))
    return edges


# Unlike ctypes.CDLL, it keeps the interpreter's lock during a call.
_c_with_lock = ctypes.PyDLL(None)


def hold60(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Find edges, and hold Python's lock for 60 ms more without using the processor.

    That is what one Python process cannot do twice at a time, and two cores can.
    """
    _c_with_lock.usleep(60_000)
    return roberts(image)


def patch(
    image: NDArray[np.uint8], level: Annotated[int, Range(0, 250, step=50)] = 0
) -> NDArray[np.uint8]:
    """Find edges, and show a setting in the corner below, to the left.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) and dtype uint8
        RGB image.
    level : int, 0-250
        Grey of a square of 32 pixels.

    Returns
    -------
    edges : ndarray of shape (M, N) and dtype uint8
        Dark edges on white.
    """
    edges = roberts(image)
    edges[-32:, :32] = level
    return edges


FILTERS: dict[str, Filter] = {
    "roberts": roberts,
    "sleep200": sleep200,
    "sleep1000": sleep1000,
    "take12": take12,
    "hold60": hold60,
    "patch": patch,
}
