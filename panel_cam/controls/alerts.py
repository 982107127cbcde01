"""What went wrong or could not be done, as HTML."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import panel as pn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import param

MAX_COMPLAINTS = 5
"""How many are shown; the others are counted."""

# Set apart from the rest of the page, in the light and in the dark.
_BOX = (
    "margin: 0; padding: 8px 10px; overflow-wrap: anywhere; border-radius: 3px; "
    "border-left: 3px solid #d1495b; "
    "background: color-mix(in srgb, #d1495b 14%, transparent)"
)


def describe_error(error: str) -> str:
    """Return what went wrong, set apart from the rest of the page.

    Parameters
    ----------
    error : str
        Plain text, from outside perhaps.

    Returns
    -------
    html : str
        Safe to show.
    """
    return f"<pre style='white-space: pre-wrap; {_BOX}'>{html.escape(error)}</pre>"


def _describe_refusal(error: str) -> str:
    return f"<span style='color: #d1495b'>{html.escape(error)}</span>"


def show_refusal(error: param.Parameter[str]) -> pn.pane.HTML:
    """Return what says, below a control, why a change was not taken.

    Parameters
    ----------
    error : param.Parameter
        Of an instance, such as ``controls.param.error``; plain text, from outside
        perhaps.

    Returns
    -------
    pane : panel.pane.HTML
        It is there while the parameter is not empty.
    """
    text = error.rx
    return pn.pane.HTML(
        text.pipe(_describe_refusal),
        visible=text.bool(),
        margin=0,
        sizing_mode="stretch_width",
    )


def describe_complaints(complaints: Sequence[str]) -> str:
    """Return what could not be done.

    Parameters
    ----------
    complaints : sequence of str
        Plain text, from outside perhaps.

    Returns
    -------
    html : str
        Safe to show.
    """
    lines = [html.escape(line[:300]) for line in complaints[:MAX_COMPLAINTS]]
    if more := len(complaints) - len(lines):
        lines.append(f"... and {more} more.")
    return f"<div role='alert' style='{_BOX}'>{'<br>'.join(lines)}</div>"
