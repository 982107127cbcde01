"""Image <-> data URL: text that a page, a notebook or JSON can hold."""

import base64
import re

import numpy as np
import numpy.typing as npt

from panel_cam.errors import FrameError
from panel_cam.imaging.codec import MAX_FRAME_BYTES, decode, encode
from panel_cam.imaging.headers import format_of

_HEAD = re.compile(r"data:image/[a-z]+;base64,")


def data_url_of(data: bytes) -> str:
    """Return the data URL of an image that is encoded already.

    Parameters
    ----------
    data : bytes
        A whole jpeg, webp or png file.

    Returns
    -------
    url : str
        ``data:image/...;base64,...``, ASCII, without line breaks. What it names is the
        format that the first bytes tell.

    Raises
    ------
    FrameError
        If `data` is none of these formats.

    Examples
    --------
    >>> data_url_of(encode(np.zeros((2, 2), np.uint8), format="png"))[:22]
    'data:image/png;base64,'
    """
    text = base64.b64encode(data).decode("ascii")
    return f"data:image/{format_of(data)};base64,{text}"


def to_data_url(image: object, *, format: str = "jpeg", quality: float = 0.85) -> str:
    """Encode an image as a data URL, which a page can show as it is.

    Parameters
    ----------
    image : ndarray of shape (M, N), (M, N, 3) or (M, N, 4)
        Of any numeric dtype or bool: see `panel_cam.imaging.pixels.to_uint8`; never
        modified.
    format : {"jpeg", "webp", "png"}, default "jpeg"
        Only "png" keeps every value. "jpeg" has no transparency: an image with alpha
        or NaN becomes a png instead.
    quality : float, default 0.85
        Of "jpeg" and "webp", 0 to 1.

    Returns
    -------
    url : str
        ``data:image/jpeg;base64,...``

    Raises
    ------
    ImageError
        If `image` is no image.
    ValueError
        If `format` or `quality` is none of the above.

    Examples
    --------
    >>> to_data_url(np.zeros((2, 2), np.uint8))[:23]
    'data:image/jpeg;base64,'
    """
    return data_url_of(encode(image, format=format, quality=quality))


def from_data_url(url: str) -> npt.NDArray[np.uint8]:
    """Decode a data URL, such as a canvas's ``toDataURL`` gives.

    Parameters
    ----------
    url : str
        ``data:image/...;base64,...`` from anywhere: it may be hostile, and the type
        that it names is not trusted.

    Returns
    -------
    image : ndarray of shape (M, N, 3) and dtype uint8
        Rows, columns, RGB; a fresh array the caller may modify.

    Raises
    ------
    FrameError
        If it is not the base64 data URL of a readable jpeg, webp or png, or larger
        than `panel_cam.imaging.codec` accepts.

    Examples
    --------
    >>> from_data_url(to_data_url(np.full((1, 2), 7, np.uint8), format="png"))
    array([[[7, 7, 7],
            [7, 7, 7]]], dtype=uint8)
    """
    head = _HEAD.match(url) if isinstance(url, str) else None
    if head is None:
        raise FrameError("expected data:image/...;base64,..., got something else")
    if (len(url) - head.end()) * 3 // 4 > MAX_FRAME_BYTES:
        raise FrameError(f"expected at most {MAX_FRAME_BYTES} bytes, got more")
    try:
        data = base64.b64decode(url[head.end() :], validate=True)
    except ValueError as exc:  # binascii.Error is one, too
        raise FrameError("expected base64 text, got something else") from exc
    return decode(data)
