"""Filters that divide a picture into regions.

They work on a smaller picture: regions are larger than pixels, and time matters more.
"""

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from panel_cam.filters.channels import (
    Bytes,
    enlarge,
    shrink,
    to_bytes,
    to_grey,
    to_levels,
    to_rgb,
)
from panel_cam.filters.drawing import ORANGE
from panel_cam.functions.ranges import Range
from panel_cam.imaging.result import Result

Labels = npt.NDArray[np.integer]
Show = Literal["labels", "colours", "borders"]


def _paint(
    image: Bytes, small: Bytes, labels: Labels, factor: int, show: Show
) -> Result:
    """Show regions that were found in the small picture on the large one."""
    numbers, labels = np.unique(labels, return_inverse=True)
    labels = labels.reshape(small.shape[:2])  # some versions of NumPy return it flat
    values = {"regions": len(numbers)}
    if show == "labels":
        wide = enlarge(labels + 1, factor, image.shape)  # 0 would be none
        return Result(image, values, labels=wide)
    if show == "borders":
        rgb = to_rgb(image)
        wide = enlarge(labels, factor, image.shape)
        is_border = np.zeros(wide.shape, np.bool_)
        is_border[1:] |= wide[1:] != wide[:-1]
        is_border[:, 1:] |= wide[:, 1:] != wide[:, :-1]
        rgb[is_border] = ORANGE
        return Result(rgb, values)
    counts = np.bincount(labels.ravel())
    sums = [np.bincount(labels.ravel(), p.ravel()) for p in np.moveaxis(small, 2, 0)]
    colours = to_bytes(np.stack(sums, axis=1) / counts[:, np.newaxis])
    return Result(enlarge(colours[labels], factor, image.shape), values)


def slic(
    image: Bytes,
    *,
    segments: Annotated[int, Range(2, 500)] = 120,
    compactness: Annotated[float, Range(1, 50, step=1)] = 12.0,
    show: Show = "labels",
) -> Result:
    """Divide into superpixels of about one size: k-means over place and colour.

    Source: `skimage.segmentation.slic`, five rounds on a picture of at most 320 pixels
    a side.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    segments : int, 2-500, default 120
        About how many regions.
    compactness : float, 1-50, default 12
        Low follows colours, high makes squares.
    show : {"labels", "colours", "borders"}, default "labels"
        Each region in a colour of its own over the picture, or in its mean colour, or
        its outline on the picture.

    Returns
    -------
    result : Result
        The picture, and the value `regions`; where `show` is "labels", these, too.
    """
    from skimage.segmentation import slic as divide

    small, factor = shrink(image, 320)
    small = to_rgb(small)
    labels = divide(
        small, segments, compactness, max_num_iter=5, start_label=0, channel_axis=2
    )
    return _paint(image, small, labels, factor, show)


def felzenszwalb(
    image: Bytes,
    *,
    scale: Annotated[float, Range(10, 1000, step=10)] = 150.0,
    show: Show = "labels",
) -> Result:
    """Divide along the clearest borders: regions of any size, by Felzenszwalb's graph.

    Source: `skimage.segmentation.felzenszwalb`, on a picture of at most 214 pixels a
    side.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    scale : float, 10-1000, default 150
        Higher gives larger regions.
    show : {"labels", "colours", "borders"}, default "labels"
        Each region in a colour of its own over the picture, or in its mean colour, or
        its outline on the picture.

    Returns
    -------
    result : Result
        The picture, and the value `regions`; where `show` is "labels", these, too.
    """
    from skimage.segmentation import felzenszwalb as divide

    small, factor = shrink(image, 214)
    small = to_rgb(small)
    labels = divide(small, scale, sigma=0.8, min_size=20, channel_axis=2)
    return _paint(image, small, labels, factor, show)


def watershed(
    image: Bytes,
    *,
    seeds: Annotated[int, Range(2, 500)] = 120,
    compactness: Annotated[float, Range(0, 0.01, step=0.0005)] = 0.0,
    show: Show = "labels",
) -> Result:
    """Flood the edges' relief from evenly spread seeds, until the waters meet.

    Source: `skimage.segmentation.watershed` of `skimage.filters.sobel`, on a picture of
    at most 320 pixels a side.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    seeds : int, 2-500, default 120
        About how many regions.
    compactness : float, 0-0.01, default 0
        Higher makes more even regions.
    show : {"labels", "colours", "borders"}, default "labels"
        Each region in a colour of its own over the picture, or in its mean colour, or
        its outline on the picture.

    Returns
    -------
    result : Result
        The picture, and the value `regions`; where `show` is "labels", these, too.
    """
    from skimage.filters import sobel
    from skimage.segmentation import watershed as divide

    small, factor = shrink(image, 320)
    rows, columns = small.shape[:2]
    apart = max(int((rows * columns / seeds) ** 0.5), 1)
    places = np.s_[
        min(apart // 2, rows - 1) :: apart, min(apart // 2, columns - 1) :: apart
    ]
    marks = np.zeros((rows, columns), np.int32)
    marks[places] = np.arange(1, marks[places].size + 1).reshape(marks[places].shape)
    # In whole levels: the last bit of a float must not decide where the waters meet.
    relief = sobel(to_grey(to_levels(small)))
    labels = divide(relief, marks, compactness=compactness)
    return _paint(image, to_rgb(small), labels, factor, show)


def flood(
    image: Bytes,
    *,
    x: Annotated[float, Range(0, 1, step=0.01)] = 0.5,
    y: Annotated[float, Range(0, 1, step=0.01)] = 0.5,
    tolerance: Annotated[int, Range(0, 255)] = 20,
) -> Result:
    """Paint all that is like one point and joined to it: the magic wand.

    Source: `skimage.segmentation.flood` of the brightness in 256 levels.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    x : float, 0-1, default 0.5
        Where the point is, from the left to the right of the picture.
    y : float, 0-1, default 0.5
        Where the point is, from the top to the bottom of the picture.
    tolerance : int, 0-255 levels, default 20
        How much brighter or darker than the point.

    Returns
    -------
    result : Result
        The picture with the area in orange, and the value `area`, 0-1 of the picture.
    """
    from skimage.segmentation import flood as fill

    levels = to_levels(image)
    rows, columns = levels.shape
    point = round(y * (rows - 1)), round(x * (columns - 1))
    area = fill(levels, point, tolerance=tolerance)
    rgb = to_rgb(image)
    half = np.array([colour // 2 for colour in ORANGE], np.uint8)
    np.copyto(rgb, rgb // 2 + half, where=area[:, :, np.newaxis])
    return Result(rgb, {"area": area.mean()})
