"""Marks on a picture: what filters draw with.

All of them change the RGB array that they are given, and cut off what lies outside it.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from panel_cam.filters.channels import Bytes

Colour: TypeAlias = tuple[int, int, int]

LIME: Colour = (60, 255, 60)
ORANGE: Colour = (255, 150, 0)


def plot(
    rgb: Bytes,
    rows: npt.NDArray[Any],
    columns: npt.NDArray[Any],
    colour: Colour = LIME,
    *,
    size: int = 1,
) -> None:
    """Colour pixels.

    Parameters
    ----------
    rgb : ndarray of shape (M, N, 3) and dtype uint8
        The picture; modified.
    rows, columns : ndarray of numbers
        Where; rounded.
    colour : tuple of int
        Red, green and blue, 0-255.
    size : int, default 1
        Side of the square around each point, in pixels.
    """
    rows = np.rint(rows).astype(np.intp).ravel()
    columns = np.rint(columns).astype(np.intp).ravel()
    around = np.arange(size) - size // 2
    rows = rows[:, np.newaxis, np.newaxis] + around[:, np.newaxis]
    columns = columns[:, np.newaxis, np.newaxis] + around
    rows, columns = np.broadcast_arrays(rows, columns)
    inside = (rows >= 0) & (rows < rgb.shape[0])
    inside &= (columns >= 0) & (columns < rgb.shape[1])
    rgb[rows[inside], columns[inside]] = colour


def draw_lines(
    rgb: Bytes,
    ends: Iterable[tuple[float, float, float, float]],
    colour: Colour = LIME,
    *,
    width: int = 2,
) -> None:
    """Draw straight lines.

    Parameters
    ----------
    rgb : ndarray of shape (M, N, 3) and dtype uint8
        The picture; modified.
    ends : iterable of tuple
        Each the row and column of one end, then of the other.
    colour : tuple of int
        Red, green and blue, 0-255.
    width : int, default 2
        Of the line, in pixels.
    """
    for row, column, to_row, to_column in ends:
        count = int(max(abs(to_row - row), abs(to_column - column))) + 1
        rows = np.linspace(row, to_row, count)
        columns = np.linspace(column, to_column, count)
        plot(rgb, rows, columns, colour, size=width)


def draw_circles(
    rgb: Bytes,
    circles: Iterable[tuple[float, float, float]],
    colour: Colour = LIME,
    *,
    width: int = 2,
) -> None:
    """Draw circles.

    Parameters
    ----------
    rgb : ndarray of shape (M, N, 3) and dtype uint8
        The picture; modified.
    circles : iterable of tuple
        Each the row and column of the centre, and the radius in pixels.
    colour : tuple of int
        Red, green and blue, 0-255.
    width : int, default 2
        Of the line, in pixels.
    """
    for row, column, radius in circles:
        angle = np.linspace(0, 2 * np.pi, int(8 * radius) + 8)
        rows = row + radius * np.sin(angle)
        columns = column + radius * np.cos(angle)
        plot(rgb, rows, columns, colour, size=width)


def draw_boxes(
    rgb: Bytes,
    boxes: Iterable[tuple[int, int, int, int]],
    colour: Colour = LIME,
    *,
    width: int = 2,
) -> None:
    """Draw the frames of boxes; their lines lie inside the box.

    Parameters
    ----------
    rgb : ndarray of shape (M, N, 3) and dtype uint8
        The picture; modified.
    boxes : iterable of tuple
        Each the first row and column, then the row and column after the last.
    colour : tuple of int
        Red, green and blue, 0-255.
    width : int, default 2
        Of the line, in pixels.
    """
    for top, left, bottom, right in boxes:
        box = rgb[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
        box[:width] = box[-width:] = colour
        box[:, :width] = box[:, -width:] = colour
