"""A session's messages leave whole, in order, and soon; a strange server is let be."""

import asyncio
from types import SimpleNamespace

import pytest
from bokeh.document import Document
from tornado.iostream import StreamClosedError

from panel_cam.transport.websocket import Gatherer, tune


class Stream:
    """Notes what is written to it; a slow one is full until `drain`."""

    def __init__(self, *, slow: bool = False) -> None:
        self.written: list[bytes] = []
        self.slow = slow
        self.over = False
        self.room = asyncio.Event()

    def closed(self) -> bool:
        return self.over

    def writing(self) -> bool:
        return self.slow and not self.room.is_set()

    def write(self, data: bytes) -> "asyncio.Future[None]":
        self.written.append(data)

        async def leave() -> None:
            if self.slow:
                await self.room.wait()

        return asyncio.ensure_future(leave())


async def has_written(stream: Stream, size: int) -> None:
    async with asyncio.timeout(20):
        while sum(map(len, stream.written)) < size:
            await asyncio.sleep(0)


@pytest.mark.parametrize("sizes", [[3], [3, 5, 2], [10, 50_000], [50_000, 7], [0, 4]])
def test_parts_that_follow_each_other_leave_as_one(sizes: list[int]) -> None:
    async def run() -> list[bytes]:
        stream = Stream()
        Gatherer(stream)
        for number, size in enumerate(sizes):
            await stream.write(bytes([number]) * size)
        await has_written(stream, sum(sizes))
        return stream.written

    whole = b"".join(bytes([number]) * size for number, size in enumerate(sizes))
    assert asyncio.run(run()) == [whole]


def test_nothing_is_lost_doubled_or_exchanged() -> None:
    parts = [bytes([number % 251]) * (number * 37 % 3000) for number in range(400)]

    async def run() -> bytes:
        stream = Stream()
        Gatherer(stream)
        for number, part in enumerate(parts):
            await stream.write(part)
            if number % 7 == 0:
                await asyncio.sleep(0)
        await has_written(stream, sum(map(len, parts)))
        return b"".join(stream.written)

    assert asyncio.run(run()) == b"".join(parts)


def test_who_writes_to_a_full_link_waits_until_there_is_room() -> None:
    async def run() -> tuple[bool, bool]:
        stream = Stream(slow=True)
        Gatherer(stream)
        stream.write(b"first")
        waiting = stream.write(b"second")
        await asyncio.sleep(0)
        before = waiting.done()
        stream.room.set()
        await asyncio.wait_for(waiting, 20)
        return before, b"".join(stream.written) == b"firstsecond"

    assert asyncio.run(run()) == (False, True)


def test_what_is_written_to_may_change_afterwards() -> None:
    async def run() -> bytes:
        stream = Stream()
        Gatherer(stream)
        buffer = bytearray(b"before")
        stream.write(memoryview(buffer))
        buffer[:] = b"after!"
        await has_written(stream, 6)
        return stream.written[0]

    assert asyncio.run(run()) == b"before"


def test_a_closed_stream_says_so_and_gets_nothing_more() -> None:
    async def run() -> list[bytes]:
        stream = Stream()
        Gatherer(stream)
        stream.write(b"held")
        stream.over = True
        with pytest.raises(StreamClosedError):
            stream.write(b"late")
        for _ in range(5):
            await asyncio.sleep(0)
        return stream.written

    assert asyncio.run(run()) == []


# ---- where the inner names are others


class Socket:
    """A WebSocket handler of a server like Bokeh's."""

    def __init__(self, stream: object) -> None:
        self.nodelay: list[bool] = []
        self.ws_connection = SimpleNamespace(stream=stream)

    def set_nodelay(self, value: bool) -> None:
        self.nodelay.append(value)


class Bare:
    """A socket of another server."""

    def __init__(self, **names: object) -> None:
        vars(self).update(names)


def document_with(*sockets: object) -> SimpleNamespace:
    connections = [SimpleNamespace(_socket=socket) for socket in sockets]
    session = SimpleNamespace(_subscribed_connections=connections)
    return SimpleNamespace(session_context=SimpleNamespace(session=session))


def test_each_socket_is_tuned_once() -> None:
    async def run() -> Socket:
        socket = Socket(Stream())
        document = document_with(socket)
        for _ in range(3):
            tune(document)
        return socket

    assert asyncio.run(run()).nodelay == [True]


@pytest.mark.parametrize(
    "document",
    [
        Document(),
        SimpleNamespace(session_context=None),
        SimpleNamespace(session_context=SimpleNamespace()),
        SimpleNamespace(session_context=SimpleNamespace(session=SimpleNamespace())),
        document_with(None),
        document_with(Bare()),
        document_with(Bare(ws_connection=SimpleNamespace())),
    ],
    ids=[
        *("no session", "none", "empty", "no connections", "no socket"),
        *("no nodelay", "no stream"),
    ],
)
def test_what_is_not_there_is_done_without(document) -> None:
    tune(document)


def test_a_socket_that_cannot_be_tuned_is_left_as_it_is() -> None:
    class Strange(Socket):
        def set_nodelay(self, value: bool) -> None:
            raise OSError("closed")

    async def run() -> None:
        tune(document_with(Strange(Stream()), object.__new__(Strange)))

    asyncio.run(run())
