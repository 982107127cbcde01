"""Where the parts of a `Live` stand on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn

from panel_cam.controls.alerts import describe_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import param

    Part = pn.viewable.Viewable | pn.viewable.Viewer


def arrange(picture: Iterable[Part], controls: Iterable[Part]) -> pn.viewable.Viewable:
    """Stand a picture and what belongs to it beside its controls.

    Parameters
    ----------
    picture, controls : iterable of Viewable or Viewer
        What stands in each of the two columns, from the top; all stand there as
        they are.

    Returns
    -------
    layout : panel.viewable.Viewable
        Beside each other where there is room, below each other on a phone.
    """
    left = pn.Column(*picture, styles={"flex": "999 1 420px"}, max_width=1280)
    right = pn.Column(
        *controls,
        # Beside the picture, which takes what is left, they have 320 pixels; on a
        # phone, where they stand below, its whole width.
        styles={"flex": "1 1 320px"},
        min_width=240,
        max_width=420,
    )
    return pn.FlexBox(
        left,
        right,
        gap="16px",
        align_items="flex-start",
        sizing_mode="stretch_width",
    )


def show_error(error: param.Parameter[str]) -> pn.pane.HTML:
    """Return what stands there while a parameter is not empty.

    Parameters
    ----------
    error : param.Parameter
        The parameter of an object: ``live.param.error``, say.

    Returns
    -------
    pane : panel.pane.HTML
        The text in red; it takes no room while there is none.
    """
    text = error.rx
    return pn.pane.HTML(
        text.pipe(describe_error), visible=text.bool(), sizing_mode="stretch_width"
    )


def _describe_stats(stats: Mapping[str, float]) -> str:
    """Return one line of figures; they are those of `Stats.snapshot`."""
    if not stats:
        return "<span>No frames yet.</span>"
    if stats["failing"]:
        return (
            f"<b>Every picture failed</b>: {stats['failed']:.0f} so far · "
            f"{stats['dropped']:.0f} dropped"
        )
    return (
        f"<b>{stats['fps']:.0f}</b> fps · age <b>{stats['age_p50_ms']:.0f}</b> ms "
        f"(95 %: {stats['age_p95_ms']:.0f} ms) · {stats['dropped']:.0f} dropped · "
        f"filter {stats['filter_ms']:.1f} ms"
    )


def show_stats(stats: param.Parameter[dict[str, Any]]) -> pn.pane.HTML:
    """Return the line of figures that a parameter's dictionary says.

    Parameters
    ----------
    stats : param.Parameter
        The parameter of an object: ``live.param.stats``.

    Returns
    -------
    pane : panel.pane.HTML
        One line of text.
    """
    return pn.pane.HTML(stats.rx.pipe(_describe_stats), sizing_mode="stretch_width")
