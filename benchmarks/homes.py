"""Where the page under test comes from, and what its server uses.

A home is a server in a process of its own, and the address of one page on it. There are
`ours`, `floor`, `video floor` and `notebook`; another is one more entry in `COMMANDS`
and, where its page needs a hand before it shows anything, in `PREPARE`.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from lab import lab_command, run_cells
from link import Link, parse_link

HERE = Path(__file__).parent
START_TIMEOUT = 60.0

VIDEO_BITS = 6
"""Bits a second for each pixel of the video floor's camera at 30 frames a second: about
as good as a JPEG of quality 0.85."""

LINK_SHARE = 0.8
"""Of a link of one rate, what the video floor uses at most."""


@dataclass(frozen=True)
class Setup:
    """What is measured: the camera's picture and what is done to it.

    Parameters
    ----------
    width, height : int
        Size of the camera's picture, px; of the answers too.
    fps : int
        Frames per second of the camera.
    filter : str
        A name in `filters.FILTERS`.
    quality : float
        JPEG quality both ways, 0-1.
    executor : str
        Of ours, by a name that `workers.executor_of` knows.
    encoding : str
        Of ours: the `format` of its `Live`; "default" leaves it to that.
    link : str
        Between browser and server, as `link.parse_link` has it.
    one_core : bool
        Whether server and browser share one processor. Who starts them sees to it.
    """

    width: int = 640
    height: int = 480
    fps: int = 30
    filter: str = "roberts"
    quality: float = 0.85
    executor: str = "threads"
    encoding: str = "default"
    link: str = "open"
    one_core: bool = False

    @property
    def size(self) -> str:
        """Width x height, as the command line has it."""
        return f"{self.width}x{self.height}"

    @property
    def bitrate(self) -> int:
        """Of the video floor, bits a second: what looks well, or what the link bears.

        The floor does not steer itself: it is told what the link is. A trace is not.
        """
        good = VIDEO_BITS * self.width * self.height * self.fps / 30
        least = parse_link(self.link).least
        return int(min(good, LINK_SHARE * least * 8 if least else good))


@dataclass(frozen=True)
class Home:
    """A running server and its page."""

    name: str
    url: str
    process: psutil.Process
    prepare: Callable[[Any], None] = lambda page: None
    """Called with the Playwright page once it is open; for a page that has to be run
    by hand."""
    link: Link | None = None
    """What its page is reached through; None for nothing in between."""

    def cpu_seconds(self) -> float:
        """Sum the processor time that the server and its children have used."""
        return sum(sum(process.cpu_times()[:2]) for process in self._tree())

    def memory_mb(self) -> float:
        """Sum the resident memory of the server and its children, in MB of 10^6."""
        return sum(process.memory_info().rss for process in self._tree()) / 1e6

    def _tree(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


def _ours(setup: Setup, port: int, door: int) -> tuple[list[str], str]:
    arguments = [setup.filter, setup.size, str(setup.fps), str(setup.quality)]
    arguments += [setup.executor, setup.encoding]
    command = ["-m", "panel", "serve", str(HERE / "app.py"), "--port", str(port)]
    command += ["--address", "localhost", "--allow-websocket-origin"]
    return [*command, f"localhost:{door}", "--args", *arguments], "/app"


def _floor(setup: Setup, port: int, door: int) -> tuple[list[str], str]:
    options = ["--filter", setup.filter, "--quality", str(setup.quality)]
    command = [str(HERE / "floor.py"), "--port", str(port), *options]
    query = f"size={setup.size}&fps={setup.fps}&quality={setup.quality}"
    return command, f"/?{query}"


def _video_floor(setup: Setup, port: int, door: int) -> tuple[list[str], str]:
    options = ["--filter", setup.filter, "--fps", str(setup.fps)]
    if parse_link(setup.link).least:  # else its quality alone says how much it sends
        options += ["--bitrate", str(setup.bitrate)]
    command = [str(HERE / "video_floor.py"), "--port", str(port), *options]
    # Two, as the JPEG floor, and what the link's delay takes: it is told that as well.
    in_flight = 2 + round(setup.fps * parse_link(setup.link).round_trip)
    query = f"size={setup.size}&fps={setup.fps}&bitrate={setup.bitrate}"
    return command, f"/?{query}&inFlight={in_flight}"


def _notebook(setup: Setup, port: int, door: int) -> tuple[list[str], str]:
    return lab_command(HERE, setup, port), "/lab?reset"


COMMANDS = {
    "ours": _ours,
    "floor": _floor,
    "video floor": _video_floor,
    "notebook": _notebook,
}
"""Name of a home -> what makes its arguments for Python and the path of its page, of
the setup, the server's port, and the one at which the browser reaches it."""

FLOORS = ("floor", "video floor")
"""The homes that ours is set against."""

PREPARE = {"notebook": run_cells}
"""Name of a home -> what its page needs before it shows anything."""


@contextmanager
def serve(name: str, setup: Setup) -> Iterator[Home]:
    """Run a home's server for as long as the context lasts.

    Parameters
    ----------
    name : str
        One of `COMMANDS`.
    setup : Setup
        What it is to do.

    Yields
    ------
    home : Home
        Once it answers.

    Raises
    ------
    RuntimeError
        If it does not. To this and any other error, what it printed is added.
    """
    port = free_port()
    link = None if setup.link == "open" else Link(parse_link(setup.link), port)
    door = port if link is None else link.port
    arguments, path = COMMANDS[name](setup, port, door)
    paths = [str(HERE.parent), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))}
    with link or nullcontext(), tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env=environment,
            stdout=printed,
            stderr=subprocess.STDOUT,
        )
        try:
            if not _wait_for(port, process):
                raise RuntimeError(f"{name} did not start")
            url = f"http://localhost:{door}{path}"
            prepare = PREPARE.get(name, lambda page: None)
            yield Home(name, url, psutil.Process(process.pid), prepare, link)
        except Exception as error:
            error.add_note(f"{name} printed:\n{_end_of(printed)}")
            raise
        finally:
            _end(process)
            printed.seek(0)
            errors = [line for line in printed if "ERROR" in line or "Error" in line]
            if errors:
                text = f"{name} logged {len(errors)} errors; the last: {errors[-1]}"
                print(text, file=sys.stderr)


def _end_of(printed: TextIO) -> str:
    printed.seek(0)
    return printed.read()[-2000:]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a port of this machine on which nobody listens, just now."""
    with socket.create_server(("localhost", 0)) as listener:
        return int(listener.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Wait until a server answers. Asks for no page: the first visit is measured."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urlopen(f"http://localhost:{port}/no-such-page", timeout=1)
        except URLError as error:
            if getattr(error, "code", None) == 404:
                return True
        except OSError:
            pass
        time.sleep(0.1)
    return False
