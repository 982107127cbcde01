"""A Matplotlib figure -> an image, without importing Matplotlib for anyone else."""

import sys
from typing import Any

import numpy as np

from panel_cam.imaging.frame import Image


def is_figure(value: object) -> bool:
    """Tell whether it is a Matplotlib figure, or something in one, such as its axes.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    is_figure : bool
    """
    return _figure_of(value) is not None


def _figure_of(value: Any) -> Any:
    library = sys.modules.get("matplotlib.figure")
    kind = getattr(library, "Figure", None)
    if kind is None:  # nobody who has a figure has not imported this
        return None
    artist = sys.modules["matplotlib.artist"].Artist
    # A figure in a figure has the outer one as its own `figure`.
    while isinstance(value, artist) and not isinstance(value, kind):
        value = getattr(value, "figure", None)
    return value if isinstance(value, kind) else None


def draw_figure(value: object, shape: tuple[int, ...]) -> Image:
    """Draw a figure as large as a picture, and close it.

    Parameters
    ----------
    value : matplotlib.figure.Figure or artist
        What `is_figure` said yes to. It gets the size of the picture. Pyplot, if it
        knows the figure, lets it go: else it would keep one for every frame.
    shape : tuple of int
        Rows and columns of the picture come first; more is ignored.

    Returns
    -------
    image : ndarray of shape (M, N, 3) or (M, N, 4) and dtype uint8
        RGBA if the figure is transparent somewhere.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = _figure_of(value)
    rows, columns = shape[:2]
    dpi = figure.dpi
    # A little more than whole: Matplotlib rounds down.
    size = (columns + 0.01) / dpi, (rows + 0.01) / dpi
    figure.set_size_inches(*size, forward=False)
    canvas: Any = FigureCanvasAgg(figure)
    try:
        canvas.draw()
    finally:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            pyplot.close(figure)
    rgba = np.array(canvas.buffer_rgba())
    return rgba if (rgba[:, :, 3] != 255).any() else rgba[:, :, :3].copy()
