"""Tables of a result: a pandas DataFrame or a mapping of columns, checked and shown."""

from __future__ import annotations

import html
from collections.abc import Mapping
from itertools import islice
from typing import Any

import numpy as np

MOST_ROWS = 50
MOST_COLUMNS = 20


def columns_of(table: Any) -> list[tuple[str, Any]]:
    """Return a table's columns, each of the same length.

    Parameters
    ----------
    table : DataFrame or mapping of str to collection
        A DataFrame is told by its ``columns``; pandas is not imported for it.

    Returns
    -------
    columns : list of (str, collection)
        Of what has a length and can be gone through; no more is asked. A DataFrame may
        have several columns of one name.

    Raises
    ------
    TypeError
        If it is neither.
    ValueError
        If the columns differ in length.

    Examples
    --------
    >>> columns_of({"area": [3, 5]})
    [('area', [3, 5])]
    """
    if _is_frame(table):
        places = range(len(table.columns))
        return [(str(table.columns[at]), table.iloc[:, at]) for at in places]
    if not isinstance(table, Mapping):
        got = type(table).__name__
        raise TypeError(
            f"expected a DataFrame or a dict of columns as table, got {got}"
        )
    columns = [(str(name), values) for name, values in table.items()]
    try:
        lengths = {name: len(values) for name, values in columns}
        for _, values in columns:
            iter(values)
    except TypeError:
        raise TypeError("expected a list or an array for each column") from None
    if len(set(lengths.values())) > 1:
        raise ValueError(f"expected columns of one length, got {lengths}")
    return columns


def check(table: Any) -> None:
    """Raise what `columns_of` raises, without taking a DataFrame apart."""
    if not _is_frame(table):
        columns_of(table)


def _is_frame(table: Any) -> bool:
    return hasattr(table, "columns") and hasattr(table, "iloc")


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating):
        number = float(value)
        return f"{number:.4g}" if abs(number) < 1e4 else f"{number:,.0f}"
    return html.escape(str(value)[:200])


def to_html(table: Any) -> str:
    """Return a table as HTML: its first rows, and how many more there are.

    Parameters
    ----------
    table : DataFrame or mapping
        See `columns_of`.

    Returns
    -------
    html : str
        Safe to show.
    """
    columns = columns_of(table)[:MOST_COLUMNS]
    count = len(columns[0][1]) if columns else 0
    parts = [list(islice(values, MOST_ROWS)) for _, values in columns]
    head = "".join(f"<th>{html.escape(name[:200])}</th>" for name, _ in columns)
    body = "".join(
        f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row)}</tr>"
        for row in zip(*parts, strict=True)
    )
    more = "" if count <= MOST_ROWS else f"<p>{count - MOST_ROWS} more rows.</p>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"
