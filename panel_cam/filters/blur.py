"""Filters that blur and sharpen."""

from typing import Annotated

import numpy as np

from panel_cam.filters.channels import (
    Bytes,
    enlarge,
    lighten,
    to_bytes,
    to_grey,
)
from panel_cam.functions.ranges import Range


def gaussian(
    image: Bytes, *, sigma: Annotated[float, Range(0, 8, step=0.1)] = 2.0
) -> Bytes:
    """Blur evenly, by a Gaussian bell.

    Source: `scipy.ndimage.gaussian_filter`, as `skimage.filters.gaussian` uses it, but
    in float32 and cut off at three sigma instead of four.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    sigma : float, 0-8 pixels, default 2
        How wide the bell is. 0 changes nothing.

    Returns
    -------
    blurred : ndarray of the same shape and dtype uint8
        The blurred picture.
    """
    from scipy.ndimage import gaussian_filter

    sigmas = (sigma, sigma, 0)[: image.ndim]
    return to_bytes(
        gaussian_filter(image, sigmas, output=np.float32, mode="nearest", truncate=3.0)
    )


def unsharp(
    image: Bytes,
    *,
    sigma: Annotated[float, Range(0.5, 8, step=0.1)] = 1.5,
    amount: Annotated[float, Range(0, 5, step=0.1)] = 1.0,
) -> Bytes:
    """Sharpen: add to the picture what blurring takes away.

    Source: `skimage.filters.unsharp_mask`, in float32 and of the brightness only, so
    that no coloured seams appear.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    sigma : float, 0.5-8 pixels, default 1.5
        How large the details are that get stronger.
    amount : float, 0-5, default 1
        How much stronger. 0 changes nothing.

    Returns
    -------
    sharpened : ndarray of the same shape and dtype uint8
        The sharpened picture.
    """
    from scipy.ndimage import gaussian_filter

    grey = to_grey(image)
    grey -= gaussian_filter(grey, sigma, mode="nearest", truncate=3.0)
    return lighten(image, grey * np.float32(amount))


def pixelate(image: Bytes, *, size: Annotated[int, Range(1, 64)] = 12) -> Bytes:
    """Show the picture in square blocks, each in its mean colour.

    Source: `skimage.measure.block_reduce` by the mean; Pillow's `reduce` computes it.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    size : int, 1-64 pixels, default 12
        Side of a block. 1 changes nothing.

    Returns
    -------
    blocks : ndarray of the same shape and dtype uint8
        The picture in blocks; those at the right and lower rim may be smaller.
    """
    from PIL import Image as Picture

    small = np.asarray(Picture.fromarray(np.ascontiguousarray(image)).reduce(size))
    return enlarge(small, size, image.shape)
