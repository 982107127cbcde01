"""A session's WebSocket, tuned for many small messages that are wanted at once."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import bokeh.server.session
from bokeh.core.serialization import Serializer
from bokeh.document.events import DocumentPatchedEvent
from tornado.iostream import StreamClosedError

from panel_cam.transport.private_names import has

if TYPE_CHECKING:
    from asyncio import Future
    from collections.abc import Iterable

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
        Its session's sockets are changed, each once; any thread may call.
    """
    for connection in _connections(_session(doc)):
        socket = connection._socket if has(connection, "_socket") else None
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

    Released one by one, each would be a message of its own. What is not a change of a
    model stays held, and where one of the private names is missing, all does.

    Parameters
    ----------
    doc : Document
        The session's document, locked and holding.
    """
    session = _session(doc)
    if not (has(doc.callbacks, "_held_events") and has(session, "_pending_writes")):
        return
    held = doc.callbacks._held_events
    changes = [event for event in held if isinstance(event, DocumentPatchedEvent)]
    pending = session._pending_writes
    connections = tuple(_connections(session))
    if pending is None or len(changes) < 2 or not connections:
        return
    if has(bokeh.server.session, "_PendingPatch"):  # from Bokeh 3.10 on
        pending.append(_PendingChanges(changes, connections))
    elif all(has(each, "send_patch_document", "_socket") for each in connections):
        for connection in connections:
            message = _message(connection.protocol, changes)
            pending.append(connection._socket.send_message(message))
    else:
        return
    doc.callbacks._held_events = [event for event in held if event not in changes]


def _session(doc: Document) -> Any:
    return getattr(doc.session_context, "session", None)


def _connections(session: Any) -> Iterable[Any]:
    if has(session, "_subscribed_connections"):
        return list(session._subscribed_connections)
    return ()


def _message(protocol: Any, changes: list[Any]) -> Any:
    """Write a message; one value that cannot be sent holds up no other."""
    try:
        return protocol.create("PATCH-DOC", changes)
    except Exception as error:
        logger.error("A change could not be sent: %s", error)
        return protocol.create("PATCH-DOC", list(filter(_can_be_sent, changes)))


def _can_be_sent(change: Any) -> bool:
    try:
        Serializer(references=change.document.models.synced_references).encode(change)
    except Exception:
        return False
    return True


class _PendingChanges:
    """Stands for a `_PendingPatch` of Bokeh 3.10, which has one change in it.

    Bokeh asks for the message later, on a thread.
    """

    def __init__(self, changes: list[Any], connections: tuple[Any, ...]) -> None:
        self.event = changes[0]
        self.protocol = self
        self.connections = connections
        self._changes = changes

    def create(self, kind: str, events: list[Any]) -> Any:
        return _message(self.connections[0].protocol, self._changes)


class Gatherer:
    """Gather the writes to a stream that follow each other closely.

    Parameters
    ----------
    stream : tornado.iostream.IOStream
        Its ``write`` is replaced, on this one instance. Any thread may do that.
    """

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._write = stream.write
        self._parts: list[bytes] = []
        self._size = 0
        self._timer: asyncio.Handle | None = None
        self._done: Future[None] | None = None
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
        loop = asyncio.get_running_loop()
        if self._done is None:
            self._done = loop.create_future()
            self._done.set_result(None)
        was_small = self._size < _SMALL
        self._parts.append(bytes(data))
        self._size += len(data)
        if self._stream.writing():
            return self._flush()
        if self._size >= _SMALL and (was_small or self._timer is None):
            self._wait(loop.call_soon(self._flush_open))
        elif self._timer is None:
            self._wait(loop.call_later(_PATIENCE, self._flush_open))
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
