"""The event loop and the document that a component lives in."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import panel as pn
from panel.io.state import set_curdoc

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)


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
        if doc is None or doc.session_context is None:
            callback()  # in a notebook, or in a session that has ended meanwhile
            return

        def locked() -> None:
            with set_curdoc(doc):
                callback()

        # Bokeh's own scheduling is not safe from another thread while the document
        # holds events back; that is why it is called here, on the loop.
        doc.add_next_tick_callback(locked)

    def post(callback: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(run, callback)
        except RuntimeError:
            logger.debug("The event loop has ended; a result was dropped.")

    return post
