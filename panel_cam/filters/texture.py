"""Filters that show texture: what repeats, and which way it runs."""

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from panel_cam.filters.channels import Bytes, Grey, to_bytes, to_grey, to_levels
from panel_cam.functions.ranges import Range

ANGLES = 9  # of a HOG, as in Dalal and Triggs


def _spokes(size: int) -> npt.NDArray[np.float32]:
    """Draw one cell for each angle: a line across it, along the edge of that angle."""
    middle = (size - 1) / 2
    along = np.linspace(-middle, middle, 2 * size)
    spokes = np.zeros((ANGLES, size, size), np.float32)
    for number, spoke in enumerate(spokes):
        # The middle of the bin is the gradient's angle; the edge runs across it.
        angle = np.pi * (number + 0.5) / ANGLES
        rows = np.rint(middle + along * np.cos(angle)).astype(np.intp)
        columns = np.rint(middle - along * np.sin(angle)).astype(np.intp)
        spoke[rows, columns] = 1
    return spokes


def hog(
    image: Bytes,
    *,
    cell: Annotated[int, Range(4, 40)] = 10,
    gain: Annotated[float, Range(1, 20, step=0.5)] = 10.0,
) -> Bytes:
    """Draw the edges' directions in each cell: histograms of oriented gradients.

    Source: N. Dalal and B. Triggs, "Histograms of oriented gradients for human
    detection", 2005: the picture of `skimage.feature.hog`, ten times as fast.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    cell : int, 4-40 pixels, default 10
        Side of a cell.
    gain : float, 1-20, default 10
        How much brighter to paint.

    Returns
    -------
    picture : ndarray of shape (M, N) and dtype uint8
        In each cell, lines along its edges. Black where a cell would not fit.
    """
    grey = to_grey(image)
    rows, columns = grey.shape[0] // cell, grey.shape[1] // cell
    picture = np.zeros(grey.shape, np.uint8)
    if not rows or not columns:
        return picture
    grey = grey[: rows * cell, : columns * cell]
    down, right = np.zeros_like(grey), np.zeros_like(grey)
    np.subtract(grey[2:], grey[:-2], out=down[1:-1])
    np.subtract(grey[:, 2:], grey[:, :-2], out=right[:, 1:-1])
    angle = np.arctan2(down, right)
    angle *= np.float32(ANGLES / np.pi)
    kind = np.floor(angle).astype(np.intp) % ANGLES
    # A number for each cell and angle; then one count over all pixels.
    places = np.arange(rows).repeat(cell)[:, np.newaxis] * columns
    places = places + np.arange(columns).repeat(cell)
    kind += places * ANGLES
    weights = np.hypot(down, right).ravel()
    sums = np.bincount(kind.ravel(), weights, rows * columns * ANGLES)
    cells = sums.reshape(-1, ANGLES).astype(np.float32)
    cells *= np.float32(255 * gain / cell**2)
    drawn = cells @ _spokes(cell).reshape(ANGLES, -1)
    drawn = drawn.reshape(rows, columns, cell, cell).swapaxes(1, 2)
    picture[: rows * cell, : columns * cell] = to_bytes(drawn.reshape(grey.shape))
    return picture


def lbp(
    image: Bytes,
    *,
    radius: Annotated[int, Range(1, 8)] = 1,
    method: Literal["default", "uniform", "var"] = "uniform",
) -> Bytes:
    """Show local binary patterns: which neighbours are brighter than the pixel.

    Source: `skimage.feature.local_binary_pattern` with eight neighbours.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 1-8 pixels, default 1
        How far away the neighbours are.
    method : {"default", "uniform", "var"}, default "uniform"
        All 256 patterns; 10 kinds of them, the same in every rotation; or the variance
        of the neighbours.

    Returns
    -------
    patterns : ndarray of shape (M, N) and dtype uint8
        The pattern's number, spread over 0-255.
    """
    from skimage.feature import local_binary_pattern

    patterns = local_binary_pattern(to_levels(image), 8, radius, method)
    if method == "uniform":
        patterns *= 255 / 9
    elif method == "var":
        patterns = np.sqrt(np.nan_to_num(patterns, nan=0.0)) * 4
    return to_bytes(patterns)


def ridges(
    image: Bytes,
    *,
    method: Literal["sato", "meijering", "frangi"] = "sato",
    sigma: Annotated[float, Range(1.5, 6, step=0.1)] = 2.0,
    dark: bool = True,
) -> Grey:
    """Find ridges: vessels, fibres, wrinkles, writing.

    Source: `skimage.filters.sato`, `meijering`, `frangi`, of one width.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    method : {"sato", "meijering", "frangi"}, default "sato"
        How to tell a ridge. All but "sato" take about 40 ms at 640x480.
    sigma : float, 1.5-6 pixels, default 2
        How wide ridges are.
    dark : bool, default True
        Dark ridges on bright; if not, bright on dark.

    Returns
    -------
    ridges : ndarray of shape (M, N) and dtype float32
        0-1: 1 on the clearest ridge, 0 where there is none.
    """
    from skimage import filters

    grey = to_grey(image)
    if min(grey.shape) < 2:
        return np.zeros_like(grey)
    found = getattr(filters, method)(grey, sigmas=[sigma], black_ridges=dark)
    found = np.nan_to_num(found.astype(np.float32), nan=0.0)
    largest = found.max()
    # Of an even picture, only rounding errors are left; they are no ridges.
    is_even = np.ptp(grey) < 1 / 255
    return found / largest if largest > 0 and not is_even else np.zeros_like(grey)


def gabor(
    image: Bytes,
    *,
    frequency: Annotated[float, Range(0.05, 0.4, step=0.01)] = 0.15,
    angle: Annotated[float, Range(0, 180, step=1)] = 0.0,
    gain: Annotated[float, Range(1, 20, step=0.5)] = 10.0,
) -> Bytes:
    """Show where stripes of one width and direction are.

    Source: `skimage.filters.gabor` with a round bell of one octave; computed as two
    one-dimensional filters, forty times as fast.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    frequency : float, 0.05-0.4, default 0.15
        Stripes per pixel.
    angle : float, 0-180 degrees, default 0
        Which way the stripes follow each other: 0 is from left to right.
    gain : float, 1-20, default 10
        How much brighter to paint.

    Returns
    -------
    strength : ndarray of shape (M, N) and dtype uint8
        Bright where there are such stripes.
    """
    from scipy.ndimage import correlate1d

    sigma = np.sqrt(np.log(2) / 2) * 3 / (np.pi * frequency)
    reach = np.arange(-np.ceil(3 * sigma), np.ceil(3 * sigma) + 1)
    bell = np.exp(-0.5 * (reach / sigma) ** 2) / (np.sqrt(2 * np.pi) * sigma)
    turn = np.deg2rad(angle)
    across = bell * np.exp(2j * np.pi * frequency * np.cos(turn) * reach)
    down = bell * np.exp(2j * np.pi * frequency * np.sin(turn) * reach)
    grey = to_grey(image)
    grey -= grey.mean()
    real, imaginary = (
        correlate1d(grey, part, axis=1) for part in (across.real, across.imag)
    )
    one = correlate1d(real, down.real, axis=0)
    one -= correlate1d(imaginary, down.imag, axis=0)
    other = correlate1d(real, down.imag, axis=0)
    other += correlate1d(imaginary, down.real, axis=0)
    return to_bytes(np.hypot(one, other) * np.float32(255 * gain))


def local_contrast(
    image: Bytes,
    *,
    radius: Annotated[int, Range(1, 30)] = 4,
    gain: Annotated[float, Range(1, 10, step=0.5)] = 3.0,
) -> Bytes:
    """Show how rough each place is: the standard deviation around each pixel.

    Source: two means by `scipy.ndimage.uniform_filter`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    radius : int, 1-30 pixels, default 4
        Of the square around each pixel.
    gain : float, 1-10, default 3
        How much brighter to paint.

    Returns
    -------
    roughness : ndarray of shape (M, N) and dtype uint8
        0 where the picture is even.
    """
    from scipy.ndimage import uniform_filter

    grey = to_grey(image)
    side = 2 * radius + 1
    mean = uniform_filter(grey, side)
    variance = uniform_filter(grey * grey, side)
    variance -= mean * mean
    # An even picture's variance may come out below 0 by a rounding error.
    deviation = np.sqrt(np.maximum(variance, 0))
    return to_bytes(deviation * np.float32(255 * gain))
