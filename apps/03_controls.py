"""A slider of yours changes the filter while it runs, and a number comes back.

Run it with ``panel serve apps/03_controls.py --show``.
"""

from functools import partial

import panel as pn

import panel_cam as pc


def bright_parts(image, limit):
    """Make white what is brighter than the limit, and measure how much that is."""
    bright = image[:, :, 1] > limit  # green, which is most of what eyes call bright
    return pc.Result(bright, values={"bright": bright.mean()})


def describe(result):
    """Write the number that came with the newest image."""
    return f"Bright: {result.values['bright']:.1%}" if result else "No picture yet."


pn.extension()
live = pc.Live(partial(bright_parts, limit=128))
limit = pn.widgets.IntSlider(label="Limit", start=0, end=255, value=128)


@pn.depends(limit, watch=True)
def use(limit):
    """Give the running view a filter with the slider's limit."""
    live.filter = partial(bright_parts, limit=limit)


text = pn.pane.Str(pn.bind(describe, live.param.result))
pn.Column(limit, text, live, sizing_mode="stretch_width").servable(title="Controls")
