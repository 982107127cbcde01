"""Hue, saturation and value, in 8 bits each: by Pillow, ten times as fast as in floats.

A hue of 0 is red, 85 green, 170 blue, and 255 red again.
"""

import numpy as np

from panel_cam.filters.channels import Bytes, Grey, to_rgb
from panel_cam.imaging.frame import Image


def to_hsv(image: Bytes) -> Bytes:
    """Return hue, saturation and value of each pixel.

    Parameters
    ----------
    image : ndarray of shape (M, N) or (M, N, 3) and dtype uint8
        One channel, or RGB.

    Returns
    -------
    hsv : ndarray of shape (M, N, 3) and dtype uint8
        A fresh array, 0-255 each.

    Examples
    --------
    >>> to_hsv(np.array([[[0, 200, 0]]], np.uint8))
    array([[[ 85, 255, 200]]], dtype=uint8)
    """
    from PIL import Image as Picture

    return np.array(Picture.fromarray(to_rgb(image)).convert("HSV"))


def from_hsv(hsv: Bytes) -> Bytes:
    """Return the colours that hue, saturation and value stand for.

    Parameters
    ----------
    hsv : ndarray of shape (M, N, 3) and dtype uint8
        As `to_hsv` returns it.

    Returns
    -------
    rgb : ndarray of shape (M, N, 3) and dtype uint8
        A fresh array.

    Examples
    --------
    >>> from_hsv(np.array([[[85, 255, 200]]], np.uint8))
    array([[[  0, 200,   0]]], dtype=uint8)
    """
    from PIL import Image as Picture

    size = hsv.shape[1], hsv.shape[0]
    # Not `fromarray` with a mode, which some versions of Pillow warn about.
    picture = Picture.frombytes("HSV", size, np.ascontiguousarray(hsv).tobytes())
    return np.array(picture.convert("RGB"))


def colour_flow(flow: Image, *, longest: float | None = None) -> Bytes:
    """Colour a flow by its direction: hue for the way, brightness for the speed.

    Parameters
    ----------
    flow : ndarray of shape (M, N, 2) or (2, M, N)
        How far each pixel moves. With two channels, x and y, as
        `cv2.calcOpticalFlowFarneback` returns it; with two images, rows and columns, as
        `skimage.registration.optical_flow_ilk` does.
    longest : float, optional
        The motion in pixels that has full brightness. Without, it is the longest of
        this flow, so that a still picture shows its noise.

    Returns
    -------
    rgb : ndarray of shape (M, N, 3) and dtype uint8
        To the right is red, down yellow-green, to the left cyan, up violet; black is at
        rest.

    Raises
    ------
    ValueError
        If `flow` has another shape.

    Examples
    --------
    >>> colour_flow(np.array([[[2.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]])).tolist()
    [[[255, 0, 0], [0, 126, 127], [0, 0, 0]]]
    """
    flow = np.asarray(flow).astype(np.float32)
    if flow.ndim == 3 and flow.shape[2] == 2:
        right, down = flow[:, :, 0], flow[:, :, 1]
    elif flow.ndim == 3 and flow.shape[0] == 2:
        down, right = flow
    else:
        raise ValueError(f"expected a flow of shape (M, N, 2), got {flow.shape}")
    speed: Grey = np.nan_to_num(np.hypot(down, right))
    if longest is None:
        longest = float(speed.max(initial=0))
    turns: Grey = np.nan_to_num(np.arctan2(down, right) / np.float32(2 * np.pi))
    return paint_hues(turns, speed * np.float32(1 / longest if longest > 0 else 0))


def paint_hues(turns: Grey, brightness: Grey) -> Bytes:
    """Paint full colours: the hue by one array, the brightness by another.

    Parameters
    ----------
    turns : ndarray of shape (M, N)
        0 is red, 1/3 green, 2/3 blue, 1 red again, and so on.
    brightness : ndarray of shape (M, N)
        0-1, clipped.

    Returns
    -------
    rgb : ndarray of shape (M, N, 3) and dtype uint8
        A fresh array.
    """
    hsv = np.full((*turns.shape, 3), 255, np.uint8)
    hsv[:, :, 0] = np.rint(turns * 255).astype(np.int64) % 255
    hsv[:, :, 2] = np.clip(brightness * 255, 0, 255)
    return from_hsv(hsv)
