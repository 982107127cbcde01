"""The page under test; nothing in it knows that it is measured.

panel serve benchmarks/app.py --args roberts 640x480 30 0.85 threads default

With ``?filter=take12`` in its address, a page has another filter than the others; with
``?only=camera`` it has a camera, without a preview, and nothing else; with
``?lives=four`` a `Live` for each of four filters, with ``?lives=one`` all in a row.
"""

import sys
from pathlib import Path

import panel as pn

import panel_cam as pc

sys.path.insert(0, str(Path(__file__).parent))
from filters import FILTERS
from workers import executor_of

name, size, fps, quality, executor, encoding = sys.argv[1:7]
if "filter" in pn.state.session_args:
    name = pn.state.session_args["filter"][0].decode()
width, height = (int(part) for part in size.split("x"))

options = {"resolution": (width, height), "fps": int(fps), "quality": float(quality)}

if encoding != "default":
    options["format"] = encoding

pn.extension()
if "only" in pn.state.session_args:
    pc.Camera(**options, autostart=True, preview=False).servable()
elif lives := pn.state.session_args.get("lives"):
    four = ("gaussian", "grey", "invert", "roberts")
    filters = four if lives == [b"four"] else [pc.filters.pipeline(*four)]
    streams = [pc.Live(f, autostart=True, preview=False, **options) for f in filters]
    pn.GridBox(*streams, ncols=min(2, len(streams))).servable()
else:
    pc.Live(
        FILTERS[name], executor=executor_of(executor), autostart=True, **options
    ).servable()
