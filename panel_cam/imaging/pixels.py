"""Any array that can be seen as an image -> the uint8 that encoders and screens take.

Measured values rarely lie in 0-255. The rules here are those of a viewer: numbers are
spread over the range that they use, and what is not a number is not painted.
"""

import numpy as np
import numpy.typing as npt

from panel_cam.errors import ImageError
from panel_cam.imaging.arrays import as_array
from panel_cam.imaging.frame import Image

EXPECTED = (
    "expected an ndarray of shape (M, N), (M, N, 1), (M, N, 3) or (M, N, 4)"
    " and a bool, integer or float dtype"
)

_LINES_HINT = (
    "expected an image: draw lines over it with "
    "`pc.Result(image, shapes=[pc.Contours(lines)])`"
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


def _hint(image: Image) -> str:
    """Say how to make an image of an array that is none, where that is known."""
    if image.dtype.kind == "c":
        return "expected real numbers: return `abs(image)`"
    # In front stand channels only where what follows is larger than any would be.
    first = image.shape[0] if image.ndim == 3 and min(image.shape[1:]) > 4 else 0
    if image.ndim == 3 and 2 in (image.shape[2], first):
        return (
            "expected 1, 3 or 4 channels, not 2: colour a flow with "
            "`pc.colour_flow(flow)`, as the filter optical_flow does, or return one"
        )
    if first in (1, 3, 4):
        return "expected channels last: return `image.transpose(1, 2, 0)`"
    return ""


def _are_lines(value: object) -> bool:
    """Tell whether it is a list of arrays of points, as contours are found."""
    return isinstance(value, list) and all(
        isinstance(each, np.ndarray) and each.ndim == 2 and each.shape[1] == 2
        for each in value
    )


def _check(image: object) -> tuple[Image, npt.NDArray[np.bool_] | None]:
    """Return the image with axes that mean something, and its mask, or raise."""
    array = as_array(image)
    if not isinstance(array, np.ndarray):
        hint = _LINES_HINT if _are_lines(image) else EXPECTED
        raise ImageError(f"{hint}, got {describe(image)}")
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    is_image = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if array.dtype.kind not in "buif" or not is_image:
        hint = _hint(array)
        got = describe(array if hint else image)
        raise ImageError(f"{hint}; got {got}" if hint else f"{EXPECTED}, got {got}")
    if array.size == 0:
        raise ImageError(f"expected at least one pixel, got {describe(array)}")
    if not isinstance(array, np.ma.MaskedArray):
        return np.asarray(array), None
    mask = _of_pixels(np.ma.getmaskarray(array))
    return array.data, mask if mask.any() else None


def _of_pixels(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return where any channel is marked; by far quicker than `any(axis=2)`."""
    if marks.ndim == 2:
        return marks
    any_channel = marks[:, :, 0]
    for number in range(1, marks.shape[2]):
        any_channel = any_channel | marks[:, :, number]
    return any_channel


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


def _range_of(
    values: Image, hidden: npt.NDArray[np.bool_] | None
) -> tuple[float, float]:
    """Return the smallest and the largest number that is finite and not hidden."""
    is_float = values.dtype.kind == "f"
    if hidden is None:  # these leave NaN out, and take a tenth of the time
        low, high = np.fmin.reduce(values, axis=None), np.fmax.reduce(values, axis=None)
        if not is_float or (np.isfinite(low) and np.isfinite(high)):
            return float(low), float(high)
    counts = np.isfinite(values)
    if hidden is not None:
        counts &= ~(hidden if values.ndim == 2 else hidden[:, :, np.newaxis])
    if not counts.any():
        return 0.0, 1.0
    info = np.finfo(values.dtype) if is_float else np.iinfo(values.dtype)
    low = np.min(values, where=counts, initial=info.max)
    high = np.max(values, where=counts, initial=info.min)
    return float(low), float(high)


def _colours_to_uint8(
    values: Image, hidden: npt.NDArray[np.bool_] | None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_] | None]:
    """Return the values as uint8, and which pixels are hidden or NaN, if any."""
    if values.dtype == np.uint8:
        return values, hidden
    if values.dtype == np.bool_:
        return np.multiply(values, 255, dtype=np.uint8), hidden
    is_float = values.dtype.kind == "f"
    low, high = _range_of(values, hidden)
    is_unit = is_float and low >= -TOLERANCE and high <= 1 + TOLERANCE
    if is_unit:
        low, high = 0.0, 1.0
    # float32 is quicker, and holds every 16-bit integer. Of wider numbers outside 0-1,
    # it would lose small differences.
    narrow = is_unit or values.dtype.itemsize <= 2 or values.dtype == np.float32
    if narrow and hidden is not None:  # what is masked may be any number
        values = np.clip(values, low, high) if is_float else values
    numbers = values.astype(np.float32 if narrow else np.float64)
    # The least is NaN if any is; to look for them all takes ten times as long.
    if is_float and np.isnan(values.min()):
        nan = np.isnan(values)
        np.copyto(numbers, low, where=nan)
        nan = _of_pixels(nan)
        hidden = nan if hidden is None else hidden | nan
    return _stretch(numbers, low, high), hidden


def _alpha_to_uint8(alpha: Image) -> npt.NDArray[np.uint8]:
    """Alpha has a scale of its own: 0-1 in floats, 0-255 or 0-largest in integers."""
    numbers = alpha.astype(np.float64)
    if alpha.dtype.kind == "f":
        return _stretch(np.nan_to_num(numbers, nan=0.0), 0.0, 1.0)
    return _stretch(numbers, 0.0, max(255.0, float(numbers.max())))


def to_planes(
    image: object,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8] | None]:
    """Do what `to_uint8` does, and keep colours and opacity apart.

    Parameters
    ----------
    image : ndarray of shape (M, N), (M, N, 1), (M, N, 3) or (M, N, 4)
        See `to_uint8`.

    Returns
    -------
    colours : ndarray of shape (M, N) or (M, N, 3) and dtype uint8
        What they are where `opacity` is 0 means nothing. They may share memory with the
        input.
    opacity : ndarray of shape (M, N) and dtype uint8, or None
        None if all of the image is opaque.

    Raises
    ------
    ImageError
        If `image` is no image.

    Examples
    --------
    >>> to_planes(np.array([[0.0, np.nan, 1.0]]))[1]
    array([[255,   0, 255]], dtype=uint8)
    """
    return _split(*_check(image))


def _has_alpha(image: Image) -> bool:
    return image.ndim == 3 and image.shape[2] == 4


def _split(
    array: Image, mask: npt.NDArray[np.bool_] | None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8] | None]:
    """Do what `to_planes` does, with what was checked."""
    has_alpha = _has_alpha(array)
    colours, hidden = _colours_to_uint8(array[:, :, :3] if has_alpha else array, mask)
    if not has_alpha:
        if hidden is None:
            return colours, None
        return colours, np.multiply(~hidden, 255, dtype=np.uint8)
    alpha = array[:, :, 3]
    if alpha.dtype == np.bool_ or alpha.dtype == np.uint8:
        opacity, _ = _colours_to_uint8(alpha, None)
    else:
        opacity = _alpha_to_uint8(alpha)
    if hidden is not None:
        opacity = np.where(hidden, np.uint8(0), opacity)
    return colours, None if opacity.min() == 255 else opacity


def to_uint8(image: object) -> npt.NDArray[np.uint8]:
    """Convert an image of any numeric dtype to uint8, as a viewer shows it.

    Parameters
    ----------
    image : array of shape (M, N), (M, N, 1), (M, N, 3) or (M, N, 4)
        Grey, grey, RGB or RGBA; never modified. A NumPy array, or anything of which
        `panel_cam.imaging.arrays.as_array` makes one.

        - uint8 is taken as it is.
        - bool becomes 0 and 255.
        - floats that all lie within 0-1 are taken as 0-1. Half a grey level more or
          less is forgiven and clipped.
        - other floats, and integers other than uint8, are spread from their smallest to
          their largest value over 0-255; where all are equal, the image is black.
        - infinities count for nothing in that range and are clipped to it.
        - a pixel with NaN in any channel becomes transparent; so does one that is
          masked in any channel of a `numpy.ma.MaskedArray`, and what is masked counts
          for nothing in that range.
        - alpha has its own scale: 0-1 in floats, 0-255 in integers (0 to the largest
          alpha if that is above 255).

    Returns
    -------
    image : ndarray of shape (M, N), (M, N, 3) or (M, N, 4) and dtype uint8
        RGBA if there was an alpha channel, a NaN or a masked pixel. It may share memory
        with the input.

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
    array, mask = _check(image)
    if array.dtype == np.uint8 and mask is None:
        return array
    colours, opacity = _split(array, mask)
    if opacity is None and not _has_alpha(array):
        return colours
    return join_planes(colours, opacity)


def join_planes(
    colours: npt.NDArray[np.uint8], opacity: npt.NDArray[np.uint8] | None
) -> npt.NDArray[np.uint8]:
    """Make RGBA of what `to_planes` returns.

    Parameters
    ----------
    colours, opacity
        See `to_planes`.

    Returns
    -------
    rgba : ndarray of shape (M, N, 4) and dtype uint8
        A fresh array; black where it is wholly transparent.
    """
    output = np.empty((*colours.shape[:2], 4), np.uint8)
    output[:, :, :3] = colours if colours.ndim == 3 else colours[:, :, np.newaxis]
    output[:, :, 3] = 255 if opacity is None else opacity
    if opacity is not None:
        output[opacity == 0] = 0
    return output
