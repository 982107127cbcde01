"""A slow, stalling or broken link, between a browser and a server on one machine."""

import asyncio
import socket
import threading
from collections.abc import Coroutine
from typing import Any, Self, TypeVar

T = TypeVar("T")

# Small, or the kernel takes a second's worth of a slow link into its own buffers and
# the sender never feels it.
SOCKET_BUFFER = 32 * 1024
CHUNK = 16 * 1024


class Direction:
    """One way of the link; all connections share it, as they would share a line.

    Attributes
    ----------
    bytes_per_second : float or None
        How many pass at most, None for as many as come; may change at any time.
    passed : int
        Bytes that have gone through.
    """

    def __init__(self, bytes_per_second: float | None) -> None:
        self.bytes_per_second = bytes_per_second
        self.passed = 0
        self._free_at = 0.0
        self._open = asyncio.Event()
        self._open.set()

    async def carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Carry what `reader` gives to `writer`, until it ends."""
        while data := await reader.read(self._portion()):
            await self._open.wait()
            if self.bytes_per_second is not None:
                await self._take_turn(len(data) / self.bytes_per_second)
                await self._open.wait()  # it may have closed in the meantime
            self.passed += len(data)
            writer.write(data)
            await writer.drain()
        writer.write_eof()

    def _portion(self) -> int:
        # A slow link drips: some fifty portions a second.
        if self.bytes_per_second is None:
            return CHUNK
        return max(64, min(CHUNK, int(self.bytes_per_second / 50)))

    async def _take_turn(self, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        self._free_at = max(now, self._free_at) + seconds
        await asyncio.sleep(self._free_at - now)

    def hold(self, held: bool) -> None:
        """Let nothing pass, or all again; on the proxy's own thread."""
        if held:
            self._open.clear()
        else:
            self._open.set()


class Proxy:
    """A relay on 127.0.0.1 to another port there; a context manager.

    All methods may be called from any thread; they return when the thing is done.

    Parameters
    ----------
    target : int
        The port of the server.
    port : int
        The port to listen on; 0, the default, for any that is free.
    up, down : float or None or Direction
        Bytes per second from the browser to the server, and back; or how they go.
    buffer : int
        Bytes of a socket's own buffer, of which Linux takes twice as many.
    segment : int, optional
        The largest TCP segment that either end may send. Linux reckons the memory for
        what is yet to be sent by it: on loopback, whose segments are huge, an end takes
        4 MB before it feels the link, with Ethernet's 1460 bytes a tenth of that.

    Attributes
    ----------
    port : int
        Where it listens.
    up, down : Direction
        To see `passed`, and to change `bytes_per_second` while it runs.
    """

    def __init__(
        self,
        target: int,
        port: int = 0,
        *,
        up: float | Direction | None = None,
        down: float | Direction | None = None,
        buffer: int = SOCKET_BUFFER,
        segment: int | None = None,
    ) -> None:
        self.up = up if isinstance(up, Direction) else Direction(up)
        self.down = down if isinstance(down, Direction) else Direction(down)
        self._buffer, self._segment = buffer, segment
        self._target = target
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener = socket.create_server(("127.0.0.1", port))
        # Inherited by every connection; must be set before the first.
        self._tune(self._listener)
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="proxy", daemon=True)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        self._server = self._on_thread(
            asyncio.start_server(self._connect, sock=self._listener, limit=CHUNK)
        )
        return self

    def __exit__(self, *exception: object) -> None:
        """Close every connection and listen no longer."""
        self._on_thread(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def hold(self, *, up: bool = True, down: bool = True) -> None:
        """Stall: connections stay open, and what is sent waits for `release`.

        With one direction held and the other open, requests arrive and their answers
        do not.
        """
        self._on_thread(self._hold(up, down))

    def release(self) -> None:
        """Let everything pass again, first what has waited."""
        self._on_thread(self._hold(False, False))

    def cut(self) -> None:
        """Break every open connection; what was on its way is lost. New ones may come.

        After `hold`, this is how bytes vanish: sent, never delivered.
        """
        self._on_thread(self._cut())

    # ---- on the proxy's own thread

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _on_thread(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        writers = [writer]
        try:
            there, back = await self._reach_target()
            writers.append(back)
            for each in writers:
                each.transport.set_write_buffer_limits(high=CHUNK)
            async with asyncio.TaskGroup() as group:
                group.create_task(self.up.carry(reader, back))
                group.create_task(self.down.carry(there, writer))
        except* (OSError, asyncio.CancelledError):
            pass  # a peer that goes away in the middle, or a cut, is nothing unusual
        finally:
            for each in writers:
                each.transport.abort()
            self._tasks.discard(task)

    def _tune(self, end: socket.socket) -> None:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._buffer)
        if self._segment is not None:
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, self._segment)

    async def _reach_target(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        there = socket.socket()
        there.setblocking(False)
        self._tune(there)
        try:
            await self._loop.sock_connect(there, ("127.0.0.1", self._target))
            return await asyncio.open_connection(sock=there, limit=CHUNK)
        except BaseException:  # a cut may come in between
            there.close()
            raise

    async def _hold(self, up: bool, down: bool) -> None:
        self.up.hold(up)
        self.down.hold(down)

    async def _cut(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _close(self) -> None:
        self._server.close()
        await self._cut()
