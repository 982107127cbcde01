"""The highest places of an array, apart from each other."""

import numpy as np

from panel_cam.filters.channels import Grey


def find_peaks(
    response: Grey, count: int, distance: int, least: float
) -> list[tuple[int, int]]:
    """Find the highest maxima that keep their distance.

    Quicker than `skimage.feature.peak_local_max`, which looks at all pairs.

    Parameters
    ----------
    response : ndarray of shape (M, N)
        How high each place is.
    count : int
        How many to find at most.
    distance : int
        How many rows or columns two of them have to be apart.
    least : float
        What a maximum has to exceed.

    Returns
    -------
    peaks : list of tuple
        Row and column of each, the highest first.

    Examples
    --------
    >>> find_peaks(np.array([[0, 3, 2, 0, 4]]), count=9, distance=1, least=1)
    [(0, 4), (0, 1)]
    """
    from scipy.ndimage import maximum_filter

    is_peak = (response == maximum_filter(response, 3)) & (response > least)
    rows, columns = np.nonzero(is_peak)
    order = np.argsort(-response[rows, columns], kind="stable")
    is_taken = np.zeros(response.shape, np.bool_)
    found: list[tuple[int, int]] = []
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        if len(found) == count:
            break
        if not is_taken[row, column]:
            found.append((row, column))
            top, left = max(row - distance, 0), max(column - distance, 0)
            is_taken[top : row + distance + 1, left : column + distance + 1] = True
    return found
