"""Four streams on a page beside one that has the four filters in a row.

    python benchmarks/shared.py

A page with four `Live`s of the same camera opens it once and sends each frame once.
Visits both pages in turns, and counts the pictures that each `Live` paints. Exit status
1 if a bar is missed: each of the four shows 0.8 of the rate of the one.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from browser import FLAGS, find_browser
from homes import free_port
from playwright.sync_api import Browser, sync_playwright

VISITS = 3
SECONDS = 8.0
WARM_UP = 3.0
LIMIT = 0.8

PAINTED = Path(__file__).with_name("painted.js").read_text("utf-8")

FILTERS = ("gaussian", "grey", "invert", "roberts")

APP = """
import panel as pn
import panel_cam as pc

pn.extension()
names = {names}
if b"one" in pn.state.session_args.get("lives", []):
    pc.Live(pc.filters.pipeline(*names), autostart=True).servable()
else:
    rows = [pc.Live(name, autostart=True, preview=False) for name in names]
    pn.GridBox(*rows, ncols=2).servable()
"""


@contextmanager
def run_server(app: Path, port: int) -> Iterator[None]:
    """Serve an app as long as the context lasts."""
    command = [sys.executable, "-m", "panel", "serve", str(app), "--port", str(port)]
    server = subprocess.Popen([*command, "--log-level", "error"])
    try:
        while server.poll() is None:
            with suppress(OSError), socket.create_connection(("localhost", port)):
                break
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait()


def visit(browser: Browser, url: str) -> float:
    """Return how many pictures a second the page paints."""
    page = browser.new_page(viewport={"width": 1600, "height": 1400})
    try:
        page.add_init_script(PAINTED)
        page.goto(url)
        page.wait_for_function("paintedAges.take().length > 0")
        page.wait_for_timeout(WARM_UP * 1000)
        page.evaluate("paintedAges.take()")
        begun = time.monotonic()
        page.wait_for_timeout(SECONDS * 1000)
        count = page.evaluate("paintedAges.take().length")
        return count / (time.monotonic() - begun)
    finally:
        page.close()


def main() -> int:
    """Print a table; return 1 if the bar is missed."""
    port = free_port()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        app = Path(folder) / "app.py"
        app.write_text(APP.format(names=FILTERS))
        camera = "--use-fake-device-for-media-stream"
        flags = [flag for flag in FLAGS if flag != camera]
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=[*flags, f"{camera}=fps=30"]
        )
        with run_server(app, port):
            url = f"http://localhost:{port}/app"
            rates: dict[str, list[float]] = {"one": [], "four": []}
            for _ in range(VISITS):
                rates["one"].append(visit(browser, f"{url}?lives=one"))
                rates["four"].append(visit(browser, f"{url}?lives=four") / len(FILTERS))
        browser.close()
    one, four = (median(each) for each in rates.values())
    print(f"one Live, {len(FILTERS)} filters in a row: {one:.1f} pictures a second")
    print(f"each of {len(FILTERS)} Lives: {four:.1f} pictures a second")
    print(f"ratio {four / one:.2f}; limit {LIMIT}")
    return int(four / one < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
