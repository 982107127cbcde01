"""Bounds of an option."""

import copy
import pickle
from math import inf, nan

import numpy as np
import pytest

from panel_cam.functions.ranges import Range


def test_the_bounds_belong_to_the_range() -> None:
    bounds = Range(0, 5, step=0.5)
    assert 0 in bounds and 5 in bounds and 2.2 in bounds
    assert -0.1 not in bounds and 5.1 not in bounds and nan not in bounds


@pytest.mark.parametrize(
    ("start", "end", "step"),
    [
        *[(1, 1, None), (2, 1, None), (nan, 1, None), (0, 1, 0), (0, 1, -1), (0, 1, 2)],
        *[(0, inf, None), (-inf, 0, None), (-inf, inf, None), (0, 10**400, None)],
    ],
)
def test_bounds_that_no_slider_could_show_are_refused(
    start: float, end: float, step: float | None
) -> None:
    with pytest.raises(ValueError, match="expected"):
        Range(start, end, step)


def test_bounds_of_numpy_are_pythons() -> None:
    bounds = Range(np.int64(0), np.float32(5), np.float64(0.5))
    assert bounds == Range(0, 5.0, 0.5)
    types = [type(each) for each in (bounds.start, bounds.end, bounds.step)]
    assert types == [int, float, float]


def test_equal_ranges_are_equal_also_after_a_journey() -> None:
    bounds = Range(0, 1, step=0.1)
    assert bounds == Range(0, 1, 0.1) and hash(bounds) == hash(Range(0, 1, 0.1))
    assert pickle.loads(pickle.dumps(bounds)) == bounds == copy.deepcopy(bounds)
