"""The browser's address bar, with something in it that Python writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import panel as pn
import param
from panel.reactive import ReactiveHTML

from panel_cam.transport.session_caller import within

if TYPE_CHECKING:
    from collections.abc import Callable

    from bokeh.document import Document

# A slider that moves changes an address thirty times a second; browsers refuse to
# write it that often (Safari: 100 times in 30 s), and nobody reads that fast.
PAUSE_MS = 400


class AddressBar(ReactiveHTML):
    """Writes what stands behind the page's path, soon after it has changed.

    `pn.state.location.search` pushes an entry to the browser's history for each change,
    and *Back* then changes the address and not the page. So this replaces the address,
    and tells `pn.state.location` without another message to the page.

    Parameters
    ----------
    write : callable
        Called with what stands there now, "" or "?key=value"; returns what is to.
    """

    # In a dictionary, because Panel takes a text for HTML and cleans it.
    written = param.Dict(
        default={"search": ""},
        doc="""
        What was written last, as `search`.""",
    )

    _template: ClassVar[str] = '<div id="root"></div>'
    _scripts: ClassVar[dict[str, str | list[str]]] = {
        "written": """
        const {history, location} = window
        const address = location.pathname + data.written.search + location.hash
        try {
          history.replaceState(history.state, "", address)
        } catch (error) {
          console.warn("[panel_cam] the address could not be written:", error.message)
        }
        """
    }

    def __init__(self, write: Callable[[str], str]) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            width=0, height=0, margin=0, styles={"position": "absolute"}
        )
        self._write = write
        self._waiting = False

    @staticmethod
    def read() -> str:
        """Return what stands behind the page's path: "" or "?key=value".

        Returns
        -------
        search : str
            From outside, of any length; "" where there is no page with an address.
        """
        doc = pn.state.curdoc
        if doc is None or doc.session_context is None or pn.state.location is None:
            return ""
        return str(pn.state.location.search)

    def touch(self) -> None:
        """Write soon. May be called at every move of a slider; on the event loop."""
        doc = pn.state.curdoc
        if self._waiting or doc is None or doc.session_context is None:
            return
        self._waiting = True

        def write() -> None:
            self._waiting = False
            self._write_now(doc)

        doc.add_timeout_callback(write, PAUSE_MS)

    def _write_now(self, doc: Document) -> None:
        with within(doc):
            location = pn.state.location
            if location is None:
                return
            search = self._write(location.search)
            if search == location.search:
                return
            with param.parameterized.discard_events(location):
                location.search = search
            self.written = {"search": search}
