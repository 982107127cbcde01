"""How opaque each pixel is, beside a picture whose file cannot say it.

A PNG of colours *and* opacity takes ten times as long to make as a JPEG of the colours,
and is ten times as large. So the colours travel as JPEG, and the opacity beside them: a
byte that says how many bits a pixel has, and then the rows, compressed by zlib. The
page puts the two together in `view/decode.js`.
"""

import zlib

import numpy as np
import numpy.typing as npt


def encode_opacity(opacity: npt.NDArray[np.uint8]) -> bytes:
    """Pack opacity: exactly.

    Parameters
    ----------
    opacity : ndarray of shape (M, N) and dtype uint8
        0 is transparent, 255 opaque.

    Returns
    -------
    data : bytes
        One bit a pixel where there are only 0 and 255, each row in whole bytes, the
        highest bit first; else eight bits.

    Examples
    --------
    >>> decode_opacity(encode_opacity(np.array([[0, 7, 255]], np.uint8)), (1, 3))
    array([[  0,   7, 255]], dtype=uint8)
    """
    is_opaque = opacity == 255
    if (is_opaque | (opacity == 0)).all():
        return b"\x01" + zlib.compress(np.packbits(is_opaque, axis=1).tobytes(), 1)
    return b"\x08" + zlib.compress(opacity.tobytes(), 1)


def decode_opacity(data: bytes, shape: tuple[int, int]) -> npt.NDArray[np.uint8]:
    """Unpack what `encode_opacity` packed.

    Parameters
    ----------
    data : bytes
        Of our own making: not for what comes from outside.
    shape : tuple of int
        Rows and columns.

    Returns
    -------
    opacity : ndarray of that shape and dtype uint8
    """
    rows = np.frombuffer(zlib.decompress(data[1:]), np.uint8).reshape(shape[0], -1)
    if data[0] == 8:
        return rows
    return np.unpackbits(rows, axis=1, count=shape[1]) * np.uint8(255)
