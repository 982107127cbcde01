"""What the camera and the view have in common: values that change with every frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import param
from panel.io import hold

from panel_cam.transport.component import Component
from panel_cam.transport.notebook_channel import NotebookChannel
from panel_cam.transport.private_names import has
from panel_cam.transport.session_caller import after_this_change, changing, is_changing
from panel_cam.transport.websocket import tune

if TYPE_CHECKING:
    from bokeh.document import Document
    from bokeh.model import Model
    from pyviz_comms import Comm  # type: ignore[import-untyped]


def _is_emptied(model: Model) -> bool:
    """Whether the model's session has ended: Bokeh has taken all its values then."""
    try:
        hasattr(model, "data")
    except ValueError:  # `UnsetValueError`, of a required property
        return True
    return False


class StreamComponent(Component):
    """A component through which a stream flows, thirty times a second.

    Panel's way between parameters and the page is made for clicks. It is shortened here
    by overriding private methods of Panel; what calls none of them goes Panel's way.
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

    # Sent by the page with every frame; what comes goes to `take`.
    _received_params: ClassVar[tuple[str, ...]] = ()
    # Changed with every frame, and sent to the page as they are.
    _stream_params: ClassVar[tuple[str, ...]] = ()
    # Changed with every frame, and never sent to the page.
    _kept_params: ClassVar[tuple[str, ...]] = ()
    # Changed by the page though nobody does anything: that is not to look busy.
    _quiet_params: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        """Tell Panel which changes are no work."""
        super().__init_subclass__(**options)
        cls._busy__ignore = [*cls._received_params, *cls._quiet_params]

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)  # type: ignore[no-untyped-call]
        # Panel sets them only where it does not call the methods below.
        self.param.watch(self._on_received, ["notebook_page", *self._received_params])

    # ---- what a subclass makes of it

    def take(self, name: str, value: Any) -> None:
        """Take what the page has sent. It comes from outside, and may be anything.

        Called with the document locked, on the event loop or, from Bokeh 3.10 on, on a
        thread of Bokeh's. Must not raise: Panel would log the value.

        Parameters
        ----------
        name : str
            One of `_received_params`.
        value : object
            What was sent.
        """

    def accept(self, changes: dict[str, Any]) -> dict[str, Any]:
        """Choose what may be taken of the parameters that a page has changed.

        Parameters
        ----------
        changes : dict
            Values by the name of their parameter; from outside.

        Returns
        -------
        changes : dict
            Those that param may get to see: what it refuses, Panel logs.
        """
        return changes

    def first_values(self) -> dict[str, Any]:
        """Return what a page that opens now begins with instead of a value of now."""
        return {}

    def notebook_state(self) -> dict[str, Any]:
        """Return what a notebook's page should know, which may be an old one."""
        return {}

    def on_left_page(self) -> None:
        """Hear that it was removed from the last page that had it; on the event loop.

        A component that is only moved, removed and added in one go, has not left.
        """

    # ---- from the page

    def _on_received(self, *events: param.parameterized.Event) -> None:
        for event in events:
            if event.name == "notebook_page":
                self._welcome(event.new)
            else:
                self.take(event.name, event.new)

    def _welcome(self, page: dict[str, Any]) -> None:
        self.notebook_kernel = {**self.notebook_state(), "name": page.get("name")}

    def _server_change(
        self,
        doc: Document,
        ref: str,
        subpath: str | None,
        attr: str,
        old: Any,
        new: Any,
    ) -> None:
        # Panel's way to here is a timer, a callback and a debug log that would hold the
        # picture. The document's lock is held: a frame can be taken at once.
        if attr in self._received_params:
            tune(doc)
            with changing(doc):
                self.take(attr, new)
        else:
            super()._server_change(doc, ref, subpath, attr, old, new)

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
        if attr in self._received_params:
            with hold(doc, comm=comm):
                self.take(attr, new)
        elif attr == "notebook_page":
            NotebookChannel.open(ref, comm, direct=new.get("direct", False))
            with hold(doc, comm=comm):
                self._welcome(new)
        else:
            super()._comm_change(doc, ref, comm, subpath, attr, old, new)

    def _process_property_change(self, msg: dict[str, Any]) -> dict[str, Any]:
        params: dict[str, Any] = super()._process_property_change(self.accept(msg))
        return params

    # ---- to the page

    def _get_model(
        self,
        doc: Document,
        root: Model | None = None,
        parent: Model | None = None,
        comm: Comm | None = None,
    ) -> Model:
        model = super()._get_model(doc, root, parent, comm)
        if (first := self.first_values()) and has(model, "data"):
            model.data.update(**first)  # type: ignore[attr-defined]
        return model

    def _apply_update(
        self,
        events: dict[str, param.parameterized.Event],
        msg: dict[str, Any],
        model: Model,
        ref: str,
    ) -> bool:
        if _is_emptied(model):
            return True
        if all(name in self._stream_params for name in msg) and has(model, "data"):
            data: Any = model.data  # type: ignore[attr-defined]
            if channel := NotebookChannel.of(ref):
                channel.send(data.id, msg)
                return True
            doc = model.document
            if doc is not None and is_changing(doc) and has(self, "_changing"):
                self._set(msg, data, ref)
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
        unsent = self._kept_params + self._received_params
        return [name for name in names if name not in unsent]

    def _update_properties(
        self, *events: param.parameterized.Event, doc: Document
    ) -> dict[str, Any]:
        # Panel looks the theme's modifiers up for every change: 0.2 ms.
        if all(event.name in self._stream_params for event in events):
            return {event.name: event.new for event in events}
        properties: dict[str, Any] = super()._update_properties(*events, doc=doc)
        return properties

    def _cleanup(self, root: Model | None = None) -> None:
        if root is not None:
            NotebookChannel.close(root.ref["id"])
        was_shown = has(self, "_models") and bool(self._models)
        super()._cleanup(root)
        if was_shown and not self._models:
            after_this_change(self._look_for_pages)

    def is_beside(self, other: StreamComponent) -> bool:
        """Tell whether both are on one page: of one session, or one output.

        Parameters
        ----------
        other : StreamComponent
            Another one.

        Returns
        -------
        is_beside : bool
            False, too, where Panel does not tell.
        """
        if not has(self, "_models"):
            return False
        ours, theirs = (
            {place[0].document for place in each._models.values()}
            for each in (self, other)
        )
        return not ours.isdisjoint(theirs - {None})

    def _look_for_pages(self) -> None:
        if not self._models:
            self.on_left_page()
