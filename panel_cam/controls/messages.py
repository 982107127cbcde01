"""What stands below the picture, as HTML."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_COMPLAINTS = 5
"""How many are shown; the others are counted."""

# Set apart from the rest of the page, in the light and in the dark.
_BOX = (
    "margin: 0; padding: 8px 10px; overflow-wrap: anywhere; border-radius: 3px; "
    "border-left: 3px solid #d1495b; "
    "background: color-mix(in srgb, #d1495b 14%, transparent)"
)


def describe_stats(stats: Mapping[str, float]) -> str:
    """Return one line of figures.

    Parameters
    ----------
    stats : mapping
        Of `Stats.snapshot`; empty before the first frame.

    Returns
    -------
    html : str
        Safe to show.
    """
    if not stats:
        return "<span>No frames yet.</span>"
    return (
        f"<b>{stats['fps']:.0f}</b> fps · age <b>{stats['age_p50_ms']:.0f}</b> ms "
        f"(95 %: {stats['age_p95_ms']:.0f} ms) · {stats['dropped']:.0f} dropped · "
        f"filter {stats['filter_ms']:.1f} ms"
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
