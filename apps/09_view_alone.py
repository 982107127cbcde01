"""The view alone, for any stream of arrays: here waves, and no camera at all.

Run it with ``panel serve apps/09_view_alone.py --show``.
"""

import time

import numpy as np
import panel as pn

import panel_cam as pc

rows, columns = np.indices((240, 360))
left = np.hypot(rows - 120, columns - 120)
right = np.hypot(rows - 120, columns - 240)


def waves(seconds):
    """Let the waves of two stones meet."""
    return np.sin(left / 5 - 6 * seconds) + np.sin(right / 5 - 6 * seconds)


pn.extension()
view = pc.ImageView(waves(0), max_width=720)


def move():
    """Show the waves as they are now."""
    view.object = waves(time.monotonic())


pn.state.add_periodic_callback(move, period=40)
view.servable(title="The view alone")
