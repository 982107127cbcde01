"""Filters that find things and mark them on the picture.

All return a `Result` with how many they found.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from panel_cam.filters.channels import Bytes, shrink, to_grey, to_rgb
from panel_cam.filters.drawing import ORANGE, draw_circles, draw_lines, plot
from panel_cam.filters.peaks import find_peaks
from panel_cam.functions.ranges import Range
from panel_cam.imaging.result import Result
from panel_cam.imaging.shapes import Contours, Lines, Points

TOO_SMALL = 8  # pixels: in less, there is no room for what these filters look for


def _edges(image: Bytes, sigma: float) -> npt.NDArray[np.bool_]:
    from skimage.feature import canny

    edges: npt.NDArray[np.bool_] = canny(
        to_grey(image), sigma, low_threshold=0.05, high_threshold=0.15
    )
    return edges


def _round_things(
    rgb: Bytes, values: dict[str, float], circles: Sequence[tuple[float, float, float]]
) -> Result:
    """Return a result with the row, the column and the radius of each."""
    rows = np.array(circles, np.float64).reshape(-1, 3)
    table = dict(zip(("row", "column", "radius"), rows.T, strict=True))
    points = Points(rows[:, :2], fields={"radius": rows[:, 2]})
    return Result(rgb, values, table=table, shapes=[points])


def corners(
    image: Bytes,
    *,
    method: Literal["harris", "shi_tomasi", "fast"] = "shi_tomasi",
    count: Annotated[int, Range(1, 500)] = 100,
    distance: Annotated[int, Range(1, 50)] = 8,
    quality: Annotated[float, Range(0.01, 0.9, step=0.01)] = 0.1,
) -> Result:
    """Mark corners: points that look different from all their neighbours.

    Source: `skimage.feature.corner_harris`, `corner_shi_tomasi`, `corner_fast`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    method : {"harris", "shi_tomasi", "fast"}, default "shi_tomasi"
        How to tell a corner; "fast" is quickest.
    count : int, 1-500, default 100
        How many to mark, the strongest first.
    distance : int, 1-50 pixels, default 8
        How far apart they have to be.
    quality : float, 0.01-0.9, default 0.1
        How strong a corner has to be, compared with the strongest.

    Returns
    -------
    result : Result
        The picture with a square on each corner, the value `corners`, and the corners
        as `Points`.
    """
    from skimage.feature import corner_fast, corner_harris, corner_shi_tomasi

    grey = to_grey(image)
    if min(grey.shape) < TOO_SMALL:
        return Result(image, {"corners": 0})
    if method == "fast":
        response = corner_fast(grey.astype(np.float64), 9, 0.1)
    elif method == "harris":
        response = corner_harris(grey)
    else:
        response = corner_shi_tomasi(grey)
    least = max(float(response.max()) * quality, 1e-6)
    found = np.array(find_peaks(response, count, distance, least)).reshape(-1, 2)
    rgb = to_rgb(image)
    plot(rgb, found[:, 0], found[:, 1], size=5)
    return Result(rgb, {"corners": len(found)}, shapes=[Points(found)])


def blobs(
    image: Bytes,
    *,
    smallest: Annotated[int, Range(4, 60)] = 8,
    largest: Annotated[int, Range(4, 60)] = 40,
    threshold: Annotated[float, Range(0.005, 0.1, step=0.001)] = 0.01,
    count: Annotated[int, Range(1, 500)] = 100,
) -> Result:
    """Circle round spots, bright or dark, that do not touch the picture's rim.

    Source: the determinant of the Hessian, as `skimage.feature.blob_doh`, by
    `skimage.feature.hessian_matrix_det` on a picture of at most 320 pixels a side.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    smallest, largest : int, 4-60 pixels, default 8 and 40
        Radii to look for. The larger of the two counts as `largest`.
    threshold : float, 0.005-0.1, default 0.01
        How much a spot has to stand out.
    count : int, 1-500, default 100
        How many to mark, the strongest first.

    Returns
    -------
    result : Result
        The picture with a circle round each spot, the values `blobs` and `mean_radius`
        in pixels, and the spots as a table and as `Points`.
    """
    from skimage.feature import hessian_matrix_det

    small, factor = shrink(image, 320)
    smallest, largest = sorted((smallest, largest))
    grey = to_grey(small)
    sigmas = np.geomspace(max(smallest / factor, 2), max(largest / factor, 2), 6)
    responses = np.zeros((len(sigmas), *grey.shape), np.float32)
    for response, sigma in zip(responses, sigmas, strict=True):
        # Closer to the rim, the sums that the determinant is made of are cut off.
        inside = (slice(round(1.5 * sigma), -round(1.5 * sigma)),) * 2
        response[inside] = hessian_matrix_det(grey, sigma)[inside]
    best = responses.argmax(axis=0)
    strongest = responses.max(axis=0)
    found = find_peaks(strongest, count, max(int(sigmas[0]), 2), threshold)
    middle = (factor - 1) / 2
    circles = [
        (row * factor + middle, column * factor + middle, sigma * factor)
        for row, column in found
        for sigma in [float(sigmas[best[row, column]])]
    ]
    rgb = to_rgb(image)
    draw_circles(rgb, circles)
    mean = float(np.mean([radius for _, _, radius in circles])) if circles else 0.0
    values = {"blobs": len(circles), "mean_radius": mean}
    return _round_things(rgb, values, circles)


def contours(
    image: Bytes,
    *,
    level: Annotated[float, Range(0, 1, step=0.01)] = 0.5,
    sigma: Annotated[float, Range(0, 5, step=0.1)] = 1.0,
) -> Result:
    """Draw the line along which brightness has one value, like a map's contour.

    Source: `skimage.measure.find_contours`, marching squares.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    level : float, 0-1, default 0.5
        The brightness to follow.
    sigma : float, 0-5 pixels, default 1
        How much to soften first: more gives fewer and smoother lines, and less
        work: noise has many.

    Returns
    -------
    result : Result
        The picture with the lines on it, the values `contours` and `length`, the
        length of all in pixels, and the lines as `Contours`.
    """
    from scipy.ndimage import gaussian_filter
    from skimage.measure import find_contours

    rgb = to_rgb(image)
    if min(rgb.shape[:2]) < 2:
        return Result(rgb, {"contours": 0, "length": 0})
    lines = find_contours(gaussian_filter(to_grey(image), sigma), level)
    length = 0.0
    if lines:
        points = np.concatenate(lines)
        plot(rgb, points[:, 0], points[:, 1], ORANGE)
        steps = np.hypot(*np.diff(points, axis=0).T)
        starts = np.cumsum([len(line) for line in lines])[:-1]
        steps[starts - 1] = 0  # from the end of one line to the next one's start
        length = float(steps.sum())
    values = {"contours": len(lines), "length": length}
    return Result(rgb, values, shapes=[Contours(lines)])


def lines(
    image: Bytes,
    *,
    length: Annotated[int, Range(5, 300)] = 60,
    gap: Annotated[int, Range(0, 30)] = 4,
    sigma: Annotated[float, Range(1, 5, step=0.1)] = 2.0,
) -> Result:
    """Draw straight lines along edges.

    Slow: about 35 ms at 640x480.

    Source: `skimage.transform.probabilistic_hough_line` of `skimage.feature.canny`, on
    a picture of at most 640 pixels a side.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    length : int, 5-300 pixels, default 60
        How long a line has to be.
    gap : int, 0-30 pixels, default 4
        How wide a gap in it may be.
    sigma : float, 1-5 pixels, default 2
        How much to soften first: more leaves only the large edges.

    Returns
    -------
    result : Result
        The picture with the lines on it, the value `lines`, and the lines as `Lines`.
    """
    from skimage.transform import probabilistic_hough_line

    small, factor = shrink(image, 640)
    rgb = to_rgb(image)
    if min(small.shape[:2]) < TOO_SMALL:
        return Result(rgb, {"lines": 0})
    found = probabilistic_hough_line(
        _edges(small, sigma),
        threshold=10,
        line_length=max(length // factor, 1),
        line_gap=gap // factor,
        rng=0,
    )
    ends = [
        (row * factor, column * factor, to_row * factor, to_column * factor)
        for (column, row), (to_column, to_row) in found
    ]
    draw_lines(rgb, ends)
    shapes = [Lines(np.array(ends).reshape(-1, 2, 2))]
    return Result(rgb, {"lines": len(ends)}, shapes=shapes)


def circles(
    image: Bytes,
    *,
    smallest: Annotated[int, Range(6, 200)] = 20,
    largest: Annotated[int, Range(6, 200)] = 80,
    count: Annotated[int, Range(1, 20)] = 5,
    roundness: Annotated[float, Range(0.1, 1, step=0.05)] = 0.5,
) -> Result:
    """Find circles, such as coins, by the Hough transform.

    Slow: about 30 ms at 640x480.

    Source: `skimage.transform.hough_circle` of `skimage.feature.canny`, for 12 radii on
    a picture of at most 320 pixels a side.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    smallest, largest : int, 6-200 pixels, default 20 and 80
        Radii to look for. The larger of the two counts as `largest`.
    count : int, 1-20, default 5
        How many to mark, the roundest first.
    roundness : float, 0.1-1, default 0.5
        How much of a circle has to be there.

    Returns
    -------
    result : Result
        The picture with the circles on it, the value `circles`, and their centres as a
        table and as `Points`.
    """
    from skimage.transform import hough_circle

    small, factor = shrink(image, 320)
    rgb = to_rgb(image)
    if min(small.shape[:2]) < TOO_SMALL:
        return Result(rgb, {"circles": 0})
    smallest, largest = sorted((smallest, largest))
    radii = np.linspace(smallest, largest, 12) / factor
    radii = np.unique(np.maximum(np.rint(radii), 2).astype(np.intp))
    votes = hough_circle(_edges(small, 2.0), radii)
    distance = max(int(radii[0]), 2)
    found = find_peaks(votes.max(axis=0), count, distance, roundness)
    best = votes.argmax(axis=0)
    middle = (factor - 1) / 2
    places = [
        (row * factor + middle, column * factor + middle, radius * factor)
        for row, column in found
        for radius in [int(radii[best[row, column]])]
    ]
    draw_circles(rgb, places)
    return _round_things(rgb, {"circles": len(places)}, places)
