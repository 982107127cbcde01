"""Every name of Panel, Bokeh, Tornado and param that is used and not promised.

Each makes something quicker, or better to look at. Who uses one asks `has` for it
first; where it is missing, the plain way is taken, which the libraries do promise.
Those that BokehJS and Panel's JavaScript have are listed here, too; the scripts of this
folder look for them in the page. Tests rename every one of them in the libraries, and
look for any that is used and not listed.
"""

from __future__ import annotations

from typing import NamedTuple

SEEN = {
    "panel": ("1.9.4", "1.10.0"),
    "bokeh": ("3.9.2", "3.10.2"),
    "tornado": ("6.6.1",),
    "param": ("2.4.2",),
    "pyviz_comms": ("3.0.6",),
}
"""Where all of them were found; of two ways to write changes, one in each Bokeh."""


class PrivateName(NamedTuple):
    """A name that may be another one in the next version."""

    name: str
    owner: str
    """The class or the module that it belongs to."""
    without: str
    """What is different where it is missing."""


_SYNCABLE = "panel.reactive.Syncable"
_RENDERABLE = "panel.viewable.Renderable"
_SESSION = "bokeh.server.session.ServerSession"

_QUEUE = "changes of a page wait in Panel's queue"
_COMPARED = "Panel compares and cleans each new value"
_SINGLE = "each change is a message of its own"
_PARTS = "a message leaves in parts, some of them late"
_REMOVED = "a camera that was removed does not say so, and figures stay for longer"
_TICK = "a result of another thread waits for Bokeh's next tick"

PYTHON = (
    # ---- from the page to Python
    PrivateName("_server_change", _SYNCABLE, _QUEUE),
    PrivateName("_comm_change", _SYNCABLE, _QUEUE),
    PrivateName("_process_events", _SYNCABLE, _QUEUE),
    PrivateName("_debounce", _SYNCABLE, "changes of a page wait for 50 ms"),
    PrivateName("_busy__ignore", _SYNCABLE, "a stream makes the page look busy"),
    PrivateName("_process_property_change", _SYNCABLE, "Panel logs what param refuses"),
    # ---- from Python to the page
    PrivateName("_apply_update", _SYNCABLE, f"{_COMPARED}, a session's last ones, too"),
    PrivateName("_changing", _SYNCABLE, _COMPARED),
    PrivateName("_update_properties", _SYNCABLE, _COMPARED),
    PrivateName("_process_param_change", _SYNCABLE, _COMPARED),
    PrivateName("_synced_params", _SYNCABLE, "images are decoded for nobody"),
    PrivateName("_init_params", _SYNCABLE, "a list does not show a choice of None"),
    PrivateName("data", "panel.models.reactive_html.ReactiveHTML", _COMPARED),
    PrivateName("set_curdoc", "panel.io.state", "Panel comes back for each change"),
    # ---- the places of a component
    PrivateName("_get_model", _RENDERABLE, "a component can be shown in one place"),
    PrivateName("_models", _RENDERABLE, _REMOVED),
    PrivateName("_cleanup", _RENDERABLE, _REMOVED),
    # ---- settings, in `functions`, which knows nothing of this room
    PrivateName("_validate_value", "param.Selector", "no choice can be an array"),
    # ---- messages
    PrivateName("hold_value", "bokeh.document.callbacks", _SINGLE),
    PrivateName("_held_events", "bokeh.document.callbacks", _SINGLE),
    PrivateName("_pending_writes", _SESSION, _SINGLE),
    PrivateName("_PendingPatch", "bokeh.server.session", _SINGLE),
    PrivateName(
        "send_patch_document", "bokeh.server.connection.ServerConnection", _SINGLE
    ),
    PrivateName("_subscribed_connections", _SESSION, f"{_SINGLE}, and {_PARTS}"),
    PrivateName("_socket", "bokeh.server.connection.ServerConnection", _PARTS),
    PrivateName("ws_connection", "tornado.websocket.WebSocketHandler", _PARTS),
    PrivateName("stream", "tornado.websocket.WebSocketProtocol", _PARTS),
    PrivateName("application_context", "bokeh.server.contexts", _TICK),
    PrivateName("io_loop", "bokeh.server.contexts.ApplicationContext", _TICK),
)

_VIEW = "BokehJS: View"
_PLOT = "BokehJS: PlotView"
_COMM = "Panel's JavaScript: CommManager"

_THROTTLED = "pictures and shapes are painted when Bokeh gets to it"
_TOGETHER = "shapes, and the pictures they come with, are painted when Bokeh gets to it"
_BOXES = "many boxes take longer to paint"
_CLICKS = "Panel's manager sends one frame after the other's answer"

JAVASCRIPT = (
    # ---- in bokeh_figure.js
    PrivateName("children_views", _VIEW, _THROTTLED),
    PrivateName("invalidate_painters", _PLOT, _THROTTLED),
    PrivateName("repaint", _PLOT, _THROTTLED),
    PrivateName("image_data", "BokehJS: ImageBaseView", _THROTTLED),
    PrivateName("set_data", "BokehJS: GlyphRendererView", _TOGETHER),
    PrivateName("compute_indices", "BokehJS: CDSViewView", _TOGETHER),
    PrivateName("_paint", "BokehJS: GlyphView", _BOXES),
    PrivateName("visuals", "BokehJS: GlyphView", _BOXES),
    PrivateName("set_vectorize", "BokehJS: LineVector", _BOXES),
    PrivateName("line_color", "BokehJS: LineVector", _BOXES),
    PrivateName("sleft", "BokehJS: LRTBView", _BOXES),
    PrivateName("sright", "BokehJS: LRTBView", _BOXES),
    PrivateName("stop", "BokehJS: LRTBView", _BOXES),
    PrivateName("sbottom", "BokehJS: LRTBView", _BOXES),
    # ---- in notebook_channel.js
    PrivateName("_document_listener", _COMM, _CLICKS),
    PrivateName("_event_buffer", _COMM, _CLICKS),
    PrivateName("_client_comm", _COMM, _CLICKS),
    PrivateName("process_events", _COMM, _CLICKS),
    PrivateName("msg_handler", _COMM, _CLICKS),
    PrivateName("remove_on_change", "BokehJS: Document", _CLICKS),
    PrivateName("kernels", "PyViz", "a camera stays on when its kernel has gone"),
)


def has(owner: object, *names: str) -> bool:
    """Tell whether an object has all of these names.

    Parameters
    ----------
    owner : object
        What they belong to.
    *names : str
        Some of `PYTHON`.

    Returns
    -------
    found : bool
        Whether all are there. Where one is not, the plain way is to be taken.
    """
    return all(hasattr(owner, name) for name in names)
