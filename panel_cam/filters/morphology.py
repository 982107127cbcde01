"""Filters that let bright shapes shrink and grow.

Those on grey and colour pictures work on each channel and take no account of what lies
outside the picture. Those on masks find theirs by `threshold.otsu`; a picture that is
black and white already is its own mask.
"""

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np

from panel_cam.filters.channels import Bytes, Mask
from panel_cam.filters.threshold import otsu
from panel_cam.functions.ranges import Range

Radius = Annotated[int, Range(0, 20)]
Shape = Literal["disk", "square"]


def _shift_and_pick(
    image: Bytes, radius: int, shape: Shape, pick: Callable[..., Bytes], outside: int
) -> Bytes:
    """Return the smallest or largest value around each pixel; exact, for any radius.

    A disk is a pile of bars. Bars of growing length are made of the one before by two
    picks, and each is picked at its height above and below the centre.
    """
    if radius == 0:
        return image
    rows, columns = image.shape[:2]
    padding = ((radius, radius), (radius, radius), (0, 0))[: image.ndim]
    padded = np.pad(image, padding, constant_values=outside)
    middle = np.s_[radius : radius + columns]
    heights: dict[int, list[int]] = {}
    for height in range(radius + 1):
        reach = radius if shape == "square" else int((radius**2 - height**2) ** 0.5)
        heights.setdefault(reach, []).append(height)
    bar = padded[:, middle].copy()
    picked = np.full_like(image, outside)
    for reach in range(radius + 1):
        if reach:
            for start in (radius - reach, radius + reach):
                pick(bar, padded[:, start : start + columns], out=bar)
        for height in heights.get(reach, ()):
            for top in {radius - height, radius + height}:
                pick(picked, bar[top : top + rows], out=picked)
    return picked


def _erode(image: Bytes, radius: int, shape: Shape) -> Bytes:
    return _shift_and_pick(image, radius, shape, np.minimum, 255)


def _dilate(image: Bytes, radius: int, shape: Shape) -> Bytes:
    return _shift_and_pick(image, radius, shape, np.maximum, 0)


def erode(image: Bytes, *, radius: Radius = 3, shape: Shape = "disk") -> Bytes:
    """Let dark areas grow: each pixel becomes the darkest around it.

    Source: `skimage.morphology.erosion` of each channel.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 0-20 pixels, default 3
        How far to look. 0 changes nothing.
    shape : {"disk", "square"}, default "disk"
        Of the surroundings.

    Returns
    -------
    eroded : ndarray of the same shape and dtype uint8
        Nowhere brighter than the image.
    """
    return _erode(image, radius, shape)


def dilate(image: Bytes, *, radius: Radius = 3, shape: Shape = "disk") -> Bytes:
    """Let bright areas grow: each pixel becomes the brightest around it.

    Source: `skimage.morphology.dilation` of each channel.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 0-20 pixels, default 3
        How far to look. 0 changes nothing.
    shape : {"disk", "square"}, default "disk"
        Of the surroundings.

    Returns
    -------
    dilated : ndarray of the same shape and dtype uint8
        Nowhere darker than the image.
    """
    return _dilate(image, radius, shape)


def opening(image: Bytes, *, radius: Radius = 3, shape: Shape = "disk") -> Bytes:
    """Remove small bright things: erode, then dilate.

    Source: `skimage.morphology.opening` of each channel.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 0-20 pixels, default 3
        Things that a disk or square of that radius does not fit into disappear.
    shape : {"disk", "square"}, default "disk"
        Of the surroundings.

    Returns
    -------
    opened : ndarray of the same shape and dtype uint8
        Nowhere brighter than the image.
    """
    return _dilate(_erode(image, radius, shape), radius, shape)


def closing(image: Bytes, *, radius: Radius = 3, shape: Shape = "disk") -> Bytes:
    """Remove small dark things: dilate, then erode.

    Source: `skimage.morphology.closing` of each channel.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 0-20 pixels, default 3
        Things that a disk or square of that radius does not fit into disappear.
    shape : {"disk", "square"}, default "disk"
        Of the surroundings.

    Returns
    -------
    closed : ndarray of the same shape and dtype uint8
        Nowhere darker than the image.
    """
    return _erode(_dilate(image, radius, shape), radius, shape)


def outline(image: Bytes, *, radius: Radius = 2, shape: Shape = "disk") -> Bytes:
    """Draw outlines: the dilated minus the eroded picture.

    Source: the morphological gradient, as `scipy.ndimage.morphological_gradient`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 0-20 pixels, default 2
        How thick the outlines are, to either side. 0 leaves black.
    shape : {"disk", "square"}, default "disk"
        Of the surroundings.

    Returns
    -------
    outlines : ndarray of the same shape and dtype uint8
        0 where the image is even.
    """
    return _dilate(image, radius, shape) - _erode(image, radius, shape)


def top_hat(
    image: Bytes, *, radius: Radius = 8, dark: bool = False, shape: Shape = "disk"
) -> Bytes:
    """Keep only small bright things: what `opening` removes.

    Source: `skimage.morphology.white_tophat` and `black_tophat` of each channel.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 0-20 pixels, default 8
        Things that a disk or square of that radius does not fit into are kept.
    dark : bool, default False
        Small dark things instead: what `closing` removes.
    shape : {"disk", "square"}, default "disk"
        Of the surroundings.

    Returns
    -------
    things : ndarray of the same shape and dtype uint8
        On black, each as bright as it stands out.
    """
    if dark:
        return closing(image, radius=radius, shape=shape) - image
    return image - opening(image, radius=radius, shape=shape)


def skeleton(image: Bytes, *, dark: bool = False) -> Mask:
    """Thin bright areas to lines one pixel wide.

    Slow: about 35 ms at 640x480 for a scene with large bright areas.

    Source: `skimage.morphology.skeletonize` of Otsu's mask.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    dark : bool, default False
        Thin dark areas instead, such as writing.

    Returns
    -------
    lines : ndarray of shape (M, N) and dtype bool
        True on the skeleton.
    """
    from skimage.morphology import skeletonize

    lines: Mask = skeletonize(otsu(image, inverted=dark))
    return lines


def fill_holes(image: Bytes, *, dark: bool = False) -> Mask:
    """Fill the holes of bright areas.

    Source: `scipy.ndimage.binary_fill_holes` of Otsu's mask; holes are what does not
    reach the rim, found by labels, ten times as fast.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    dark : bool, default False
        The holes of dark areas instead.

    Returns
    -------
    filled : ndarray of shape (M, N) and dtype bool
        True in the areas and their holes.
    """
    from scipy.ndimage import label

    labels, count = label(~otsu(image, inverted=dark))
    is_hole = np.ones(count + 1, np.bool_)
    for rim in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        is_hole[rim] = False
    is_hole[0] = True  # the areas themselves
    filled: Mask = is_hole[labels]
    return filled
