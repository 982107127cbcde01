"""`Choice`: the parameter of an option that is one of a few values."""

from __future__ import annotations

from itertools import chain, count
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


def _labels(values: list[Any]) -> dict[str, Any]:
    """Name each value as param does, and by its type or a number if that is taken."""
    found: dict[str, Any] = {}
    for value in values:
        name = str(getattr(value, "name", getattr(value, "__name__", value)))
        if name in found and is_same(found[name], value):
            continue
        more = (f"{name} ({each})" for each in chain([type(value).__name__], count(2)))
        found[next(each for each in chain([name], more) if each not in found)] = value
    return found


class Choice(param.Selector):  # type: ignore[type-arg]
    """A `param.Selector` of any values.

    They may be arrays, which param cannot look up; and none is lost because another
    one looks like it, as text or to a dictionary.
    """

    __slots__ = ()

    def _validate_value(self, value: Any, *more: Any, **options: Any) -> None:
        if not is_among(value, self.objects):
            super()._validate_value(value, *more, **options)  # type: ignore[no-untyped-call]

    def get_range(self) -> dict[str, Any]:
        """Return the values by the labels that people see."""
        return dict(self.names) if self.names else _labels(self.objects)
