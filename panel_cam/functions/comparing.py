"""Whether two values are the same, whatever they are."""

from __future__ import annotations

from typing import Any

from panel_cam.functions.ranges import plain_number


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, whatever they are.

    Parameters
    ----------
    one, other : object
        Any.

    Returns
    -------
    is_same : bool
        False for what does not compare with yes or no: two arrays, unless they are one.

    Examples
    --------
    >>> is_same(1, 1.0), is_same([1], (1,))
    (True, False)
    """
    if one is other:
        return True
    try:
        return bool(one == other)
    except Exception:  # of arrays, tables, and whatever compares in its own way
        return False


def is_exactly(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, and of one type: 1 is not True.

    Parameters
    ----------
    one, other : object
        Any; see `is_same`.

    Returns
    -------
    is_exactly : bool
        Where numbers are NumPy's, they count as Python's.
    """
    one, other = plain_number(one), plain_number(other)
    return type(one) is type(other) and is_same(one, other)


def is_among(value: Any, values: list[Any]) -> bool:
    """Tell whether a value is one of some: ``in``, also for arrays.

    Parameters
    ----------
    value : object
        Any.
    values : list
        Of any.

    Returns
    -------
    is_among : bool
        See `is_same`.
    """
    return any(is_same(value, each) for each in values)
