"""Filters that find faces, by the classifier that comes with scikit-image.

It knows upright faces from the front. It is a file of the installed package: nothing is
downloaded.
"""

from functools import cache
from typing import Annotated, Any

import numpy as np

from panel_cam.filters.channels import Bytes, shrink, to_levels, to_rgb
from panel_cam.filters.drawing import draw_boxes
from panel_cam.functions.ranges import Range
from panel_cam.imaging.result import Result
from panel_cam.imaging.shapes import Boxes

Box = tuple[int, int, int, int]

WINDOW = 24  # pixels: the smallest face that the classifier was taught


@cache
def _detector() -> Any:
    """Read the classifier once in a process; it is not changed by its use."""
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())


def _find(image: Bytes, smallest: float) -> list[Box]:
    """Return top, left, bottom and right of each face, in pixels of the image."""
    small, factor = shrink(image, 640)
    levels = np.ascontiguousarray(to_levels(small))
    largest = min(levels.shape)
    least = max(round(smallest * levels.shape[0]), WINDOW)
    if least > largest:
        return []
    faces = _detector().detect_multi_scale(
        levels,
        scale_factor=1.2,
        step_ratio=1.3,
        min_size=(least, least),
        max_size=(largest, largest),
    )
    boxes: list[Box] = []
    for face in faces:
        top, left = factor * face["r"], factor * face["c"]
        bottom, right = top + factor * face["height"], left + factor * face["width"]
        boxes.append((top, left, bottom, right))
    return sorted(boxes)  # several threads find them, in no order


def find_faces(
    image: Bytes, *, smallest: Annotated[float, Range(0.08, 0.9, step=0.01)] = 0.15
) -> Result:
    """Draw a box round each face.

    Source: `skimage.feature.Cascade`, local binary patterns, on a picture of at most
    640 pixels a side.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    smallest : float, 0.08-0.9, default 0.15
        Height of the smallest face, compared with the picture's. More is
        quicker: at 0.08, it takes about 80 ms at 640x480.

    Returns
    -------
    result : Result
        The picture with the boxes on it, the value `faces`, and the faces as `Boxes`.
    """
    boxes = _find(image, smallest)
    rgb = to_rgb(image)
    draw_boxes(rgb, boxes, width=3)
    return Result(rgb, {"faces": len(boxes)}, shapes=[Boxes(boxes)])


def hide_faces(
    image: Bytes,
    *,
    smallest: Annotated[float, Range(0.08, 0.9, step=0.01)] = 0.15,
    blocks: Annotated[int, Range(1, 16)] = 6,
) -> Result:
    """Make faces unrecognisable, by blocks.

    A face that is not found is not hidden: do not rely on it for privacy.

    Source: `skimage.feature.Cascade`, as `find_faces`.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    smallest : float, 0.08-0.9, default 0.15
        Height of the smallest face, compared with the picture's. More is
        quicker: at 0.08, it takes about 80 ms at 640x480.
    blocks : int, 1-16, default 6
        How many blocks across a face.

    Returns
    -------
    result : Result
        The picture, the value `faces`, and the faces as `Boxes`.
    """
    from panel_cam.filters.blur import pixelate

    boxes = _find(image, smallest)
    hidden = image.copy()
    for top, left, bottom, right in boxes:
        face = hidden[top:bottom, left:right]
        face[:] = pixelate(face, size=max((right - left) // blocks, 1))
    return Result(hidden, {"faces": len(boxes)}, shapes=[Boxes(boxes)])
