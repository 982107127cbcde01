"""Filters that split a picture by brightness: in two, mostly."""

from typing import Annotated

import numpy as np

from panel_cam.filters.channels import Bytes, Mask, to_grey, to_levels
from panel_cam.functions.ranges import Range


def _split(bright: Mask, inverted: bool) -> Mask:
    return ~bright if inverted else bright


def _is_plain(levels: Bytes) -> bool:
    """Tell whether there is nothing to split: one level only."""
    return bool(levels.min() == levels.max())


def binary(
    image: Bytes,
    *,
    level: Annotated[int, Range(0, 255)] = 128,
    inverted: bool = False,
) -> Mask:
    """Split at a level of your choice.

    Source: a comparison.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    level : int, 0-255, default 128
        The brightest level that still counts as dark.
    inverted : bool, default False
        Show what is dark instead.

    Returns
    -------
    mask : ndarray of shape (M, N) and dtype bool
        True where the picture is brighter.
    """
    return _split(to_levels(image) > level, inverted)


def otsu(image: Bytes, *, inverted: bool = False) -> Mask:
    """Split where the two halves differ most: Otsu's threshold.

    Source: `skimage.filters.threshold_otsu` of the brightness in 256 levels.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel. If all of it is equal, all of it is dark.
    inverted : bool, default False
        Show what is dark instead.

    Returns
    -------
    mask : ndarray of shape (M, N) and dtype bool
        True where the picture is brighter.
    """
    from skimage.filters import threshold_otsu

    levels = to_levels(image)
    level = levels.max() if _is_plain(levels) else threshold_otsu(levels)
    return _split(levels > level, inverted)


def li(image: Bytes, *, inverted: bool = False) -> Mask:
    """Split with the least cross-entropy: Li's threshold, for small bright things.

    Source: `skimage.filters.threshold_li` of the brightness in 256 levels.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel. If all of it is equal, all of it is dark.
    inverted : bool, default False
        Show what is dark instead.

    Returns
    -------
    mask : ndarray of shape (M, N) and dtype bool
        True where the picture is brighter.
    """
    from skimage.filters import threshold_li

    levels = to_levels(image)
    level = levels.max() if _is_plain(levels) else threshold_li(levels)
    return _split(levels > level, inverted)


def triangle(image: Bytes, *, inverted: bool = False) -> Mask:
    """Split at the foot of the histogram's peak: the triangle threshold.

    Source: `skimage.filters.threshold_triangle` of the brightness in 256 levels.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel. If all of it is equal, all of it is dark.
    inverted : bool, default False
        Show what is dark instead.

    Returns
    -------
    mask : ndarray of shape (M, N) and dtype bool
        True where the picture is brighter.
    """
    from skimage.filters import threshold_triangle

    levels = to_levels(image)
    level = levels.max() if _is_plain(levels) else threshold_triangle(levels)
    return _split(levels > level, inverted)


def yen(image: Bytes, *, inverted: bool = False) -> Mask:
    """Split by Yen's threshold, which keeps the most correlation.

    Source: `skimage.filters.threshold_yen` of the brightness in 256 levels.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel. If all of it is equal, all of it is dark.
    inverted : bool, default False
        Show what is dark instead.

    Returns
    -------
    mask : ndarray of shape (M, N) and dtype bool
        True where the picture is brighter.
    """
    from skimage.filters import threshold_yen

    levels = to_levels(image)
    level = levels.max() if _is_plain(levels) else threshold_yen(levels)
    return _split(levels > level, inverted)


def local_threshold(
    image: Bytes,
    *,
    radius: Annotated[int, Range(1, 100)] = 20,
    offset: Annotated[float, Range(-0.3, 0.3, step=0.01)] = 0.03,
    inverted: bool = False,
) -> Mask:
    """Split at the mean of the surroundings: good for print under uneven light.

    Source: `skimage.filters.threshold_local` by the mean, in float32.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 1-100 pixels, default 20
        How far the surroundings reach: more than the width of a letter's stroke.
    offset : float, -0.3-0.3, default 0.03
        How much darker than the mean still counts as bright, of black to white.
    inverted : bool, default False
        Show what is dark instead.

    Returns
    -------
    mask : ndarray of shape (M, N) and dtype bool
        True where the picture is brighter.
    """
    from scipy.ndimage import uniform_filter

    grey = to_grey(image)
    mean = uniform_filter(grey, 2 * radius + 1)
    mean -= np.float32(offset)
    return _split(grey > mean, inverted)


def hysteresis(
    image: Bytes,
    *,
    low: Annotated[float, Range(0, 1, step=0.01)] = 0.4,
    high: Annotated[float, Range(0, 1, step=0.01)] = 0.7,
    inverted: bool = False,
) -> Mask:
    """Split at a low level, but keep only areas that reach a high one.

    Source: `skimage.filters.apply_hysteresis_threshold` of the brightness.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    low : float, 0-1, default 0.4
        Brightness that belongs to an area. The larger of `low` and `high` counts as
        high.
    high : float, 0-1, default 0.7
        Brightness that an area has to have somewhere.
    inverted : bool, default False
        Show all the rest instead.

    Returns
    -------
    mask : ndarray of shape (M, N) and dtype bool
        True in the areas.
    """
    from skimage.filters import apply_hysteresis_threshold

    low, high = sorted((low, high))
    return _split(apply_hysteresis_threshold(to_grey(image), low, high), inverted)


def multi_otsu(image: Bytes, *, classes: Annotated[int, Range(2, 4)] = 3) -> Bytes:
    """Split into several shades of grey, by Otsu's method for more than two.

    Source: `skimage.filters.threshold_multiotsu` of the brightness in 256 levels.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel. If it has fewer levels than `classes`, each is a class.
    classes : int, 2-4, default 3
        How many shades.

    Returns
    -------
    shades : ndarray of shape (M, N) and dtype uint8
        Evenly spaced from black to white.
    """
    from skimage.filters import threshold_multiotsu

    levels = to_levels(image)
    counts = np.bincount(levels.ravel(), minlength=256)
    used = np.flatnonzero(counts)
    borders = used[:-1]
    if len(used) > classes:
        borders = threshold_multiotsu(hist=(counts, np.arange(256)), classes=classes)
    class_of = np.searchsorted(borders, np.arange(256))
    return (class_of * 255 // (classes - 1)).astype(np.uint8)[levels]
