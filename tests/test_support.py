"""What the tests stand on is tested too."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.support.chromium import NoChromiumError, find_chromium
from tests.support.clip import COLOURS, Clip
from tests.support.engines.programs import NoEngineError, Program, find_program
from tests.support.proxy import Direction, Proxy
from tests.support.server import ROOT, app_from_function, find_trouble
from tests.support.waiting import wait_until

# ---- waiting


def test_wait_until_returns_the_first_true_value() -> None:
    values = iter([0, "", 7, 8])
    assert wait_until(lambda: next(values)) == 7


def test_wait_until_takes_an_assertion_that_holds_for_a_yes() -> None:
    tries: list[int] = []

    def third_time() -> None:
        tries.append(1)
        assert len(tries) == 3

    wait_until(third_time)
    assert len(tries) == 3


def test_wait_until_gives_up_and_names_the_condition_and_its_failure() -> None:
    def is_never() -> None:
        raise AssertionError("too early")

    with pytest.raises(AssertionError, match="is_never did not come true") as caught:
        wait_until(is_never, timeout=0)
    assert "too early" in str(caught.value.__cause__)


def test_wait_until_does_not_hide_other_errors() -> None:
    with pytest.raises(ZeroDivisionError):
        wait_until(lambda: 1 / 0)


# ---- the clip


@pytest.fixture
def small(tmp_path) -> Clip:
    return Clip(tmp_path / "small.y4m", width=160, height=120, frames=3)


def test_a_clip_holds_whole_frames_of_the_stated_size(small: Clip) -> None:
    small.write()
    header, *frames = small.path.read_bytes().split(b"FRAME\n")
    assert header == b"YUV4MPEG2 W160 H120 F30:1 Ip A1:1 C420jpeg\n"
    assert [len(frame) for frame in frames] == [160 * 120 * 3 // 2] * 3


def test_a_frame_has_the_known_colours_where_it_says(small: Clip) -> None:
    image = small.image(1)
    for colour, rgb in COLOURS.items():
        assert tuple(image[small.centre(colour)]) == rgb


@pytest.mark.parametrize("number", [0, 1, 59, 0b1010_1010_1010_1010, 2**16 - 1])
def test_the_number_of_a_frame_can_be_read_at_any_size(small: Clip, number) -> None:
    image = small.image(number)
    assert small.read_number(image) == number
    assert small.read_number(image[:, :, 0]) == number
    assert small.read_number(image.repeat(2, axis=0).repeat(2, axis=1)) == number


def test_consecutive_frames_differ_below_the_number_too(small: Clip) -> None:
    below = slice(small.height // 2, None)
    assert np.any(small.image(0)[below] != small.image(1)[below])


# ---- the browser


def test_a_browser_that_does_not_start_is_refused_by_name(monkeypatch) -> None:
    monkeypatch.setenv("PANEL_CAM_BROWSER", "false")
    with pytest.raises(NoChromiumError, match="PANEL_CAM_BROWSER=false"):
        find_chromium()


# ---- logs


def test_the_log_of_a_healthy_server_is_no_trouble() -> None:
    lines = [
        "2026-01-01 10:00:00,000 Starting Bokeh server version 3.9.2",
        "INFO:bokeh.server.views.ws:WebSocket connection opened",
        "Launching server at http://localhost:5006",
        "2026-01-01 10:00:00,000 Failed sending message as connection was closed",
        "WARNING bokeh.server: Failed sending message as connection was closed",
    ]
    assert find_trouble(lines) == []


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-01 10:00:00,000 ERROR: panel.reactive - Callback failed",
        "2026-01-01 10:00:00,000 WARNING: panel - careful",
        "ERROR bokeh.server: oh no",
        "cam.py:3: UserWarning: careful",
    ],
)
def test_errors_and_warnings_are_trouble(line: str) -> None:
    assert find_trouble(["INFO: all is well", line, "INFO: so it is"]) == [line]


def test_a_traceback_is_trouble_wherever_it_stands() -> None:
    lines = ["INFO: all is well", "Traceback (most recent call last):"]
    assert find_trouble(lines) == ["\n".join(lines)]
    assert find_trouble(lines[1:]) == lines[1:]


def test_what_a_test_expects_is_allowed_with_its_traceback_and_no_more() -> None:
    expected = [
        "2026-01-01 10:00:00,000 ERROR: panel_cam - the filter failed",
        "Traceback (most recent call last):",
        '  File "cam.py", line 3, in f',
        "ValueError: as planned",
    ]
    unexpected = ["2026-01-01 10:00:00,001 ERROR: tornado - something else"]
    allowed = ["ValueError: as planned"]
    assert find_trouble(expected + unexpected, allowed) == unexpected


def test_a_page_that_goes_while_the_server_ends_is_no_trouble() -> None:
    lines = [
        "2026-01-01 10:00:00,000 ERROR tornado.application: Uncaught exception GET /ws",
        "Traceback (most recent call last):",
        '  File "bokeh/server/connection.py", line 64, in session',
        "    assert self._session is not None",
        "           ^^^^^^^^^^^^^^^^^^^^^^^^^",
        "AssertionError",
    ]
    assert find_trouble(lines) == []
    assert find_trouble(lines[:2])


# ---- functions as apps


def test_a_function_becomes_an_app() -> None:
    def app() -> None:
        import math

        print(math.pi)

    assert app_from_function(app) == (
        "def app() -> None:\n    import math\n\n    print(math.pi)\n\n\napp()\n"
    )


def test_a_function_that_needs_something_from_outside_is_refused() -> None:
    outside = 1

    def app() -> None:
        print(outside, np)

    with pytest.raises(TypeError, match="app is to import for itself: np, outside"):
        app_from_function(app)


def test_what_a_function_defines_or_finds_in_a_module_is_not_from_outside() -> None:
    def app() -> None:
        import tests.support.clip as module

        number = 1

        def inner() -> tuple[int, type]:
            return number, module.Clip  # a global of this file, too

        print([inner() for _ in range(number)])

    assert "module.Clip" in app_from_function(app)


# ---- the proxy


@pytest.fixture
def echo() -> Iterator[int]:
    """The port of a server that sends back what it gets, on every connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threads: list[threading.Thread] = []

        def answer(connection: socket.socket) -> None:
            with connection:
                try:
                    while data := connection.recv(65536):
                        connection.sendall(data)
                except OSError:
                    pass

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threads.append(threading.Thread(target=answer, args=(connection,)))
                threads[-1].start()

        acceptor = threading.Thread(target=accept)
        acceptor.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        for thread in [acceptor, *threads]:
            thread.join()


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=20)


def receive(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (more := connection.recv(count - len(data))):
        data += more
    return data


def test_the_proxy_passes_everything_on_and_counts_it(echo: int) -> None:
    sent = np.random.default_rng(1).bytes(300_000)
    with Proxy(echo) as proxy, connect(proxy) as one, connect(proxy) as other:
        threading.Thread(target=one.sendall, args=(sent,)).start()
        other.sendall(b"hello")
        assert receive(other, 5) == b"hello"
        assert receive(one, len(sent)) == sent
        assert proxy.up.passed == proxy.down.passed == len(sent) + 5


@pytest.mark.parametrize("way", ["up", "down"])
def test_the_proxy_keeps_to_its_rate(echo: int, way: str) -> None:
    with Proxy(echo, **{way: 100_000}) as proxy, connect(proxy) as connection:
        start = time.monotonic()
        connection.sendall(bytes(40_000))
        receive(connection, 40_000)
        # No upper bound: that would be a test of the machine.
        assert time.monotonic() - start > 0.35


def test_the_rate_can_change_while_it_runs(echo: int) -> None:
    with Proxy(echo, up=1_000) as proxy, connect(proxy) as connection:
        proxy.up.bytes_per_second = None
        connection.sendall(bytes(200_000))  # would take minutes
        assert len(receive(connection, 200_000)) == 200_000


def test_with_small_segments_a_sender_feels_a_held_link(echo: int) -> None:
    def hand_over(proxy: Proxy, enough: int) -> int:
        with connect(proxy) as connection:
            connection.settimeout(0.2)
            count = 0
            try:
                while count < enough:
                    count += connection.send(bytes(10_000))
            except TimeoutError:
                pass
            return count

    enough = 2_000_000
    with Proxy(echo, buffer=8_192, segment=1_460) as proxy:
        proxy.hold()
        assert 0 < hand_over(proxy, enough) < enough


def test_how_a_direction_carries_can_be_another(echo: int) -> None:
    class Shouting(Direction):
        async def carry(
            self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            writer.write((await reader.read(100)).upper())

    with Proxy(echo, up=Shouting(None)) as proxy, connect(proxy) as connection:
        connection.sendall(b"hello")
        assert receive(connection, 5) == b"HELLO"


def test_held_answers_come_after_the_release(echo: int) -> None:
    with Proxy(echo) as proxy, connect(proxy) as connection:
        proxy.hold(up=False)
        connection.sendall(b"question")
        wait_until(lambda: proxy.up.passed == 8)
        connection.settimeout(0.05)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(20)
        proxy.release()
        assert receive(connection, 8) == b"question"


def test_a_cut_breaks_what_is_open_and_nothing_else(echo: int) -> None:
    with Proxy(echo) as proxy, connect(proxy) as connection:
        proxy.hold()
        connection.sendall(b"lost")
        proxy.cut()
        try:
            assert connection.recv(1) == b""
        except ConnectionError:
            pass  # a reset is as good
        proxy.release()
        with connect(proxy) as again:
            again.sendall(b"found")
            assert receive(again, 5) == b"found"


def test_a_server_that_is_not_there_is_a_closed_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    with Proxy(port) as proxy, connect(proxy) as connection:
        try:
            assert connection.recv(1) == b""
        except ConnectionError:
            pass


# ---- the engines


def collect(*options: str) -> subprocess.CompletedProcess[str]:
    command = ["-m", "pytest", "--collect-only", "-q", "tests/engines", *options]
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_browser_that_is_left_out_by_name_is_named_in_the_summary() -> None:
    done = collect("--browsers", "chromium,webkit")
    assert done.returncode == 0
    assert "NOT TESTED, left out by name: firefox" in done.stdout
    assert "[firefox]" not in done.stdout
    for engine in ("[chromium]", "[webkit]"):
        assert engine in done.stdout


def test_every_browser_is_asked_for_and_no_other() -> None:
    done = collect()
    assert "NOT TESTED" not in done.stdout
    for engine in ("[chromium]", "[firefox]", "[webkit]"):
        assert engine in done.stdout
    done = collect("--browsers", "netscape")
    assert done.returncode != 0
    assert "netscape" in done.stdout + done.stderr


def test_a_browser_that_is_not_there_is_named_with_its_package() -> None:
    with pytest.raises(NoEngineError, match=r"no-such-browser.*firefox-esr"):
        find_program(["no-such-browser", "nor-this"], "firefox-esr")
    assert find_program(["no-such-browser", "sh"], "dash").endswith("/sh")


def is_running(number: int) -> bool:
    # Who has ended is listed as a zombie until its parent takes note.
    command = ["ps", "-o", "stat=", "-p", str(number)]
    state = subprocess.run(command, capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1] not in ("", "Z")


def test_a_program_ends_with_all_that_it_has_started(tmp_path: Path) -> None:
    # The child does not hear of a signal to end, and its shell does not wait for it.
    script = "trap '' TERM; sleep 600 & echo $! >child; wait"
    program = Program(["sh", "-c", script], cwd=tmp_path)
    child = tmp_path / "child"
    wait_until(lambda: child.exists() and child.read_text().strip())
    number = int(child.read_text())
    assert is_running(number)
    program.stop(timeout=0.1)
    wait_until(lambda: not is_running(number))


ENDLESS = """
import time
import pytest
from tests.support.engines.programs import Program

@pytest.fixture
def program(tmp_path):
    program = Program(["sleep", "600"])
    yield program
    program.stop()

def test_it_takes_long(program):
    print(program.process.pid, flush=True)
    time.sleep(600)
"""


def test_a_run_that_is_ended_ends_what_it_has_started(tmp_path: Path) -> None:
    path = tmp_path / "test_endless.py"
    path.write_text(ENDLESS)
    options = ["-s", "-q", "-c", os.devnull, "-p", "tests.conftest", str(path)]
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        number = next(int(line) for line in run.stdout if line.strip().isdigit())
        assert is_running(number)
        run.terminate()
        assert "KeyboardInterrupt" in run.stdout.read()
    wait_until(lambda: not is_running(number))
