"""Shapes shrink and grow by exactly the radius."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import ndimage
from skimage import morphology

from panel_cam.filters.morphology import (
    closing,
    dilate,
    erode,
    fill_holes,
    opening,
    outline,
    skeleton,
    top_hat,
)
from tests.filters.pictures import disks, noise, plain, square


@pytest.mark.parametrize("radius", [1, 2, 5, 20])
@pytest.mark.parametrize("shape", ["disk", "square"])
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(erode, ndimage.grey_erosion), (dilate, ndimage.grey_dilation)],
)
def test_it_is_the_extreme_over_the_footprint(
    ours: Callable[..., Any], theirs: Callable[..., Any], shape: Any, radius: int
) -> None:
    image = noise(31, 47)
    footprint = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    if shape == "disk":
        footprint = morphology.disk(radius)
    outside = 255 if ours is erode else 0
    expected = theirs(image, footprint=footprint, mode="constant", cval=outside)
    np.testing.assert_array_equal(ours(image, radius=radius, shape=shape), expected)


def test_each_channel_is_on_its_own() -> None:
    image = noise(20, 30, 3)
    shrunk = erode(image, radius=2)
    for number in range(3):
        alone = erode(image[:, :, number], radius=2)
        np.testing.assert_array_equal(shrunk[:, :, number], alone)


def test_a_square_shrinks_and_grows() -> None:
    assert np.count_nonzero(erode(square(), radius=2, shape="square")) == 16**2
    assert np.count_nonzero(dilate(square(), radius=2, shape="square")) == 24**2


def test_opening_removes_what_is_bright_and_small() -> None:
    image = square()
    image[5, 5] = 255
    image[20, 20] = 0
    opened = opening(image, radius=2, shape="square")
    closed = closing(image, radius=2, shape="square")
    assert opened[5, 5] == 0 and opened[10, 10] == 255
    assert closed[20, 20] == 255 and closed[5, 5] == 255
    again = opening(opened, radius=2, shape="square")
    np.testing.assert_array_equal(again, opened)


def test_top_hat_keeps_what_opening_removes() -> None:
    image = square()
    image[5, 5] = 200
    image[20, 20] = 60
    things = top_hat(image, radius=3)
    assert things[5, 5] == 200 and things[15, 15] == 0
    assert top_hat(image, radius=3, dark=True)[20, 20] == 195


def test_an_outline_lies_on_both_sides() -> None:
    lines = outline(square(), radius=1, shape="square")
    assert np.count_nonzero(lines) == 22**2 - 18**2
    assert not outline(square(), radius=0).any()


def test_a_bar_thins_to_a_line() -> None:
    image = plain(21, 60)
    image[7:14, 5:55] = 255
    lines = skeleton(image)
    assert (lines.sum(axis=0) <= 1).all()
    assert lines[10, 10:50].all()
    np.testing.assert_array_equal(skeleton(255 - image, dark=True), lines)


def test_holes_are_filled_and_bays_are_not() -> None:
    image = disks((60, 80, 40))
    image[60, 80] = 0
    image[55:60, 100:] = 0
    filled = fill_holes(image)
    assert filled[60, 80] and not filled[57, 119] and not filled[0, 0]
    np.testing.assert_array_equal(filled, ndimage.binary_fill_holes(image > 0))
