"""How long the first picture takes where worker processes have to start for it.

    python benchmarks/first_picture.py

Serves a page with the `panel` command, in a fresh server each time and in turns, sends
it three frames, as many as a page has on their way, and reads from the server's output
when the first frame came and when the first picture was there. Exit status 1 if a bar
is missed: from two processes it comes at most 2 s later than from a thread.
"""

import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import panel as pn
from bokeh.client import ClientSession, pull_session
from homes import free_port

import panel_cam as pc
from panel_cam.imaging import codec

ROUNDS = 5
LIMIT = 2.0  # seconds
PATIENCE = 60.0  # seconds

EXECUTORS = {
    "threads": "None",
    "the session's own processes": "partial(ProcessPoolExecutor, 2)",
    "spawn, passed": "pool(get_context('spawn'))",
    "forkserver, passed": "pool(get_context('forkserver'))",
}

APP = """
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
import panel as pn
import panel_cam as pc

def pool(context):
    make = partial(ProcessPoolExecutor, 2, mp_context=context)
    return pn.state.as_cached("pool", make)

pn.extension()
live = pc.Live("canny", executor={executor})
def tell(event):
    print(event.cls.__class__.__name__, time.monotonic(), flush=True)
for part in (live.camera, live.view):
    part.param.watch(tell, "frame")
live.servable()
"""


@contextmanager
def serve(executor: str) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run the `panel` command as long as the context lasts."""
    panel = Path(sysconfig.get_path("scripts")) / "panel"
    port = free_port()
    with TemporaryDirectory() as folder:
        app = Path(folder) / "app.py"
        app.write_text(APP.format(executor=executor))
        server = subprocess.Popen(
            [
                str(panel),
                "serve",
                str(app),
                "--port",
                str(port),
                "--log-level",
                "error",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield f"http://localhost:{port}/app", server
        finally:
            server.terminate()
            server.communicate()


def open_session(url: str) -> ClientSession:
    """Open the page, as soon as the server is up."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return pull_session(url=url)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def seconds(executor: str) -> float:
    """Time the first picture in a fresh server, from the first frame on."""
    data = codec.encode(np.full((480, 640, 3), 128, np.uint8))
    with serve(executor) as (url, server):
        session = open_session(url)
        (camera,) = [
            model
            for model in session.document.models
            if {"sent_frame", "answered"} <= model.properties()
        ]
        for seq in (1, 2, 3):
            frame = {"stream": 1, "seq": seq, "captured_at": 1.7e9, "data": data}
            camera.sent_frame = frame
            session.force_roundtrip()
        assert server.stdout is not None
        first: dict[str, float] = {}
        while len(first) < 2:  # a Camera's frame, an ImageView's picture
            name, moment = server.stdout.readline().split()
            first.setdefault(name, float(moment))
        session.close()
        return first["ImageView"] - first["Camera"]


def main() -> int:
    """Print a table; return 1 if a bar is missed."""
    pn.panel(pc.Live()).get_root()  # Bokeh's client has to know the page's models
    times: dict[str, list[float]] = {name: [] for name in EXECUTORS}
    for _ in range(ROUNDS):
        for name, executor in EXECUTORS.items():
            times[name].append(seconds(executor))
    plain = median(times["threads"])
    print(f"{'':32}{'median, s':>12}{'least, s':>12}{'later, s':>12}")
    for name, values in times.items():
        middle = median(values)
        print(f"{name:32}{middle:12.2f}{min(values):12.2f}{middle - plain:12.2f}")
    missed = [name for name in times if median(times[name]) - plain > LIMIT]
    print(
        f"limit: {LIMIT} s later than threads; missed by: {', '.join(missed) or 'none'}"
    )
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
