"""The clip the benchmark's camera plays: a lively scene under a time code.

The top fifteenth of every picture is a strip of `BLOCKS` equal blocks that spell the
frame's number: one flat and one textured block for reference, eight bits of Gray code,
six bits of checksum. A 0 is flat white, a 1 is a fine black and white texture, so that
a block's mean brightness tells them apart in the camera's picture and also after an
edge filter, where everything flat looks alike: Roberts edges, inverted, leave flat
blocks white and turn texture dark. `probe.js` is the reader.

Below the strip a textured landscape pans and shaded discs cross it, so that a picture
compresses about as a webcam's does (some 45 kB as a 640x480 JPEG of quality 0.85).

As a script: ``python benchmarks/clip.py clip.y4m --size 640x480 --fps 30``.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CODES = 256
"""How many frames the clip has; Chromium's fake camera starts over at its end."""

BITS, CHECKS = 8, 6
BLOCKS = 2 + BITS + CHECKS
STRIP = 1 / 15
"""Height of the strip, as a share of the picture's."""

# Luma in the limited range that cameras deliver.
BLACK, WHITE = 16, 235

_Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Clip:
    """What a clip is made of.

    Parameters
    ----------
    width, height : int
        Size in px; even, and `width` a multiple of 16 (a block has whole pixels).
    fps : int
        Frames per second; Chromium's fake camera knows whole numbers only.
    """

    width: int = 640
    height: int = 480
    fps: int = 30

    def write(self, path: Path) -> None:
        """Write the clip as YUV4MPEG2, 4:2:0.

        Parameters
        ----------
        path : Path
            File to write; about 120 MB at 640x480, 350 MB at 1280x720.
        """
        scene = _Scene(self.width, self.height)
        with path.open("wb") as file:
            size = f"W{self.width} H{self.height}"
            file.write(f"YUV4MPEG2 {size} F{self.fps}:1 Ip A1:1 C420\n".encode())
            for number in range(CODES):
                luma, blue, red = scene.picture(number)
                _draw_code(luma, blue, red, number)
                file.write(b"FRAME\n")
                for plane in (luma, blue, red):
                    file.write(plane.tobytes())


def code_bits(number: int) -> list[int]:
    """Spell a frame number.

    Parameters
    ----------
    number : int
        0 to `CODES` - 1.

    Returns
    -------
    bits : list of int
        `BLOCKS` zeros and ones: reference 0 and 1, Gray code, checksum; high bit first.

    Examples
    --------
    >>> code_bits(0)
    [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0]
    >>> code_bits(255)
    [0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1]
    """
    gray = number ^ (number >> 1)
    # Multiplying spreads each bit of the number over the check: a picture that is half
    # one frame and half the next has the check of neither.
    check = (number * 37 + 42) & 0x3F
    bits = [(gray >> place) & 1 for place in reversed(range(BITS))]
    return [0, 1, *bits, *((check >> place) & 1 for place in reversed(range(CHECKS)))]


def _draw_code(luma: _Bytes, blue: _Bytes, red: _Bytes, number: int) -> None:
    """Draw the strip over the top of three planes, in place."""
    height, width = luma.shape
    rows, block = int(height * STRIP), width // BLOCKS
    # Random cells, not stripes: whatever step a page samples the picture at when it is
    # shown smaller, some cells are hit and some are missed.
    cell = max(2, 2 * width // 640)
    random = np.random.default_rng(1).random((rows // cell + 1, block // cell + 1))
    texture = np.kron(random < 0.5, np.ones((cell, cell), bool))[:rows, :block]
    for place, bit in enumerate(code_bits(number)):
        left = place * block
        pattern = np.where(texture, BLACK, WHITE) if bit else WHITE
        luma[:rows, left : left + block] = pattern
    for plane in (blue, red):
        plane[: (rows + 1) // 2] = 128


class _Scene:
    """A landscape of natural statistics, panned, with discs that cross it."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        random = np.random.default_rng(7)
        wide, high = width * 2, height * 2
        coarse = _clouds(random, high, wide, 1.5)
        fine = _clouds(random, high, wide, 0.45)
        self._land = np.clip(126 + 34 * coarse + 2.0 * fine, BLACK, WHITE)
        self._blue = np.clip(128 + 14 * _clouds(random, height, width, 1.8), 16, 240)
        self._red = np.clip(128 + 16 * _clouds(random, height, width, 1.8), 16, 240)
        grid = np.mgrid[0:height, 0:width].astype(np.float32)
        self._y, self._x = grid[0], grid[1]

    def picture(self, number: int) -> tuple[_Bytes, _Bytes, _Bytes]:
        """Draw one frame; returns its luma and its two chroma planes."""
        angle = 2 * np.pi * number / CODES
        down = int(self.height * (0.5 + 0.5 * np.sin(angle))) // 2 * 2
        right = int(self.width * (0.5 - 0.5 * np.cos(angle))) // 2 * 2
        here = np.s_[down : down + self.height, right : right + self.width]
        half = np.s_[
            down // 2 : (down + self.height) // 2,
            right // 2 : (right + self.width) // 2,
        ]
        luma = self._land[here].copy()
        for index in range(6):
            x = self.width * (0.5 + 0.45 * np.sin(angle * (1 + index % 3) + index))
            y = self.height * (0.55 + 0.4 * np.cos(angle * (1 + index % 2) + 2 * index))
            _draw_disc(luma, self._x, self._y, x, y, self.height * (0.06 + index / 80))
        return (
            luma.astype(np.uint8),
            self._blue[half].astype(np.uint8),
            self._red[half].astype(np.uint8),
        )


def _draw_disc(
    luma: NDArray[np.float32],
    grid_x: NDArray[np.float32],
    grid_y: NDArray[np.float32],
    x: float,
    y: float,
    radius: float,
) -> None:
    """Draw one shaded disc over `luma`, in place."""
    top, left = max(0, int(y - radius)), max(0, int(x - radius))
    box = np.s_[top : int(y + radius) + 1, left : int(x + radius) + 1]
    away = np.hypot(grid_x[box] - x, grid_y[box] - y) / radius
    inside = away < 1
    luma[box][inside] = (220 - 170 * away**2)[inside]


def _clouds(
    random: np.random.Generator, height: int, width: int, power: float
) -> NDArray[np.float32]:
    """Make a field of noise whose spectrum falls as 1 / frequency ** `power`."""
    spectrum = np.fft.rfft2(random.standard_normal((height, width)))
    y = np.fft.fftfreq(height)[:, np.newaxis] * height
    x = np.fft.rfftfreq(width) * width
    field = np.fft.irfft2(spectrum / np.maximum(np.hypot(y, x), 1) ** power)
    return np.asarray((field - field.mean()) / field.std(), np.float32)


def parse_size(text: str) -> tuple[int, int]:
    """Read a size such as ``640x480``.

    Parameters
    ----------
    text : str
        Width and height in px, with an ``x`` between.

    Returns
    -------
    size : tuple of int
        Width, height.

    Raises
    ------
    argparse.ArgumentTypeError
        If it is no such size, or one in which blocks have no whole pixels.
    """
    try:
        width, height = (int(part) for part in text.split("x"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a size like 640x480: {text}") from None
    if width % 32 or height % 2 or width < 320 or height < 240:
        raise argparse.ArgumentTypeError(
            f"width a multiple of 32, both even, at least 320x240; got {text}"
        )
    return width, height


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--size", type=parse_size, default=(640, 480))
    parser.add_argument("--fps", type=int, default=30)
    arguments = parser.parse_args()
    width, height = arguments.size
    Clip(width, height, arguments.fps).write(arguments.path)
