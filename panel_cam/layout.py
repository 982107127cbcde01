"""Where the parts of a `Live` stand on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
from bokeh.core.templates import FILE

from panel_cam.controls.alerts import describe_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import param

    Part = pn.viewable.Viewable | pn.viewable.Viewer


# One typeface and size for Panel's widgets and for what is ours. The padding is that of
# Panel's own widgets, so that what stands above or below has the same left edge.
_WHOLE = """
:host { --bokeh-font-size: 14px; padding: 10px; box-sizing: border-box; }
:host(.boxed) { overflow: auto; container-type: size; }
"""

# No wider than the picture, which the window's height may have made narrow: the
# controls stand beside it. What is below the picture does not make it wider.
_LEFT = """
:host { flex: 999 1 420px; min-width: 0; max-width: max-content; }
@media (max-width: 600px) { :host { display: contents; } }
"""
_BELOW = ":host { contain: inline-size; font-size: 13px; }"

# Beside the picture, which takes what is left, they have 320 pixels; on a phone, where
# they stand below, its whole width.
_RIGHT = """
:host { flex: 1 1 320px; min-width: 240px; max-width: 420px; align-items: stretch; }
@media (max-width: 600px) { :host { max-width: none; order: 1; } }
"""

# An error is seen at once, over the picture's lower end if the window ends there.
_ERROR = """
:host {
  position: sticky; bottom: 5px; z-index: 2; contain: inline-size;
  background: var(--panel-background-color, Canvas);
}
"""


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
        Beside each other where there is room, below each other on a phone. In a box of
        a certain height, such as a cell of a `GridSpec`, it scrolls.
    """
    left = pn.Column(*picture, stylesheets=[_LEFT])
    right = pn.Column(*controls, stylesheets=[_RIGHT])
    whole = pn.FlexBox(
        left,
        right,
        gap="16px",
        align_items="flex-start",
        sizing_mode="stretch_width",
        stylesheets=[_WHOLE],
    )

    def fit(*_: object) -> None:
        has_height = whole.sizing_mode in _HIGH or whole.height is not None
        whole.css_classes = ["boxed"] if has_height else []

    whole.param.watch(fit, ["sizing_mode", "height"])
    return whole


_HIGH = ("fixed", "stretch_both", "stretch_height", "scale_both", "scale_height")


def fit_phones() -> None:
    """Let a page that is being made be as wide as a phone, if it is Panel's plain one.

    Without it, a phone shows the page as wide as a desk's, and small. Panel's page has
    no other way to say it (seen in 1.9.4).
    """
    doc = pn.state.curdoc
    if doc is not None and doc.session_context and doc.template is FILE:
        doc.template = _FITS_PHONES  # type: ignore[assignment]  # its setter takes text


_FITS_PHONES = """\
{% block preamble %}{{ super() }}
<meta name="viewport" content="width=device-width, initial-scale=1">
{% endblock %}
"""


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
        text.pipe(describe_error),
        visible=text.bool(),
        margin=(5, 0),
        sizing_mode="stretch_width",
        stylesheets=[_ERROR],
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
    return pn.pane.HTML(
        stats.rx.pipe(_describe_stats),
        margin=(5, 0),
        sizing_mode="stretch_width",
        stylesheets=[_BELOW],
    )
