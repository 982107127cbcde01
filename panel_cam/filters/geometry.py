"""Filters that move pixels: turn, bend, resize."""

from typing import Annotated

import numpy as np

from panel_cam.filters.channels import Bytes, Grey, to_bytes
from panel_cam.functions.ranges import Range


def _sample(image: Bytes, rows: Grey, columns: Grey) -> Bytes:
    """Look up pixels at places between pixels, bilinearly; black outside the image.

    Places are counted from the image's centre. As `skimage.transform.warp` of order 1.
    """
    height, width = image.shape[:2]
    # Two pixels of black all round: from there on, it does not matter how far outside.
    padded = np.pad(image, ((2, 2), (2, 2), (0, 0))[: image.ndim])
    rows = np.clip(rows + np.float32(height / 2 + 1.5), 0, height + 2)
    columns = np.clip(columns + np.float32(width / 2 + 1.5), 0, width + 2)
    top, left = rows.astype(np.int32), columns.astype(np.int32)
    down, right = rows - top, columns - left
    if image.ndim == 3:
        down, right = down[:, :, np.newaxis], right[:, :, np.newaxis]
    stride = width + 4
    flat = padded.reshape(-1, *image.shape[2:])
    place = top * stride + left
    upper = flat.take(place, axis=0).astype(np.float32)
    upper += (flat.take(place + 1, axis=0) - upper) * right
    place += stride
    lower = flat.take(place, axis=0).astype(np.float32)
    lower += (flat.take(place + 1, axis=0) - lower) * right
    lower -= upper
    lower *= down
    upper += lower
    return to_bytes(upper)


def _from_centre(image: Bytes) -> tuple[Grey, Grey]:
    """Return how far down and right of the centre each row and column is, in pixels."""
    rows, columns = (
        np.arange(side, dtype=np.float32) - np.float32((side - 1) / 2)
        for side in image.shape[:2]
    )
    return rows[:, np.newaxis], columns


def flip(image: Bytes, *, horizontal: bool = True, vertical: bool = False) -> Bytes:
    """Mirror the picture.

    Source: `numpy.flip`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    horizontal : bool, default True
        Left becomes right.
    vertical : bool, default False
        Top becomes bottom.

    Returns
    -------
    mirrored : ndarray of the same shape and dtype uint8
        A view of the image.
    """
    return image[:: -1 if vertical else 1, :: -1 if horizontal else 1]


def rotate(
    image: Bytes,
    *,
    degrees: Annotated[float, Range(-180, 180, step=1)] = 15.0,
    resize: bool = False,
) -> Bytes:
    """Turn the picture round its centre, against the clock.

    Source: `skimage.transform.rotate`, bilinear; by Pillow, three times as fast.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    degrees : float, -180-180, default 15
        How far.
    resize : bool, default False
        Make the picture as large as its corners need, instead of cutting them off.

    Returns
    -------
    turned : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        Black outside the picture.
    """
    from PIL import Image as Picture

    picture = Picture.fromarray(np.ascontiguousarray(image))
    smooth = Picture.Resampling.BILINEAR
    return np.asarray(picture.rotate(degrees, smooth, expand=resize))


def resize(
    image: Bytes, *, scale: Annotated[float, Range(0.05, 2, step=0.05)] = 0.5
) -> Bytes:
    """Make the picture smaller or larger.

    Source: `skimage.transform.resize` with anti-aliasing; by Pillow's bilinear filter,
    ten times as fast.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    scale : float, 0.05-2, default 0.5
        New size over old.

    Returns
    -------
    resized : ndarray of shape (M * scale, N * scale[, 3]) and dtype uint8
        Rounded, and at least one pixel each way.
    """
    from PIL import Image as Picture

    rows, columns = (max(round(side * scale), 1) for side in image.shape[:2])
    picture = Picture.fromarray(np.ascontiguousarray(image))
    return np.asarray(picture.resize((columns, rows), Picture.Resampling.BILINEAR))


def zoom(
    image: Bytes,
    *,
    factor: Annotated[float, Range(1, 10, step=0.1)] = 2.0,
    x: Annotated[float, Range(0, 1, step=0.01)] = 0.5,
    y: Annotated[float, Range(0, 1, step=0.01)] = 0.5,
) -> Bytes:
    """Look at a part of the picture, enlarged to its full size.

    Source: `skimage.transform.resize` of a part, bilinear; by Pillow.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    factor : float, 1-10, default 2
        How much larger.
    x : float, 0-1, default 0.5
        Which part, from the left to the right end.
    y : float, 0-1, default 0.5
        Which part, from the top to the bottom end.

    Returns
    -------
    part : ndarray of the same shape and dtype uint8
        The enlarged part.
    """
    from PIL import Image as Picture

    height, width = image.shape[:2]
    rows, columns = height / factor, width / factor
    top, left = y * (height - rows), x * (width - columns)
    picture = Picture.fromarray(np.ascontiguousarray(image))
    box = left, top, min(left + columns, width), min(top + rows, height)
    return np.asarray(
        picture.resize((width, height), Picture.Resampling.BILINEAR, box=box)
    )


def swirl(
    image: Bytes,
    *,
    strength: Annotated[float, Range(-20, 20, step=0.5)] = 6.0,
    radius: Annotated[float, Range(0.1, 1, step=0.05)] = 0.7,
) -> Bytes:
    """Stir the picture round its centre.

    Source: `skimage.transform.swirl`, in float32.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    strength : float, -20-20, default 6
        How far the centre turns, in radians; 0 changes nothing.
    radius : float, 0.1-1, default 0.7
        How far the swirl reaches, compared with the shorter side.

    Returns
    -------
    stirred : ndarray of the same shape and dtype uint8
        The picture with a swirl.
    """
    rows, columns = _from_centre(image)
    fade = np.float32(np.log(2) / 5 * radius * max(min(image.shape[:2]), 1))
    turn = np.hypot(rows, columns)
    turn /= -fade
    np.exp(turn, out=turn)
    turn *= np.float32(strength)
    cosine, sine = np.cos(turn), np.sin(turn)
    return _sample(
        image, rows * cosine + columns * sine, columns * cosine - rows * sine
    )


def polar(image: Bytes) -> Bytes:
    """Unroll the picture round its centre: angle downwards, distance to the right.

    Source: `skimage.transform.warp_polar`, in float32 and in the image's own size.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.

    Returns
    -------
    unrolled : ndarray of the same shape and dtype uint8
        The first row goes right from the centre, later ones clockwise; the last column
        is half the diagonal away. Black outside the picture.
    """
    height, width = image.shape[:2]
    angle = np.arange(height, dtype=np.float32)[:, np.newaxis] * (2 * np.pi / height)
    away = np.arange(width, dtype=np.float32) * (np.hypot(height, width) / 2 / width)
    angle, away = angle.astype(np.float32), away.astype(np.float32)
    return _sample(image, np.sin(angle) * away, np.cos(angle) * away)


def lens(
    image: Bytes, *, strength: Annotated[float, Range(-0.5, 1, step=0.01)] = 0.4
) -> Bytes:
    """Bend straight lines, as a wide lens does: barrel or cushion.

    Source: `skimage.transform.warp` by the radial model of D. C. Brown, "Decentering
    distortion of lenses", 1966, with one coefficient.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    strength : float, -0.5-1, default 0.4
        Above 0 bends outwards as a barrel, below 0 inwards; 0 changes nothing.

    Returns
    -------
    bent : ndarray of the same shape and dtype uint8
        Black outside the picture.
    """
    height, width = image.shape[:2]
    rows, columns = _from_centre(image)
    square = rows * rows + columns * columns
    square *= np.float32(4 * strength / (height**2 + width**2))
    square += 1
    return _sample(image, rows * square, columns * square)
