"""The page that `panel serve apps/cam.py` and `python -m panel_cam` show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from .live import Live

if TYPE_CHECKING:
    from collections.abc import Callable


def make_page(
    filter: Callable[..., Any] | str = "roberts", **params: Any
) -> pn.viewable.Viewable:
    """Return a whole page around a `Live`.

    Parameters
    ----------
    filter : callable or str, default "roberts"
        See `Live`.
    **params
        See `Live`.

    Returns
    -------
    page : panel.viewable.Viewable
        One of its own for each session: call this in a function that is served.
    """
    return pn.Column(
        Live(filter, **params),
        sizing_mode="stretch_width",
        styles={"padding": "16px", "box-sizing": "border-box", "margin": "0 auto"},
        max_width=1280,
    )
