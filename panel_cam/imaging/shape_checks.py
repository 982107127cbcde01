"""Bring what a user gives for a shape to its form: places, fields, colours, texts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

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


def flat_rows(name: str, value: object, length: int) -> Floats:
    """Return an array of shape (N, length), also of OpenCV's (N, 1, length) or None."""
    if value is None:  # as OpenCV says that it found none
        return np.empty((0, length))
    array = _numbers(name, value)
    if array.ndim == 3 and array.shape[1] == 1:
        array = array[:, 0]
    return rows(name, array, length)


def ends(name: str, value: object) -> Floats:
    """Return an array of shape (N, 2, 2), of one of (N, 4) too, and as `flat_rows`."""
    array = np.empty((0, 4)) if value is None else _numbers(name, value)
    if array.shape[1:] == (2, 2):
        return array
    if array.shape[1:] not in ((4,), (1, 4)) and array.size:
        raise ValueError(
            f"expected {name} of shape (N, 2, 2) or (N, 4), got {array.shape}"
        )
    return array.reshape(-1, 2, 2)


def flipped_outlines(name: str, value: Any) -> tuple[Floats, ...]:
    """Return arrays of shape (K, 2), row and column, of (x, y) in (K, 1, 2) or so."""
    flat = []
    for number, one in enumerate(() if value is None else value):
        array = _numbers(f"{name}[{number}]", one)
        if array.ndim == 3 and 1 in array.shape[:2]:
            array = array.reshape(-1, array.shape[2])
        flat.append(rows(f"{name}[{number}]", array, 2)[:, ::-1])
    return tuple(flat)


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


def column(name: str, value: Any, count: int) -> Floats | tuple[str, ...]:
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
