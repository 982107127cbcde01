"""A grey or a smaller image of one that is decoded: what a JPEG's decoder does itself.

By Pillow, which weighs the colours as JPEG does, and means blocks without copies.
"""

import numpy as np
import numpy.typing as npt
import PIL.Image

from panel_cam.imaging.frame import Image

SCALES = (1, 2, 4, 8)
"""What the transform of JPEG can be shortened by."""


def reduce_picture(
    picture: PIL.Image.Image, *, gray: bool = False, scale: int = 1
) -> PIL.Image.Image:
    """Do what `reduce_image` does with a Pillow image.

    Parameters
    ----------
    picture : PIL.Image.Image
        Of a mode in which numbers can be averaged: no palette.
    gray, scale
        See `reduce_image`.

    Returns
    -------
    picture : PIL.Image.Image
        Of mode "L" if `gray`, else of the same mode.
    """
    if gray and picture.mode != "L":
        picture = picture.convert("L")
    return picture if scale == 1 else picture.reduce(scale)


def reduce_image(
    image: Image, *, gray: bool = False, scale: int = 1
) -> npt.NDArray[np.uint8]:
    """Make an image grey, smaller, or both.

    Parameters
    ----------
    image : ndarray of shape (M, N), (M, N, 3) or (M, N, 4) and dtype uint8
        Grey, RGB or RGBA; never modified.
    gray : bool, default False
        Whether to return luminance, by the weights of ITU-R BT.601 as JPEG has them:
        0.299, 0.587, 0.114.
    scale : {1, 2, 4, 8}, default 1
        How many rows and columns become one: their mean. At the lower and right edge,
        that of as many as there are.

    Returns
    -------
    image : ndarray of dtype uint8
        A fresh array of ``ceil(M / scale)`` rows and ``ceil(N / scale)`` columns, with
        as many channels as before, or of two axes if `gray`.

    Examples
    --------
    >>> reduce_image(np.array([[[0, 0, 0], [200, 200, 200], [7, 7, 7]]], np.uint8),
    ...              gray=True, scale=2)
    array([[100,   7]], dtype=uint8)
    """
    return np.array(reduce_picture(PIL.Image.fromarray(image), gray=gray, scale=scale))
