"""The page under test; nothing in it knows that it is measured.

panel serve benchmarks/app.py --args roberts 640x480 30 0.85

"""

import sys
from pathlib import Path

import panel as pn

import panel_cam as pc

sys.path.insert(0, str(Path(__file__).parent))
from filters import FILTERS

name, size, fps, quality = sys.argv[1:5]
width, height = (int(part) for part in size.split("x"))

pn.extension()
pc.Live(
    FILTERS[name],
    resolution=(width, height),
    fps=int(fps),
    quality=float(quality),
    autostart=True,
).servable()
