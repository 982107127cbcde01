"""Pages of ours in another browser beside Chromium's, by what both of them can tell.

Firefox and WebKit play no clip as their camera, so no time code is read. Each shows the
picture that the browser itself makes for tests, and the page's own events are trusted:
how many pictures were painted, and how old each was by its `captured_at`. The main
thread's time is the operating system's count for that thread of the page's process.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from browser import FIRST_PICTURE_TIMEOUT, open_browser
from homes import Home, Setup, serve
from quiet import QUIET, others_seconds, wait_for_quiet
from suite import Bar

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.support.engines.firefox import Firefox
from tests.support.engines.webkit import WebKit
from tests.support.pages import Console

PAINTED = Path(__file__).with_name("painted.js").read_text("utf-8")

WITHOUT_GL = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1"}
"""Of WebKit, which composites with OpenGL. Where there is no graphics card, that is
worked out by the processors, and takes both of two."""

VISITS = 4
"""To each browser's page, in turns."""

WARM_UP = 2.0
"""Seconds of running before a visit is measured."""

PAGE_PROCESSES: dict[str, Callable[[list[str]], bool]] = {
    "chromium": lambda command: "--type=renderer" in command,
    "firefox": lambda command: "-contentproc" in command and command[-1] == "tab",
    "webkit": lambda command: command[0].endswith("WebKitWebProcess"),
}
"""Name of an engine -> whether a command line is that of a process with a page."""

Figures = dict[str, float]


@contextmanager
def open_engine(name: str, setup: Setup) -> Iterator[Callable[[], Any]]:
    """Run a browser with the camera that it has for tests.

    Parameters
    ----------
    name : str
        Of `PAGE_PROCESSES`.
    setup : Setup
        How many frames a second the camera gives; only Chromium's asks.

    Yields
    ------
    new_page : callable
        Gives an empty page, of 1280 x 720: Playwright's, or one that is like it.
    """
    with ExitStack() as stack:
        if name == "chromium":
            yield stack.enter_context(open_browser(fps=setup.fps)).new_page
        else:
            engine = Firefox() if name == "firefox" else WebKit(environment=WITHOUT_GL)
            stack.callback(engine.close)
            yield lambda: engine.new_page(Console())


def compare_engines(
    names: list[str], setup: Setup, seconds: float, *, patient: bool = False
) -> dict[str, Figures]:
    """Measure the same page in several browsers, in turns.

    Parameters
    ----------
    names : list of str
        Of `PAGE_PROCESSES`.
    setup : Setup
        What the page does.
    seconds : float
        How long to watch in each browser, in sum.
    patient : bool
        Whether to wait, however long, for times at which other programs are idle.

    Returns
    -------
    results : dict
        Name -> figures.
    """
    visits: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    with ExitStack() as stack:
        home = stack.enter_context(serve("ours", setup))
        pages = {name: stack.enter_context(open_engine(name, setup)) for name in names}
        while waiting := [name for name in names if len(visits[name]) < VISITS]:
            for name in waiting:
                if patient:
                    wait_for_quiet()
                noted = _visit(name, pages[name], home, seconds / VISITS)
                if not patient or noted["others"] < QUIET * noted["seconds"]:
                    visits[name].append(noted)
    return {name: _figures_of(visits[name]) for name in names}


def judge_engines(results: dict[str, Figures]) -> list[Bar]:
    """Compare what was measured with the bars of the engine beside Chromium."""
    chromium = results["chromium"]
    bars = []
    if "firefox" in results:
        firefox = results["firefox"]
        fps, age = (firefox[key] / chromium[key] for key in ("fps", "age_p50"))
        bars = [
            Bar("Firefox: fps / Chromium's", fps, 0.9, at_most=False),
            Bar("Firefox: age p50 / Chromium's", age, 1.5),
            Bar("Firefox: capture on the main thread, %", firefox["capture"], 15),
        ]
    if "webkit" in results:
        fps = results["webkit"]["fps"]
        bars.append(Bar("WebKit: pictures a second", fps, 20, at_most=False))
    return bars


def _visit(
    name: str, new_page: Callable[[], Any], home: Home, seconds: float
) -> dict[str, Any]:
    """Watch the whole page, and then a camera alone, whose receiver is nobody."""
    whole = _open(new_page, home.url)
    try:
        noted = _watch(name, whole, home, seconds)
    finally:
        whole.close()
    alone = _open(new_page, f"{home.url}?only=camera")
    try:
        busy = _watch(name, alone, home, seconds / 2, shows=False)
        alone.get_by_role("button", name="Stop", exact=True).click()
        idle = _watch(name, alone, home, seconds / 2, shows=False)
    finally:
        alone.close()
    return {**noted, "capture": max(0.0, busy["busy"] - idle["busy"])}


def _open(new_page: Callable[[], Any], url: str) -> Any:
    page = new_page()
    page.add_init_script(PAINTED)
    page.goto(url)
    return page


def _watch(
    name: str, page: Any, home: Home, seconds: float, *, shows: bool = True
) -> dict[str, Any]:
    """Note ages, and the share of the time in which the main thread was busy."""
    deadline = time.monotonic() + FIRST_PICTURE_TIMEOUT
    while shows and not page.evaluate("paintedAges.take().length"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} shows no picture")
        page.wait_for_timeout(100)
    page.wait_for_timeout(WARM_UP * 1000)
    page.evaluate("paintedAges.take()")
    before, cpu, others = _main_threads(name), home.cpu_seconds(), others_seconds()
    started = time.monotonic()
    page.wait_for_timeout(seconds * 1000)
    ages = page.evaluate("paintedAges.take()")
    took = time.monotonic() - started
    after = _main_threads(name)
    busy = max(after[pid] - before.get(pid, 0.0) for pid in after)
    return {
        "ages": ages,
        "seconds": took,
        "busy": busy / took,
        "cpu": home.cpu_seconds() - cpu,
        "others": max(0.0, others_seconds() - others),
    }


def _main_threads(name: str) -> dict[int, float]:
    """Return the seconds that the main thread of each page's process has run."""
    seconds = {}
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it may have ended meanwhile
            if PAGE_PROCESSES[name](process.cmdline() or [""]):
                # The main thread has the process's own number.
                (thread,) = (it for it in process.threads() if it.id == process.pid)
                seconds[process.pid] = thread.user_time + thread.system_time
    return seconds


def _figures_of(visits: list[dict[str, Any]]) -> Figures:
    ages = np.concatenate([visit["ages"] for visit in visits])
    seconds = sum(visit["seconds"] for visit in visits)
    return {
        "fps": len(ages) / seconds,
        "age_p50": float(np.percentile(ages, 50)),
        "age_p95": float(np.percentile(ages, 95)),
        "busy": 100 * float(np.mean([visit["busy"] for visit in visits])),
        "capture": 100 * float(np.mean([visit["capture"] for visit in visits])),
        "server_cpu_ms": 1000 * sum(visit["cpu"] for visit in visits) / len(ages),
        "others_cpus": sum(visit["others"] for visit in visits) / seconds,
    }
