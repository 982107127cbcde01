"""The page under test; nothing in it knows that it is measured.

panel serve benchmarks/app.py --args roberts 640x480 30 0.85 threads

With ``?filter=take12`` in its address, a page has another filter than the others; with
``?only=camera`` it has a camera, without a preview, and nothing else.
"""

import sys
from pathlib import Path

import panel as pn

import panel_cam as pc

sys.path.insert(0, str(Path(__file__).parent))
from filters import FILTERS
from workers import executor_of

name, size, fps, quality, executor = sys.argv[1:6]
if "filter" in pn.state.session_args:
    name = pn.state.session_args["filter"][0].decode()
width, height = (int(part) for part in size.split("x"))

options = {"resolution": (width, height), "fps": int(fps), "quality": float(quality)}

pn.extension()
if "only" in pn.state.session_args:
    pc.Camera(**options, autostart=True, preview=False).servable()
else:
    pc.Live(
        FILTERS[name], executor=executor_of(executor), autostart=True, **options
    ).servable()
