"""A table of a result as HTML, by pandas."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from panel_cam.imaging.table_checks import is_data_frame

MOST_ROWS = 50
MOST_COLUMNS = 20
MOST_CHARACTERS = 200  # of one cell


def _cell(value: object) -> str:
    if isinstance(value, float | np.floating):
        number = float(value)
        return f"{number:.4g}" if abs(number) < 1e4 else f"{number:,.0f}"
    return str(value)[:MOST_CHARACTERS]


def to_html(table: Any) -> str:
    """Return a table as HTML: its first rows, and how many more there are.

    pandas is imported here, and not for a page without a table.

    Parameters
    ----------
    table : DataFrame or mapping of str to collection
        One that `panel_cam.imaging.table_checks.check_table` accepts. A DataFrame may
        have several columns of one name; its index is not shown.

    Returns
    -------
    html : str
        Safe to show.
    """
    import pandas as pd

    if is_data_frame(table):
        count = len(table)
        part = table.iloc[:MOST_ROWS, :MOST_COLUMNS]
        names = list(part.columns)
    else:
        columns = dict(islice(table.items(), MOST_COLUMNS))
        names = list(columns)
        count = len(columns[names[0]]) if names else 0
        parts = [list(islice(values, MOST_ROWS)) for values in columns.values()]
        # As objects: an int beside a None would become a float.
        part = pd.DataFrame(dict(enumerate(parts)), dtype=object)
    part = part.set_axis([_cell(str(name)) for name in names], axis="columns")
    formatters = [_cell] * len(names)
    html = part.to_html(index=False, border=0, na_rep="nan", formatters=formatters)
    more = "" if count <= MOST_ROWS else f"<p>{count - MOST_ROWS} more rows.</p>"
    return f"{html}{more}"
