"""A filter that fails is told of, costs no picture, and recovers; so is a bad frame."""

import io
import re
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import PIL.Image
import pytest

from panel_cam import Live
from tests.support.clip import COLOURS
from tests.support.live_page import LivePage
from tests.support.waiting import wait_until


class Moody:
    """A filter that gives the image back, or does what it is told to."""

    def __init__(self) -> None:
        self.mood: Callable[[np.ndarray], Any] = lambda image: image
        self.calls = 0

    def __call__(self, image: np.ndarray) -> Any:
        self.calls += 1
        return self.mood(image)


@pytest.fixture
def moody() -> Moody:
    return Moody()


@pytest.fixture
def open_live(serve_here, page, moody):
    """`open_live(allow_log=(), **params) -> (LivePage, Live, server)`, streaming."""

    def open_live(allow_log=(), **params: Any):
        lives: list[Live] = []

        def app() -> Live:
            lives.append(Live(moody, autostart=True, **params))
            return lives[-1]

        server = serve_here(app, allow_log=allow_log)
        live_page = LivePage(page)
        live_page.open(server.url)
        live_page.next_picture(2)
        return live_page, lives[0], server

    return open_live


def shows_the_camera(live_page: LivePage, clip) -> None:
    figure = live_page.figure()
    for name, rgb in COLOURS.items():
        np.testing.assert_allclose(figure.at(*clip.centre(name))[:3], rgb, atol=12)


def test_a_filter_that_raises_is_told_of_and_recovers(open_live, moody, clip) -> None:
    live_page, live, server = open_live(allow_log=["not <today>", "quite another"])
    page = live_page.page

    def fail(image: np.ndarray) -> np.ndarray:
        brightness = image.mean()
        raise ValueError(f"not <today>, brightness is {brightness > 0}")

    moody.mood = fail
    page.get_by_text("ValueError: not <today>, brightness is True").wait_for()
    # The last lines of the traceback, with the line to correct.
    page.get_by_text("raise ValueError(f").wait_for()
    assert "ValueError: not <today>" in live.error
    # The last good picture stays, and the stream goes on.
    shows_the_camera(live_page, clip)
    calls, painted = moody.calls, live_page.painted()
    wait_until(lambda: moody.calls > calls + 10, page=page)
    assert live_page.painted() <= painted + 2
    shows_the_camera(live_page, clip)
    assert live.camera.status == "streaming"

    # It recovers as soon as the filter does.
    moody.mood = lambda image: image
    live_page.next_picture(3)
    page.get_by_text("ValueError: not <today>").wait_for(state="hidden")
    assert live.error == ""

    # The log has the whole traceback, once for every distinct error.
    def fail_otherwise(image: np.ndarray) -> np.ndarray:
        raise KeyError("quite another")

    for mood in (fail_otherwise, fail, fail_otherwise, fail):
        moody.mood = mood
        calls = moody.calls
        wait_until(lambda calls=calls: moody.calls > calls + 2, page=page)
    wait_until(lambda: live.stats["failed"] > 10, page=page)
    log = "\n".join(server.log)
    assert log.count("ValueError: not <today>") == 1
    assert log.count("KeyError: 'quite another'") == 1
    assert log.count("Traceback (most recent call last)") == 2
    assert "brightness = image.mean()" not in live.error
    assert "in fail" in log
    assert not re.search(r"\\x[0-9a-f]{2}\\x|array\(|\bbytearray\b", log)


EXPECTED = "returned no image: expected an ndarray of shape (M, N)"
REFUSED: dict[str, tuple[str, Callable[[np.ndarray], Any]]] = {
    "returned nothing: did you forget": ("return image", lambda image: None),
    "got a str": (EXPECTED, lambda image: "text"),
    "got a list": (EXPECTED, lambda image: image[0, 0].tolist()),
    "shape (480,) and dtype float64": (EXPECTED, lambda i: i.mean(axis=(1, 2))),
    "shape (480, 640, 2) and dtype uint8": ("pc.colour_flow", lambda i: i[:, :, :2]),
    "dtype complex128": ("return `abs(image)`", lambda image: image[:, :, 0] * 1j),
    "shape (3, 480, 640)": ("transpose(1, 2, 0)", lambda i: i.transpose(2, 0, 1)),
    "returned 2 things": ("return one of the 2", lambda image: (image, None)),
}


def test_a_filter_that_returns_no_image_is_told_what_to_do(
    open_live, moody, clip
) -> None:
    live_page, live, _ = open_live(allow_log=["Moody returned"])
    page = live_page.page
    for got, (advice, output) in REFUSED.items():
        moody.mood = output
        message = page.get_by_text("Moody returned").filter(has_text=advice)
        message.filter(has_text=got).wait_for()
        assert got in live.error
        shows_the_camera(live_page, clip)
        moody.mood = lambda image: image
        live_page.next_picture(2)
        message.wait_for(state="hidden")
    assert live.error == ""


def test_a_filter_that_changes_its_input_harms_no_one(open_live, moody, clip) -> None:
    live_page, live, _ = open_live()

    def blacken(image: np.ndarray) -> np.ndarray:
        image[:] = 0
        return image

    moody.mood = blacken
    wait_until(
        lambda: live_page.next_picture().image[:, :, :3].max() < 8,
        page=live_page.page,
    )
    red = live.camera.image[clip.centre("red")]
    np.testing.assert_allclose(red, COLOURS["red"], atol=12)


def test_nan_is_transparent_on_the_page(open_live, moody) -> None:
    live_page, _, _ = open_live()

    def hide_the_left_half(image: np.ndarray) -> np.ndarray:
        grey = image[:, :, 0] / 255
        grey[:, :320] = np.nan
        return grey

    moody.mood = hide_the_left_half
    wait_until(lambda: live_page.figure().at(300, 100)[3] == 0, page=live_page.page)
    assert live_page.figure().at(300, 500)[3] == 255


# ---- what comes from the page is not trusted


def gif() -> str:
    file = io.BytesIO()
    PIL.Image.new("RGB", (8, 8)).save(file, "gif")
    return f"new Uint8Array({list(file.getvalue())}).buffer"


def bomb() -> str:
    """A png of some hundred bytes that claims to be 3.6 gigapixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            chunk(b"IHDR", header),
            chunk(b"IDAT", zlib.compress(bytes(10_000))),
            chunk(b"IEND", b""),
        ]
    )
    return f"new Uint8Array({list(data)}).buffer"


NO_FRAMES = {
    "text": "'SECRET'",
    "a number": "7",
    "nothing": "null",
    "a list": "['SECRET', 1, 2]",
    "bytes": "bytes('SECRET')",
    "an empty mapping": "{}",
    "text as data": "{...last, seq: last.seq + 1, data: 'SECRET'}",
    "a mapping as data": "{...last, seq: last.seq + 1, data: {a: 'SECRET'}}",
    "no bytes": "{...last, seq: last.seq + 1, data: new ArrayBuffer(0)}",
    "too many bytes": "{...last, seq: last.seq + 1, data: new ArrayBuffer(300_000)}",
    "other bytes": "{...last, seq: last.seq + 1, data: bytes('SECRET'.repeat(99))}",
    "half a jpeg": "{...last, seq: last.seq + 1, data: last.data.slice(0, 900)}",
    "a gif": f"{{...last, seq: last.seq + 1, data: {gif()}}}",
    "a bomb": f"{{...last, seq: last.seq + 1, data: {bomb()}}}",
    "an old number": "{...last, seq: 1}",
    "text as number": "{...last, seq: 'SECRET'}",
    "a negative number": "{...last, seq: -5}",
    "no time": "{...last, seq: last.seq + 1, captured_at: 'SECRET'}",
    "no stream": "{...last, seq: last.seq + 1, stream: 'SECRET'}",
}


def test_a_page_that_sends_rubbish_does_not_stop_the_stream(open_live, moody) -> None:
    live_page, live, server = open_live(
        allow_log=["refused", "could not be decoded", "expected"],
        max_frame_bytes=200_000,
    )
    page, camera = live_page.page, live.camera

    def bad() -> float:
        return camera.rejected + live._stream.stats.snapshot()["failed"]

    for kind, frame in NO_FRAMES.items():
        before = bad()
        live_page.send(frame)
        try:
            wait_until(lambda before=before: bad() > before, page=page)
            live_page.next_picture(2)
        except AssertionError as error:
            raise AssertionError(f"after {kind}") from error
    assert camera.status == "streaming"
    log = "\n".join(server.log)
    assert "SECRET" not in log
    assert "Traceback" not in log
    assert not re.search(r"\\x[0-9a-f]{2}\\x", log)


def test_a_page_that_reports_rubbish_does_not_stop_the_stream(open_live) -> None:
    live_page, live, _ = open_live()
    for report in ("{ count: 'x', age_p50: null, age_p95: [1] }", "{}"):
        live_page.page.evaluate(f"globalThis.findModel('painted').painted = {report}")
    live_page.next_picture(3)
    assert live.camera.status == "streaming"


TALKATIVE = """
import logging

import panel_cam

for name in ("", "panel", "bokeh", "param", "tornado", "panel_cam"):
    logging.getLogger(name).setLevel(logging.DEBUG)
calls = []


def moody(image):
    calls.append(1)
    if len(calls) % 3 == 0:
        raise ValueError("as planned")
    return image


live = panel_cam.Live(moody, autostart=True)
live.param.watch(lambda event: {}["missing"], "image")
live.servable()
"""


def test_no_picture_is_in_the_log_however_much_is_logged(serve, page) -> None:
    server = serve(
        TALKATIVE,
        args=["--log-level", "debug"],
        allow_log=["as planned", "KeyError", "DEBUG", "refused"],
        env={"PANEL_LOG_LEVEL": "DEBUG"},
    )
    live_page = LivePage(page)
    live_page.open(server.url)
    live_page.next_picture(10)
    live_page.send("'SECRET'")
    live_page.next_picture(2)
    log = "\n".join(server.log)
    assert "DEBUG" in log
    assert "JFIF" not in log
    assert "SECRET" not in log
    assert not re.search(r"(\\x[0-9a-f]{2}){4}", log)
    assert not re.search(r"array\(\[\[", log)


def test_the_figures_say_that_every_picture_fails_and_that_it_is_over(
    open_live, moody, page
) -> None:
    open_live(allow_log=["no light"])
    page.get_by_text("fps").wait_for()

    def fail(image: np.ndarray) -> None:
        raise ValueError("no light")

    moody.mood = fail
    page.get_by_text("Every picture failed").wait_for()
    assert page.get_by_text("fps").count() == 0
    moody.mood = lambda image: image
    page.get_by_text("fps").wait_for()
    assert page.get_by_text("Every picture failed").count() == 0
