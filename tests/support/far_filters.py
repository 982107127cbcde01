"""Filters that other processes can import, and jobs' ways to die in them."""

import ctypes
import os
import time

import numpy as np

from panel_cam import Result

_c_with_lock = ctypes.PyDLL(None)


def negative(image, strength: int = 255):
    return strength - image


def where(image):
    """Return the process's id as a picture that PNG keeps exactly."""
    time.sleep(0.02)  # or one process would do it all
    return np.frombuffer(np.uint32(os.getpid()).tobytes(), np.uint8).reshape(2, 2)


def read_where(image: np.ndarray) -> int:
    return int(np.frombuffer(image.tobytes(), np.uint32)[0])


def hold(image):
    """Keep Python's lock for a while, so that one process cannot do it twice."""
    _c_with_lock.usleep(20_000)
    return image


def linger(image):
    """Take a little longer with every other picture, so that they overtake."""
    time.sleep(0.03 * (int(image[0, 0, 0]) % 2))
    return image


def darken(image):
    """Halve every value of the image itself."""
    image //= 2
    return image


def fail(image):
    """Raise in another process."""
    raise ZeroDivisionError("no light")


def die(image):
    """End the process as a crash in C would."""
    os._exit(1)


def never(image):
    """Not return, as far as a test is concerned."""
    time.sleep(600)
    return image


class TwoReasons(BaseException):
    """An exception that can be pickled, but not unpickled."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}")


class Unreadable:
    """Can be pickled, but not unpickled."""

    def __reduce__(self):
        return int, ("no number",)


def tell_unreadable(image):
    """Return a table that cannot be unpickled."""
    return Result(image, table={"cell": [Unreadable()]})


def tell_lambda(image):
    """Return a table that cannot be pickled."""
    return Result(image, table={"function": [lambda: 1]})


def raise_reasons(image):
    """Raise what cannot be unpickled."""
    raise TwoReasons("dark", "cold")


def interrupt(image):
    """Raise what would end a Dask worker."""
    raise KeyboardInterrupt


class Counter:
    """A callable that counts its frames, and shows the number."""

    def __init__(self) -> None:
        self.frames = 0

    def __call__(self, image):
        self.frames += 1
        return np.full((2, 2), self.frames, np.uint8)
