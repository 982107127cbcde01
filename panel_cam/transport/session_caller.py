"""The event loop and the document that a component lives in."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import panel as pn
from panel.io.state import set_curdoc

from panel_cam.transport.websocket import combine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bokeh.document import Document

logger = logging.getLogger(__name__)


@contextmanager
def changing(doc: Document) -> Iterator[None]:
    """Change the models of a session whose document is locked; send all at the end.

    Panel writes each change out by itself, and where it finds the socket in use, as it
    is while Bokeh acknowledges a frame, it comes back for it 10 ms later. Held changes
    go Bokeh's own way, which waits for its turn and no longer.

    Parameters
    ----------
    doc : Document
        The session's document; it becomes the current one.
    """
    held = doc.callbacks.hold_value is not None
    with set_curdoc(doc):
        if not held:
            doc.hold("combine")
        try:
            yield
        finally:
            if not held:
                combine(doc)
                doc.unhold()


def at_session_end(callback: Callable[[], None]) -> None:
    """Call back when the session ends that we are in; in none, never.

    Parameters
    ----------
    callback : callable
        Called without arguments.
    """
    if pn.state.curdoc is not None and pn.state.curdoc.session_context:
        pn.state.on_session_destroyed(lambda context: callback())


def is_changing(doc: Document) -> bool:
    """Return whether we are within `changing` of this document, or the like of it."""
    held = doc.callbacks.hold_value is not None and doc.session_context is not None
    return held and pn.state.curdoc is doc


def session_caller() -> Callable[[Callable[[], None]], None]:
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
    tasks: set[asyncio.Future[None]] = set()  # asyncio itself keeps them only weakly

    def run(callback: Callable[[], None]) -> None:
        if doc is None or doc.session_context is None:
            callback()  # in a notebook, or in a session that has ended meanwhile
            return

        async def locked(doc: Document) -> None:
            with changing(doc):
                callback()

        # Not doc.add_next_tick_callback: each of its callbacks is a cycle; some keep
        # their frames until Python collects its oldest garbage, after hours perhaps.
        task = asyncio.ensure_future(doc.session_context.with_locked_document(locked))
        tasks.add(task)
        task.add_done_callback(done)

    def done(task: asyncio.Future[None]) -> None:
        tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("What a frame brought could not be shown.", exc_info=error)

    def post(callback: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(run, callback)
        except RuntimeError:
            logger.debug("The event loop has ended; a result was dropped.")

    return post
