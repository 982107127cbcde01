"""Any array that can be seen as an image -> the uint8 that encoders and screens take.

Measured values rarely lie in 0-255. The rules here are those of a viewer: numbers are
spread over the range that they use, and what is not a number is not painted.
"""

import numpy as np
import numpy.typing as npt

from panel_cam.errors import ImageError
from panel_cam.imaging.frame import Image

EXPECTED = (
    "expected an ndarray of shape (M, N), (M, N, 1), (M, N, 3) or (M, N, 4)"
    " and a bool, integer or float dtype"
)

# Half a grey level. A filter's arithmetic may overshoot 0-1 by a rounding error; if
# that changed the scale, a live picture would flicker between two brightnesses.
TOLERANCE = 1 / 510


def describe(value: object) -> str:
    """Say what an object is, in the words of an error message.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    text : str
        Shape and dtype of an array, the type's name of anything else; no content.
    """
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an ndarray of shape {value.shape} and dtype {value.dtype}"
    kind = type(value)
    if kind.__module__ == "builtins":
        return f"a {kind.__qualname__}"
    return f"a {kind.__module__}.{kind.__qualname__}"


def _check(image: object) -> Image:
    """Return the image with at most three axes that mean something, or raise."""
    if not isinstance(image, np.ndarray) or image.dtype.kind not in "buif":
        raise ImageError(f"{EXPECTED}, got {describe(image)}")
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[:, :, 0]
    if image.ndim != 2 and not (image.ndim == 3 and image.shape[2] in (3, 4)):
        raise ImageError(f"{EXPECTED}, got {describe(image)}")
    if image.size == 0:
        raise ImageError(f"expected at least one pixel, got {describe(image)}")
    return image


def _stretch(numbers: Image, low: float, high: float) -> npt.NDArray[np.uint8]:
    """Map low..high to 0..255, rounded and clipped; works in the array it is given."""
    span = high - low
    if span > float(np.finfo(numbers.dtype).max):  # all that floats can express
        numbers *= 0.5
        low, high, span = low * 0.5, high * 0.5, high * 0.5 - low * 0.5
    np.clip(numbers, low, high, out=numbers)
    numbers -= low
    if span > 0:
        numbers /= span  # before the 255, which a tiny span could not take
    numbers *= 255
    numbers += 0.5
    return numbers.astype(np.uint8)


def _colours_to_uint8(values: Image) -> tuple[npt.NDArray[np.uint8], Image | None]:
    """Return the values as uint8, and where they are NaN, if anywhere."""
    is_float = values.dtype.kind == "f"
    finite, nan = values, None
    if is_float:
        is_finite = np.isfinite(values)
        if not is_finite.all():
            finite, nan = values[is_finite], np.isnan(values)
    low, high = 0.0, 1.0
    if finite.size:
        low, high = float(finite.min()), float(finite.max())
    is_unit = is_float and low >= -TOLERANCE and high <= 1 + TOLERANCE
    if is_unit:
        low, high = 0.0, 1.0
    # float32 is quicker, and holds every 16-bit integer. Of wider numbers outside 0-1,
    # it would lose small differences.
    narrow = is_unit or values.dtype.itemsize <= 2 or values.dtype == np.float32
    numbers = values.astype(np.float32 if narrow else np.float64)
    if nan is None or not nan.any():
        return _stretch(numbers, low, high), None
    numbers[nan] = low
    return _stretch(numbers, low, high), nan


def _alpha_to_uint8(alpha: Image) -> npt.NDArray[np.uint8]:
    """Alpha has a scale of its own: 0-1 in floats, 0-255 or 0-largest in integers."""
    numbers = alpha.astype(np.float64)
    if alpha.dtype.kind == "f":
        return _stretch(np.nan_to_num(numbers, nan=0.0), 0.0, 1.0)
    return _stretch(numbers, 0.0, max(255.0, float(numbers.max())))


def to_uint8(image: object) -> npt.NDArray[np.uint8]:
    """Convert an image of any numeric dtype to uint8, as a viewer shows it.

    Parameters
    ----------
    image : ndarray of shape (M, N), (M, N, 1), (M, N, 3) or (M, N, 4)
        Grey, grey, RGB or RGBA; never modified.

        - uint8 is taken as it is.
        - bool becomes 0 and 255.
        - floats that all lie within 0-1 are taken as 0-1. Half a grey level more or
          less is forgiven and clipped.
        - other floats, and integers other than uint8, are spread from their smallest to
          their largest value over 0-255; where all are equal, the image is black.
        - infinities count for nothing in that range and are clipped to it.
        - a pixel with NaN in any channel becomes transparent.
        - alpha has its own scale: 0-1 in floats, 0-255 in integers (0 to the largest
          alpha if that is above 255).

    Returns
    -------
    image : ndarray of shape (M, N), (M, N, 3) or (M, N, 4) and dtype uint8
        RGBA if there was an alpha channel or a NaN. It may share memory with the input.

    Raises
    ------
    ImageError
        If `image` is anything else, or has no pixels.

    Examples
    --------
    >>> import numpy as np
    >>> to_uint8(np.array([[0.0, 0.5, 1.0]]))
    array([[  0, 128, 255]], dtype=uint8)
    >>> to_uint8(np.array([[-40, 0, 160]]))
    array([[  0,  51, 255]], dtype=uint8)
    """
    array = _check(image)
    if array.dtype == np.uint8:
        return np.asarray(array)
    if array.dtype == np.bool_:
        return np.multiply(array, 255, dtype=np.uint8)
    colours, nan = _colours_to_uint8(array[:, :, :3] if array.ndim == 3 else array)
    has_alpha = array.ndim == 3 and array.shape[2] == 4
    if not has_alpha and nan is None:
        return colours
    output = np.empty((*array.shape[:2], 4), np.uint8)
    output[:, :, :3] = colours if colours.ndim == 3 else colours[:, :, np.newaxis]
    output[:, :, 3] = _alpha_to_uint8(array[:, :, 3]) if has_alpha else 255
    if nan is not None:
        output[nan if nan.ndim == 2 else nan.any(axis=2)] = 0
    return output
