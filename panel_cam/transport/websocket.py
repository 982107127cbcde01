"""A session's WebSocket, tuned for many small messages that are wanted at once."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import bokeh.server.session
from bokeh.document.events import DocumentPatchedEvent
from tornado.iostream import StreamClosedError

if TYPE_CHECKING:
    from asyncio import Future

    from bokeh.document import Document

logger = logging.getLogger(__name__)

# What comes in one turn of the event loop is one write. What is smaller than this is an
# acknowledgement of Bokeh's, which nobody waits for: its parts come some turns apart,
# and the next picture may take them along.
_SMALL = 1024  # bytes
_PATIENCE = 0.001  # seconds

_tuned: WeakSet[Any] = WeakSet()


def tune(doc: Document) -> None:
    """Send each message of a session at once, and in one piece.

    A message of Bokeh is three to five writes, and every write is a system call
    that gives other threads the processor. The parts of a message are gathered
    into one write; TCP_NODELAY keeps TCP from holding that back until the other
    side has acknowledged the one before (Nagle's algorithm).

    Parameters
    ----------
    doc : Document
        Its session's sockets are changed, each once. They are found under names
        that are not promised (``_subscribed_connections``, ``_socket``,
        ``ws_connection.stream``: seen in Bokeh 3.9 and Tornado 6.6); where one
        is missing, all works as before, slower.
    """
    session = getattr(doc.session_context, "session", None)
    for connection in getattr(session, "_subscribed_connections", ()):
        socket = getattr(connection, "_socket", None)
        if socket is None or socket in _tuned:
            continue
        _tuned.add(socket)
        try:
            socket.set_nodelay(True)
            Gatherer(socket.ws_connection.stream)
        except Exception as error:  # another server than Tornado's, or a closed socket
            logger.debug("A socket was left as it is: %s", type(error).__name__)


def combine(doc: Document) -> None:
    """Write the changes that a document holds back as one message.

    Released one by one, each would be a message of its own. Call it with the document
    locked and holding; what is not a change of a model stays held. It uses names that
    are not promised (``_held_events``, ``_pending_writes``: seen in Bokeh 3.9); where
    one is missing, all changes stay held.

    Parameters
    ----------
    doc : Document
        The session's document.
    """
    session: Any = getattr(doc.session_context, "session", None)
    pending: Any = getattr(session, "_pending_writes", None)
    held = getattr(doc.callbacks, "_held_events", ())
    changes = [event for event in held if isinstance(event, DocumentPatchedEvent)]
    # Bokeh 3.10 keeps changes there instead of messages, and combines them itself.
    known = pending is not None and not hasattr(bokeh.server.session, "_PendingPatch")
    if not known or len(changes) < 2:
        return
    for connection in session._subscribed_connections:
        message = connection.protocol.create("PATCH-DOC", changes)
        pending.append(connection._socket.send_message(message))
    doc.callbacks._held_events = [event for event in held if event not in changes]


class Gatherer:
    """Gather the writes to a stream that follow each other closely.

    Parameters
    ----------
    stream : tornado.iostream.IOStream
        Its ``write`` is replaced, on this one instance.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._write = stream.write
        self._parts: list[bytes] = []
        self._size = 0
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.Handle | None = None
        self._done: Future[None] = self._loop.create_future()
        self._done.set_result(None)
        stream.write = self.write

    def write(self, data: bytes | memoryview) -> Future[None]:
        """Take data to be written within about a millisecond.

        Parameters
        ----------
        data : bytes or memoryview
            The next bytes of the stream.

        Returns
        -------
        written : Future
            Done at once, so that who waits for one part goes on with the next;
            on a link that is full, done when the data has left.

        Raises
        ------
        StreamClosedError
            If the stream is closed.
        """
        if self._stream.closed():
            raise StreamClosedError
        was_small = self._size < _SMALL
        self._parts.append(bytes(data))
        self._size += len(data)
        if self._stream.writing():
            return self._flush()
        if self._size >= _SMALL and (was_small or self._timer is None):
            self._wait(self._loop.call_soon(self._flush_open))
        elif self._timer is None:
            self._wait(self._loop.call_later(_PATIENCE, self._flush_open))
        return self._done

    def _wait(self, timer: asyncio.Handle | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = timer

    def _flush_open(self) -> None:
        if not self._stream.closed():
            self._flush()

    def _flush(self) -> Future[None]:
        self._wait(None)
        data = b"".join(self._parts)
        self._parts.clear()
        self._size = 0
        return self._write(data)  # type: ignore[no-any-return]
