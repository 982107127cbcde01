"""What stands below the picture when results say more: numbers over time, a table."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

import panel as pn
import param

from panel_cam.view.series import Series
from panel_cam.view.tables import to_html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NUMBERS_EVERY = 0.15  # seconds
TABLE_EVERY = 0.5

# On a phone, the table comes last, after all that stands around this one.
_STYLE = """
:host { contain: inline-size; }
@media (max-width: 600px) { :host { display: contents; } }
"""

_TABLE_STYLE = """
:host { max-height: 320px; overflow: auto; order: 2; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 2px 10px; text-align: right; }
th:first-child, td:first-child { padding-left: 0; }
th { border-bottom: 1px solid #888888; font-weight: 600; }
"""


def _describe(table: Any) -> str:
    """Return a table as HTML, or why there is none; never raises."""
    try:
        return to_html(table)
    except Exception as error:
        # What is in it is the user's, and may change while it is read.
        return f"<p>The table cannot be shown: {type(error).__name__}.</p>"


class Readout(pn.viewable.Viewer):
    """The newest numbers and the newest table, a few times a second.

    A stream has far more results than an eye can follow. This takes all of them, and
    passes on the newest at a calm rate. It is empty until the first number or table.

    Parameters
    ----------
    call : callable
        Called as ``call(callback)``, it calls back on the event loop with the session's
        document locked.
    """

    values = param.Dict(
        default={},
        doc="""
        The newest named numbers, about six times a second.""",
    )
    table = param.Parameter(
        default=None,
        doc="""
        The newest table, about twice a second.""",
    )

    def __init__(self, call: Callable[[Callable[[], None]], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._call = call
        self._numbers: tuple[float, dict[str, float]] | None = None
        self._table: Any = None
        self._describing: asyncio.Future[str] | None = None
        self._numbers_at = self._table_at = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.series = Series()
        self._pane = pn.pane.HTML(
            stylesheets=[_TABLE_STYLE], margin=(5, 0), sizing_mode="stretch_width"
        )
        # Empty at first: a stream without numbers has no figure of them to load.
        self._column = pn.Column(sizing_mode="stretch_width", stylesheets=[_STYLE])

    def take(self, at: float, values: Mapping[str, float], table: object) -> None:
        """Take what came with one frame; on the event loop, at any rate.

        Parameters
        ----------
        at : float
            When the picture was taken, in seconds.
        values : mapping of str to float
            May be empty.
        table : DataFrame, mapping or None
            May be None.
        """
        if values:
            self._numbers = at, dict(values)
        if table is not None:
            self._table = table
        if self._numbers is not None or self._table is not None:
            self._show_what_is_due()

    def clear(self) -> None:
        """Forget all: another filter comes."""
        self._numbers = self._table = self._describing = None
        if self.values or self.table is not None:
            self._column.clear()
            self.series.clear()
            self.values = {}
            self.table = None

    def _show_what_is_due(self) -> None:
        now = time.monotonic()
        wait = float("inf")
        if self._numbers is not None:
            wait = self._numbers_at + NUMBERS_EVERY - now
            if wait <= 0:
                self._numbers_at = now
                self._show_numbers(*self._numbers)
                self._numbers = None
                wait = float("inf")
        if self._table is not None and self._describing is None:
            wait_table = self._table_at + TABLE_EVERY - now
            if wait_table <= 0:
                self._table_at = now
                self._begin_table(self._table)
                self._table = None
            else:
                wait = min(wait, wait_table)
        if wait < float("inf"):
            self._come_back(wait)

    def _come_back(self, seconds: float) -> None:
        """See to what was not due yet: it may be the last of the stream."""
        if self._timer is not None:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return

        def again() -> None:
            self._timer = None
            self._call(self._show_what_is_due)

        self._timer = loop.call_later(seconds, again)

    def _show_numbers(self, at: float, values: dict[str, float]) -> None:
        self.series.add(at, values)
        if self.series not in self._column:
            self._column.insert(0, self.series)
        self.values = values

    def _begin_table(self, table: Any) -> None:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._show_table(table, _describe(table))
            return

        def shown() -> None:
            if self._describing is describing:  # nobody cleared it meanwhile
                self._describing = None
                self._show_table(table, describing.result())
                self._show_what_is_due()

        # Not here: pandas takes a second to be imported, and 20 ms for a large table.
        describing = loop.run_in_executor(None, _describe, table)
        describing.add_done_callback(lambda _: self._call(shown))
        self._describing = describing

    def _show_table(self, table: Any, html: str) -> None:
        self._pane.object = html
        if self._pane not in self._column:
            self._column.append(self._pane)
        self.table = table

    def __panel__(self) -> pn.viewable.Viewable:
        """Return the numbers, and below them the table."""
        return self._column
