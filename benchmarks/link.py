"""A link between browser and server: slow, far away, changing, or silent for a while.

A relay on loopback, which needs no rights. Each way it is what a router and a cable
are:

- A queue in front of the bottleneck: 64 kB or what passes in 250 ms, whichever is more;
  home routers hold about that. It is bounded: when it is full, nothing more is read,
  and the sender feels it as TCP does.
- The bottleneck: portions leave at the link's rate, one after the other. All of a
  page's connections share it.
- The cable: what has left arrives half the round trip's delay later, in order.

Part of the queue is the kernel's: what a socket of the relay holds before it is read.
Its buffers are small, and its segments those of Ethernet; without that, loopback's own
buffers take megabytes, many seconds of a slow link, and nobody feels it: see `Proxy`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from one_core import ALL_CORES

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.support.proxy import CHUNK, Direction, Proxy

MBIT = 1e6 / 8
"""Bytes a second."""

QUEUE_BYTES = 64 * 1024
QUEUE_SECONDS = 0.25

SOCKET_BUFFER = 8 * 1024
# What waits elsewhere in the relay: in the kernel, which takes twice what it is told,
# and in asyncio's reader.
HELD_BEFORE_QUEUE = 2 * SOCKET_BUFFER + 2 * CHUNK

CABLE_BYTES = 4 * 2**20
"""How much is under way at most where there is a delay and no limit."""

ETHERNET_SEGMENT = 1460


@dataclass(frozen=True)
class Step:
    """The rates of a link for some time.

    Parameters
    ----------
    seconds : float
        How long they last.
    down, up : float or None
        Bytes a second; 0 for nothing at all, None for no limit.
    """

    seconds: float
    down: float | None
    up: float | None


@dataclass(frozen=True)
class LinkSpec:
    """What a link is like.

    Parameters
    ----------
    steps : sequence of Step
        One after the other, over and over.
    round_trip : float
        Seconds of delay there and back together; half of it each way.
    """

    steps: Sequence[Step] = (Step(float("inf"), None, None),)
    round_trip: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether it has more than one rate."""
        return len(self.steps) > 1

    @property
    def least(self) -> float | None:
        """The rate that both ways always have, bytes a second; None if it changes."""
        rates = [rate for step in self.steps for rate in (step.down, step.up) if rate]
        return min(rates) if rates and not self.changes else None


def parse_link(text: str) -> LinkSpec:
    """Read what a link is to be like.

    Parameters
    ----------
    text : str
        ``4mbit`` each way; ``4mbit,200ms`` with 200 ms there and back in addition;
        ``200ms`` alone; ``trace:FILE``, whose lines are `seconds mbit_down mbit_up`,
        for so many seconds so many megabits a second; ``relay`` for no limit; ``open``
        for none, and nothing in between.

    Returns
    -------
    spec : LinkSpec

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none of these.

    Examples
    --------
    >>> parse_link("4mbit,200ms")
    LinkSpec(steps=(Step(seconds=inf, down=500000.0, up=500000.0),), round_trip=0.2)
    """
    spec = LinkSpec()
    try:
        for part in text.split(","):
            if part.startswith("trace:"):
                steps = tuple(read_trace(Path(part.removeprefix("trace:"))))
                spec = LinkSpec(steps, spec.round_trip)
            elif part.endswith("mbit"):
                rate = float(part.removesuffix("mbit")) * MBIT
                spec = LinkSpec((Step(float("inf"), rate, rate),), spec.round_trip)
            elif part.endswith("ms"):
                spec = LinkSpec(spec.steps, float(part.removesuffix("ms")) / 1000)
            elif part not in ("relay", "open"):
                raise ValueError(part)
    except (OSError, ValueError) as error:
        expected = "4mbit, 4mbit,200ms, 200ms, trace:FILE, relay or open"
        raise argparse.ArgumentTypeError(
            f"expected {expected}; got {text} ({error})"
        ) from None
    return spec


def read_trace(path: Path) -> list[Step]:
    """Read a file of `seconds mbit_down mbit_up`; # begins a comment."""
    lines = [line.partition("#")[0].split() for line in path.read_text().splitlines()]
    steps = []
    for seconds, down, up in (map(float, line) for line in lines if line):
        steps.append(Step(seconds, down * MBIT, up * MBIT))
    return steps


class _Portions:
    """A queue of bytes in portions: `put` waits while it is full."""

    def __init__(self, room: Callable[[], float]) -> None:
        self._room = room
        self._held = 0
        self._portions: deque[tuple[bytes, float]] = deque()
        self._changed = asyncio.Condition()

    async def put(self, data: bytes, due: float = 0.0) -> None:
        async with self._changed:
            # One portion at least, however little room there is.
            await self._changed.wait_for(
                lambda: not self._held or self._held + len(data) <= self._room()
            )
            self._held += len(data)
            self._portions.append((data, due))
            self._changed.notify_all()

    async def get(self) -> tuple[bytes, float]:
        async with self._changed:
            await self._changed.wait_for(lambda: self._portions)
            data, due = self._portions.popleft()
            self._held -= len(data)
            self._changed.notify_all()
            return data, due


class Line(Direction):
    """One way of a link: its queue, its bottleneck, its cable."""

    def __init__(self) -> None:
        super().__init__(None)
        self.delay = 0.0

    async def carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Carry what `reader` gives to `writer`, until it ends."""
        queue, cable = _Portions(self._queue_room), _Portions(self._cable_room)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read(reader, queue))
            group.create_task(self._transmit(queue, cable))
            group.create_task(self._deliver(cable, writer))

    async def _read(self, reader: asyncio.StreamReader, queue: _Portions) -> None:
        while data := await reader.read(self._portion()):
            await queue.put(data)
        await queue.put(b"")

    async def _transmit(self, queue: _Portions, cable: _Portions) -> None:
        clock = asyncio.get_running_loop().time
        data = b"first"
        while data:
            data, _ = await queue.get()
            while self.bytes_per_second == 0:
                await asyncio.sleep(0.01)
            await self._open.wait()
            if self.bytes_per_second:
                await self._take_turn(len(data) / self.bytes_per_second)
                await self._open.wait()  # it may have closed in the meantime
            self.passed += len(data)
            await cable.put(data, clock() + self.delay)

    async def _deliver(self, cable: _Portions, writer: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            data, due = await cable.get()
            if due > clock():
                await asyncio.sleep(due - clock())
            if not data:
                writer.write_eof()
                return
            writer.write(data)
            await writer.drain()

    def _queue_room(self) -> float:
        bound = max(QUEUE_BYTES, QUEUE_SECONDS * (self.bytes_per_second or 0))
        return bound - HELD_BEFORE_QUEUE

    def _cable_room(self) -> float:
        if not self.bytes_per_second:
            return CABLE_BYTES
        return self.bytes_per_second * self.delay + QUEUE_BYTES


class Link:
    """A link in front of a server on this machine; a context manager.

    It has no limit until `limit` is called: a page is to be loaded first.

    Parameters
    ----------
    spec : LinkSpec
        What it is like then.
    target : int
        The server's port.

    Attributes
    ----------
    port : int
        Where browsers reach the server through it, on 127.0.0.1.
    """

    def __init__(self, spec: LinkSpec, target: int) -> None:
        self.spec = spec
        self._up, self._down = Line(), Line()
        self._proxy = Proxy(
            *(target, 0),
            up=self._up,
            down=self._down,
            buffer=SOCKET_BUFFER,
            segment=ETHERNET_SEGMENT,
        )
        self.port = self._proxy.port
        self._stopped = threading.Event()
        self._trace: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._proxy.__enter__()
        self._proxy._on_thread(_use_all_cores())
        return self

    def __exit__(self, *exception: object) -> None:
        """Close every connection."""
        self.open()
        self._proxy.__exit__(*exception)

    def open(self) -> None:
        """Let everything pass, at once."""
        self._stop_trace()
        self._up.delay = self._down.delay = 0.0
        self._set(None, None)
        self._proxy.release()

    def limit(self) -> None:
        """Be as slow and far away as the spec says; a trace begins anew."""
        self._stop_trace()
        self._up.delay = self._down.delay = self.spec.round_trip / 2
        if self.spec.changes:
            self._stopped.clear()
            self._trace = threading.Thread(target=self._follow, daemon=True)
            self._trace.start()
        else:
            self._set(self.spec.steps[0].down, self.spec.steps[0].up)

    def squeeze(self, bytes_per_second: float) -> None:
        """Be slow, each way, until `limit` is called again."""
        self._stop_trace()
        self._set(bytes_per_second, bytes_per_second)

    def hold(self) -> None:
        """Carry nothing, until `release`; connections stay."""
        self._proxy.hold()

    def release(self) -> None:
        """Go on; what has waited comes first."""
        self._proxy.release()

    def _set(self, down: float | None, up: float | None) -> None:
        self._down.bytes_per_second, self._up.bytes_per_second = down, up

    def _follow(self) -> None:
        while True:
            for step in self.spec.steps:
                self._set(step.down, step.up)
                if self._stopped.wait(step.seconds):
                    return

    def _stop_trace(self) -> None:
        if self._trace is not None:
            self._stopped.set()
            self._trace.join()
            self._trace = None


async def _use_all_cores() -> None:
    """Keep the relay off the one core of --one-core: a link is not of the machine."""
    if ALL_CORES:
        os.sched_setaffinity(0, ALL_CORES)  # of this thread
