"""`Result`: what a filter returns that has more to say than an image."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from panel_cam.imaging.frame import Image
from panel_cam.imaging.shapes import Shape
from panel_cam.imaging.table_checks import check_table


def _check_values(given: Any) -> dict[str, float]:
    if not hasattr(given, "items"):
        got = type(given).__name__
        raise TypeError(f"expected a dict of numbers as values, got {got}")
    values = {}
    for name, value in given.items():
        try:
            values[str(name)] = float(np.asarray(value).item())
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
    image : ndarray
        The processed image: see `panel_cam.imaging.pixels.to_uint8` for what can be
        shown.
    values : mapping of str to number, optional
        Named measurements, kept as floats.
    table : DataFrame or mapping of str to collection, optional
        A table of measurements: a pandas DataFrame, or columns of one length.
    shapes : sequence of Shape, optional
        What to draw over the picture: `Points`, `Boxes`, `Lines`, `Polygons`,
        `Contours`, `Labels`, in pixels of `image`.

    Raises
    ------
    TypeError, ValueError
        If something is not what it should be: raised in the filter, at the line to
        correct.
    """

    image: Image = field(repr=False)
    values: Mapping[str, float] = field(default_factory=dict)
    table: Any = field(default=None, repr=False)
    shapes: Sequence[Shape] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Check all, and turn NumPy's scalars into plain floats for JSON."""
        object.__setattr__(self, "values", _check_values(self.values))
        if self.table is not None:
            check_table(self.table)
        object.__setattr__(self, "shapes", _check_shapes(self.shapes))
