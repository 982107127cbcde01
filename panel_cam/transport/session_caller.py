"""The event loop and the document that a component lives in."""

from __future__ import annotations

import asyncio
import logging
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

import panel as pn

from panel_cam.transport.private_names import has
from panel_cam.transport.websocket import combine

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from bokeh.document import Document

    Call = Callable[[Callable[[], None]], None]

logger = logging.getLogger(__name__)

# The module: in `panel.io`, the state itself has its name.
_state = import_module("panel.io.state")


def within(doc: Document) -> AbstractContextManager[None]:
    """Let a document be the one that Panel's own functions mean.

    Parameters
    ----------
    doc : Document
        A session's document.
    """
    return _state.set_curdoc(doc) if has(_state, "set_curdoc") else nullcontext()


def in_session() -> bool:
    """Return whether we are in a session of a server: not in a notebook or a script."""
    return pn.state.curdoc is not None and pn.state.curdoc.session_context is not None


def at_session_end(callback: Callable[[], None]) -> None:
    """Call back when the session ends that we are in; in none, never.

    Parameters
    ----------
    callback : callable
        Called without arguments.
    """
    if in_session():
        pn.state.on_session_destroyed(lambda context: callback())


def after_this_change(callback: Callable[[], None]) -> None:
    """Call back when the change that we are in the middle of has been made.

    Parameters
    ----------
    callback : callable
        Called without arguments, on the event loop and with the session's document
        locked; at once where there is no loop, or where the session has ended.
    """
    context = None if pn.state.curdoc is None else pn.state.curdoc.session_context
    if context is not None and context.destroyed:
        callback()
    else:
        SessionCaller()(callback)


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
    can_hold = has(doc.callbacks, "hold_value")
    with within(doc):
        if not can_hold or doc.callbacks.hold_value is not None:
            yield
            return
        doc.hold("combine")
        try:
            yield
        finally:
            try:
                combine(doc)
            finally:  # or nothing would ever reach the page again
                doc.unhold()


def is_changing(doc: Document) -> bool:
    """Return whether we are within `changing` of this document, or the like of it."""
    if doc.session_context is None or not has(doc.callbacks, "hold_value"):
        return False
    return doc.callbacks.hold_value is not None and pn.state.curdoc is doc


class SessionCaller:
    """Brings calls from any thread to the session that it was made in.

    ``call(callback)`` returns at once; `callback` runs later, on this event loop or
    that of this session, and with the session's document locked. Where there is no
    event loop (a plain script), it runs at once and in the calling thread.
    """

    def __init__(self) -> None:
        self._is_bound = in_session()
        self._call = _find_caller()

    def __call__(self, callback: Callable[[], None]) -> None:
        """Call back, there; on any thread."""
        self._call(callback)

    def look_again(self) -> None:
        """If it was made outside of any session, call where we are now from here on."""
        if not self._is_bound:
            self._call = _find_caller()


def _find_caller() -> Call:
    doc = pn.state.curdoc
    if (loop := _loop_of(doc)) is not None:
        return _caller(loop, doc)
    if doc is not None and doc.session_context is not None:
        return _slow_caller(doc)
    return lambda callback: callback()


def _loop_of(doc: Document | None) -> asyncio.AbstractEventLoop | None:
    """Return the event loop that we are on; on another thread, the session's."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        pass
    # Bokeh 3.10 applies what a page says on a thread of its own.
    found = doc and doc.session_context
    for name in ("server_context", "application_context", "io_loop"):
        found = getattr(found, name, None)
    found = getattr(found, "asyncio_loop", found)  # of a loop of Tornado's
    return found if isinstance(found, asyncio.AbstractEventLoop) else None


def _slow_caller(doc: Document) -> Call:
    def call(callback: Callable[[], None]) -> None:
        try:
            doc.add_next_tick_callback(callback)
        except Exception as error:
            logger.debug("The session has ended: %s", type(error).__name__)

    return call


class _Change:
    """Calls back within `changing` when it is awaited, with the document locked.

    Bokeh 3.10 makes it on another thread, and the event loop may end before it awaits
    it: of a coroutine, Python would complain then.
    """

    def __init__(self, callback: Callable[[], None], doc: Document) -> None:
        self._callback = callback
        self._doc = doc

    def __await__(self) -> Generator[None, None, None]:
        with changing(self._doc):
            self._callback()
        yield from ()


def _caller(loop: asyncio.AbstractEventLoop, doc: Document | None) -> Call:
    tasks: set[asyncio.Future[None]] = set()  # asyncio itself keeps them only weakly

    def run(callback: Callable[[], None]) -> None:
        if doc is None or doc.session_context is None:
            callback()  # in a notebook, or in a session that has ended meanwhile
            return

        # Not doc.add_next_tick_callback: each of its callbacks is a cycle; some keep
        # their frames until Python collects its oldest garbage, after hours perhaps.
        locked = doc.session_context.with_locked_document(partial(_Change, callback))
        task = asyncio.ensure_future(locked)
        tasks.add(task)
        task.add_done_callback(done)

    def done(task: asyncio.Future[None]) -> None:
        tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("What a frame brought could not be shown.", exc_info=error)

    def call(callback: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(run, callback)
        except RuntimeError:
            logger.debug("The event loop has ended; a result was dropped.")

    return call
