"""Small pictures whose answers are known."""

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]


def noise(rows: int, columns: int, *channels: int) -> Bytes:
    """The same at each call; `noise(5, 7)` is one channel, `noise(5, 7, 3)` is RGB."""
    random = np.random.default_rng(rows * 1000 + columns)
    return random.integers(0, 256, (rows, columns, *channels), dtype=np.uint8)


def plain(rows: int, columns: int, *channels: int, level: int = 0) -> Bytes:
    """One level everywhere."""
    return np.full((rows, columns, *channels), level, np.uint8)


def square(size: int = 40, side: int = 20, *, low: int = 0, high: int = 255) -> Bytes:
    """A bright square in the middle of a dark one."""
    image = plain(size, size, level=low)
    start = (size - side) // 2
    image[start : start + side, start : start + side] = high
    return image


def disks(*places: tuple[int, int, int], shape: tuple[int, int] = (120, 160)) -> Bytes:
    """White disks on black, each of row, column and radius."""
    rows, columns = np.indices(shape)
    image = plain(*shape)
    for row, column, radius in places:
        image[(rows - row) ** 2 + (columns - column) ** 2 <= radius**2] = 255
    return image


def ramp(rows: int = 16, columns: int = 256) -> Bytes:
    """Levels 0 to 255 from left to right."""
    levels = np.linspace(0, 255, columns).round().astype(np.uint8)
    return np.tile(levels, (rows, 1))


def rgb(image: Bytes) -> Bytes:
    """Three equal channels."""
    return np.repeat(image[:, :, np.newaxis], 3, axis=2)


def scene() -> Bytes:
    """A bit of everything, in colour: 72 x 96 pixels."""
    image = rgb(ramp(72, 96) // 2)
    image[8:40, 10:50, 0] = 220
    image[disks((50, 66, 14), shape=(72, 96)) > 0] = (20, 240, 60)
    image[30:60:4, 4:40] = 250
    return image
