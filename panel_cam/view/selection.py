"""What a page says is selected, checked: it may be anything."""

from __future__ import annotations

from typing import Any

from panel_cam.imaging.frame import MAX_SEQ
from panel_cam.imaging.shape_packet import MOST_SHAPES, MOST_TEXTS

MOST_FIELDS = 100
MOST_CHARACTERS = 1000  # of one field


def _is_field(name: object, value: object) -> bool:
    # Not `isinstance`: a bool is an int, and no number.
    is_number = type(value) in (int, float)
    is_text = type(value) is str and len(value) < MOST_CHARACTERS
    return isinstance(name, str) and (is_number or is_text)


def read_selection(value: object) -> list[dict[str, Any]]:
    """Check what a page says is selected. Never raises.

    Parameters
    ----------
    value : object
        Should be a list of dictionaries with shape, index, seq and fields; nothing is
        taken for granted.

    Returns
    -------
    selected : list of dict
        Those that are what they should be, with plain values.
    """
    if not isinstance(value, list | tuple) or len(value) > MOST_SHAPES + MOST_TEXTS:
        return []
    selected = []
    for each in value:
        each = each if isinstance(each, dict) else {}
        numbers = {name: each.get(name) for name in ("shape", "index", "seq")}
        if not all(type(n) is int and 0 <= n <= MAX_SEQ for n in numbers.values()):
            continue
        fields = each.get("fields")
        if not isinstance(fields, dict) or len(fields) > MOST_FIELDS:
            fields = {}
        kept = {name: item for name, item in fields.items() if _is_field(name, item)}
        selected.append({**numbers, "fields": kept})
    return selected
