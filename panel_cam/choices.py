"""`Choice`: the parameter of an option that is one of a few values."""

from __future__ import annotations

from typing import Any

import param


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


class Choice(param.Selector):  # type: ignore[type-arg]
    """A `param.Selector` whose values may be arrays, which it cannot look up."""

    __slots__ = ()

    def _validate_value(self, value: Any, *more: Any, **options: Any) -> None:
        if not is_among(value, self._objects):
            super()._validate_value(value, *more, **options)  # type: ignore[no-untyped-call]
