"""What shapes over a picture cost the page: its main thread's time for each frame.

python benchmarks/overlay.py [--boxes 500] [--seconds 4] [--rounds 5] [--fps 20]

One page and one stream, in turns without shapes and with new ones in every frame. The
time is the processor's, as Chromium counts it for the page's main thread, and all is in
it: messages, decoding, Bokeh, painting. A view without an overlay's glyphs at all is
there too, for what they cost a stream that does not use them.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
from browser import FLAGS, find_browser
from playwright.sync_api import CDPSession, Page, sync_playwright

import panel_cam as pc
from panel_cam import codec, image_view, overlay


def make_pictures() -> list[bytes]:
    """Return some encoded pictures of 640 x 480 that differ."""
    ramp = np.add.outer(np.arange(480) / 2, np.arange(640) / 3)
    return [
        codec.encode((ramp + 10 * number).astype(np.uint8), format="jpeg", quality=0.85)
        for number in range(8)
    ]


def make_boxes(count: int, seed: int) -> bytes:
    """Return the packet of so many boxes with two fields and an outline colour."""
    random = np.random.default_rng(seed)
    corners = random.integers(0, [430, 590], (count, 2))
    sizes = random.integers(5, 50, (count, 2))
    fields = {"area": sizes.prod(axis=1), "number": np.arange(count)}
    return overlay.pack([pc.Boxes(np.hstack([corners, corners + sizes]), fields=fields)])


class Stream:
    """Frames to one view, at a steady rate, on a thread of its own.

    Parameters
    ----------
    view : ImageView
        What shows them.
    fps : float
        How many a second.
    """

    def __init__(self, view: pc.ImageView, fps: float) -> None:
        self.view = view
        self.packets: list[bytes] = []
        self._fps = fps
        self._pictures = make_pictures()
        self._seq = 0

    def show(self) -> None:
        """Show the next frame; on the event loop."""
        self._seq += 1
        picture = self._pictures[self._seq % len(self._pictures)]
        frame: dict[str, Any] = {"seq": self._seq, "captured_at": time.time()}
        frame["data"] = picture
        if self.packets:
            frame["overlay"] = self.packets[self._seq % len(self.packets)]
        self.view.frame = frame

    def app(self) -> pc.ImageView:
        """Return the view for a page, and start."""
        pn.state.add_periodic_callback(self.show, period=round(1000 / self._fps))
        return self.view


def measure(page: Page, devtools: CDPSession, seconds: float) -> tuple[float, int]:
    """Return the main thread's milliseconds for each frame, and how many there were."""

    def now() -> tuple[float, int]:
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        busy = next(each["value"] for each in metrics if each["name"] == "TaskDuration")
        return busy, page.evaluate("globalThis.painted ?? 0")

    page.wait_for_timeout(500)
    started = now()
    page.wait_for_timeout(seconds * 1000)
    ended = now()
    frames = ended[1] - started[1]
    return (ended[0] - started[0]) * 1000 / max(frames, 1), frames


def visit(
    show: Callable[[], object], turns: Callable[[Page, CDPSession], None]
) -> None:
    """Serve an app, open it in a browser, and take turns there."""
    server = pn.serve(show, port=0, threaded=True, show=False, verbose=False)
    while not (port := getattr(server, "port", None) or _port()):
        time.sleep(0.1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page(viewport={"width": 760, "height": 640})
        page.add_init_script(
            "addEventListener('panel-cam-painted',"
            " () => { globalThis.painted = (globalThis.painted ?? 0) + 1 })"
        )
        page.goto(f"http://localhost:{port}/")
        page.wait_for_function("globalThis.painted > 5")
        devtools = page.context.new_cdp_session(page)
        devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
        turns(page, devtools)
        browser.close()
    server.stop()
