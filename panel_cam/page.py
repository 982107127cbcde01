"""The page that `panel serve apps/cam.py` and `python -m panel_cam` show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from panel_cam.controls.chain_editor import ChainEditor
from panel_cam.live import Live

if TYPE_CHECKING:
    from collections.abc import Callable


def make_page(
    filter: Callable[..., Any] | str = "roberts", **params: Any
) -> pn.viewable.Viewable:
    """Return a whole page: a `Live`, and a `ChainEditor` to change its filters.

    Parameters
    ----------
    filter : callable or str, default "roberts"
        See `Live`.
    **params
        See `Live`. The page's address may choose other filters.

    Returns
    -------
    page : panel.viewable.Viewable
        One of its own for each session: call this in a function that is served.
    """
    live = Live(filter, **params)
    return pn.Column(
        live.arranged(ChainEditor(live)),
        sizing_mode="stretch_width",
        styles={"margin": "0 auto"},
        max_width=1640,
    )
