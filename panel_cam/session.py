"""The event loop, document and socket that a component lives in."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import panel as pn
from panel.io.state import set_curdoc

if TYPE_CHECKING:
    from collections.abc import Callable

    from bokeh.document import Document

logger = logging.getLogger(__name__)

_prompt_sockets: WeakSet[Any] = WeakSet()


def send_at_once(doc: Document) -> None:
    """Let small messages leave the server without waiting for others.

    A message of Bokeh is several small writes, which TCP holds back until the
    other side has acknowledged the first (Nagle's algorithm); Bokeh and Panel
    leave it so, and that costs a third of the round trip.

    Parameters
    ----------
    doc : Document
        Its session's sockets are changed. They are found under private names
        (``_subscribed_connections``, ``_socket``: seen in Bokeh 3.9); where
        those are missing, all works as before, slower.
    """
    session = getattr(doc.session_context, "session", None)
    for connection in getattr(session, "_subscribed_connections", ()):
        socket = getattr(connection, "_socket", None)
        if socket is None or socket in _prompt_sockets:
            continue
        _prompt_sockets.add(socket)
        try:
            socket.set_nodelay(True)
        except Exception as error:  # another server than Tornado's, or a closed socket
            logger.debug("TCP_NODELAY was not set: %s", error)


def poster() -> Callable[[Callable[[], None]], None]:
    """Return a function that brings calls from any thread to where we are now.

    Call it on the event loop, in the session whose models are to be changed.

    Returns
    -------
    post : callable
        ``post(callback)`` returns at once; `callback` runs later, on this event
        loop and with this session's document locked. Where there is no event
        loop (a plain script), it runs at once and in the calling thread.
    """
    doc = pn.state.curdoc
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return lambda callback: callback()

    def run(callback: Callable[[], None]) -> None:
        with set_curdoc(doc):
            callback()

    def post(callback: Callable[[], None]) -> None:
        try:
            if doc is not None and doc.session_context:
                # Bokeh's own scheduling is not safe from another thread while the
                # document holds events back, so it is called on the loop.
                loop.call_soon_threadsafe(schedule, callback)
            else:
                loop.call_soon_threadsafe(callback)
        except RuntimeError:
            logger.debug("The event loop has ended; a result was dropped.")

    def schedule(callback: Callable[[], None]) -> None:
        if doc.session_context is not None:  # the session may have ended meanwhile
            doc.add_next_tick_callback(lambda: run(callback))

    return post
