"""How near two images are to each other."""

import numpy as np


def is_near(image: np.ndarray, expected: np.ndarray, within: float) -> bool:
    """Tell whether the values of two images differ by less than that, in the mean."""
    return float(np.abs(image.astype(int) - expected).mean()) < within


def blocks(image: np.ndarray) -> np.ndarray:
    """Return the means of blocks of 16 x 16: how it is drawn counts for less.

    A picture that is enlarged by a fraction falls on the screen's pixels as each engine
    rounds, and where on the page it stands depends on the machine's fonts.
    """
    height, width = image.shape[:2]
    return image.reshape(height // 16, 16, width // 16, 16, -1).mean(axis=(1, 3))
