"""The catalogue of filters: image in, image out, nothing else touched.

A filter is a function `(image, *, options) -> image`. It gets rows x columns x RGB,
uint8 0-255; it may return any image that `panel_cam.codec.to_uint8` takes. To add one,
write it in the file of its group and name it below.
"""

import difflib
from collections.abc import Callable
from typing import Any

from panel_cam.filters import edges

__all__ = ["GROUPS", "get", "names"]

Filter = Callable[..., Any]

GROUPS: dict[str, tuple[Filter, ...]] = {
    "edges": (edges.roberts,),
}
"""Group -> its filters, in the order in which a menu shows them."""

_BY_NAME = {filter.__name__: filter for group in GROUPS.values() for filter in group}


def names() -> tuple[str, ...]:
    """List the catalogue.

    Returns
    -------
    names : tuple of str
        In the order of `GROUPS`.

    Examples
    --------
    >>> "roberts" in names()
    True
    """
    return tuple(_BY_NAME)


def get(name: str) -> Filter:
    """Find a filter by its name.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    filter : callable
        The function itself.

    Raises
    ------
    ValueError
        If there is none of that name; the text says which is close.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    close = difflib.get_close_matches(name, _BY_NAME, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names())}"
    raise ValueError(f"no filter is named {name!r}; {hint}")
