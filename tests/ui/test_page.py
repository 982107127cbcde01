"""The page that a user starts, in every way there is to start it."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest

from panel_cam import filters
from tests.support.clip import COLOURS
from tests.support.live_page import LivePage
from tests.support.server import ROOT, find_trouble
from tests.support.waiting import wait_until

APPS = sorted(path.relative_to(ROOT) for path in (ROOT / "apps").glob("*.py"))


def shows_the_edges(live_page: LivePage, clip) -> None:
    """Start the camera, and see that the figure has the recipe's edges of it."""
    live_page.button("Start camera").click()
    live_page.next_picture(2)
    expected = filters.get("roberts")(clip.image(0))
    shown = live_page.figure().image(480, 640)[:, :, 0].astype(int)
    still = slice(60, 330)  # above, the number of the frame changes, below, a square
    assert np.mean(np.abs(shown[still] - expected[still])) < 8
    row, column = clip.centre("red")
    assert shown[row, column] > 240
    assert shown[row, column - 52 : column - 44].min() < 240  # its rim
    assert shown[36:44, 5].min() < 200  # and that of the dark band above


def test_panel_serves_the_page_and_everything_on_it(serve, page, clip) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    live_page = LivePage(page)
    live_page.open(serve(Path("apps/cam.py")).url)
    assert "panel_cam" in page.title()
    # The camera is never opened without a click.
    live_page.button("Start camera").wait_for()
    assert live_page.wishes() == []
    shows_the_edges(live_page, clip)
    for name in ("Stop", "Pause"):
        assert live_page.button(name).is_visible()
    for label in ("Source", "Camera", "Resolution", "Mirror", "Preview"):
        assert live_page.choice(label).is_visible()
    page.get_by_text("fps").filter(has_text="age").filter(has_text="dropped").wait_for()
    assert live_page.preview.is_visible()
    live_page.choice("Preview").uncheck()
    live_page.preview.wait_for(state="hidden")
    live_page.next_picture(2)
    # Nothing comes from elsewhere: it works without the Internet.
    hosts = {urlsplit(url).hostname for url in asked if url.startswith("http")}
    assert hosts == {"127.0.0.1"}


def test_every_app_runs_and_writes_no_error(serve_command, new_page) -> None:
    apps = [str(app) for app in APPS]
    assert "apps/cam.py" in apps
    where = ("--port", "{port}", "--address", "127.0.0.1")
    server = serve_command("-m", "panel", "serve", *apps, *where)
    live_page = LivePage(new_page())
    page = live_page.page
    for app in APPS:
        page.goto(f"{server.url}{app.stem}")
        page.locator(".bk-Column, .bk-Row, .camera, .image-view").first.wait_for()
        start = live_page.button("Start camera")
        has_view = page.locator(".image-view").count() > 0
        if page.get_by_role("status").count():
            start.click()
            wait_until(lambda: live_page.sent() >= 3, page=page)
        if has_view:
            live_page.next_picture(2)
        assert has_view or live_page.sent() >= 3, app


# ---- the commands, as a user types them


@pytest.fixture
def start(tmp_path, serve_command) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """`start(*arguments, env=None) -> Popen`: Python with them, in an empty directory.

    Unlike the other servers of the tests, with no more than a user's environment.
    """
    running: list[subprocess.Popen[str]] = []

    def start(
        *arguments: str, env: dict[str, str] | None = None
    ) -> subprocess.Popen[str]:
        here = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        here.pop("BOKEH_ALLOW_WS_ORIGIN", None)
        running.append(
            subprocess.Popen(
                [sys.executable, *arguments],
                cwd=tmp_path,
                env={**here, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def read_address(process: subprocess.Popen[str]) -> str:
    """Return the address that a server prints."""
    assert process.stdout is not None
    written = ""
    for line in process.stdout:
        written += line
        if match := re.search(r"http://localhost:\d+", line):
            return match[0]
    raise AssertionError(f"no address in\n{written}")


def end(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Press Ctrl-C; return the status, and what was written since the address."""
    process.send_signal(signal.SIGINT)
    written, _ = process.communicate(timeout=30)
    return process.returncode, written


def test_the_app_is_a_script_too(start, page, clip) -> None:
    process = start(str(ROOT / "apps" / "cam.py"), "--port", "0", "--no-show")
    live_page = LivePage(page)
    live_page.open(read_address(process))
    shows_the_edges(live_page, clip)
    page.goto("about:blank")
    status, written = end(process)
    assert status == 0
    assert find_trouble(written.splitlines()) == []


def test_the_module_serves_a_function_of_a_file_at_a_size(
    start, page, clip, tmp_path
) -> None:
    (tmp_path / "filters_of_mine.py").write_text(
        "def invert(image):\n    return 255 - image\n"
    )
    process = start(
        *("-m", "panel_cam", "filters_of_mine.py:invert"),
        *("--port", "0", "--no-show", "--camera-size", "320x240"),
    )
    live_page = LivePage(page)
    live_page.open(read_address(process))
    live_page.button("Start camera").click()
    picture = live_page.next_picture(2).image
    assert picture.shape == (240, 320, 4)
    for name, rgb in COLOURS.items():
        row, column = clip.centre(name)
        np.testing.assert_allclose(
            picture[row // 2, column // 2, :3], 255 - np.array(rgb), atol=12
        )
    page.goto("about:blank")
    assert end(process)[0] == 0


def test_the_module_shows_the_page_in_the_users_browser(start, tmp_path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{opened}"\n')
    browser.chmod(0o755)
    process = start(
        *("-m", "panel_cam", "skimage.filters:sobel", "--port", "0"),
        env={"BROWSER": f"{browser} %s"},
    )
    address = read_address(process)
    wait_until(opened.exists, timeout=20)
    wait_until(lambda: opened.read_text().strip().startswith(address))
    assert end(process)[0] == 0


def test_a_file_that_is_wrong_is_one_line_and_status_2(start, tmp_path) -> None:
    (tmp_path / "broken.py").write_text("def f(:\n")
    process = start("-m", "panel_cam", "broken.py:f", "--no-show")
    written, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    (line,) = written.splitlines()
    assert "broken.py" in line
    assert "SyntaxError" in line
