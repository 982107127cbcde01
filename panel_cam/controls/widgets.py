"""The widget of one setting: its kind names it, here it is made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import panel as pn
from bokeh.models import PrintfTickFormatter

from panel_cam.controls.compound import GAP, PLACE, Compound, NumbersInput, with_help
from panel_cam.functions.kinds.groups import check_field
from panel_cam.functions.kinds.registry import kind_of
from panel_cam.transport.widgets import SelectWithNone, immediate

if TYPE_CHECKING:
    from panel_cam.functions.kinds.kind import Kind, Parameter


# The colour of `sources/camera.css`; Panel's own track is white in the dark, too.
_BAR = "#0072b5"
_TRACK = """
.noUi-target {
  background: color-mix(in srgb, currentColor 12%, transparent);
  border-color: color-mix(in srgb, currentColor 25%, transparent);
  box-shadow: none;
}
"""


_INDENT = {
    "border-left": "2px solid color-mix(in srgb, currentColor 16%, transparent)",
    "padding-left": "8px",
    "box-sizing": "border-box",
}


def _class(name: str) -> type[pn.widgets.Widget]:
    found: type[pn.widgets.Widget] = (
        SelectWithNone if name == "Select" else getattr(pn.widgets, name)
    )
    return found


def _styled(name: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Add what is a matter of looks."""
    if name.endswith("Slider"):
        properties = {**properties, "bar_color": _BAR, "stylesheets": [_TRACK]}
    if (text := properties.get("format", "")).startswith("%"):
        properties = {**properties, "format": PrintfTickFormatter(format=text)}
    return properties


class GroupInput(Compound):
    """The fields of a dataclass, each with its widget.

    Parameters
    ----------
    value : object
        Of the dataclass.
    parts : dict of str to (Kind, Parameter)
        What each field is.
    label : str, default ""
        The title.
    """

    def __init__(
        self, value: Any, *, parts: dict[str, tuple[Kind, Parameter]], label: str = ""
    ) -> None:
        self._parts = parts
        super().__init__(value, label=label)

    def _make_widgets(self) -> dict[str, Any]:
        found = {
            name: to_widget(parameter, getattr(self.value, name))
            for name, (_, parameter) in self._parts.items()
        }
        return {name: widget for name, widget in found.items() if widget is not None}

    def _arrange(self) -> pn.viewable.Viewable:
        rows = [
            with_help(widget, self._parts[name][1])
            for name, widget in self.widgets.items()
        ]
        look = {"sizing_mode": "stretch_width", "margin": 0}
        return pn.Column(*rows, **look, styles={**GAP, **_INDENT})

    def _shown(self, name: str) -> Any:
        kind, parameter = self._parts[name]
        return kind.to_shown(parameter, getattr(self.value, name))

    def _with(self, name: str, shown: Any) -> Any:
        kind, parameter = self._parts[name]
        value = kind.from_shown(parameter, shown)
        check_field(parameter, value)
        return replace(self.value, **{name: value})

    def without_control(self) -> list[str]:
        """List the fields that have no widget."""
        inner = [
            f"{name}.{each}"
            for name, widget in self.widgets.items()
            if isinstance(widget, Compound)
            for each in widget.without_control()
        ]
        return [*(name for name in self._parts if name not in self.widgets), *inner]


OURS: dict[str, Any] = {"NumbersInput": NumbersInput, "GroupInput": GroupInput}
"""The widgets that a kind may name beside Panel's."""


def to_widget(parameter: Parameter, value: Any) -> pn.widgets.Widget | Compound | None:
    """Make the widget of a setting.

    Parameters
    ----------
    parameter : param.Parameter
        Of the settings.
    value : object
        What it is now.

    Returns
    -------
    widget : panel.widgets.Widget, Compound or None
        It shows the value, and is linked to nothing; None if no widget fits.
    """
    kind = kind_of(parameter)
    wanted = kind.widget(parameter, value)
    if wanted is None:
        return None
    if wanted.name in OURS:
        label = parameter.label or ""
        made: Compound = OURS[wanted.name](value, label=label, **wanted.properties)
        return made
    widget = immediate(_class(wanted.name))(**_styled(*wanted))
    widget.param.update(
        label=parameter.label,
        value=kind.to_shown(parameter, value),
        **PLACE,
    )
    return widget
