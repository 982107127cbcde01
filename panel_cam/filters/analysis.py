"""Filters that measure: each returns a `Result` with named numbers."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from panel_cam.filters.channels import (
    LUMINANCE,
    Bytes,
    shrink,
    to_bytes,
    to_grey,
    to_levels,
    to_rgb,
)
from panel_cam.filters.drawing import ORANGE, draw_boxes, draw_lines
from panel_cam.filters.threshold import otsu
from panel_cam.functions.ranges import Range
from panel_cam.imaging.result import Result
from panel_cam.imaging.shapes import Boxes

Smallest = Annotated[int, Range(1, 2000)]


def _objects(
    image: Bytes, dark: bool, smallest: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.intp]]:
    """Label what Otsu's threshold splits off, the largest first, and their areas."""
    from scipy.ndimage import label

    labels, _ = label(otsu(image, inverted=dark), np.ones((3, 3)))
    areas = np.bincount(labels.ravel())
    areas[0] = 0
    order = np.argsort(-areas, kind="stable")
    order = order[areas[order] >= smallest]
    rank = np.zeros(len(areas), np.int32)
    rank[order] = np.arange(1, len(order) + 1)
    return rank[labels], areas[order]


def count_objects(
    image: Bytes, *, dark: bool = False, smallest: Smallest = 50
) -> Result:
    """Count things that stand out from the background, and colour each.

    Source: `skimage.filters.threshold_otsu` and `scipy.ndimage.label`; pixels that
    touch at a corner belong together.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    dark : bool, default False
        The things are darker than the background.
    smallest : int, 1-2000 pixels, default 50
        Area that a thing has to have to count.

    Returns
    -------
    result : Result
        The things as labels, the largest is 1, in colours on nothing; the values
        `objects`, `mean_area` in pixels, and `covered`, the share of the picture, 0-1;
        and a table of the areas.
    """
    labels, areas = _objects(image, dark, smallest)
    values = {
        "objects": len(areas),
        "mean_area": areas.mean() if len(areas) else 0,
        "covered": areas.sum() / labels.size,
    }
    return Result(None, values, table={"area": areas}, labels=labels)


def measure_regions(
    image: Bytes,
    *,
    dark: bool = False,
    smallest: Smallest = 200,
    count: Annotated[int, Range(1, 50)] = 10,
) -> Result:
    """Measure the largest things that stand out: area, place, length, direction.

    Source: `skimage.measure.regionprops` of what `count_objects` finds.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    dark : bool, default False
        The things are darker than the background.
    smallest : int, 1-2000 pixels, default 200
        Area that a thing has to have to count.
    count : int, 1-50, default 10
        How many to measure, the largest first.

    Returns
    -------
    result : Result
        The picture with a box round each and a line along it, and the values `regions`
        and, of the largest: `area`, `row` and `column` of its centre, `length` and
        `width` of an ellipse like it, all in pixels, and its `angle` in degrees, 0
        if it lies, 90 if it stands. A table has these of each, and the boxes are
        `Boxes` with them as fields.
    """
    from skimage.measure import regionprops

    labels, areas = _objects(image, dark, smallest)
    labels[labels > count] = 0
    rgb = to_rgb(image)
    values: dict[str, float] = {"regions": min(len(areas), count)}
    regions = regionprops(labels)
    boxes = [region.bbox for region in regions]
    draw_boxes(rgb, boxes)
    for region in regions:
        row, column = region.centroid
        half, turn = region.axis_major_length / 2, region.orientation
        down, right = half * np.cos(turn), half * np.sin(turn)
        end = row - down, column - right, row + down, column + right
        draw_lines(rgb, [end], ORANGE)
    measured = [
        {
            "area": region.area,
            "row": region.centroid[0],
            "column": region.centroid[1],
            "length": region.axis_major_length,
            "width": region.axis_minor_length,
            "angle": (np.rad2deg(region.orientation) + 90) % 180,
        }
        for region in regions
    ]
    if not measured:
        return Result(rgb, values)
    values |= measured[0]
    table = {name: np.array([each[name] for each in measured]) for name in measured[0]}
    shapes = [Boxes(boxes, fields=table)]
    return Result(rgb, values, table=table, shapes=shapes)


def dominant_colours(
    image: Bytes, *, count: Annotated[int, Range(2, 12)] = 5
) -> Result:
    """Find the colours that the picture is made of, and show them in a strip.

    Source: k-means with `scipy.cluster.vq.vq`, from colours spread over the
    brightness, on a picture of at most 80 pixels a side.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    count : int, 2-12, default 5
        How many colours to find.

    Returns
    -------
    result : Result
        The picture with the colours along its lower rim, each as wide as its share; and
        the values `share_1` (0-1), `red_1`, `green_1`, `blue_1` (0-255) of the most
        frequent, then `share_2` and so on.
    """
    from scipy.cluster.vq import vq

    pixels = to_rgb(shrink(image, 80)[0]).reshape(-1, 3).astype(np.float32)
    by_brightness = pixels[np.argsort(pixels @ LUMINANCE, kind="stable")]
    start = (np.arange(count) + 0.5) / count * len(pixels)
    centres = by_brightness[start.astype(np.intp)]
    for _ in range(8):
        nearest, _ = vq(pixels, centres)
        counts = np.bincount(nearest, minlength=count)
        for part, of_pixels in zip(centres.T, pixels.T, strict=True):
            sums = np.bincount(nearest, of_pixels, count)
            np.divide(sums, counts, out=part, where=counts > 0, casting="same_kind")
    order = np.argsort(-counts, kind="stable")
    shares = counts[order] / len(pixels)
    colours = to_bytes(centres[order])
    names = ("share", "red", "green", "blue")
    rows = np.column_stack([shares, colours])
    values = {
        f"{name}_{number}": value
        for number, row in enumerate(rows, 1)
        for name, value in zip(names, row, strict=True)
    }
    rgb = to_rgb(image)
    ends = shares.cumsum()
    place = (np.arange(rgb.shape[1]) + 0.5) / rgb.shape[1]
    which = np.minimum(np.searchsorted(ends, place), count - 1)
    rgb[-max(rgb.shape[0] // 10, 1) :] = colours[which]
    return Result(rgb, values)


def focus(
    image: Bytes, *, threshold: Annotated[float, Range(0.05, 1, step=0.01)] = 0.25
) -> Result:
    """Mark what is sharp, and measure how sharp the picture is.

    Source: `skimage.filters.laplace`, and its variance: J. L. Pech-Pacheco et al.,
    "Diatom autofocusing in brightfield microscopy", 2000.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    threshold : float, 0.05-1, default 0.25
        How sharp a pixel has to be to be marked, compared with a step from black to
        white.

    Returns
    -------
    result : Result
        The picture with sharp pixels in orange, and the value `sharpness`: higher is
        sharper, for one scene.
    """
    from skimage.filters import laplace

    bends = laplace(to_grey(image))
    rgb = to_rgb(image)
    rgb[np.abs(bends) > threshold] = ORANGE
    return Result(rgb, {"sharpness": (bends * 255).var(dtype=np.float64)})


def histogram(image: Bytes) -> Result:
    """Draw how frequent each level is, and measure the exposure.

    Source: `numpy.bincount` of each channel.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.

    Returns
    -------
    result : Result
        The picture, darker, with the curves of red, green and blue on it, black at the
        left and white at the right; and of the brightness the values `mean` and
        `deviation` (0-255), and `black` and `white`, the shares of pixels that are cut
        off, 0-1.
    """
    rgb = to_rgb(image)
    rows, columns, _ = rgb.shape
    levels = to_levels(image)
    counts = np.bincount(levels.ravel(), minlength=256) / levels.size
    at = np.arange(256)
    mean = (counts * at).sum()
    values = {
        "mean": mean,
        "deviation": (counts * (at - mean) ** 2).sum() ** 0.5,
        "black": counts[0],
        "white": counts[255],
    }
    drawn = rgb // 3
    height = np.arange(rows, 0, -1)[:, np.newaxis]
    level = np.arange(columns) * 255 // max(columns - 1, 1)
    for number in range(3):
        channel = np.bincount(rgb[:, :, number].ravel(), minlength=256)
        # The square root, or one plain wall would flatten all the rest.
        curve = np.sqrt(channel / channel.max()) * rows
        drawn[:, :, number] += (height <= curve[level]) * np.uint8(120)
    return Result(drawn, values)
