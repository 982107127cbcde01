"""Whatever a filter returned -> a `Result`, or one sentence that says what to do."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from panel_cam.errors import ImageError
from panel_cam.imaging.figures import draw_figure, is_figure
from panel_cam.imaging.result import Result


def to_result(output: object, *, name: str, shape: tuple[int, ...]) -> Result:
    """Make a `Result` of what a filter returned.

    Parameters
    ----------
    output : object
        A `Result`; an image, or what `panel_cam.imaging.arrays.as_array` makes one of;
        a Matplotlib figure, which is drawn and closed; or a pair of one of these and a
        dictionary of values.
    name : str
        The filter's, for messages.
    shape : tuple of int
        Of the image that the filter got: a figure is drawn as large.

    Returns
    -------
    result : Result
        Whether its image can be shown is not known yet.

    Raises
    ------
    ImageError
        If it is nothing of these; the text begins with `name`.

    Examples
    --------
    >>> to_result(None, name="f", shape=(2, 2))
    Traceback (most recent call last):
    panel_cam.errors.ImageError: f returned nothing: did you forget `return image`?
    """
    if output is None:
        raise ImageError(f"{name} returned nothing: did you forget `return image`?")
    if isinstance(output, tuple):
        output = _of_tuple(output, name)
    result = output if isinstance(output, Result) else Result(output)
    if is_figure(result.image):
        return replace(result, image=draw_figure(result.image, shape))
    return result


def _of_tuple(output: tuple[object, ...], name: str) -> Result:
    if len(output) == 2 and isinstance(output[1], Mapping):
        try:
            return Result(output[0], values=output[1])
        except (TypeError, ValueError) as error:
            raise ImageError(f"{name} returned wrong values: {error}") from None
    kinds = ", ".join(_kind(each) for each in output)
    raise ImageError(
        f"{name} returned {len(output)} things ({kinds}): return one of the "
        f"{len(output)}, or a pc.Result"
    )


def _kind(value: object) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of {' x '.join(map(str, value.shape))}"
    return type(value).__name__
