"""How opaque each pixel is, as a small file beside a picture that cannot say it.

A PNG of colours *and* opacity takes ten times as long to make as a JPEG of the colours.
So the colours travel as JPEG, and the opacity in a file of its own that any browser
reads: a PNG with a palette, whose colours do not matter and whose opacities do. It is
written here: Pillow would take longer for one bit a pixel than for the whole JPEG.
"""

import io
import struct
import zlib

import numpy as np
import numpy.typing as npt
import PIL.Image

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PALETTE = 3  # PNG's number for pixels that name a colour of a list


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def encode_opacity(opacity: npt.NDArray[np.uint8]) -> bytes:
    """Write opacity as a PNG that is transparent in the same places.

    Parameters
    ----------
    opacity : ndarray of shape (M, N) and dtype uint8
        0 is transparent, 255 opaque.

    Returns
    -------
    data : bytes
        Exact: one bit a pixel where there are only 0 and 255, else eight.

    Examples
    --------
    >>> data = encode_opacity(np.array([[0, 7, 255]], np.uint8))
    >>> decode_opacity(data)
    array([[  0,   7, 255]], dtype=uint8)
    """
    is_opaque = opacity == 255
    is_plain = bool((is_opaque | (opacity == 0)).all())
    pixels = np.packbits(is_opaque, axis=1) if is_plain else opacity
    bits, opacities = (1, b"\x00\xff") if is_plain else (8, bytes(range(256)))
    rows, columns = opacity.shape
    lines = np.zeros((rows, 1 + pixels.shape[1]), np.uint8)  # each begins with "as is"
    lines[:, 1:] = pixels
    header = struct.pack(">IIBBBBB", columns, rows, bits, _PALETTE, 0, 0, 0)
    return b"".join(
        [
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", bytes(3 * len(opacities))),
            _chunk(b"tRNS", opacities),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 1)),
            _chunk(b"IEND", b""),
        ]
    )


def decode_opacity(data: bytes) -> npt.NDArray[np.uint8]:
    """Read what `encode_opacity` wrote.

    Parameters
    ----------
    data : bytes
        Of our own making: not for files from outside.

    Returns
    -------
    opacity : ndarray of shape (M, N) and dtype uint8
    """
    with PIL.Image.open(io.BytesIO(data), formats=["png"]) as picture:
        return np.asarray(picture.convert("RGBA"))[:, :, 3]
