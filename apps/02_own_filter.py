"""Your camera through a function of your own.

Run it with ``panel serve apps/02_own_filter.py --show``.
"""

import panel as pn

import panel_cam as pc


def posterize(image):
    """Leave four steps of each colour: 0, 85, 170 and 255."""
    return image // 64 * 85


pn.extension()
pc.Live(posterize).servable(title="A filter of your own")
