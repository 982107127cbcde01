"""Bytes <-> image, and the checks on what comes from outside.

Only three formats are allowed, and Pillow is told which one to expect, so that nothing
else of it ever sees a stranger's bytes. Most JPEGs do not come to Pillow: see `jpeg`.
"""

import io
import zlib
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import PIL.Image

# Pillow finds a format in its registry; without these it would import every plugin that
# it has when the first webp arrives.
from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin  # noqa: F401

from panel_cam.errors import FrameError, ImageError
from panel_cam.imaging import jpeg
from panel_cam.imaging.headers import FORMATS, check_header, check_size, format_of
from panel_cam.imaging.opacity import decode_opacity, encode_opacity
from panel_cam.imaging.pixels import join_planes, to_planes, to_uint8
from panel_cam.imaging.reduced import reduce_picture

__all__ = [
    "FORMATS",
    "MAX_FRAME_BYTES",
    "MAX_PIXELS",
    "Encoded",
    "decode",
    "decode_picture",
    "encode",
    "encode_picture",
    "format_of",
    "to_uint8",
]

# The largest size that video has a name for. Decoding takes 7 bytes a pixel (Pillow's 4
# and our 3) for a moment: 230 MB, which one stranger may cost us and no more.
MAX_PIXELS = 7680 * 4320

# Bokeh's server refuses WebSocket messages of more than 20 MiB; the rest is margin.
MAX_FRAME_BYTES = 16 * 2**20


def _by_pillow(
    picture: PIL.Image.Image, gray: bool, scale: int
) -> npt.NDArray[np.uint8]:
    columns, rows = picture.size
    if gray or scale > 1:  # of a jpeg, the decoder does it, or a part of it
        size = (max(columns // scale, 1), max(rows // scale, 1))
        drafted = picture.draft("L" if gray else "RGB", size)
        if drafted is not None:
            scale //= round(columns / drafted[1][2])
    picture.load()
    if picture.mode.startswith("I"):  # 16-bit grey: keep the upper eight bits
        picture = PIL.Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    mode = "L" if gray else "RGB"
    if picture.mode != mode:
        picture = picture.convert(mode)
    return np.array(reduce_picture(picture, scale=scale))


def decode(
    data: bytes,
    *,
    formats: Collection[str] = FORMATS,
    max_pixels: int = MAX_PIXELS,
    gray: bool = False,
    scale: int = 1,
) -> npt.NDArray[np.uint8]:
    """Decode one image file to RGB, or to grey.

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
        The largest rows x columns to accept. Where Pillow decodes, its own
        `MAX_IMAGE_PIXELS` holds too.
    gray, scale
        What `panel_cam.imaging.reduced.reduce_image` would make of it. A jpeg is
        decoded to that, which is quicker.

    Returns
    -------
    image : ndarray of shape (M, N, 3), or (M, N) if `gray`, and dtype uint8
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
    # What it refuses, Pillow judges: which files are accepted, and what is said of the
    # others, does not depend on the packages that are installed.
    if found == "jpeg":
        image = jpeg.try_decode(data, max_pixels, gray=gray, scale=scale)
        if image is not None:
            return image
    try:
        with PIL.Image.open(io.BytesIO(data), formats=[found]) as picture:
            check_size(*picture.size, max_pixels)
            return _by_pillow(picture, gray, scale)
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
    _check_options(format, quality)
    pixels = to_uint8(image)
    if format == "jpeg" and pixels.ndim == 3 and pixels.shape[2] == 4:
        format = "png"
    return _write(pixels, format, quality)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A picture for the page, which knows how to put its two files together.

    Parameters
    ----------
    data : bytes
        The image file.
    opacity : bytes
        Where it is transparent, if `data` cannot say it: see `encode_opacity`.
    shape : tuple of int
        Of the picture: (rows, columns), or (rows, columns, channels).
    """

    data: bytes
    opacity: bytes
    shape: tuple[int, ...]


def encode_picture(
    image: object, *, format: str = "jpeg", quality: float = 0.85
) -> Encoded:
    """Encode an image for the page: as `encode`, but transparency costs little.

    Parameters
    ----------
    image, format, quality
        See `encode`. A jpeg stays a jpeg: its opacity comes beside it, and so does that
        of a webp, which is quicker; it is exact.

    Returns
    -------
    encoded : Encoded

    Raises
    ------
    ImageError, ValueError
        As `encode` does.
    """
    _check_options(format, quality)
    colours, opacity = to_planes(image)
    if opacity is None:
        return Encoded(_write(colours, format, quality), b"", colours.shape)
    shape = (*colours.shape[:2], 4)
    if format != "png":
        data = _write(np.asarray(_fill(colours, opacity)), format, quality)
        return Encoded(data, encode_opacity(opacity), shape)
    if colours.ndim == 2:  # half as much as RGBA
        pixels = np.dstack([np.where(opacity, colours, np.uint8(0)), opacity])
    else:
        pixels = join_planes(colours, opacity)
    return Encoded(_write(pixels, format, quality), b"", shape)


def decode_picture(data: bytes, opacity: bytes) -> npt.NDArray[np.uint8]:
    """Decode what `encode_picture` made, to RGB: black where it is transparent.

    Parameters
    ----------
    data, opacity : bytes
        Of our own making.

    Returns
    -------
    image : ndarray of shape (M, N, 3) and dtype uint8
    """
    image = decode(data)
    if opacity:
        rows, columns, _ = image.shape
        image[decode_opacity(opacity, (rows, columns)) == 0] = 0
    return image


def _fill(
    colours: npt.NDArray[np.uint8], opacity: npt.NDArray[np.uint8]
) -> PIL.Image.Image:
    """Give what is not seen the mean of the rest: a jpeg blurs edges both ways."""
    step = max(min(opacity.shape) // 32, 1)
    sample = colours[::step, ::step][opacity[::step, ::step] > 0]
    mean = np.zeros(colours.shape[2:]) if not len(sample) else sample.mean(axis=0)
    ink = [int(each) for each in np.ravel(mean)]
    hidden = PIL.Image.fromarray(opacity == 0)
    picture = PIL.Image.fromarray(colours)
    # Pillow copies before it writes, and is four times as quick as NumPy.
    picture.paste(tuple(ink) if len(ink) > 1 else ink[0], mask=hidden)
    return picture


def _check_options(format: str, quality: float) -> None:
    if format not in FORMATS:
        raise ValueError(f"expected a format of {', '.join(FORMATS)}, got {format!r}")
    if not 0 <= quality <= 1:
        raise ValueError(f"expected a quality from 0 to 1, got {quality!r}")


def _write(pixels: npt.NDArray[np.uint8], format: str, quality: float) -> bytes:
    percent = max(1, round(quality * 100))
    is_fine = quality >= 0.9
    if format == "jpeg" and (data := jpeg.try_encode(pixels, percent, fine=is_fine)):
        return data
    options: dict[str, int]
    if format == "jpeg":
        options = {"quality": percent, "subsampling": 0 if is_fine else 2}
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
        raise ImageError(
            f"expected a size {format} can hold, got {pixels.shape}"
        ) from exc
    return file.getvalue()
