"""A button that puts a text on the clipboard of whoever presses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import param

from panel_cam.transport import assets
from panel_cam.transport.component import Component

if TYPE_CHECKING:
    from collections.abc import Callable


class CopyButton(Component):
    """Asks Python for the text when it is pressed, so that it is of that moment.

    Parameters
    ----------
    text : callable
        Called without arguments; returns the text.
    **params
        Any parameter of this class.
    """

    label = param.String(
        default="Copy",
        constant=True,
        doc="""
        What stands on the button.""",
    )
    asked = param.Integer(
        default=0,
        doc="""
        How often the page has asked for the text.""",
    )
    given = param.Dict(
        default={},
        doc="""
        The text, and the number of the question that it answers.""",
    )

    _template: ClassVar[str] = assets.read("controls/copy_button.html")
    _stylesheets: ClassVar[list[str]] = [assets.read("controls/copy_button.css")]
    _scripts: ClassVar[dict[str, str | list[str]]] = {
        "render": assets.library("controls/copy_button.js", exports="CopyButton")
        + assets.read("controls/copy_button.glue.js"),
        "remove": "state.button?.remove(); state.button = null",
        "given": "state.button?.give(data.given.text)",
    }

    def __init__(self, text: Callable[[], str], **params: Any) -> None:
        params.setdefault("sizing_mode", "stretch_width")
        params.setdefault("margin", 0)
        super().__init__(**params)  # type: ignore[no-untyped-call]
        self._text = text

    @param.depends("asked", watch=True)
    def _give(self) -> None:
        self.given = {"number": self.asked, "text": self._text()}
