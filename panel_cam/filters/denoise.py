"""Filters that take noise away and leave edges."""

from typing import Annotated

import numpy as np

from panel_cam.filters.channels import LUMINANCE, Bytes, lighten, to_bytes, to_grey
from panel_cam.functions.ranges import Range
from panel_cam.imaging.frame import Image

ROWS = 16  # worked on at a time: as many as stay in a core's cache


def _pad(image: Image, radius: int) -> Image:
    """Mirror the rim, so that every pixel has all its neighbours."""
    widths = ((radius, radius), (radius, radius), (0, 0))[: image.ndim]
    return np.pad(image, widths, mode="symmetric")


def _median(work: list[Bytes], rest: list[Bytes]) -> Bytes:
    """Return the median of all arrays, element by element; `work` is overwritten.

    Forgetful selection: of a bit more than half of the values, the smallest and the
    largest cannot be the median. Drop both, add another, and so on.
    """
    spare = np.empty_like(work[0])

    def order(low: int, high: int) -> None:
        nonlocal spare
        np.minimum(work[low], work[high], out=spare)
        np.maximum(work[low], work[high], out=work[high])
        work[low], spare = spare, work[low]

    while True:
        last = len(work) - 1
        for i in range(len(work) // 2):
            order(i, last - i)
        for i in range(1, (len(work) + 1) // 2):
            order(0, i)
        for i in range(len(work) // 2, last):
            order(i, last)
        work = work[1:-1]
        if not rest:
            return work[0]
        work.append(rest.pop().copy())


def median(image: Bytes, *, radius: Annotated[int, Range(1, 3)] = 1) -> Bytes:
    """Remove specks and keep edges: each pixel becomes the median around it.

    Source: the definition, `scipy.ndimage.median_filter` of each channel; computed by
    minima and maxima of whole arrays, ten to twenty times as fast.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 1-3 pixels, default 1
        Of the square around each pixel: 1 is 3 x 3, 3 is 7 x 7.

    Returns
    -------
    cleaned : ndarray of the same shape and dtype uint8
        The picture without specks.
    """
    side = 2 * radius + 1
    padded = _pad(image, radius)
    width = image.shape[1]
    cleaned = np.empty_like(image)
    for top in range(0, len(image), ROWS):
        count = min(ROWS, len(image) - top)
        near = [
            padded[top + down : top + down + count, right : right + width]
            for down in range(side)
            for right in range(side)
        ]
        half = len(near) // 2 + 2
        cleaned[top : top + count] = _median(
            [part.copy() for part in near[:half]], near[half:]
        )
    return cleaned


def bilateral(
    image: Bytes,
    *,
    radius: Annotated[int, Range(1, 5)] = 2,
    tolerance: Annotated[float, Range(0.02, 0.5, step=0.01)] = 0.1,
) -> Bytes:
    """Smooth surfaces and keep edges: average only neighbours of like brightness.

    Source: C. Tomasi and R. Manduchi, "Bilateral filtering for gray and color images",
    1998; as `skimage.restoration.denoise_bilateral`, but alike in brightness, not in
    each colour, which is twice as fast.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 1-5 pixels, default 2
        How far neighbours count; at that distance, they count for 60 %. A radius
        of 5 takes about 85 ms at 640x480.
    tolerance : float, 0.02-0.5, default 0.1
        Difference in brightness, of black to white, at which a neighbour counts for
        60 %.

    Returns
    -------
    smoothed : ndarray of the same shape and dtype uint8
        The smoothed picture.
    """
    colours = image[:, :, np.newaxis] if image.ndim == 2 else image
    padded = _pad(colours, radius).astype(np.float32)
    grey = padded @ LUMINANCE if image.ndim == 3 else padded[:, :, 0]
    level = grey.astype(np.int16)
    planes = np.ascontiguousarray(np.moveaxis(padded, 2, 0))
    weights = np.exp(-0.5 * (np.arange(256) / (255 * tolerance)) ** 2)
    weights = weights.astype(np.float32)
    offsets = range(-radius, radius + 1)
    smoothed = np.empty_like(colours)
    for top in range(0, len(image), ROWS):
        count = min(ROWS, len(image) - top)
        middle = np.s_[radius + top : radius + top + count, radius : -radius or None]
        total = np.zeros((len(planes), count, image.shape[1]), np.float32)
        weight = np.zeros(total.shape[1:], np.float32)
        for down in offsets:
            for right in offsets:
                there = np.s_[
                    radius + top + down : radius + top + down + count,
                    radius + right : radius + right + image.shape[1],
                ]
                share = weights.take(np.abs(level[there] - level[middle]))
                share *= np.float32(np.exp(-0.5 * (down**2 + right**2) / radius**2))
                weight += share
                total += share * planes[:, *there]
        total /= weight
        smoothed[top : top + count] = np.moveaxis(to_bytes(total), 0, 2)
    return smoothed[:, :, 0] if image.ndim == 2 else smoothed


def total_variation(
    image: Bytes,
    *,
    weight: Annotated[float, Range(0.02, 0.5, step=0.01)] = 0.1,
    iterations: Annotated[int, Range(1, 50)] = 8,
) -> Bytes:
    """Flatten the picture into areas, as a poster: least total variation.

    Source: `skimage.restoration.denoise_tv_chambolle`, of the brightness only; the
    colours stay as they are.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    weight : float, 0.02-0.5, default 0.1
        How much to flatten.
    iterations : int, 1-50, default 8
        When to stop at the latest; more flattens wider areas. Each takes about 2 ms
        at 640x480.

    Returns
    -------
    flattened : ndarray of the same shape and dtype uint8
        The picture in areas.
    """
    from skimage.restoration import denoise_tv_chambolle

    grey = to_grey(image)
    flat = denoise_tv_chambolle(grey, weight, max_num_iter=iterations)
    return lighten(image, flat - grey)
