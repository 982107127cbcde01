"""Filters that spread brightness: contrast, exposure, histograms.

In colour pictures they work on the value, the largest of red, green and blue, and scale
all three alike: hue and saturation stay.
"""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from panel_cam.filters.channels import Bytes, to_bytes
from panel_cam.functions.ranges import Range


def _value(image: Bytes) -> Bytes:
    """Return the largest of red, green and blue."""
    if image.ndim == 2:
        return image
    # Planes, not `max(axis=2)`: twenty times as fast.
    value = np.maximum(image[:, :, 0], image[:, :, 1])
    return np.maximum(value, image[:, :, 2], out=value)


def _replace_value(image: Bytes, old: Bytes, new: npt.NDArray[np.float32]) -> Bytes:
    """Return the picture with another value, 0-255 in float32, at each pixel."""
    if image.ndim == 2:
        return to_bytes(new)
    ratio = new / np.maximum(old, 1)
    scaled = image * ratio[:, :, np.newaxis]
    # Black has no hue to keep: it becomes grey, as in HSV.
    scaled += np.where(old == 0, new, np.float32(0))[:, :, np.newaxis]
    return to_bytes(scaled)


def _look_up(image: Bytes, table: npt.NDArray[np.floating]) -> Bytes:
    """Replace each value by the table's, 0-255."""
    value = _value(image)
    return _replace_value(image, value, table.astype(np.float32)[value])


def equalise(image: Bytes) -> Bytes:
    """Spread brightness so that every level is equally frequent.

    Source: `skimage.exposure.equalize_hist` of the value, in 256 levels.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.

    Returns
    -------
    equalised : ndarray of the same shape and dtype uint8
        The most frequent level gets the most contrast; the brightest becomes white.
    """
    counts = np.bincount(_value(image).ravel(), minlength=256)
    share = counts.cumsum()
    return _look_up(image, share * (255 / share[-1]))


def adaptive_equalise(
    image: Bytes,
    *,
    limit: Annotated[float, Range(0.005, 0.1, step=0.005)] = 0.01,
    tiles: Annotated[int, Range(2, 16)] = 8,
) -> Bytes:
    """Bring out detail in every part of the picture: CLAHE.

    Source: `skimage.exposure.equalize_adapthist` of the value, in 256 levels.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel. One of less than 32 pixels a side is returned as it is.
    limit : float, 0.005-0.1, default 0.01
        How strong contrast may get.
    tiles : int, 2-16, default 8
        Into how many parts to divide each side.

    Returns
    -------
    equalised : ndarray of the same shape and dtype uint8
        The picture with even contrast.
    """
    from skimage.exposure import equalize_adapthist

    value = _value(image)
    if min(value.shape) < 2 * tiles or value.min() == value.max():
        return image
    size = tuple(-(-side // tiles) for side in value.shape)
    even = equalize_adapthist(value, size, clip_limit=limit)
    return _replace_value(image, value, even.astype(np.float32) * 255)


def gamma(
    image: Bytes, *, exponent: Annotated[float, Range(0.1, 4, step=0.05)] = 0.6
) -> Bytes:
    """Lighten or darken the middle tones; black and white stay.

    Source: `skimage.exposure.adjust_gamma`, of each channel by a table.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    exponent : float, 0.1-4, default 0.6
        Below 1 lightens, above 1 darkens, 1 changes nothing.

    Returns
    -------
    adjusted : ndarray of the same shape and dtype uint8
        The lighter or darker picture.
    """
    return to_bytes(255 * np.linspace(0, 1, 256) ** exponent)[image]


def stretch(
    image: Bytes, *, cut: Annotated[float, Range(0, 20, step=0.5)] = 1.0
) -> Bytes:
    """Spread brightness over all of black to white.

    Source: `skimage.exposure.rescale_intensity` between percentiles of the value.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel. If all of it is equal, it is returned as it is.
    cut : float, 0-20 percent, default 1
        How much of the picture may become plain black, and as much plain white.

    Returns
    -------
    stretched : ndarray of the same shape and dtype uint8
        The picture with more contrast.
    """
    counts = np.bincount(_value(image).ravel(), minlength=256)
    share = counts.cumsum() / counts.sum()
    low = int(np.searchsorted(share, cut / 100, side="right"))
    high = int(np.searchsorted(share, 1 - cut / 100))
    if low >= high:
        return image
    return _look_up(image, np.clip((np.arange(256) - low) / (high - low), 0, 1) * 255)


def sigmoid(
    image: Bytes,
    *,
    cutoff: Annotated[float, Range(0, 1, step=0.01)] = 0.5,
    gain: Annotated[float, Range(1, 30, step=0.5)] = 8.0,
) -> Bytes:
    """Raise contrast around one brightness, by an S-shaped curve.

    Source: `skimage.exposure.adjust_sigmoid`, of each channel by a table.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    cutoff : float, 0-1, default 0.5
        The brightness that becomes mid-grey.
    gain : float, 1-30, default 8
        How steep the curve is there.

    Returns
    -------
    adjusted : ndarray of the same shape and dtype uint8
        The picture with more contrast.
    """
    curve = 1 / (1 + np.exp(gain * (cutoff - np.linspace(0, 1, 256))))
    return to_bytes(255 * curve)[image]


def posterise(image: Bytes, *, levels: Annotated[int, Range(2, 16)] = 4) -> Bytes:
    """Leave only a few levels in each channel.

    Source: rounding, by a table.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    levels : int, 2-16, default 4
        How many, evenly spaced from black to white.

    Returns
    -------
    poster : ndarray of the same shape and dtype uint8
        The picture in few colours.
    """
    steps = np.rint(np.linspace(0, levels - 1, 256))
    return to_bytes(steps * (255 / (levels - 1)))[image]
