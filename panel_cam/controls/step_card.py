"""One step of a chain on the page: its line of buttons, and its settings below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import panel as pn

from panel_cam.controls.controls import Controls
from panel_cam.controls.filter_picker import FilterPicker
from panel_cam.controls.step_bar import StepBar

if TYPE_CHECKING:
    from collections.abc import Callable

    import param

    from panel_cam.controls.chain_step import ChainStep
    from panel_cam.filters.summaries import Listing

_FRAME = {
    "border": "1px solid color-mix(in srgb, currentColor 16%, transparent)",
    "border-radius": "8px",
    "padding": "6px 6px 0 10px",
    "box-sizing": "border-box",
}


class StepCard(pn.viewable.Viewer):
    """Shows a step, and says what people want done with it.

    Parameters
    ----------
    step : ChainStep
        What it shows.
    filters : Listing
        What may stand in its place.
    on_press : callable
        Called with this card and one of `step_bar.BUTTONS`.
    on_choose : callable
        Called with this card and the name of another filter.
    """

    def __init__(
        self,
        step: ChainStep,
        filters: Listing,
        on_press: Callable[[StepCard, str], None],
        on_choose: Callable[[StepCard, str], None],
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.step = step
        self.picker = FilterPicker(step.filter, filters)
        self.bar = StepBar(self.picker, lambda button: on_press(self, button))
        self._on_choose = on_choose
        self.bar.margin = (0, 0, 6, 0)
        self.controls = Controls(margin=(4, 4, 0, 0))
        self._layout = pn.Column(
            self.bar,
            self.controls,
            sizing_mode="stretch_width",
            # Panel's columns have a hidden button at their end, before which a `gap`
            # would be empty space.
            margin=(0, 0, 8, 0),
            styles=_FRAME,
        )
        self._watcher: param.parameterized.Watcher | None = None
        self.display(step)
        self.picker.param.watch(self._choose, "value")
        self.bar.param.watch(self._enable, "enabled")

    def display(self, step: ChainStep) -> None:
        """Show another step: the same place of the chain, with another filter."""
        self._let_go()
        self.step = step
        self.picker.value = step.filter
        self.bar.param.update(
            step={**self.bar.step, "name": step.filter}, enabled=step.enabled
        )
        self.controls.settings = step.settings
        self._watcher = step.param.watch(self._show_enabled, "enabled")
        self._show_enabled()

    def place(self, number: int, count: int) -> None:
        """Say where the step stands.

        Parameters
        ----------
        number : int
            From 1.
        count : int
            How many steps there are.
        """
        self.bar.step = {"name": self.step.filter, "number": number, "count": count}

    def focus(self, button: str) -> None:
        """Give one of the buttons the keyboard's focus."""
        count = self.bar.focus.get("count", 0) + 1
        self.bar.focus = {"button": button, "count": count}

    def close(self) -> None:
        """Let go of the step. Idempotent."""
        self.controls.close()
        self._let_go()

    def _let_go(self) -> None:
        if self._watcher is not None:
            self.step.param.unwatch(self._watcher)
            self._watcher = None

    def _choose(self, event: param.parameterized.Event) -> None:
        if event.new != self.step.filter:
            self._on_choose(self, event.new)

    def _enable(self, event: param.parameterized.Event) -> None:
        self.step.enabled = event.new

    def _show_enabled(self, event: param.parameterized.Event | None = None) -> None:
        self.bar.enabled = self.step.enabled
        layout = self.controls.__panel__()
        opacity = "1" if self.step.enabled else "0.5"
        layout.styles = {**layout.styles, "opacity": opacity}

    def __panel__(self) -> pn.viewable.Viewable:
        """Return what the page shows."""
        return self._layout
