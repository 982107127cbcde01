"""Find a Chromium and start it with a fake camera.

`python -m tests.support.chromium` prints the path of the one that the tests will use,
for scripts/test.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

# Nothing but the page under test: no sandbox, which root cannot have, no GPU, which
# a CI machine lacks, and no traffic of the browser's own.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Camera = Path | int
"""A clip that one camera plays without end, or the number of cameras that show
Chromium's own test pattern (0: a machine without a camera)."""

Prompt = Literal["accept", "ask"]
"""Who answers when a page asks for the camera: Chromium's fake interface says yes, or
the context's permissions decide, where what was not granted is denied."""


class NoChromiumError(Exception):
    """There is no Chromium that starts; the text says what was tried."""


def find_chromium() -> str:
    """Return the path of a Chromium or Chrome that starts.

    Raises
    ------
    NoChromiumError
        If none does, or the one that PANEL_CAM_BROWSER names does not.
    """
    chosen = os.environ.get("PANEL_CAM_BROWSER")
    if chosen:
        path = shutil.which(chosen)
        if path and _starts(path):
            return path
        raise NoChromiumError(f"PANEL_CAM_BROWSER={chosen} is no browser that starts")
    for path in _candidates():
        if _starts(path):
            return path
    raise NoChromiumError(
        f"no browser that starts: none of {', '.join(NAMES)} on PATH, no Mac app, none "
        "of Playwright's; scripts/test installs one, PANEL_CAM_BROWSER names one"
    )


def _candidates() -> Iterator[str]:
    for name in (*NAMES, *MAC_APPS):
        if path := shutil.which(name):
            yield path
    with sync_playwright() as playwright:  # last, for it takes a second
        path = playwright.chromium.executable_path
    if os.path.exists(path):
        yield path


def _starts(path: str) -> bool:
    # Not every file of that name is a browser: Ubuntu's chromium-browser only says
    # that there is a snap, and a download may lack the libraries it links to.
    try:
        answer = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "Chrom" in answer.stdout


def camera_flags(camera: Camera, prompt: Prompt) -> tuple[str, ...]:
    """Return the flags that give Chromium `camera`."""
    if isinstance(camera, int):
        flags = [f"--use-fake-device-for-media-stream=device-count={camera}"]
    else:
        flags = [
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={camera}",
        ]
    if prompt == "accept":
        flags.append("--use-fake-ui-for-media-stream")
    return tuple(flags)


class Browsers:
    """Browsers that are already running, one for each set of flags.

    A launch takes most of a second and a browser is some 200 MB, so the whole run
    shares them; a test is kept apart from the others by its context.
    """

    def __init__(self, playwright: Playwright, path: str) -> None:
        self._playwright = playwright
        self._path = path
        self._running: dict[tuple[str, ...], Browser] = {}

    def get(
        self, camera: Camera, *, prompt: Prompt = "accept", extra: Sequence[str] = ()
    ) -> Browser:
        """Return the browser with `camera` and the `extra` flags, launching it once."""
        flags = (*FLAGS, *camera_flags(camera, prompt), *extra)
        browser = self._running.get(flags)
        if browser is None or not browser.is_connected():
            browser = self._playwright.chromium.launch(
                executable_path=self._path, args=list(flags)
            )
            self._running[flags] = browser
        return browser

    def close(self) -> None:
        """Close them all."""
        while self._running:
            self._running.popitem()[1].close()


if __name__ == "__main__":
    try:
        print(find_chromium())
    except NoChromiumError as error:
        sys.exit(str(error))
