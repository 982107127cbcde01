"""What the camera and the view have in common: values that change with every frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from panel.reactive import ReactiveHTML

if TYPE_CHECKING:
    import param
    from bokeh.document import Document


class StreamComponent(ReactiveHTML):
    """A `ReactiveHTML` through which a stream flows, thirty times a second.

    Panel's way between parameters and the page is made for clicks. The names it is
    shortened by here are private to Panel (seen in 1.9.4); without them all works as
    before, slower.
    """

    # Changed with every frame, and sent to the page as they are.
    _stream_params: ClassVar[tuple[str, ...]] = ()
    # Changed with every frame, and never sent to the page.
    _kept_params: ClassVar[tuple[str, ...]] = ()

    # Panel waits 50 ms for more changes of the browser before it acts on one.
    _debounce: ClassVar[int] = 0

    @property
    def _synced_params(self) -> list[str]:
        # Panel watches whatever it may have to send, and to be watched costs: an image
        # would be decoded for every frame.
        names: list[str] = super()._synced_params
        return [name for name in names if name not in self._kept_params]

    def _update_properties(
        self, *events: param.parameterized.Event, doc: Document
    ) -> dict[str, Any]:
        # Panel looks the theme's modifiers up for every change: 0.2 ms.
        if all(event.name in self._stream_params for event in events):
            return {event.name: event.new for event in events}
        properties: dict[str, Any] = super()._update_properties(*events, doc=doc)
        return properties
