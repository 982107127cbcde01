"""What a filter may draw over its picture: points, boxes, lines, polygons and text.

Places are rows and columns of the filter's image, as in scikit-image: (0, 0) is the
*middle* of the first pixel, rows go down and columns to the right. Only boxes count
edges: (0, 0, 2, 2) covers the first two rows and columns, all of them. In the view, x
is the column and y the row, and y points down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from panel_cam.imaging.shape_checks import (
    Fields,
    Floats,
    column,
    ends,
    flat_rows,
    flipped_outlines,
    outlines,
    parse_colour,
    rows,
    texts,
)


@dataclass(frozen=True, eq=False)
class Shape:
    """What all kinds of shapes have in common: several of them, drawn alike.

    Parameters
    ----------
    fields : mapping of str to sequence, optional
        What the pointer shows over a shape: for each name as many numbers or texts as
        there are shapes.
    color : str or sequence of str, optional
        One CSS colour, or one for each shape. Without, one from a list that can be
        told apart.
    label : str or sequence of str, optional
        Text beside each shape.

    Raises
    ------
    ValueError
        If something has another shape than expected: raised in the filter, at the line
        to correct.
    """

    _: KW_ONLY
    fields: Fields = field(default_factory=dict, repr=False)
    color: str | Sequence[str] | None = None
    label: str | Sequence[str] | None = field(default=None, repr=False)

    kind: ClassVar[str] = ""

    def __len__(self) -> int:
        """Return how many there are."""
        raise NotImplementedError

    def anchors(self) -> Floats:
        """Return where the labels stand: rows and columns, shape (N, 2)."""
        raise NotImplementedError

    def check(self) -> None:
        """Bring fields, colours and labels to their form; places are there already."""
        count = len(self)
        fields = {
            str(name): column(str(name), value, count)
            for name, value in dict(self.fields or {}).items()
        }
        object.__setattr__(self, "fields", fields)
        if self.color is not None:
            colours = texts("color", self.color, count)
            for colour in set(colours):
                parse_colour(colour)
            if not isinstance(self.color, str):
                object.__setattr__(self, "color", colours)
            elif not count:
                parse_colour(self.color)
        if self.label is not None:
            object.__setattr__(self, "label", texts("label", self.label, count))


@dataclass(frozen=True, eq=False)
class Points(Shape):
    """Dots, as `corner_peaks` and `peak_local_max` return them.

    Parameters
    ----------
    points : array_like of shape (N, 2)
        Row and column of each; those that are not finite are not drawn.
    fields, color, label
        See `Shape`.

    Examples
    --------
    >>> len(Points([(10, 20), (30, 40)], color="orange"))
    2
    """

    points: Any

    kind: ClassVar[str] = "points"

    def __post_init__(self) -> None:
        """Check what was given."""
        object.__setattr__(self, "points", rows("points", self.points, 2))
        self.check()

    @classmethod
    def from_xy(cls, points: Any, **options: Any) -> Self:
        """Make dots of points that are (x, y): the column, then the row.

        Parameters
        ----------
        points : array_like of shape (N, 2) or (N, 1, 2), or None
            As `cv2.goodFeaturesToTrack` returns them.
        **options
            See `Shape`.

        Returns
        -------
        points : Points
        """
        return cls(flat_rows("points", points, 2)[:, ::-1], **options)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.points)

    def anchors(self) -> Floats:
        """Return the points."""
        return np.asarray(self.points)


@dataclass(frozen=True, eq=False)
class Boxes(Shape):
    """Upright rectangles, as the ``bbox`` of `skimage.measure.regionprops`.

    Parameters
    ----------
    boxes : array_like of shape (N, 4)
        First row and column, then the row and column *after* the last: a box covers
        whole pixels. None ends before it starts.
    fields, color, label
        See `Shape`.

    Notes
    -----
    OpenCV has x, y, width and height, which `Boxes.from_xywh` takes.
    """

    boxes: Any

    kind: ClassVar[str] = "boxes"

    def __post_init__(self) -> None:
        """Check what was given."""
        boxes = rows("boxes", self.boxes, 4)
        turned = (boxes[:, 2:] < boxes[:, :2]).any(axis=1)
        if turned.any():
            number = int(turned.argmax())
            raise ValueError(
                "expected first row and column, then those after the last, got "
                f"{boxes[number].tolist()} as box {number}, which ends before it "
                "starts: for x, y, width, height there is pc.Boxes.from_xywh"
            )
        object.__setattr__(self, "boxes", boxes)
        self.check()

    @classmethod
    def from_xywh(cls, boxes: Any, **options: Any) -> Self:
        """Make boxes of x, y, width and height, as OpenCV has them.

        Parameters
        ----------
        boxes : array_like of shape (N, 4), or None
            First column, first row, how many columns, how many rows: what
            `cv2.boundingRect`, `cv2.selectROI` and a cascade's `detectMultiScale`
            return.
        **options
            See `Shape`.

        Returns
        -------
        boxes : Boxes

        Examples
        --------
        >>> Boxes.from_xywh([(10, 20, 30, 5)]).boxes.tolist()
        [[20.0, 10.0, 25.0, 40.0]]
        """
        x, y, width, height = flat_rows("boxes", boxes, 4).T
        return cls(np.stack([y, x, y + height, x + width], axis=1), **options)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.boxes)

    def anchors(self) -> Floats:
        """Return the upper left corners; a box begins at a pixel's edge."""
        return np.asarray(self.boxes[:, :2] - 0.5)


@dataclass(frozen=True, eq=False)
class Lines(Shape):
    """Straight lines between two points.

    Parameters
    ----------
    lines : array_like of shape (N, 2, 2) or (N, 4)
        Row and column of one end, then of the other.
    fields, color, label
        See `Shape`.

    Notes
    -----
    `skimage.transform.probabilistic_hough_line` and `cv2.HoughLinesP` have the column
    first, and nothing in their numbers tells that: use `Lines.from_xy` for what they
    return.
    """

    lines: Any

    kind: ClassVar[str] = "lines"

    def __post_init__(self) -> None:
        """Check what was given."""
        object.__setattr__(self, "lines", ends("lines", self.lines))
        self.check()

    @classmethod
    def from_xy(cls, lines: Any, **options: Any) -> Self:
        """Make lines of ends that are (x, y): the column, then the row.

        Parameters
        ----------
        lines : array_like of shape (N, 2, 2), (N, 4) or (N, 1, 4), or None
            As `skimage.transform.probabilistic_hough_line` or `cv2.HoughLinesP` returns
            them.
        **options
            See `Shape`.

        Returns
        -------
        lines : Lines
        """
        return cls(ends("lines", lines)[:, :, ::-1], **options)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.lines)

    def anchors(self) -> Floats:
        """Return the first ends."""
        return np.asarray(self.lines[:, 0])


@dataclass(frozen=True, eq=False)
class Polygons(Shape):
    """Closed outlines, lightly filled.

    Parameters
    ----------
    polygons : sequence of array_like of shape (K, 2)
        The corners of each, row and column; the last is joined to the first.
    fields, color, label
        See `Shape`.
    """

    polygons: Sequence[Any]

    kind: ClassVar[str] = "polygons"

    def __post_init__(self) -> None:
        """Check what was given."""
        object.__setattr__(self, "polygons", outlines("polygons", self.polygons))
        self.check()

    @classmethod
    def from_xy(cls, polygons: Any, **options: Any) -> Self:
        """Make polygons of corners that are (x, y): the column, then the row.

        Parameters
        ----------
        polygons : sequence of array_like of shape (K, 2), (K, 1, 2) or (1, K, 2)
            As `cv2.findContours` and `cv2.aruco.ArucoDetector.detectMarkers` return
            them.
        **options
            See `Shape`.

        Returns
        -------
        polygons : Polygons
        """
        return cls(flipped_outlines("polygons", polygons), **options)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.polygons)

    def anchors(self) -> Floats:
        """Return the first corners."""
        return _first(self.polygons)


@dataclass(frozen=True, eq=False)
class Contours(Shape):
    """Open or closed curves, as `skimage.measure.find_contours` returns them.

    Parameters
    ----------
    contours : sequence of array_like of shape (K, 2)
        The points of each, row and column; the last is not joined to the first.
    fields, color, label
        See `Shape`.
    """

    contours: Sequence[Any]

    kind: ClassVar[str] = "contours"

    def __post_init__(self) -> None:
        """Check what was given."""
        object.__setattr__(self, "contours", outlines("contours", self.contours))
        self.check()

    @classmethod
    def from_xy(cls, contours: Any, **options: Any) -> Self:
        """Make curves of points that are (x, y): the column, then the row.

        Parameters
        ----------
        contours : sequence of array_like of shape (K, 2), (K, 1, 2) or (1, K, 2)
            As `cv2.findContours` returns them; that joins the last point of each to the
            first, which `Polygons.from_xy` does, too.
        **options
            See `Shape`.

        Returns
        -------
        contours : Contours
        """
        return cls(flipped_outlines("contours", contours), **options)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.contours)

    def anchors(self) -> Floats:
        """Return the first points."""
        return _first(self.contours)


@dataclass(frozen=True, eq=False)
class Labels(Shape):
    """Texts on the picture; always upright and readable, also in a mirror.

    Parameters
    ----------
    points : array_like of shape (N, 2)
        Row and column of each; the text begins there, to the right.
    texts : str or sequence of str
        One for all, or one for each.
    fields, color
        See `Shape`.
    """

    points: Any
    texts: str | Sequence[str]

    kind: ClassVar[str] = "labels"

    def __post_init__(self) -> None:
        """Check what was given."""
        object.__setattr__(self, "points", rows("points", self.points, 2))
        object.__setattr__(self, "texts", texts("texts", self.texts, len(self.points)))
        if self.label is not None:
            raise ValueError("expected no label beside a text, got one")
        self.check()

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.points)

    def anchors(self) -> Floats:
        """Return the points."""
        return np.asarray(self.points)


def _first(outlines: Sequence[Floats]) -> Floats:
    nowhere = np.full(2, np.nan)
    return np.array([one[0] if len(one) else nowhere for one in outlines]).reshape(
        -1, 2
    )
