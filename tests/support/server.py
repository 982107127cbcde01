"""Start the server of an app, in a process of its own or in this one; read its log."""

import builtins
import dis
import inspect
import logging
import os
import re
import socket
import subprocess
import sys
import textwrap
import threading
import traceback
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import CodeType
from typing import Any, Protocol

from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[2]

# Resolves to this machine in a browser with the flag below, and is not localhost: where
# a page over plain http may have no camera.
INSECURE_HOST = "camera.test"
INSECURE_HOST_FLAG = f"--host-resolver-rules=MAP {INSECURE_HOST} 127.0.0.1"

TROUBLE = re.compile(
    r"Traceback \(most recent call last\)|\b(ERROR|WARNING|CRITICAL)\b|\w+Warning: "
)
# What every server may say when a page goes: it was about to be answered, or still is
# while its session is to end, or the server ends before it has heard of it.
FAREWELLS = (
    "Failed sending message as connection was closed",
    "Session .* was scheduled to discard but came back to life",
    r"in session\n.*assert self\._session is not None",
    # Bokeh does not wait for a message that was on its way when the page closed.
    r"Task exception was never retrieved\n(.*\n)*.*WebSocketClosedError",
)

# What starts a new entry: the date of Panel's and Bokeh's logs, a level, or
# a path as in "cam.py:3: UserWarning:". Everything else continues the entry before.
ENTRY = re.compile(
    r"\d{4}-\d\d-\d\d |(DEBUG|INFO|WARNING|ERROR|CRITICAL)\b|\S+:\d+: \w+Warning"
)


class Server(Protocol):
    """What a test needs of a server, whatever process it is in."""

    url: str
    port: int
    proxy_port: int
    log: list[str]


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 on which nobody listens, just now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def origins(*ports: int) -> list[str]:
    """Return the origins that may open a WebSocket to a server under test."""
    hosts = ("127.0.0.1", "localhost", INSECURE_HOST)
    return [f"{host}:{port}" for host in hosts for port in ports]


def find_trouble(lines: Iterable[str], allowed: Sequence[str] = ()) -> list[str]:
    """Return the entries of a log that tell of an error or a warning.

    Parameters
    ----------
    lines : iterable of str
        The log; a traceback belongs to the entry that it follows.
    allowed : sequence of str
        Regular expressions; an entry in which one is found is no trouble.
    """
    entries: list[list[str]] = []
    for line in lines:
        if ENTRY.match(line) or not entries:
            entries.append([])
        entries[-1].append(line)
    texts = ["\n".join(entry) for entry in entries]
    return [
        text
        for text in texts
        if TROUBLE.search(text)
        and not any(re.search(each, text) for each in (*FAREWELLS, *allowed))
    ]


def app_from_function(function: Callable[[], object]) -> str:
    """Return the text of an app that is the body of `function`, called with nothing.

    The function goes to another process as its source text, so it may use only what it
    imports or defines itself.
    """
    if missing := sorted(_names_from_outside(function.__code__)):
        names = ", ".join(missing)
        raise TypeError(f"{function.__name__} is to import for itself: {names}")
    source = textwrap.dedent(inspect.getsource(function))
    return f"{source}\n\n{function.__name__}()\n"


def _names_from_outside(code: CodeType) -> set[str]:
    # Not inspect.getclosurevars, which takes attributes for globals.
    names = {
        each.argval
        for each in dis.get_instructions(code)
        if each.opname == "LOAD_GLOBAL" and not hasattr(builtins, each.argval)
    }
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            names |= _names_from_outside(constant) - set(constant.co_freevars)
    return names | set(code.co_freevars)


class ServerProcess:
    """A server in a process of its own, and what it has written.

    Attributes
    ----------
    url : str
        The address of the app's page.
    port, proxy_port : int
        Where it listens, and where a proxy to it may: a page that comes from there
        may open a WebSocket too.
    log : list of str
        The lines that it has written to its standard output and error, until now.
    pid : int
        Its process.
    """

    def __init__(
        self, arguments: Sequence[str], *, path: str, env: dict[str, str] | None = None
    ) -> None:
        self.port, self.proxy_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}{path}"
        self.log: list[str] = []
        self._process = subprocess.Popen(
            [
                sys.executable,
                *(each.replace("{port}", str(self.port)) for each in arguments),
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONUNBUFFERED": "1",
                "BOKEH_ALLOW_WS_ORIGIN": ",".join(origins(self.port, self.proxy_port)),
                **(env or {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self.pid = self._process.pid
        self._reader = threading.Thread(target=self._read, name="server log")
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            self.log.extend(line.rstrip("\n") for line in lines)

    def wait_until_ready(self, timeout: float = 60.0) -> None:
        """Return when it takes connections, or raise with its log if it has ended."""

        def answers() -> bool:
            if self._process.poll() is not None:
                self._reader.join()
                raise RuntimeError("the server ended:\n" + "\n".join(self.log))
            return takes_connections(self.port)

        wait_until(answers, timeout)

    def stop(self, timeout: float = 15.0) -> None:
        """Ask it to end, by its pid; kill it if it will not."""
        self._process.terminate()
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            self.log.append(f"ERROR: it did not end within {timeout} s of a SIGTERM")
        self._reader.join()


class ServerThread:
    """A server on a thread of this process, so that a test holds the app's objects.

    Attributes as of `ServerProcess`; `log` has the entries of the standard loggers.
    """

    def __init__(self, app: Callable[[], Any], **options: Any) -> None:
        import panel  # here, for it takes a second, and most tests need none

        self.port, self.proxy_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}/"
        self._handler = _ListHandler()
        self.log = self._handler.lines
        # Panel's logger does not propagate, and Bokeh's only at times.
        self._loggers = [logging.getLogger(name) for name in ("", "bokeh", "panel")]
        for logger in self._loggers:
            logger.addHandler(self._handler)

        def watched() -> Any:
            try:
                return app()
            except Exception:  # of which Panel only prints the traceback
                self.log.extend(traceback.format_exc().splitlines())
                raise

        self._thread = panel.serve(
            watched,
            port=self.port,
            address="127.0.0.1",
            websocket_origin=origins(self.port, self.proxy_port),
            threaded=True,
            show=False,
            verbose=False,
            **options,
        )

    def close_log(self) -> None:
        """Listen to the loggers no longer.

        To be called for all such servers before the first is stopped: Panel cancels
        whatever the thread is doing, which Tornado then reports as an error.
        """
        for logger in self._loggers:
            logger.removeHandler(self._handler)

    def wait_until_ready(self, timeout: float = 60.0) -> None:
        """Return when it takes connections."""
        wait_until(lambda: takes_connections(self.port), timeout)

    def stop(self, timeout: float = 15.0) -> None:
        """End its thread."""
        self.close_log()
        self._thread.stop()
        self._thread.join(timeout)
        if self._thread.is_alive():
            self.log.append(f"ERROR: the server's thread did not end in {timeout} s")


class _ListHandler(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._last: logging.LogRecord | None = None
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        if record is not self._last:  # it comes from each logger on its way
            self._last = record
            self.lines.extend(self.format(record).splitlines())


def takes_connections(port: int) -> bool:
    """Tell whether somebody listens there."""
    with socket.socket() as attempt:
        attempt.settimeout(1)
        return attempt.connect_ex(("127.0.0.1", port)) == 0
