"""What all shapes have in common: a form for places, fields, colours and labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Fields: TypeAlias = Mapping[str, Any]


@lru_cache(maxsize=256)
def parse_colour(text: str) -> int:
    """Return a colour as one number, 0xRRGGBBAA.

    Parameters
    ----------
    text : str
        A CSS name or "#rrggbb".

    Returns
    -------
    rgba : int

    Raises
    ------
    ValueError
        If it is no colour.

    Examples
    --------
    >>> hex(parse_colour("orange"))
    '0xffa500ff'
    """
    from PIL.ImageColor import getrgb

    try:
        red, green, blue, *alpha = getrgb(text)
    except (ValueError, AttributeError):
        raise ValueError(
            f"expected a colour such as 'orange' or '#ffa500', got {text!r:.40}"
        ) from None
    return red << 24 | green << 16 | blue << 8 | (alpha[0] if alpha else 255)


def _numbers(name: str, value: object) -> Floats:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        got = type(value).__name__
        raise ValueError(
            f"expected numbers as {name}, got a {got} of another kind"
        ) from None


def rows(name: str, value: object, *shape: int) -> Floats:
    """Return an array of shape (N, *shape); an empty sequence has none."""
    array = _numbers(name, value)
    if array.size == 0:
        return np.empty((0, *shape))
    if array.shape[1:] != shape:
        wanted = ", ".join(["N", *map(str, shape)])
        raise ValueError(f"expected {name} of shape ({wanted}), got {array.shape}")
    return array


def outlines(name: str, value: Any) -> tuple[Floats, ...]:
    """Return arrays of shape (K, 2), one for each outline."""
    try:
        each = tuple(value)
    except TypeError:
        got = type(value).__name__
        raise ValueError(f"expected a list of arrays as {name}, got {got}") from None
    return tuple(rows(f"{name}[{number}]", one, 2) for number, one in enumerate(each))


def texts(name: str, value: Any, count: int) -> tuple[str, ...]:
    """Return as many texts as there are shapes; one may stand for all."""
    each = (value,) * count if isinstance(value, str) else tuple(map(str, value))
    if len(each) != count:
        raise ValueError(f"expected {count} of {name}, one for each, got {len(each)}")
    return each


def _column(name: str, value: Any, count: int) -> Floats | tuple[str, ...]:
    """Return a field's values: float64 if they are all numbers, else texts."""
    array = value if isinstance(value, np.ndarray) else np.array(value, dtype=object)
    if array.ndim != 1 or len(array) != count:
        raise ValueError(
            f"expected field {name!r} of shape ({count},), got {array.shape}"
        )
    kinds = {type(item) for item in array} if array.dtype == object else set()
    is_number = all(issubclass(kind, int | float | np.number) for kind in kinds)
    if array.dtype.kind in "iuf" or (kinds and is_number and bool not in kinds):
        return array.astype(np.float64)
    if array.dtype.kind == "M":
        # Without the zeros of its nanoseconds; `tolist` would make numbers of them.
        return tuple(map(str, np.datetime_as_string(array, unit="auto")))
    return tuple(map(str, array))


@dataclass(frozen=True, eq=False)
class Shape:
    """What all kinds of shapes have in common: several of them, drawn alike.

    Parameters
    ----------
    fields : mapping of str to sequence, optional
        What the pointer shows over a shape: for each name as many numbers or texts as
        there are shapes.
    color : str or sequence of str, optional
        One CSS colour, or one for each shape. Without, one from a list that can be
        told apart.
    label : str or sequence of str, optional
        Text beside each shape.

    Raises
    ------
    ValueError
        If something has another shape than expected: raised in the filter, at the line
        to correct.
    """

    _: KW_ONLY
    fields: Fields = field(default_factory=dict, repr=False)
    color: str | Sequence[str] | None = None
    label: str | Sequence[str] | None = field(default=None, repr=False)

    kind: ClassVar[str] = ""

    def __len__(self) -> int:
        """Return how many there are."""
        raise NotImplementedError

    def anchors(self) -> Floats:
        """Return where the labels stand: rows and columns, shape (N, 2)."""
        raise NotImplementedError

    def check(self) -> None:
        """Bring fields, colours and labels to their form; places are there already."""
        count = len(self)
        fields = {
            str(name): _column(str(name), value, count)
            for name, value in dict(self.fields or {}).items()
        }
        object.__setattr__(self, "fields", fields)
        if self.color is not None:
            colours = texts("color", self.color, count)
            for colour in set(colours):
                parse_colour(colour)
            if not isinstance(self.color, str):
                object.__setattr__(self, "color", colours)
            elif not count:
                parse_colour(self.color)
        if self.label is not None:
            object.__setattr__(self, "label", texts("label", self.label, count))
