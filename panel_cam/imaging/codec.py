"""Bytes <-> image, and the checks on what comes from outside.

Only three formats are allowed, and Pillow is told which one to expect, so that nothing
else of it ever sees a stranger's bytes.
"""

import io
import zlib
from collections.abc import Collection

import numpy as np
import numpy.typing as npt
import PIL.Image

# Pillow finds a format in its registry; without these it would import every plugin that
# it has when the first webp arrives.
from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401

from panel_cam.errors import FrameError, ImageError
from panel_cam.imaging.headers import FORMATS, check_header, check_size, format_of
from panel_cam.imaging.pixels import to_uint8

__all__ = [
    "FORMATS",
    "MAX_FRAME_BYTES",
    "MAX_PIXELS",
    "decode",
    "encode",
    "format_of",
    "to_uint8",
]

# The largest size that video has a name for. Decoding takes 7 bytes a pixel (Pillow's 4
# and our 3) for a moment: 230 MB, which one stranger may cost us and no more.
MAX_PIXELS = 7680 * 4320

# Bokeh's server refuses WebSocket messages of more than 20 MiB; the rest is margin.
MAX_FRAME_BYTES = 16 * 2**20


def _to_rgb(picture: PIL.Image.Image) -> npt.NDArray[np.uint8]:
    picture.load()
    if picture.mode.startswith("I"):  # 16-bit grey: keep the upper eight bits
        grey = (np.asarray(picture) >> 8).astype(np.uint8)
        return np.repeat(grey[:, :, np.newaxis], 3, axis=2)
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    return np.array(picture)


def decode(
    data: bytes,
    *,
    formats: Collection[str] = FORMATS,
    max_pixels: int = MAX_PIXELS,
) -> npt.NDArray[np.uint8]:
    """Decode one image file to RGB.

    Of an animation, the first picture is decoded. Transparency is dropped, and so are
    all but the upper eight bits of a 16-bit file. An EXIF orientation is not followed:
    pixels come in the order in which they are stored. Cameras' frames have none.

    Parameters
    ----------
    data : bytes
        A complete jpeg, webp or png file.
    formats : collection of str, default FORMATS
        The formats to accept, a part of `FORMATS`.
    max_pixels : int, default MAX_PIXELS
        The largest rows x columns to accept. Pillow's own `MAX_IMAGE_PIXELS` holds too.

    Returns
    -------
    image : ndarray of shape (M, N, 3) and dtype uint8
        Rows, columns, RGB; a fresh array the caller may modify.

    Raises
    ------
    FrameError
        If `data` is of another format, damaged, cut short or too large. Nothing is
        allocated for pixels until the size in the header is known to be acceptable.
    """
    found = format_of(data)
    if found not in formats:
        raise FrameError(f"expected {', '.join(formats)}, got {found}")
    check_header(data, found, max_pixels)
    try:
        with PIL.Image.open(io.BytesIO(data), formats=[found]) as picture:
            check_size(*picture.size, max_pixels)
            return _to_rgb(picture)
    except FrameError:
        raise
    except PIL.UnidentifiedImageError as exc:  # its text is an address in memory
        raise FrameError(f"expected a readable {found}, got a damaged one") from exc
    except Exception as exc:  # Pillow's plugins raise nearly anything on damaged files
        raise FrameError(
            f"expected a readable {found}, got {type(exc).__name__}: {str(exc)[:100]}"
        ) from exc


def encode(image: object, *, format: str = "jpeg", quality: float = 0.85) -> bytes:
    """Encode an image, for speed first.

    Parameters
    ----------
    image : ndarray
        Anything that `to_uint8` takes; never modified. Two axes make a one-channel
        file, which is smaller and quicker.
    format : {"jpeg", "webp", "png"}, default "jpeg"
        jpeg has no transparency: an image with alpha becomes a png instead.
    quality : float, default 0.85
        0-1, as in a browser's `toBlob`: at 1, a webp is lossless. A png always is. From
        0.9, a jpeg keeps colour at full resolution, below at half.

    Returns
    -------
    data : bytes
        The image file; `format_of` tells which it is.

    Raises
    ------
    ImageError
        If `image` is no image, or larger than the format can hold.
    ValueError
        If `format` or `quality` is none of the above.
    """
    if format not in FORMATS:
        raise ValueError(f"expected a format of {', '.join(FORMATS)}, got {format!r}")
    if not 0 <= quality <= 1:
        raise ValueError(f"expected a quality from 0 to 1, got {quality!r}")
    pixels = to_uint8(image)
    if format == "jpeg" and pixels.ndim == 3 and pixels.shape[2] == 4:
        format = "png"
    percent = max(1, round(quality * 100))
    options: dict[str, int]
    if format == "jpeg":
        options = {"quality": percent, "subsampling": 0 if quality >= 0.9 else 2}
    elif format == "webp":
        options = {"quality": percent, "method": 0}
        if quality == 1:  # where lossless, quality stands for the effort
            options = {"lossless": 1, "quality": 0, "method": 0}
    else:
        # A fifth of the time of zlib's default strategy, and the file is no larger.
        options = {"compress_level": 1, "compress_type": zlib.Z_RLE}
    file = io.BytesIO()
    try:
        PIL.Image.fromarray(pixels).save(file, format, **options)
    except (OSError, ValueError) as exc:
        shape = pixels.shape
        raise ImageError(f"expected a size {format} can hold, got {shape}") from exc
    return file.getvalue()
