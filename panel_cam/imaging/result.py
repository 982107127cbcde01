"""`Result`: what a filter returns that has more to say than an image."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from panel_cam.imaging.arrays import as_array
from panel_cam.imaging.frame import Image
from panel_cam.imaging.label_colours import check_labels, colour_labels, paint_labels
from panel_cam.imaging.shapes import Shape
from panel_cam.imaging.table_checks import check_table


def _to_float(value: Any) -> float:
    array = np.ma.asanyarray(as_array(value))  # a masked number is one without a value
    if np.ma.getmaskarray(array).any():
        return math.nan
    item = array.item()
    if isinstance(item, str | bytes):
        raise TypeError("text that looks like a number is none")
    return float(item)


def _check_values(given: Any) -> dict[str, float]:
    if not hasattr(given, "items"):
        got = type(given).__name__
        raise TypeError(f"expected a dict of numbers as values, got {got}")
    values = {}
    for name, value in given.items():
        try:
            values[str(name)] = _to_float(value)
        except (TypeError, ValueError):
            got = type(value).__name__
            raise TypeError(f"expected a number as {name!r}, got {got}") from None
        except OverflowError:
            raise ValueError(
                f"expected a number below 1e308 as {name!r}, got a larger one"
            ) from None
    return values


def _check_shapes(given: Any) -> tuple[Shape, ...]:
    if isinstance(given, Shape):
        return (given,)
    if not isinstance(given, Iterable):
        got = type(given).__name__
        raise TypeError(f"expected a list of shapes, got {got}")
    shapes = tuple(given)
    for shape in shapes:
        if not isinstance(shape, Shape):
            got = type(shape).__name__
            raise TypeError(f"expected Boxes, Points or the like as shape, got {got}")
    return shapes


@dataclass(frozen=True, eq=False)
class Result:
    """What a filter returns that has more to say than an image.

    Parameters
    ----------
    image : ndarray, optional
        The processed image: see `panel_cam.imaging.pixels.to_uint8` for what can be
        shown. Or whatever becomes an array: see `panel_cam.imaging.arrays.as_array`.
        May be left out if there are `labels`: then it is these, coloured.
    values : mapping of str to number, optional
        Named measurements, kept as floats.
    table : DataFrame or mapping of str to collection, optional
        A table of measurements: a pandas DataFrame, or columns of one length.
    shapes : sequence of Shape, optional
        What to draw over the picture: `Points`, `Boxes`, `Lines`, `Polygons`,
        `Contours`, `Labels`, in pixels of `image`.
    labels : ndarray of shape (M, N) and an integer dtype, optional
        Which region each pixel belongs to, such as `skimage.measure.label`, `slic` and
        `watershed` return it; 0 is none. Each number has a colour of its own. With an
        `image`, of as many rows and columns, the page shows it half through them;
        without, what is 0 is transparent.

    Raises
    ------
    TypeError, ValueError
        If something is not what it should be: raised in the filter, at the line to
        correct.
    """

    image: Any = field(default=None, repr=False)
    values: Mapping[str, float] = field(default_factory=dict)
    table: Any = field(default=None, repr=False)
    shapes: Sequence[Shape] = field(default=(), repr=False)
    labels: Image | None = field(default=None, repr=False)
    is_painted: bool = field(default=False, init=False, repr=False)
    """Whether `image` is the labels' own colours, because none was given."""

    def __post_init__(self) -> None:
        """Check all, and turn NumPy's scalars into plain floats for JSON."""
        object.__setattr__(self, "values", _check_values(self.values))
        if self.table is not None:
            check_table(self.table)
        object.__setattr__(self, "shapes", _check_shapes(self.shapes))
        object.__setattr__(self, "image", as_array(self.image))
        if self.labels is not None:
            labels = check_labels(self.labels, self.image)
            object.__setattr__(self, "labels", labels)
            if self.image is None:
                object.__setattr__(self, "image", colour_labels(labels))
                object.__setattr__(self, "is_painted", True)
        elif self.image is None:
            raise TypeError("expected an image, or labels, got neither")

    def to_picture(self) -> Image:
        """Return what the page shows: the image, under its labels if there are any.

        Returns
        -------
        picture : ndarray

        Raises
        ------
        ImageError
            If the image is none that labels can be painted on.
        """
        picture: Image = self.image
        if self.labels is None or self.is_painted:
            return picture
        return paint_labels(picture, self.labels)
