"""The clip that the fake camera plays: patches of known colour, and the time."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

BACKGROUND = (96, 96, 96)

# Muted: at the edges of the range the way through YCbCr clips.
COLOURS = {
    "red": (200, 40, 40),
    "green": (40, 160, 60),
    "blue": (50, 60, 200),
    "yellow": (220, 200, 50),
}

CODE_BITS = 16


@dataclass(frozen=True)
class Clip:
    """A clip that begins again when it is over, described well enough to test against.

    Every measure scales with the size. From above: a band with the number of the
    frame in binary, four still patches in a row, a white square that crosses the
    picture once in the clip's length.

    Attributes
    ----------
    path : Path
        The file, YUV4MPEG2.
    width, height : int
        In pixels; both even.
    fps : int
        Frames per second.
    frames : int
        After which it begins again.
    """

    path: Path
    width: int = 640
    height: int = 480
    fps: int = 30
    frames: int = 60

    def centre(self, colour: str) -> tuple[int, int]:
        """Return the row and the column of the middle of a patch."""
        place = list(COLOURS).index(colour)
        return self.height * 2 // 5, self.width * (2 * place + 1) // 8

    def image(self, number: int) -> np.ndarray:
        """Draw a frame, an RGB image, from its number; 0 is the first."""
        image = np.empty((self.height, self.width, 3), np.uint8)
        image[:] = BACKGROUND
        for bit, (start, stop) in enumerate(self._cells()):
            lit = number >> (CODE_BITS - 1 - bit) & 1
            image[: self._band(), start:stop] = 235 if lit else 16
        half = self.height // 10
        for colour, rgb in COLOURS.items():
            row, column = self.centre(colour)
            image[row - half : row + half, column - half : column + half] = rgb
        top = self.height * 7 // 10
        left = (self.width - half) * (number % self.frames) // self.frames
        image[top : top + half, left : left + half] = 235
        return image

    def read_number(self, image: np.ndarray) -> int:
        """Read the number of the frame from a picture of it, of any size or kind."""
        scale = image.shape[1] / self.width
        row = int(self._band() / 2 * scale)
        number = 0
        for start, stop in self._cells():
            cell = image[row, int((start + stop) / 2 * scale)]
            number = number << 1 | int(np.mean(cell) > 127)
        return number

    def write(self) -> None:
        """Write the file."""
        with self.path.open("wb") as file:
            size = f"W{self.width} H{self.height} F{self.fps}:1"
            file.write(f"YUV4MPEG2 {size} Ip A1:1 C420jpeg\n".encode())
            for number in range(self.frames):
                file.write(b"FRAME\n" + _i420(self.image(number)))

    def _band(self) -> int:
        return self.height // 12

    def _cells(self) -> list[tuple[int, int]]:
        edges = [self.width * n // CODE_BITS for n in range(CODE_BITS + 1)]
        return list(pairwise(edges))


def _i420(image: np.ndarray) -> bytes:
    """Convert to YCbCr as BT.601 has it, 16-235, one chroma sample for 2 x 2 pixels."""
    red, green, blue = np.moveaxis(image.astype(np.float32) / 255, -1, 0)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    height, width = luma.shape
    planes = [16 + 219 * luma]
    for channel, scale in ((blue, 1.772), (red, 1.402)):
        chroma = 128 + 224 * (channel - luma) / scale
        planes.append(chroma.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)))
    return b"".join(plane.round().astype(np.uint8).tobytes() for plane in planes)
