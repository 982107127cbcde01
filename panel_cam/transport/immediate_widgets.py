"""Widgets whose changes are taken at once: a slider moves as often as frames come."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import panel as pn

from panel_cam.transport.session_caller import changing

if TYPE_CHECKING:
    import param
    from bokeh.document import Document


class _Immediate(pn.widgets.Widget):
    """Takes what a page says past Panel's queue.

    Panel sets a timer for each change, waits for the document once more, and counts the
    application as busy meanwhile: 2 ms for every move of a slider, in which no frame
    is dealt with. The names are private to Panel (seen in 1.9.4); without them all
    works as before, slower.
    """

    __abstract = True

    _debounce: ClassVar[int] = 0
    _busy__ignore: ClassVar[list[str]] = ["value", "value_throttled"]

    def _server_change(
        self,
        doc: Document,
        ref: str,
        subpath: str | None,
        attr: str,
        old: Any,
        new: Any,
    ) -> None:
        echo = attr in self._changing.get(ref, [])
        if subpath or echo or attr not in self._busy__ignore:
            super()._server_change(doc, ref, subpath, attr, old, new)
            return
        # We are on the event loop and hold the document's lock.
        try:
            with changing(doc):
                self._process_events({attr: new})
        except Exception as error:  # of someone who watches; Panel has logged it
            if pn.config.exception_handler:
                pn.config.exception_handler(error)

    def _update_properties(
        self, *events: param.parameterized.Event, doc: Document
    ) -> dict[str, Any]:
        # Panel makes the theme's style sheets anew for every change: a third of its
        # cost. No value depends on them.
        if all(event.name in self._busy__ignore for event in events):
            return self._process_param_change({each.name: each.new for each in events})
        properties: dict[str, Any] = super()._update_properties(*events, doc=doc)
        return properties


@cache
def immediate(kind: type[pn.widgets.Widget]) -> type[pn.widgets.Widget]:
    """Let a widget tell Python of its changes at once.

    Parameters
    ----------
    kind : type
        One of Panel's widgets, with a ``value``.

    Returns
    -------
    kind : type
        The same, but for how soon Python hears of a change. The same each time.
    """
    return type(kind.__name__, (_Immediate, kind), {"__doc__": kind.__doc__})
