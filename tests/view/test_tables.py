"""A table on the page: all kinds of columns, as text that is safe, and not too much."""

from collections import deque
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from panel_cam.imaging.result import Result
from panel_cam.view.tables import MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, to_html


class _Cells(HTMLParser):
    """Reads a table as a browser does: rows of texts, and the names of all tags."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        self._in_cell = tag in ("td", "th")
        if tag == "tr":
            self.rows.append([])
        elif self._in_cell:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


def read(table: object) -> list[list[str]]:
    """Return the texts of a table's rows as one sees them; the first has the names."""
    cells = _Cells()
    cells.feed(to_html(table))
    assert cells.tags <= {"table", "thead", "tbody", "tr", "th", "td", "p"}
    return cells.rows


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_a_table_is_shown_as_text_that_is_safe(kind) -> None:
    nasty = ["<i>", "</td><script>alert(1)</script>", "&lt;"]
    table = kind({"<b>": nasty, "area": [1.23456, 123456.7, 2.0], "n": [1, 2, 3]})
    assert "<script" not in to_html(table)
    assert read(table) == [
        ["<b>", "area", "n"],
        [nasty[0], "1.235", "1"],
        [nasty[1], "123,457", "2"],
        [nasty[2], "2", "3"],
    ]


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_dates_gaps_and_whatever_else_there_is_are_shown(kind) -> None:
    table = kind(
        {
            "day": pd.to_datetime(["2024-05-01", None]),
            "kind": pd.Categorical(["bolt", "nut"]),
            "count": pd.array([3, None], dtype="Int64"),
            "size": [np.nan, -np.inf],
            "found": [True, False],
            "path": [[1, 2], None],
        }
    )
    assert read(table)[1:] == [
        ["2024-05-01 00:00:00", "bolt", "3", "nan", "True", "[1, 2]"],
        ["NaT", "nut", "<NA>", "-inf", "False", "None"],
    ]


def test_an_int_beside_nothing_stays_one() -> None:
    assert read({"n": [1, None]})[1:] == [["1"], ["None"]]


def test_columns_of_one_name_are_all_there() -> None:
    assert read(pd.DataFrame([[1, 2]], columns=["n", "n"])) == [["n", "n"], ["1", "2"]]
    assert read({1: ["a"], "1": ["b"]}) == [["1", "1"], ["a", "b"]]


def test_columns_on_two_levels_have_both_names() -> None:
    names = pd.MultiIndex.from_tuples([("size", "x"), ("size", "y")])
    head, row = read(pd.DataFrame([[1, 2]], columns=names))
    assert (head, row) == (["('size', 'x')", "('size', 'y')"], ["1", "2"])


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_a_long_table_says_how_much_more_there_is(kind) -> None:
    table = kind({"n": np.arange(MOST_ROWS + 30)})
    assert read(table)[1:] == [[str(n)] for n in range(MOST_ROWS)]
    assert "30 more rows" in to_html(table)
    assert "more rows" not in to_html(kind({"n": np.arange(MOST_ROWS)}))


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_a_wide_table_and_a_long_text_are_cut(kind) -> None:
    table = kind({f"{n}" + "n" * 500: ["x" * 500] for n in range(MOST_COLUMNS + 5)})
    rows = read(table)
    assert [len(row) for row in rows] == [MOST_COLUMNS] * 2
    assert {len(cell) for row in rows for cell in row} == {MOST_CHARACTERS}


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_an_empty_table_is_a_table(kind) -> None:
    assert read(kind({})) == [[]]
    assert read(kind({"n": []})) == [["n"]]


@pytest.mark.parametrize(
    "column",
    [
        deque([1, 2]),
        {1: "a", 2: "b"}.keys(),
        {1, 2},
        range(1, 3),
        pd.Series([1, 2], index=[7, 5]),
        "12",
    ],
    ids=type,
)
def test_a_column_may_be_any_collection(column) -> None:
    table = Result(np.zeros((2, 2)), table={"n": column, "m": [3, 4]}).table
    assert read(table) == [["n", "m"], ["1", "3"], ["2", "4"]]
