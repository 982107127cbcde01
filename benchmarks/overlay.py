"""What shapes over a picture cost the page: its main thread's time for each frame.

python benchmarks/overlay.py [--boxes 500] [--seconds 4] [--rounds 5] [--plain]

One page and one stream of 20 frames a second, in turns without shapes and with new ones
in every frame. The time is the processor's, as Chromium counts it for the main thread
of the page, and all is in it: messages, Bokeh, painting.
"""

from __future__ import annotations

import argparse
import socket
import statistics
import subprocess
import sys
import time
from typing import Any

import numpy as np
import panel as pn
from browser import FLAGS, find_browser
from playwright.sync_api import CDPSession, Page, sync_playwright

import panel_cam as pc
from panel_cam.imaging import codec
from panel_cam.imaging import shape_packet as overlay

PERIOD = 50  # ms
COUNT_PAINTED = (
    "addEventListener('panel-cam-painted',"
    " () => { globalThis.painted = (globalThis.painted ?? 0) + 1 })"
)


def make_picture(number: int) -> bytes:
    """Return an encoded picture of 640 x 480, another for each number."""
    ramp = np.add.outer(np.arange(480) / 2, np.arange(640) / 3) + 10 * number
    return codec.encode(ramp.astype(np.uint8), format="jpeg", quality=0.85)


def make_boxes(count: int, seed: int) -> bytes:
    """Return the packet of so many boxes with two fields."""
    random = np.random.default_rng(seed)
    corners = random.integers(0, [430, 590], (count, 2))
    sizes = random.integers(5, 50, (count, 2))
    fields = {"area": sizes.prod(axis=1), "number": np.arange(count)}
    return overlay.pack(
        [pc.Boxes(np.hstack([corners, corners + sizes]), fields=fields)]
    )


def serve(port: int, count: int, direct: bool) -> None:
    """Serve the page under test; a Toggle on it says whether there are shapes."""
    pictures = [make_picture(number) for number in range(8)]
    packets = [make_boxes(count, seed) for seed in range(20)]

    def app() -> pn.Column:
        view = pc.ImageView(width=700, direct=direct)
        toggle = pn.widgets.Checkbox(name="shapes")
        seq = 0

        def show() -> None:
            nonlocal seq
            seq += 1
            frame: dict[str, Any] = {"seq": seq, "captured_at": time.time()}
            frame["data"] = pictures[seq % len(pictures)]
            if toggle.value:
                frame["overlay"] = packets[seq % len(packets)]
            view.frame = frame

        pn.state.add_periodic_callback(show, period=PERIOD)
        return pn.Column(view, toggle)

    pn.serve(app, port=port, show=False, verbose=False)


def measure(page: Page, devtools: CDPSession, seconds: float) -> float:
    """Return the main thread's milliseconds for each frame."""

    def now() -> tuple[float, int]:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        busy = next(each["value"] for each in metrics if each["name"] == "TaskDuration")
        return busy, page.evaluate("globalThis.painted")

    page.wait_for_timeout(500)
    busy, frames = now()
    page.wait_for_timeout(seconds * 1000)
    busy_then, frames_then = now()
    return (busy_then - busy) * 1000 / (frames_then - frames)


def compare(
    server: subprocess.Popen[bytes], port: int, rounds: int, seconds: float
) -> None:
    """Open the page, take turns, and print what they cost."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page(viewport={"width": 760, "height": 680})
        page.add_init_script(COUNT_PAINTED)
        page.goto(f"http://localhost:{port}/")
        page.wait_for_function("globalThis.painted > 5")
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        costs = []
        toggle = page.locator("input[type=checkbox]")
        toggle.check()
        measure(page, devtools, 1)  # the glyphs are made when the first shapes come
        for number in range(rounds):
            toggle.uncheck()
            without = measure(page, devtools, seconds)
            toggle.check()
            with_them = measure(page, devtools, seconds)
            costs.append(with_them - without)
            print(
                f"round {number + 1}: {without:.2f} ms a frame without shapes, "
                f"{with_them:.2f} ms with them, {costs[-1]:+.2f} ms"
            )
        print(f"shapes cost {statistics.median(costs):.2f} ms a frame (median)")
        server.terminate()  # before the browser: it would complain of a lost page
        server.wait()
        browser.close()


def main() -> None:
    """Read the command line; run the server beside the browser."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--boxes", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plain", action="store_true", help="Bokeh's own way to paint")
    parser.add_argument("--port", type=int, default=5017)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve(chosen.port, chosen.boxes, not chosen.plain)
        return
    server = subprocess.Popen([sys.executable, *sys.argv, "--serve"])
    try:
        while socket.socket().connect_ex(("localhost", chosen.port)) != 0:
            time.sleep(0.2)
        compare(server, chosen.port, chosen.rounds, chosen.seconds)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
