"""Shapes on their way to the page: one packet of bytes, beside the picture's own.

A packet is the length of a header (uint32), the header (JSON), and arrays, all little
endian, in whole steps of four bytes. It travels in the same message as its picture, and
`view/shape_overlay.js` reads it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from panel_cam.imaging.shape_checks import Floats, parse_colour
from panel_cam.imaging.shapes import (
    Boxes,
    Contours,
    Labels,
    Lines,
    Points,
    Polygons,
    Shape,
)

MOST_SHAPES = 2000  # in one frame; more take a browser longer than a frame lasts
MOST_TEXTS = 300  # text takes ten times as long to draw as a box
LABEL_HEIGHT = 16  # pixels of the image, more or less
MOST_CORNERS = 50_000  # of all polygons and contours of a frame

# Bright ones that differ, for colour-blind eyes too (after Okabe and Ito).
COLOURS = ("#35e06f", "#ffb000", "#56c8ff", "#ff7ac6", "#f0e442", "#ff6b4a")

_IS_BIG_ENDIAN = sys.byteorder == "big"


def _places(shape: Shape, count: int) -> dict[str, Any]:
    """Return the columns that say where: half a pixel further than its middle."""
    if isinstance(shape, Points | Labels):
        rows, columns = (shape.points[:count] + 0.5).T
        return {"x": columns, "y": rows}
    if isinstance(shape, Boxes):
        top, left, bottom, right = shape.boxes[:count].T
        return {"left": left, "right": right, "top": top, "bottom": bottom}
    if isinstance(shape, Lines):
        ends = shape.lines[:count] + 0.5
        (y0, x0), (y1, x1) = ends[:, 0].T, ends[:, 1].T
        return {"x0": x0, "y0": y0, "x1": x1, "y1": y1}
    outlines = _outlines(shape)[:count]
    corners = np.concatenate([np.empty((0, 2)), *outlines]) + 0.5
    lengths = [len(outline) for outline in outlines]
    return {"length": lengths, "xs": corners[:, 1], "ys": corners[:, 0]}


def _outlines(shape: Shape) -> Sequence[Floats]:
    if isinstance(shape, Polygons):
        return shape.polygons
    return shape.contours if isinstance(shape, Contours) else ()


def _fit(outlines: Sequence[Floats], room: int) -> list[Floats]:
    """Return the outlines, empty where there is no room for so many more corners."""
    fitting = []
    for outline in outlines:
        fits = len(outline) <= room
        room -= len(outline) if fits else 0
        fitting.append(outline if fits else outline[:0])
    return fitting


def _colour(number: int, shape: Shape) -> str | Sequence[str]:
    return shape.color or COLOURS[number % len(COLOURS)]


class _Kind:
    """The shapes of one kind, of all groups, on their way into one data source."""

    def __init__(self) -> None:
        self.count = 0
        self.groups: list[tuple[int, int]] = []
        self.places: dict[str, list[Any]] = {}
        self.colours: list[np.ndarray] = []
        self.texts: list[str] = []
        self.fields: dict[str, list[tuple[int, Any]]] = {}

    def add(self, number: int, shape: Shape, count: int) -> None:
        self.groups.append((number, count))
        for name, values in _places(shape, count).items():
            self.places.setdefault(name, []).append(values)
        colour = _colour(number, shape)
        if isinstance(colour, str):
            rgba = np.full(count, parse_colour(colour), np.uint32)
        else:
            rgba = np.array([parse_colour(each) for each in colour[:count]], np.uint32)
        self.colours.append(rgba)
        if isinstance(shape, Labels):
            self.texts += shape.texts[:count]
        for name, values in shape.fields.items():
            self.fields.setdefault(name, []).append((self.count, values[:count]))
        self.count += count

    def field(self, name: str) -> Any:
        """Return a field's values for all groups; those without it have none."""
        parts = self.fields[name]
        if all(isinstance(values, np.ndarray) for _, values in parts):
            column = np.full(self.count, np.nan)
            for start, values in parts:
                column[start : start + len(values)] = values
            return column
        texts = [""] * self.count
        for start, values in parts:
            texts[start : start + len(values)] = map(_text, values)
        return texts


def _text(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


class _Packet:
    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size = 0

    def add(self, array: Any, dtype: str) -> list[Any]:
        """Append an array; return its type, its place after the header, its length."""
        with np.errstate(over="ignore"):  # far outside is outside
            values = np.ascontiguousarray(array, dtype=dtype)
        if _IS_BIG_ENDIAN:
            values = values.astype(values.dtype.newbyteorder("<"))
        place = [dtype, self.size, len(values)]
        self.parts.append(values.tobytes())
        self.size += values.nbytes
        return place


def pack(shapes: Sequence[Shape]) -> bytes:
    """Return the packet that draws these shapes.

    What exceeds `MOST_SHAPES`, `MOST_TEXTS` or `MOST_CORNERS` is left off, and the
    packet says how much that is; the page passes it on.

    Parameters
    ----------
    shapes : sequence of Shape
        Drawn in their order within a kind; polygons lie lowest, and texts on top.

    Returns
    -------
    packet : bytes
        Empty if there is nothing to draw.

    Examples
    --------
    >>> pack([])
    b''
    """
    kinds: dict[str, _Kind] = {}
    left = {"shapes": MOST_SHAPES, "labels": MOST_TEXTS, "corners": MOST_CORNERS}
    left_off = 0
    for number, shape in enumerate(shapes):
        budget = "labels" if isinstance(shape, Labels) else "shapes"
        count = min(len(shape), left[budget])
        left[budget] -= count
        left_off += len(shape) - count
        if outlines := _outlines(shape):
            fitting = _fit(outlines[:count], left["corners"])
            left["corners"] -= sum(map(len, fitting))
            pairs = zip(fitting, outlines, strict=False)
            if emptied := sum(len(ours) < len(theirs) for ours, theirs in pairs):
                left_off += emptied
                # In their places, so that the others keep their numbers and fields.
                kept: dict[str, Any] = {shape.kind: [*fitting, *outlines[count:]]}
                shape = replace(shape, **kept)
        if count:
            kinds.setdefault(shape.kind, _Kind()).add(number, shape, count)
        if shape.label is not None and count:
            texts = min(count, left["labels"])
            left["labels"] -= texts
            left_off += count - texts
            if texts:
                colour = _colour(number, shape)
                colour = colour if isinstance(colour, str) else colour[:texts]
                places = shape.anchors()[:texts].copy()
                # Where there is no room above, the text stands below its place.
                places[:, 0] = np.maximum(places[:, 0], LABEL_HEIGHT)
                beside = Labels(places, shape.label[:texts], color=colour)
                kinds.setdefault("labels", _Kind()).add(-1 - number, beside, texts)
    if not kinds:
        return b""
    return _packet(kinds, left_off)


def _packet(kinds: dict[str, _Kind], left_off: int) -> bytes:
    body = _Packet()
    head: dict[str, Any] = {"left_off": left_off, "kinds": {}}
    for name, kind in kinds.items():
        columns: dict[str, Any] = {}
        for column, parts in kind.places.items():
            dtype = "u4" if column == "length" else "f4"
            columns[column] = body.add(np.concatenate(parts), dtype)
        columns["color"] = body.add(np.concatenate(kind.colours), "u4")
        if kind.texts:
            columns["text"] = kind.texts
        fields = []
        for field in kind.fields:
            values = kind.field(field)
            is_text = isinstance(values, list)
            at = values if is_text else {"at": body.add(values, "f8")}
            fields.append([field, at])
        head["kinds"][name] = {
            "count": kind.count,
            "groups": kind.groups,
            "columns": columns,
            "fields": fields,
        }
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return len(text).to_bytes(4, "little") + text + b"".join(body.parts)
