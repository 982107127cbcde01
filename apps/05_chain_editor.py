"""Filters to choose, reorder and switch off while the stream runs.

Run it with ``panel serve apps/05_chain_editor.py --show``. The page's address is a link
to the chain that you have made.
"""

import panel as pn

import panel_cam as pc


def negative(image):
    """Turn light to dark."""
    return 255 - image


pn.extension()
live = pc.Live(pc.filters.pipeline("gaussian", negative))
editor = pc.ChainEditor(live)
pn.Column(live, editor, sizing_mode="stretch_width", max_width=1280).servable()
