"""A Chromium whose camera plays the clip, and visits with it to a page under test."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import psutil
from homes import Home, Setup
from playwright.sync_api import Browser, Page, sync_playwright
from quiet import others_seconds

PROBE = Path(__file__).with_name("probe.js")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
# Room beside and below a picture at its own size, px, for the page's controls. Both
# pages then show it in about the same size.
ROOM = (356, 320)
FIRST_PICTURE_TIMEOUT = 30.0

Noted = dict[str, Any]
"""What `Probe.take` of probe.js returns, and two sums of seconds: `cpu`, what the
server used meanwhile, and `others`, what programs used that are not ours."""


def find_browser() -> str | None:
    """Find Chromium: where PANEL_CAM_BROWSER says, or on the path.

    Returns
    -------
    path : str or None
        None leaves it to Playwright to use its own.
    """
    found = (shutil.which(name) for name in NAMES)
    return os.environ.get("PANEL_CAM_BROWSER") or next(filter(None, found), None)


@contextmanager
def open_browser(clip: Path | None = None, *, fps: int = 30) -> Iterator[Browser]:
    """Run a headless Chromium with a fake camera.

    Parameters
    ----------
    clip : Path, optional
        What the camera shows, a Y4M file; over and over. Without, it is a moving
        picture that Chromium makes itself.
    fps : int, default 30
        How many frames a second that has.

    Yields
    ------
    browser : Browser
        Playwright's.
    """
    # Of a flag that is given twice, the last one counts.
    camera = f"--use-fake-device-for-media-stream=fps={fps}"
    if clip is not None:
        camera = f"--use-file-for-fake-video-capture={clip}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=[*FLAGS, camera]
        )
        try:
            yield browser
        finally:
            browser.close()


def browser_version() -> str:
    """Tell which Chromium it is, as its own version number."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        try:
            return browser.version
        finally:
            browser.close()


class Visit:
    """One opening of a page under test, in a context of its own.

    Parameters
    ----------
    browser : Browser
        From `open_browser`.
    home : Home
        Whose page to open; also an attribute.
    setup : Setup
        What its camera delivers.
    check : bool
        Whether to compare what the page says it painted with what it shows.
    scripts : sequence of Path
        To run in the page before its own, beside the probe.
    """

    def __init__(
        self,
        browser: Browser,
        home: Home,
        setup: Setup,
        *,
        check: bool = False,
        scripts: Sequence[Path] = (),
    ) -> None:
        self._browser, self.home, self._setup = browser, home, setup
        self._check = check
        self._scripts = (PROBE, *scripts)
        self._page: Page | None = None

    def __enter__(self) -> Self:
        """Open the page; over a link, without its limits."""
        if self.home.link is not None:
            self.home.link.open()
        beside, below = ROOM
        width, height = self._setup.width + beside, self._setup.height + below
        viewport = {"width": width, "height": height}
        context = self._browser.new_context(viewport=viewport)
        for script in self._scripts:
            context.add_init_script(path=script)
        self._page = context.new_page()
        self._page.goto(self.home.url, wait_until="commit")
        self.home.prepare(self._page)
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it, and with it its context."""
        if self._page is not None:
            self._page.context.close()

    @property
    def page(self) -> Page:
        """Playwright's page."""
        assert self._page is not None, "use the visit as a context manager"
        return self._page

    def first_picture(self) -> float:
        """Wait for the first picture.

        Returns
        -------
        seconds : float
            From the start of navigation to the animation frame that showed it.

        Raises
        ------
        TimeoutError
            If none comes; with what stands in the page instead.
        """
        deadline = time.monotonic() + FIRST_PICTURE_TIMEOUT
        while time.monotonic() < deadline:
            milliseconds = self.page.evaluate("glassToGlass.firstShown")
            if milliseconds is not None:
                return float(milliseconds) / 1000
            time.sleep(0.1)
        error = self.page.evaluate("glassToGlass.error")
        text = " ".join(self.page.locator("body").inner_text().split())[:500]
        name = self.home.name
        raise TimeoutError(f"{name} shows no picture ({error}); its page says: {text}")

    def watch_camera(self) -> None:
        """Start the reference: the camera itself, in a second video."""
        setup = self._setup
        wanted = {"width": setup.width, "height": setup.height, "frameRate": setup.fps}
        self.page.evaluate("(wanted) => glassToGlass.watchCamera(wanted)", wanted)
        self.page.evaluate("(on) => { glassToGlass.checking = on }", self._check)

    def measure(self, seconds: float) -> Noted:
        """Watch the page for a while.

        Parameters
        ----------
        seconds : float
            How long.

        Returns
        -------
        noted : dict
            See `Noted`.
        """
        # Playwright's own wait, not sleep: its pipe to the browser is kept empty.
        return self._note(lambda: self.page.wait_for_timeout(seconds * 1000))[1]

    def during(self, script: str, argument: Any) -> tuple[Any, Noted]:
        """Watch the page while a script runs in it.

        Parameters
        ----------
        script : str
            A JavaScript function, of one argument; a promise is waited for.
        argument : object
            For it.

        Returns
        -------
        result : object
            What it returned.
        noted : dict
            See `Noted`.
        """
        return self._note(lambda: self.page.evaluate(script, argument))

    def _note(self, act: Callable[[], Any]) -> tuple[Any, Noted]:
        self.page.evaluate("glassToGlass.reset()")
        cpu, others = self.home.cpu_seconds(), others_seconds()
        result = act()
        cpu = self.home.cpu_seconds() - cpu
        others = max(0.0, others_seconds() - others)
        noted: Noted = self.page.evaluate("glassToGlass.take()")
        return result, {**noted, "cpu": cpu, "others": others}

    def heap_mb(self) -> float:
        """Collect the page's garbage and tell what is left of its JS heap, in MB."""
        devtools = self.page.context.new_cdp_session(self.page)
        devtools.send("HeapProfiler.collectGarbage")
        devtools.send("Performance.enable")
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        devtools.detach()
        used = next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")
        return float(used) / 1e6

    def renderer_mb(self) -> float:
        """Sum the resident memory of the browser's page processes, in MB."""
        total = 0
        for process in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):  # it may have ended meanwhile
                if "--type=renderer" in process.cmdline():
                    total += process.memory_info().rss
        return total / 1e6
