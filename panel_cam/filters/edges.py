"""Filters that find edges."""

from typing import Annotated

import numpy as np
import numpy.typing as npt

from panel_cam.filters.channels import Bytes, Grey, Mask, to_bytes, to_grey
from panel_cam.filters.hues import paint_hues
from panel_cam.functions.ranges import Range

Gain = Annotated[float, Range(1, 10, step=0.5)]


def _show(strength: Grey, gain: float, inverted: bool) -> Bytes:
    """Paint strengths of 0-1; the array is overwritten."""
    strength *= np.float32(255 * gain)
    edges = to_bytes(strength)
    return np.invert(edges) if inverted else edges


def roberts(image: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Draw the edges of the first channel, dark on white, by Roberts' cross.

    The answer is that of scikit-image::

        255 - roberts(image[:, :, 0] / 255.0) * 255

    as uint8, the fraction cut off. It is computed from the differences along the two
    diagonals as integers, exactly and in a sixth of the time. Where the exact value has
    no fraction, scikit-image's rounding errors may put it one grey level lower.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, of which only red counts, or one channel. Never modified.

    Returns
    -------
    edges : ndarray of shape (M, N) and dtype uint8
        255 where the image is even, down to 0 at the strongest edge; a fresh array.

    Examples
    --------
    >>> roberts(np.array([[0, 0, 255], [0, 0, 255]], np.uint8))
    array([[255,   0, 255],
           [255,   0, 255]], dtype=uint8)
    """
    channel = image[:, :, 0] if image.ndim == 3 else image
    # One row and one column more, equal to the last: what scikit-image does at the rim.
    padded = np.empty((channel.shape[0] + 1, channel.shape[1] + 1), np.int16)
    padded[:-1, :-1] = channel
    padded[-1, :-1] = padded[-2, :-1]
    padded[:, -1] = padded[:, -2]
    falling = padded[1:, 1:] - padded[:-1, :-1]
    rising = padded[1:, :-1] - padded[:-1, 1:]
    # A square is at most 255 * 255: too much for int16, but it fits the same 16 bits.
    falling *= falling
    rising *= rising
    edges = np.add(falling.view(np.uint16), rising.view(np.uint16), dtype=np.float32)
    edges *= 0.5
    np.sqrt(edges, out=edges)
    np.subtract(255, edges, out=edges)
    return edges.astype(np.uint8)


def sobel(image: Bytes, *, gain: Gain = 3.0, inverted: bool = False) -> Bytes:
    """Draw edges by Sobel's operator: the usual first choice.

    Source: `skimage.filters.sobel` of the brightness, times `gain`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    gain : float, 1-10, default 3
        How much brighter than the gradient to paint. At 1, only a step from black to
        white is white.
    inverted : bool, default False
        Dark edges on white instead of bright edges on black.

    Returns
    -------
    edges : ndarray of shape (M, N) and dtype uint8
        0 where the image is even.
    """
    from skimage.filters import sobel as operator

    return _show(operator(to_grey(image)), gain, inverted)


def scharr(image: Bytes, *, gain: Gain = 3.0, inverted: bool = False) -> Bytes:
    """Draw edges by Scharr's operator, equally strong in every direction.

    Source: `skimage.filters.scharr` of the brightness, times `gain`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    gain : float, 1-10, default 3
        How much brighter than the gradient to paint.
    inverted : bool, default False
        Dark edges on white instead of bright edges on black.

    Returns
    -------
    edges : ndarray of shape (M, N) and dtype uint8
        0 where the image is even.
    """
    from skimage.filters import scharr as operator

    return _show(operator(to_grey(image)), gain, inverted)


def prewitt(image: Bytes, *, gain: Gain = 3.0, inverted: bool = False) -> Bytes:
    """Draw edges by Prewitt's operator, which averages without weights.

    Source: `skimage.filters.prewitt` of the brightness, times `gain`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    gain : float, 1-10, default 3
        How much brighter than the gradient to paint.
    inverted : bool, default False
        Dark edges on white instead of bright edges on black.

    Returns
    -------
    edges : ndarray of shape (M, N) and dtype uint8
        0 where the image is even.
    """
    from skimage.filters import prewitt as operator

    return _show(operator(to_grey(image)), gain, inverted)


def farid(image: Bytes, *, gain: Gain = 3.0, inverted: bool = False) -> Bytes:
    """Draw edges by Farid and Simoncelli's operator, 5 x 5 and smooth.

    Source: `skimage.filters.farid` of the brightness, times `gain`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    gain : float, 1-10, default 3
        How much brighter than the gradient to paint.
    inverted : bool, default False
        Dark edges on white instead of bright edges on black.

    Returns
    -------
    edges : ndarray of shape (M, N) and dtype uint8
        0 where the image is even.
    """
    from skimage.filters import farid as operator

    return _show(operator(to_grey(image)), gain, inverted)


def laplace(image: Bytes, *, gain: Gain = 4.0, signed: bool = True) -> Bytes:
    """Show where brightness bends, by the Laplace operator.

    Source: `skimage.filters.laplace` of the brightness, times `gain`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    gain : float, 1-10, default 4
        How much stronger than the second derivative to paint.
    signed : bool, default True
        Even areas are mid-grey, peaks brighter and hollows darker; if not, both are
        bright on black.

    Returns
    -------
    bends : ndarray of shape (M, N) and dtype uint8
        128 (or 0, if not `signed`) where the image is even or a plain slope.
    """
    from skimage.filters import laplace as operator

    bends = operator(to_grey(image))
    if not signed:
        return _show(np.abs(bends), gain, False)
    bends *= np.float32(127.5 * gain)
    bends += 127.5
    return to_bytes(bends)


def canny(
    image: Bytes,
    *,
    sigma: Annotated[float, Range(0.5, 5, step=0.1)] = 1.5,
    low: Annotated[float, Range(0, 0.5, step=0.01)] = 0.05,
    high: Annotated[float, Range(0, 0.5, step=0.01)] = 0.15,
) -> Mask:
    """Trace edges one pixel wide, by Canny's method.

    Source: `skimage.feature.canny` of the brightness.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    sigma : float, 0.5-5 pixels, default 1.5
        How much to soften first: more leaves only the large edges.
    low : float, 0-0.5, default 0.05
        Gradient above which a pixel may continue an edge. The larger of `low` and
        `high` counts as high.
    high : float, 0-0.5, default 0.15
        Gradient above which a pixel begins an edge.

    Returns
    -------
    edges : ndarray of shape (M, N) and dtype bool
        True on an edge.
    """
    from skimage.feature import canny as find

    low, high = sorted((low, high))
    edges: Mask = find(to_grey(image), sigma, low_threshold=low, high_threshold=high)
    return edges


def directions(image: Bytes, *, gain: Gain = 3.0) -> Bytes:
    """Colour edges by their direction: hue for the angle, brightness for the strength.

    Source: `skimage.filters.sobel_h` and `sobel_v` of the brightness; opposite
    directions have the same colour.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    gain : float, 1-10, default 3
        How much brighter than the gradient to paint.

    Returns
    -------
    edges : ndarray of shape (M, N, 3) and dtype uint8
        Black where the image is even.
    """
    from skimage.filters import sobel_h, sobel_v

    grey = to_grey(image)
    down, right = sobel_h(grey), sobel_v(grey)
    angle = np.arctan2(down, right)
    strength = np.hypot(down, right)
    strength *= np.float32(gain / np.sqrt(2))
    return paint_hues(angle / np.float32(np.pi), strength)
