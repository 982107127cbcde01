"""An option of the function becomes a slider, and a number comes back.

Run it with ``panel serve apps/03_controls.py --show``.
"""

import panel as pn

import panel_cam as pc


def bright_parts(image, limit=128):
    """Make white what is brighter than the limit, and measure how much that is."""
    bright = image[:, :, 1] > limit  # green, which is most of what eyes call bright
    return pc.Result(bright, values={"bright": bright.mean()})


def describe(result):
    """Write the number that came with the newest image."""
    return f"Bright: {result.values['bright']:.1%}" if result else "No picture yet."


pn.extension()
live = pc.Live(bright_parts, limit=(0, 255))
text = pn.pane.Str(pn.bind(describe, live.param.result))
pn.Column(text, live, sizing_mode="stretch_width").servable(title="Controls")
