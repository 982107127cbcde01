"""A chain of filters, one of them your own: a cartoon, with a line to swipe it away.

Run it with ``panel serve apps/04_chain.py --show``.
"""

from typing import Annotated

import numpy as np
import panel as pn
from skimage.filters import sobel

import panel_cam as pc


def ink(image, strength: Annotated[float, pc.Range(0, 20)] = 8.0):
    """Draw dark lines where colours meet.

    Parameters
    ----------
    strength : float
        How black the lines are. At 0, there are none.
    """
    image = image / 255
    light = 1 - strength * sobel(image.mean(axis=2))
    return image * np.clip(light, 0, 1)[:, :, np.newaxis]


cartoon = pc.filters.pipeline(("gaussian", {"sigma": 2}), "posterise", ink)

pn.extension()
pc.Live(cartoon, compare="swipe").servable(title="A cartoon")
