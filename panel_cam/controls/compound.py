"""`Compound`: several widgets that stand for one value, such as two numbers."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import panel as pn
import param

from panel_cam.controls.alerts import show_refusal
from panel_cam.functions.comparing import is_same
from panel_cam.transport.widgets import HelpIcon, immediate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from panel_cam.functions.kinds.kind import Parameter

    Row = pn.viewable.Viewable | pn.viewable.Viewer

PLACE: dict[str, Any] = {
    "margin": (0, 0, 0, 0),
    "sizing_mode": "stretch_width",
    # Beside a picture, 300 pixels of a default width are too many.
    "width": None,
    "min_width": 0,
}
GAP = {"gap": "8px"}
_NO_LABEL = "label { position: absolute; clip-path: inset(50%); }"


def with_help(widget: Row, parameter: Parameter) -> Row:
    """Stand a widget beside its help, if there is any.

    Parameters
    ----------
    widget : Viewable or Viewer
        Of the parameter.
    parameter : param.Parameter
        Its doc is the help.

    Returns
    -------
    row : Viewable or Viewer
        The widget alone if there is no doc.
    """
    doc = " ".join((parameter.doc or "").split())
    if not doc:
        return widget
    text = html.escape(doc, quote=False)
    icon = HelpIcon(value=text, margin=(0, 0, 0, 6), align="start")
    return pn.Row(widget, icon, margin=0, sizing_mode="stretch_width")


class Compound(pn.viewable.Viewer):
    """Several widgets below a title that stand for one value.

    Parameters
    ----------
    value : object
        What they show together.
    label : str, default ""
        The title.
    """

    value: param.Parameter[Any] = param.Parameter(
        doc="""
        What they show: another one after each change, and never the same changed.""",
    )
    label = param.String(
        default="",
        doc="""
        The title.""",
    )
    disabled = param.Boolean(
        default=False,
        doc="""
        Whether nothing can be changed.""",
    )
    error = param.String(
        default="",
        doc="""
        Why the last change was not taken; empty when it was.""",
    )

    def __init__(self, value: Any, *, label: str = "") -> None:
        super().__init__(value=value, label=label)  # type: ignore[no-untyped-call]
        self.widgets = self._make_widgets()
        """The widgets by the name of their part."""
        for name, widget in self.widgets.items():
            widget.param.watch(partial(self._on_widget, name), "value")
        title = html.escape(label)
        self._layout = pn.Column(
            pn.pane.HTML(title, margin=0, sizing_mode="stretch_width"),
            self._arrange(),
            show_refusal(self.param.error),
            sizing_mode="stretch_width",
            margin=0,
        )

    def _make_widgets(self) -> dict[str, Any]:
        raise NotImplementedError

    def _arrange(self) -> pn.viewable.Viewable:
        raise NotImplementedError

    def _shown(self, name: str) -> Any:
        """Return what the widget of a part is to show."""
        raise NotImplementedError

    def _with(self, name: str, shown: Any) -> Any:
        """Return the value with one part changed, or raise a ValueError."""
        raise NotImplementedError

    def _on_widget(self, name: str, event: param.parameterized.Event) -> None:
        if is_same(event.new, self._shown(name)):
            return
        try:
            self.value = self._with(name, event.new)
        except (ValueError, TypeError) as error:
            self.error = str(error)
            self._show_value()
        else:
            self.error = ""

    @param.depends("value", watch=True)
    def _show_value(self) -> None:
        for name, widget in self.widgets.items():
            shown = self._shown(name)
            if not is_same(widget.value, shown):
                widget.value = shown

    @param.depends("disabled", watch=True)
    def _disable(self) -> None:
        for widget in self.widgets.values():
            widget.disabled = self.disabled

    def without_control(self) -> list[str]:
        """List the parts that have no widget."""
        return []

    def __panel__(self) -> pn.viewable.Viewable:
        """Return what the page shows."""
        return self._layout


class NumbersInput(Compound):
    """Some numbers, each in a box, beside each other.

    Parameters
    ----------
    value : tuple of float
        The numbers.
    whole : sequence of bool
        Of each, whether only whole numbers can be typed.
    label : str, default ""
        The title.
    """

    def __init__(self, value: Any, *, whole: Sequence[bool], label: str = "") -> None:
        self._whole = whole
        super().__init__(value, label=label)

    def _make_widgets(self) -> dict[str, Any]:
        boxes = {}
        pairs = zip(self.value, self._whole, strict=True)
        for number, (value, whole) in enumerate(pairs, 1):
            # Its own label, for those who do not see the title; it takes no room.
            kind = pn.widgets.IntInput if whole else pn.widgets.FloatInput
            box = immediate(kind)(label=f"{self.label} {number}")
            box.param.update(value=value, stylesheets=[_NO_LABEL], **PLACE)
            boxes[str(number)] = box
        return boxes

    def _arrange(self) -> pn.viewable.Viewable:
        boxes = self.widgets.values()
        return pn.Row(*boxes, margin=0, sizing_mode="stretch_width", styles=GAP)

    def _shown(self, name: str) -> Any:
        return self.value[int(name) - 1]

    def _with(self, name: str, shown: Any) -> Any:
        if shown is None:
            raise ValueError(f"{self.label}: expected a number")
        place = int(name) - 1
        return (*self.value[:place], shown, *self.value[place + 1 :])
