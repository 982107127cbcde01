"""What the camera and the view have in common: values that change with every frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import param
from panel.io.document import hold
from panel.reactive import ReactiveHTML

from panel_cam.transport.notebook_channel import NotebookChannel
from panel_cam.transport.session_caller import is_changing

if TYPE_CHECKING:
    from bokeh.document import Document
    from bokeh.model import Model


class StreamComponent(ReactiveHTML):
    """A `ReactiveHTML` through which a stream flows, thirty times a second.

    Panel's way between parameters and the page is made for clicks. The names it is
    shortened by here are private to Panel (seen in 1.9.4); without them all works as
    before, slower.
    """

    notebook_page = param.Dict(
        default={},
        precedence=0,
        doc="""
        In a notebook, what the page says when it is there: a new `name` each time, and
        `direct`, whether it takes a stream's values past Panel.""",
    )
    notebook_kernel = param.Dict(
        default={},
        precedence=0,
        doc="""
        The newest `name` of `notebook_page`: the kernel is there, too.""",
    )

    # Changed with every frame, and sent to the page as they are.
    _stream_params: ClassVar[tuple[str, ...]] = ()
    # Changed with every frame, and never sent to the page.
    _kept_params: ClassVar[tuple[str, ...]] = ()

    # Panel waits 50 ms for more changes of the browser before it acts on one.
    _debounce: ClassVar[int] = 0

    def _comm_change(
        self,
        doc: Document,
        ref: str,
        comm: Any,
        subpath: str | None,
        attr: str,
        old: Any,
        new: Any,
    ) -> None:
        if attr == "notebook_page":
            NotebookChannel.open(ref, comm, direct=new.get("direct", False))
            with hold(doc, comm=comm):
                self.notebook_kernel = {**self._notebook_state(), "name": new["name"]}
        else:
            super()._comm_change(doc, ref, comm, subpath, attr, old, new)

    def _cleanup(self, root: Model | None = None) -> None:
        if root is not None:
            NotebookChannel.close(root.ref["id"])
        super()._cleanup(root)

    def _notebook_state(self) -> dict[str, Any]:
        """Return what a page should know that was stored with older values."""
        return {}

    def _apply_update(
        self,
        events: dict[str, param.parameterized.Event],
        msg: dict[str, Any],
        model: Model,
        ref: str,
    ) -> bool:
        if all(name in self._stream_params for name in msg):
            if channel := NotebookChannel.of(ref):
                channel.send(model.data.id, msg)  # type: ignore[attr-defined]
                return True
            if model.document is not None and is_changing(model.document):
                self._set(msg, model.data, ref)  # type: ignore[attr-defined]
                return True
        return bool(super()._apply_update(events, msg, model, ref))

    def _set(self, msg: dict[str, Any], data: Model, ref: str) -> None:
        """Set values as Panel would, which first compares them with the old ones."""
        before = self._changing.get(ref, [])
        self._changing[ref] = list(msg)  # no changes of the page's, then
        try:
            data.update(**msg)
        finally:
            self._changing[ref] = before

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
