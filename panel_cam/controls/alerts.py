"""What went wrong or could not be done, as HTML."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

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
