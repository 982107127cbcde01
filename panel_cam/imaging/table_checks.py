"""Check what a user gives as a table: a DataFrame, or a mapping of columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_data_frame(table: Any) -> bool:
    """Whether it is a pandas DataFrame or the like; pandas is not imported for it."""
    return hasattr(table, "columns") and hasattr(table, "iloc")


def check_table(table: Any) -> None:
    """Raise if it is no table.

    Parameters
    ----------
    table : DataFrame or mapping of str to collection
        Of a column, no more is asked than a length, and that one can go through it.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If the columns differ in length.

    Examples
    --------
    >>> check_table({"area": [3, 5], "name": ["a"]})
    Traceback (most recent call last):
    ValueError: expected columns of one length, got {'area': 2, 'name': 1}
    """
    if is_data_frame(table):
        return
    if not isinstance(table, Mapping):
        got = type(table).__name__
        raise TypeError(
            f"expected a DataFrame or a dict of columns as table, got {got}"
        )
    try:
        lengths = {str(name): len(values) for name, values in table.items()}
        for values in table.values():
            iter(values)
    except TypeError:
        raise TypeError("expected a list or an array for each column") from None
    if len(set(lengths.values())) > 1:
        raise ValueError(f"expected columns of one length, got {lengths}")
