"""Filters that return more than an image; light to import in another process."""

import numpy as np

from panel_cam.functions.bgr import bgr
from panel_cam.imaging.result import Result
from panel_cam.imaging.shapes import Boxes


def box_it(image: np.ndarray) -> Result:
    """Return the image, one number, a table of two rows and one box."""
    return Result(
        image,
        values={"mean": image.mean()},
        table={"area": np.array([30, 40])},
        shapes=[Boxes([(1, 2, 3, 4)], fields={"area": [4]})],
    )


def labelled(image: np.ndarray) -> Result:
    """Return labels alone: 1 in the upper left quarter, 2 in the lower right."""
    labels = np.zeros(image.shape[:2], np.int64)
    rows, columns = labels.shape
    labels[: rows // 2, : columns // 2] = 1
    labels[rows // 2 :, columns // 2 :] = 2
    return Result(labels=labels)


@bgr
def blue_only(image: np.ndarray, *, level: int = 0) -> np.ndarray:
    """Leave the blue of an image that has it first, and set the others."""
    image[:, :, 1:] = level
    return image
