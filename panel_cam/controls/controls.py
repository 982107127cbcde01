"""`Controls`: the settings of a filter, as widgets."""

from __future__ import annotations

import html
from functools import partial
from typing import TYPE_CHECKING, Any

import panel as pn
import param

from panel_cam.controls.alerts import show_refusal
from panel_cam.controls.compound import Compound, with_help
from panel_cam.controls.widgets import to_widget
from panel_cam.functions.comparing import is_same
from panel_cam.functions.kinds.plain import BUTTON, OTHER
from panel_cam.functions.kinds.registry import kind_of
from panel_cam.functions.settings import option_of, references
from panel_cam.transport.session_caller import at_session_end

if TYPE_CHECKING:
    from panel_cam.functions.kinds.kind import Parameter

    Row = pn.viewable.Viewable | pn.viewable.Viewer


class Controls(pn.viewable.Viewer):
    """A widget for each setting, and a button that sets all to their defaults.

    Every move of a slider is a change of the settings at once. It goes both ways: what
    Python sets, the widgets show. A setting that follows something else has no widget
    here, unless it follows a widget: that is shown itself.

    Parameters
    ----------
    settings : param.Parameterized, optional
        Of `panel_cam.functions.settings.settings_of`, or any other. None shows nothing;
        others may be assigned, and are shown instead.
    **layout
        Any parameter of the `panel.Column` that the page shows.

    Examples
    --------
    >>> from panel_cam.filters import gaussian
    >>> from panel_cam.functions.settings import settings_of
    >>> controls = Controls(settings_of(gaussian))
    >>> list(controls.widgets)
    ['sigma']
    """

    settings: param.Parameter[Any] = param.Parameter(
        default=None,
        doc="""
        What the widgets show and change.""",
    )
    error = param.String(
        default="",
        doc="""
        Why the last change was not taken; empty when it was.""",
    )

    def __init__(
        self, settings: param.Parameterized | None = None, **layout: Any
    ) -> None:
        super().__init__(settings=settings)  # type: ignore[no-untyped-call]
        self.widgets: dict[str, pn.widgets.Widget | Compound] = {}
        """The widgets by the name of their setting."""
        self._watchers: list[tuple[param.Parameterized, Any]] = []
        self._reset = pn.widgets.Button(
            label="Reset",
            margin=(4, 0, 0, 0),
            sizing_mode="stretch_width",
            on_click=lambda event: self.reset(),
        )
        self._missing = pn.pane.HTML(
            visible=False, margin=0, sizing_mode="stretch_width"
        )
        self._message = show_refusal(self.param.error)
        looks = {"sizing_mode": "stretch_width", "margin": 0, "styles": {"gap": "8px"}}
        self._layout = pn.Column(**{**looks, **layout})
        self._show_settings()
        at_session_end(self.close)

    # ---- what is shown

    @param.depends("settings", watch=True)
    def _show_settings(self) -> None:
        """Show these settings, and no others."""
        self.close()
        self.widgets.clear()
        self.error = ""
        rows = [] if self.settings is None else self._make_rows()
        missing = [] if self.settings is None else self._without_control()
        if self.widgets:
            watcher = self.settings.param.watch(self._on_settings, list(self.widgets))
            self._watchers.append((self.settings, watcher))
        self._show_reset()
        self._missing.object = _describe_missing(missing)
        self._missing.visible = bool(missing)
        self._reset.visible = bool(rows)
        self._layout[:] = [*rows, self._missing, self._message, self._reset]
        self._layout.visible = bool(rows or missing)

    def _without_control(self) -> list[str]:
        """List the options that nobody can change here, by what a function calls them.

        What the caller has set is his own choice, as is what follows something else.
        """
        hidden: frozenset[str] = getattr(self.settings, "_without_control", frozenset())
        found: list[str] = []
        for name, parameter in self.settings.param.objects("existing").items():
            option = option_of(self.settings, name)
            is_other = kind_of(parameter) is OTHER and _order(parameter) >= 0
            if name in hidden or (is_other and name not in references(self.settings)):
                found.append(option)
            elif isinstance(widget := self.widgets.get(name), Compound):
                found += [f"{option}.{each}" for each in widget.without_control()]
        return found

    def _make_rows(self) -> list[Row]:
        followers = references(self.settings)
        rows: list[Row] = []
        parameters = self.settings.param.objects("existing").items()
        for name, parameter in sorted(parameters, key=lambda item: _order(item[1])):
            if name == "name" or _order(parameter) < 0:
                continue
            if name in followers:
                if isinstance(followers[name], pn.widgets.WidgetBase):
                    rows.append(followers[name])
                continue
            row = self._make_button(name, parameter) or self._make_row(name, parameter)
            if row is not None:
                rows.append(row)
        return rows

    def _make_row(self, name: str, parameter: Parameter) -> Row | None:
        widget = to_widget(parameter, getattr(self.settings, name))
        if widget is None:
            return None
        widget.disabled = bool(parameter.constant or parameter.readonly)
        self.widgets[name] = widget
        watcher = widget.param.watch(partial(self._on_widget, name), "value")
        self._watchers.append((widget, watcher))
        return with_help(widget, parameter)

    def _make_button(self, name: str, parameter: Parameter) -> Row | None:
        """Return a button for what is no value."""
        if kind_of(parameter) is not BUTTON:
            return None
        settings = self.settings  # a late press is not for those that came after
        button = pn.widgets.Button(
            label=parameter.label,
            margin=0,
            sizing_mode="stretch_width",
            on_click=lambda event: BUTTON.press(settings, name),
        )
        return with_help(button, parameter)

    # ---- both ways

    def _to_shown(self, name: str, value: Any) -> Any:
        parameter = self.settings.param[name]
        return kind_of(parameter).to_shown(parameter, value)

    def _on_widget(self, name: str, event: param.parameterized.Event) -> None:
        # Param takes what it does not know, the members of an Enum say, for changed.
        if is_same(event.new, self._to_shown(name, getattr(self.settings, name))):
            return
        parameter = self.settings.param[name]
        try:
            value = kind_of(parameter).from_shown(parameter, event.new)
            setattr(self.settings, name, value)
        except (ValueError, TypeError) as error:
            self.error = str(error)
            event.obj.value = self._to_shown(name, getattr(self.settings, name))
        else:
            self.error = ""

    def _on_settings(self, *events: param.parameterized.Event) -> None:
        for event in events:
            widget = self.widgets[event.name]
            shown = self._to_shown(event.name, event.new)
            if not is_same(widget.value, shown):
                widget.value = shown
        self._show_reset()

    def _changed(self) -> dict[str, Any]:
        """Return the defaults of the settings that do not have them."""
        defaults = {name: self.settings.param[name].default for name in self.widgets}
        return {
            name: default
            for name, default in defaults.items()
            if not self.widgets[name].disabled
            and not is_same(self.widgets[name].value, self._to_shown(name, default))
        }

    def _show_reset(self) -> None:
        self._reset.disabled = not self._changed()

    # ---- what one does with it

    def reset(self) -> None:
        """Set every setting that has a widget to its default."""
        self.error = ""
        if defaults := self._changed():
            self.settings.param.update(**defaults)

    def close(self) -> None:
        """Let go of the settings. Idempotent."""
        for each, watcher in self._watchers:
            each.param.unwatch(watcher)
        self._watchers.clear()

    def __panel__(self) -> pn.viewable.Viewable:
        """Return what the page shows: a column that is as wide as its place."""
        return self._layout


def _order(parameter: Parameter) -> float:
    return 0 if parameter.precedence is None else float(parameter.precedence)


def _describe_missing(names: list[str]) -> str:
    if not names:
        return ""
    text = html.escape(", ".join(names))
    return f"<span style='opacity: 0.7'>Without a control: {text}</span>"
