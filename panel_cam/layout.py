"""Where the parts of a `Live` stand on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import panel as pn

from .messages import describe_error, describe_stats

if TYPE_CHECKING:
    from .live import Live
    from .recordings import Recordings


def arrange(live: Live, *more: pn.viewable.Viewer) -> pn.viewable.Viewable:
    """Return the picture, what belongs to it below, and the controls beside.

    Parameters
    ----------
    live : Live
        Whose parts they are; each stands in the layout as it is.
    *more : Viewer
        What else stands among the controls, below the camera's.

    Returns
    -------
    layout : panel.viewable.Viewable
        Beside each other where there is room, below each other on a phone.
    """
    figures = pn.pane.HTML(
        live.param.stats.rx.pipe(describe_stats), sizing_mode="stretch_width"
    )
    picture = pn.Column(
        live.view,
        _show_error(live),
        _show_error(live.recordings),
        figures,
        live.readout,
        styles={"flex": "999 1 420px"},
        max_width=1280,
    )
    controls = pn.Column(
        live.camera,
        live.controls,
        *more,
        # Beside the picture, which takes what is left, they have 320 pixels; on a
        # phone, where they stand below, its whole width.
        styles={"flex": "1 1 320px"},
        min_width=240,
        max_width=420,
    )
    return pn.FlexBox(
        picture,
        controls,
        gap="16px",
        align_items="flex-start",
        sizing_mode="stretch_width",
    )


def _show_error(owner: Live | Recordings) -> pn.pane.HTML:
    """Return what stands there while `owner.error` is not empty."""
    error = owner.param.error.rx
    return pn.pane.HTML(
        error.pipe(describe_error), visible=error.bool(), sizing_mode="stretch_width"
    )
