"""Labels -> colours: one for each number, so that neighbours can be told apart."""

import colorsys
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from panel_cam.imaging.arrays import as_array
from panel_cam.imaging.frame import Image
from panel_cam.imaging.pixels import describe, join_planes, to_planes

COUNT = 255
"""How many colours there are; then they begin again."""

# Steps of the golden angle: neighbours in number get hues far from each other. After
# a round of them, saturation and brightness differ.
_STEP = 0.618034
_TONES = ((0.75, 1.0), (0.95, 0.75), (0.45, 0.9))


@lru_cache(maxsize=1)
def _palette() -> npt.NDArray[np.uint8]:
    """Return RGBA for 0, which is transparent, and 1 to `COUNT`."""
    colours = [(0.0, 0.0, 0.0, 0.0)]
    for number in range(COUNT):
        saturation, brightness = _TONES[number % len(_TONES)]
        rgb = colorsys.hsv_to_rgb(number * _STEP % 1, saturation, brightness)
        colours.append((*rgb, 1.0))
    palette: npt.NDArray[np.uint8] = np.rint(np.array(colours) * 255).astype(np.uint8)
    return palette


def check_labels(labels: Any, image: Any) -> Image:
    """Return labels as an array of whole numbers, or raise.

    Parameters
    ----------
    labels : array_like of shape (M, N) or (M, N, 1)
        What is masked is 0.
    image : ndarray or object
        What they belong to; if it is an array, it has as many rows and columns.

    Returns
    -------
    labels : ndarray of shape (M, N) and an integer dtype

    Raises
    ------
    TypeError
        If they are no whole numbers.
    ValueError
        If they have another shape than expected.
    """
    array: Any = as_array(labels)
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "biu":
        raise TypeError(
            "expected whole numbers as labels, such as `skimage.measure.label` returns,"
            f" got {describe(array)}"
        )
    if isinstance(array, np.ma.MaskedArray):
        array = array.filled(0)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim != 2 or not array.size:
        raise ValueError(f"expected labels of shape (M, N), got {array.shape}")
    if isinstance(image, np.ndarray) and image.shape[:2] != array.shape:
        raise ValueError(
            f"expected labels of the image's shape, {image.shape[:2]}, "
            f"got {array.shape}"
        )
    checked: Image = array.astype(np.uint8) if array.dtype == np.bool_ else array
    return checked


def _places(labels: Image) -> npt.NDArray[np.uint8]:
    """Return each label's place in the palette."""
    if labels.min() >= 0 and labels.max() <= COUNT:
        return labels.astype(np.uint8)
    # In place steps of one type; uint64 has no room for the minus.
    places = (labels.astype(np.int64) - 1) % COUNT + 1
    places[labels == 0] = 0
    return places.astype(np.uint8)


def colour_labels(labels: Image) -> npt.NDArray[np.uint8]:
    """Paint each label in a colour of its own.

    Parameters
    ----------
    labels : ndarray of shape (M, N) and an integer dtype
        0 is transparent. The same number has the same colour in every frame; there are
        255 colours.

    Returns
    -------
    picture : ndarray of shape (M, N, 4) and dtype uint8
        RGBA.

    Examples
    --------
    >>> colour_labels(np.array([[0, 1, 2]])).tolist()
    [[[0, 0, 0, 0], [255, 64, 64, 255], [10, 63, 191, 255]]]
    """
    painted: npt.NDArray[np.uint8] = _palette()[_places(labels)]
    return painted


def paint_labels(image: Image, labels: Image) -> npt.NDArray[np.uint8]:
    """Paint labels over an image, so that it is seen through them.

    Parameters
    ----------
    image : ndarray of shape (M, N), (M, N, 3) or (M, N, 4)
        Any that can be shown; never modified.
    labels : ndarray of shape (M, N) and an integer dtype
        Where it is 0, the image stays as it is; elsewhere it is half colour, half
        image.

    Returns
    -------
    picture : ndarray of shape (M, N, 3) or (M, N, 4) and dtype uint8
        RGBA if the image is transparent somewhere.
    """
    colours, opacity = to_planes(image)
    if colours.ndim == 2:
        colours = np.repeat(colours[:, :, np.newaxis], 3, axis=2)
    places = _places(labels)
    painted: npt.NDArray[np.uint8] = np.right_shift(_palette()[:, :3], 1)[places]
    painted += colours >> 1
    np.copyto(painted, colours, where=(places == 0)[:, :, np.newaxis])
    return painted if opacity is None else join_planes(painted, opacity)
