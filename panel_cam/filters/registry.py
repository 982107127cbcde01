"""The catalogue's table: which filters there are, and where each one is.

Reading it imports no filter, and choosing a filter imports only its file, which in turn
imports scikit-image when the first frame comes. So a menu opens at once, and the event
loop never waits for a library.
"""

import difflib
import inspect
from importlib import import_module

from panel_cam.filters import plugins
from panel_cam.filters.plugins import Filter

GROUPS: dict[str, tuple[str, ...]] = {
    "edges": (
        "roberts",
        "sobel",
        "scharr",
        "prewitt",
        "farid",
        "laplace",
        "canny",
        "directions",
    ),
    "blur": (
        "gaussian",
        "unsharp",
        "pixelate",
    ),
    "denoise": (
        "median",
        "bilateral",
        "total_variation",
    ),
    "threshold": (
        "binary",
        "otsu",
        "li",
        "triangle",
        "yen",
        "local_threshold",
        "hysteresis",
        "multi_otsu",
    ),
    "colour": (
        "grey",
        "channel",
        "invert",
        "hsv_range",
        "hue_shift",
        "saturate",
        "white_balance",
        "false_colour",
    ),
    "contrast": (
        "equalise",
        "adaptive_equalise",
        "gamma",
        "stretch",
        "sigmoid",
        "posterise",
    ),
    "morphology": (
        "erode",
        "dilate",
        "opening",
        "closing",
        "outline",
        "top_hat",
        "skeleton",
        "fill_holes",
    ),
    "features": (
        "corners",
        "blobs",
        "contours",
        "lines",
        "circles",
    ),
    "texture": (
        "hog",
        "lbp",
        "ridges",
        "gabor",
        "local_contrast",
    ),
    "segmentation": (
        "slic",
        "felzenszwalb",
        "watershed",
        "flood",
    ),
    "motion": (
        "difference",
        "background",
        "optical_flow",
        "trails",
    ),
    "geometry": (
        "flip",
        "rotate",
        "resize",
        "zoom",
        "swirl",
        "polar",
        "lens",
    ),
    "faces": (
        "find_faces",
        "hide_faces",
    ),
    "analysis": (
        "count_objects",
        "measure_regions",
        "dominant_colours",
        "focus",
        "histogram",
    ),
}
"""Group -> its filters, in the order in which a menu shows them.

A group is a file, `panel_cam/filters/<group>.py`, and its filters are functions there.
"""

PLUGINS = "plugins"
"""The name under which `groups` shows the filters of other packages."""

_GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}


def groups() -> dict[str, tuple[str, ...]]:
    """List the catalogue by groups, those of other packages included.

    Returns
    -------
    groups : dict of str to tuple of str
        `GROUPS`, and the filters of other packages under `PLUGINS` if there are any.
    """
    others = plugins.names(_GROUP_OF)
    return {**GROUPS, PLUGINS: others} if others else dict(GROUPS)


def names() -> tuple[str, ...]:
    """List the catalogue.

    Returns
    -------
    names : tuple of str
        In the order of `groups`.

    Examples
    --------
    >>> "roberts" in names()
    True
    """
    return (*_GROUP_OF, *plugins.names(_GROUP_OF))


def get(name: str) -> Filter:
    """Find a filter by its name, and import its file.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    filter : callable
        The function itself. If it is stateful, a session has to work on an instance of
        its own: see `panel_cam.functions.stateful.fresh`.

    Raises
    ------
    ValueError
        If there is none of that name; the text says which is close. Or if it is one of
        another package that cannot be imported; it is not listed any more then.
    """
    if name in _GROUP_OF:
        module = import_module(f"{__package__}.{_GROUP_OF[name]}")
        filter: Filter = getattr(module, name)
        return filter
    if name in plugins.names(_GROUP_OF):
        return plugins.load(name)
    close = difflib.get_close_matches(name, names(), n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names())}"
    raise ValueError(f"no filter is named {name!r}; {hint}")


def summary(name: str) -> str:
    """Say what a filter does, in one line.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    summary : str
        The first line of its docstring, or nothing if it has none. The filter's file is
        imported for it: cheap for ours, which import only NumPy.

    Raises
    ------
    ValueError
        If `get` raises it.

    Examples
    --------
    >>> summary("roberts")
    "Draw the edges of the first channel, dark on white, by Roberts' cross."
    """
    doc = inspect.getdoc(get(name)) or ""
    return doc.partition("\n")[0]
