"""Filters that change colours, or choose by colour."""

from typing import Annotated, Literal

import numpy as np

from panel_cam.filters.channels import Bytes, Mask, to_bytes, to_levels, to_rgb
from panel_cam.filters.hues import from_hsv, to_hsv
from panel_cam.functions.ranges import Range

Palette = Literal["viridis", "magma", "inferno", "heat", "rainbow"]

# Ten colours each, from dark to bright. The first three are those of matplotlib, which
# gave them to the public domain.
_PALETTES: dict[str, str] = {
    "viridis": "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725",
    "magma": "000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf",
    "inferno": "000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4",
    "heat": "000000 550000 aa0000 ff0000 ff5500 ffaa00 ffff00 ffff55 ffffaa ffffff",
    "rainbow": "00007f 0000e8 004cff 00b0ff 29ffce 7dff7a ceff29 ff9400 f10800 7f0000",
}


def grey(image: Bytes) -> Bytes:
    """Show the brightness only.

    Source: `skimage.color.rgb2gray`, in float32.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel, which is returned as it is.

    Returns
    -------
    grey : ndarray of shape (M, N) and dtype uint8
        0.21 red + 0.72 green + 0.07 blue.
    """
    return to_levels(image)


def channel(
    image: Bytes, *, name: Literal["red", "green", "blue", "hue", "saturation"] = "red"
) -> Bytes:
    """Show one channel as a grey picture.

    Source: hue and saturation as in `skimage.color.rgb2hsv`, in 8 bits by Pillow.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel, which counts for red, green and blue.
    name : {"red", "green", "blue", "hue", "saturation"}, default "red"
        Which one.

    Returns
    -------
    channel : ndarray of shape (M, N) and dtype uint8
        Hue goes from 0 for red over 85 for green and 170 for blue to 255.
    """
    if name in ("hue", "saturation"):
        return to_hsv(image)[:, :, ("hue", "saturation").index(name)]
    return to_rgb(image)[:, :, ("red", "green", "blue").index(name)]


def invert(image: Bytes) -> Bytes:
    """Show the negative.

    Source: `skimage.util.invert`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.

    Returns
    -------
    negative : ndarray of the same shape and dtype uint8
        255 minus the image.
    """
    return np.invert(image)


def hsv_range(
    image: Bytes,
    *,
    hue: Annotated[float, Range(0, 360, step=1)] = 20.0,
    width: Annotated[float, Range(0, 180, step=1)] = 25.0,
    saturation: Annotated[float, Range(0, 1, step=0.01)] = 0.3,
    value: Annotated[float, Range(0, 1, step=0.01)] = 0.2,
    show: Literal["picture", "mask"] = "picture",
) -> Bytes | Mask:
    """Keep what has a certain colour.

    Source: `skimage.color.rgb2hsv`, in 8 bits by Pillow, and comparisons.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel, which has no colour: its hue is 0, its saturation 0.
    hue : float, 0-360 degrees, default 20
        The colour to keep: 0 is red, 20 skin, 120 green, 240 blue, 360 red.
    width : float, 0-180 degrees, default 25
        How far to either side of `hue` a colour may be. 180 takes all.
    saturation : float, 0-1, default 0.3
        The least saturation to keep. 0 keeps greys too.
    value : float, 0-1, default 0.2
        The least brightness to keep. 0 keeps black too.
    show : {"picture", "mask"}, default "picture"
        The picture with all else in dark grey, or white on black.

    Returns
    -------
    kept : ndarray of shape (M, N, 3) and dtype uint8, or (M, N) and bool
        What is within the range; bool if it is a mask.
    """
    hsv = to_hsv(image)
    # One number for each of 256 hues, looked up: quicker than arithmetic on the image.
    away = np.abs(np.arange(256) * 360 / 255 - hue)
    is_near = np.minimum(away, 360 - away) <= width
    kept: Mask = is_near[hsv[:, :, 0]]
    kept &= hsv[:, :, 1] >= saturation * 255
    kept &= hsv[:, :, 2] >= value * 255
    if show == "mask":
        return kept
    dark = to_rgb(to_levels(image) // 4)
    np.copyto(dark, to_rgb(image), where=kept[:, :, np.newaxis])
    return dark


def hue_shift(
    image: Bytes, *, degrees: Annotated[float, Range(-180, 180, step=1)] = 60.0
) -> Bytes:
    """Turn all colours round the colour circle.

    Source: `skimage.color.rgb2hsv` and back, in 8 bits by Pillow.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel, which has no hue and stays.
    degrees : float, -180-180, default 60
        How far: 120 makes red green, green blue and blue red.

    Returns
    -------
    turned : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        The picture in other colours.
    """
    if image.ndim == 2 or degrees == 0:
        return image
    hsv = to_hsv(image)
    turned = (np.arange(256) + round(degrees * 255 / 360)) % 255
    hsv[:, :, 0] = turned.astype(np.uint8)[hsv[:, :, 0]]
    return from_hsv(hsv)


def saturate(
    image: Bytes, *, factor: Annotated[float, Range(0, 4, step=0.1)] = 1.8
) -> Bytes:
    """Make colours stronger or weaker.

    Source: each pixel moves away from its brightness, `skimage.color.rgb2gray`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel, which has no colour and stays.
    factor : float, 0-4, default 1.8
        0 is grey, 1 changes nothing.

    Returns
    -------
    coloured : ndarray of the same shape and dtype uint8
        The picture in stronger or weaker colours.
    """
    if image.ndim == 2:
        return image
    level = to_levels(image)[:, :, np.newaxis].astype(np.float32)
    away = image - level
    away *= np.float32(factor)
    away += level
    return to_bytes(away)


def white_balance(
    image: Bytes, *, strength: Annotated[float, Range(0, 1, step=0.05)] = 1.0
) -> Bytes:
    """Take a tint out of the light, by the grey-world rule.

    Source: the mean of a scene is taken to be grey; G. Buchsbaum, "A spatial processor
    model for object colour perception", 1980.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel, which has no tint and stays.
    strength : float, 0-1, default 1
        How much of the tint to take out.

    Returns
    -------
    balanced : ndarray of the same shape and dtype uint8
        With all three channels' means alike, at full strength and where none is cut
        off at 255.
    """
    if image.ndim == 2:
        return image
    means = image.mean(axis=(0, 1), dtype=np.float64)
    gains = means.mean() / np.maximum(means, 1)
    gains = 1 + strength * (gains - 1)
    return to_bytes(image * gains.astype(np.float32))


def false_colour(
    image: Bytes, *, palette: Palette = "viridis", reverse: bool = False
) -> Bytes:
    """Paint brightness in the colours of a map.

    Source: a table of 256 colours.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, of which the brightness counts, or one channel.
    palette : {"viridis", "magma", "inferno", "heat", "rainbow"}, default "viridis"
        The colours, from those for black to those for white.
    reverse : bool, default False
        Begin with the colours for white.

    Returns
    -------
    coloured : ndarray of shape (M, N, 3) and dtype uint8
        The picture in false colours.
    """
    corners = np.array([list(bytes.fromhex(c)) for c in _PALETTES[palette].split()])
    place = np.linspace(0, len(corners) - 1, 256)[:: -1 if reverse else 1]
    known = np.arange(len(corners))
    table = np.stack([np.interp(place, known, part) for part in corners.T], axis=1)
    return to_bytes(table)[to_levels(image)]
