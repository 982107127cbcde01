"""Panel's widgets, where they have to be a little different and offer no way to it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

import panel as pn
from bokeh.models.ui import Tooltip

from panel_cam.transport.private_names import has
from panel_cam.transport.session_caller import changing

if TYPE_CHECKING:
    import param
    from bokeh.document import Document

_VALUES = ("value", "value_throttled")


class _Immediate(pn.widgets.Widget):
    """Takes what a page says past Panel's queue.

    Panel sets a timer for each change, waits for the document once more, and counts the
    application as busy meanwhile: 2 ms for every move of a slider, in which no frame
    is dealt with.
    """

    __abstract = True

    _debounce: ClassVar[int] = 0
    _busy__ignore: ClassVar[list[str]] = list(_VALUES)

    def _server_change(
        self,
        doc: Document,
        ref: str,
        subpath: str | None,
        attr: str,
        old: Any,
        new: Any,
    ) -> None:
        can_take = has(self, "_changing", "_process_events") and attr in _VALUES
        if subpath or not can_take or attr in self._changing.get(ref, []):
            super()._server_change(doc, ref, subpath, attr, old, new)
            return
        # The document is locked.
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
        is_plain = all(event.name in _VALUES for event in events)
        if is_plain and has(self, "_process_param_change"):
            return self._process_param_change({each.name: each.new for each in events})
        properties: dict[str, Any] = super()._update_properties(*events, doc=doc)
        return properties


@cache
def immediate(kind: type[pn.widgets.Widget]) -> type[pn.widgets.Widget]:
    """Let a widget tell Python of its changes at once.

    A slider then moves as often as frames come.

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


class SelectWithNone(pn.widgets.Select):
    """Shows None where that is a choice: Panel leaves values out that are None."""

    def _init_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super()._init_params()
        return {"value": None, **params}


class HelpIcon(pn.widgets.TooltipIcon):
    """Opens to the left: controls are at the right of a picture, or fill a phone."""

    def _process_param_change(self, params: dict[str, Any]) -> dict[str, Any]:
        properties: dict[str, Any] = super()._process_param_change(params)
        if isinstance(tooltip := properties.get("description"), Tooltip):
            tooltip.position = "left"
        return properties
