"""The line at the top of a chain's step: on or off, which filter, up, down, away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import param

from panel_cam.transport import assets
from panel_cam.transport.component import Component

if TYPE_CHECKING:
    from collections.abc import Callable

    from panel_cam.controls.filter_picker import FilterPicker

BUTTONS = ("up", "down", "remove")


class StepBar(Component):
    """A box to switch a step on, a picker of its filter, and three buttons.

    Parameters
    ----------
    picker : FilterPicker
        Shows and changes the step's filter.
    on_press : callable
        Called with one of `BUTTONS`.
    **params
        Any parameter of this class.
    """

    # In a dictionary, because Panel takes a text for HTML and cleans it.
    step = param.Dict(
        default={"name": "", "number": 1, "count": 1},
        doc="""
        The filter's name, the step's place in its chain from 1, and how many there
        are.""",
    )
    enabled = param.Boolean(
        default=True,
        doc="""
        Whether the step is on.""",
    )
    pressed = param.Dict(
        default={},
        doc="""
        The newest press on the page: which button, and a count that goes up.""",
    )
    focus = param.Dict(
        default={},
        doc="""
        Which button is to get the keyboard's focus, and a count that goes up.""",
    )
    picker: param.Parameter[Any] = param.Parameter(precedence=0)

    _template: ClassVar[str] = assets.read("controls/step_bar.html")
    _stylesheets: ClassVar[list[str]] = [assets.read("controls/step_bar.css")]
    _scripts: ClassVar[dict[str, str | list[str]]] = {
        "render": assets.library("controls/step_bar.js", exports="StepBar")
        + assets.read("controls/step_bar.glue.js"),
        "remove": "state.bar?.remove(); state.bar = null",
        "step": "state.bar?.update(data.step)",
        "enabled": "state.bar?.update({enabled: data.enabled})",
        "focus": "state.bar?.focus(data.focus.button)",
    }

    def __init__(
        self, picker: FilterPicker, on_press: Callable[[str], None], **params: Any
    ) -> None:
        params.setdefault("sizing_mode", "stretch_width")
        params.setdefault("margin", 0)
        super().__init__(picker=picker, **params)  # type: ignore[no-untyped-call]
        self._on_press = on_press

    @param.depends("pressed", watch=True)
    def _press(self) -> None:
        button = self.pressed.get("button")
        if button in BUTTONS:
            self._on_press(button)
