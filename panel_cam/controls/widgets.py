"""The widget of one setting."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import panel as pn
import param
from bokeh.models import PrintfTickFormatter

from panel_cam.functions.bounds import has_ends
from panel_cam.transport.widgets import SelectWithNone, immediate

if TYPE_CHECKING:
    from panel_cam.functions.kinds import Parameter


# The colour of `sources/camera.css`; Panel's own track is white in the dark, too.
_BAR = "#0072b5"
_TRACK = """
.noUi-target {
  background: color-mix(in srgb, currentColor 12%, transparent);
  border-color: color-mix(in srgb, currentColor 25%, transparent);
  box-shadow: none;
}
"""

# To param, a date is a number, and two dates are a range.
_MOMENTS: dict[Any, Any] = {
    param.CalendarDate: pn.widgets.DatePicker,
    param.Date: pn.widgets.DatetimePicker,
    param.CalendarDateRange: pn.widgets.DateRangePicker,
    param.DateRange: pn.widgets.DatetimeRangePicker,
}


def _slider(
    parameter: Any, kind: type[pn.widgets.Widget], **more: Any
) -> pn.widgets.Widget:
    start, end = parameter.get_soft_bounds()
    if parameter.step is not None:
        more["step"] = parameter.step
    return immediate(kind)(
        start=start, end=end, bar_color=_BAR, stylesheets=[_TRACK], **more
    )


def _format(parameter: Any) -> str | PrintfTickFormatter:
    """Return a format with so many digits that neighbours look different."""
    step = parameter.step or 0.01
    if step < 1e-6:
        # Bokeh's own formats are NaN where JavaScript writes a number as 1e-7.
        largest = max(map(abs, parameter.get_soft_bounds()))
        digits = min(16, math.ceil(math.log10(largest / step)))
        return PrintfTickFormatter(format=f"%.{digits}e")
    decimals = f"{step:.6f}".rstrip("0").partition(".")[2]
    return f"0.{'0' * len(decimals)}" if decimals else "0"


def _number(parameter: Any) -> pn.widgets.Widget:
    whole = isinstance(parameter, param.Integer)
    if parameter.allow_None or not has_ends(parameter):
        # A slider has no place for None; a box can be empty.
        kind = pn.widgets.IntInput if whole else pn.widgets.FloatInput
        start, end = parameter.bounds or (None, None)
        step = {} if parameter.step is None else {"step": parameter.step}
        return immediate(kind)(start=start, end=end, placeholder="none", **step)
    if whole:
        return _slider(parameter, pn.widgets.IntSlider)
    return _slider(parameter, pn.widgets.FloatSlider, format=_format(parameter))


def _interval(parameter: Any, value: Any) -> pn.widgets.Widget | None:
    if not has_ends(parameter) or value is None:
        return None
    numbers = (*value, *parameter.get_soft_bounds())
    whole = all(isinstance(each, int) for each in numbers)
    if whole:
        return _slider(parameter, pn.widgets.IntRangeSlider)
    return _slider(parameter, pn.widgets.RangeSlider, format=_format(parameter))


def _moment(parameter: Any) -> pn.widgets.Widget:
    kind = next(_MOMENTS[each] for each in _MOMENTS if isinstance(parameter, each))
    start, end = parameter.bounds or (None, None)
    return immediate(kind)(start=start, end=end)


def _choice(options: Any) -> pn.widgets.Widget:
    # Without a value, Panel compares None with every one; an array takes that ill.
    first = next(iter(options.values()), None)
    return immediate(SelectWithNone)(options=options, value=first)


def _make(parameter: Any, value: Any) -> pn.widgets.Widget | None:
    if isinstance(parameter, param.ListSelector):
        return immediate(pn.widgets.MultiChoice)(options=parameter.get_range())
    if isinstance(parameter, param.Selector):
        return _choice(parameter.get_range())
    if isinstance(parameter, param.Boolean):
        if parameter.allow_None:
            return _choice({"none": None, "yes": True, "no": False})
        return immediate(pn.widgets.Checkbox)()
    if isinstance(parameter, tuple(_MOMENTS)):
        return _moment(parameter)
    if isinstance(parameter, param.Number):
        return _number(parameter)
    if isinstance(parameter, param.Color):
        return immediate(pn.widgets.ColorPicker)()
    if isinstance(parameter, param.String):
        return immediate(pn.widgets.TextInput)()
    if isinstance(parameter, param.Range):
        return _interval(parameter, value) or immediate(pn.widgets.LiteralInput)(
            type=tuple
        )
    if isinstance(parameter, param.Tuple):
        return immediate(pn.widgets.LiteralInput)(type=tuple)
    if isinstance(parameter, param.List):
        return immediate(pn.widgets.LiteralInput)(type=list)
    if isinstance(parameter, param.Dict):
        return immediate(pn.widgets.LiteralInput)(type=dict)
    return None


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
    widget = _make(parameter, value)
    if widget is None:
        return None
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
