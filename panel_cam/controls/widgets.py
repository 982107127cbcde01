"""The widget of one setting: its kind names it, here it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
from bokeh.models import PrintfTickFormatter

from panel_cam.functions.kinds.registry import kind_of
from panel_cam.transport.widgets import SelectWithNone, immediate

if TYPE_CHECKING:
    from panel_cam.functions.kinds.kind import Parameter


# The colour of `sources/camera.css`; Panel's own track is white in the dark, too.
_BAR = "#0072b5"
_TRACK = """
.noUi-target {
  background: color-mix(in srgb, currentColor 12%, transparent);
  border-color: color-mix(in srgb, currentColor 25%, transparent);
  box-shadow: none;
}
"""


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


def to_widget(parameter: Parameter, value: Any) -> pn.widgets.Widget | None:
    """Make the widget of a setting.

    Parameters
    ----------
    parameter : param.Parameter
        Of the settings.
    value : object
        What it is now.

    Returns
    -------
    widget : panel.widgets.Widget or None
        It shows the value, and is linked to nothing; None if no widget fits.
    """
    wanted = kind_of(parameter).widget(parameter, value)
    if wanted is None:
        return None
    widget = immediate(_class(wanted.name))(**_styled(*wanted))
    widget.param.update(
        label=parameter.label,
        value=value,
        margin=(0, 0, 0, 0),
        sizing_mode="stretch_width",
        # Beside a picture, 300 pixels of a default width are too many.
        width=None,
        min_width=0,
    )
    return widget
