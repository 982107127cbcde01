"""Edges lie where brightness changes, and nowhere else."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from skimage import feature, filters

from panel_cam.filters.edges import (
    canny,
    directions,
    farid,
    laplace,
    prewitt,
    roberts,
    scharr,
    sobel,
)
from tests.filters.pictures import noise, plain, ramp, rgb, square

GRADIENTS: dict[str, Callable[..., Any]] = {
    "sobel": lambda *args, **settings: sobel(*args, **settings),
    "scharr": lambda *args, **settings: scharr(*args, **settings),
    "prewitt": lambda *args, **settings: prewitt(*args, **settings),
    "farid": lambda *args, **settings: farid(*args, **settings),
}

every_gradient = pytest.mark.parametrize("name", GRADIENTS)


def test_roberts_is_the_recipe() -> None:  # more about it: test_edges_roberts.py
    image = noise(30, 40, 3)
    expected = 255 - filters.roberts(image[:, :, 0] / 255.0) * 255
    assert np.abs(roberts(image) - expected).max() <= 1


@every_gradient
def test_a_gradient_is_that_of_scikit_image(name: str) -> None:
    image = noise(30, 40)
    expected = np.clip(getattr(filters, name)(image / 255) * 255 * 2, 0, 255)
    assert np.abs(GRADIENTS[name](image, gain=2.0) - expected).max() <= 1


@every_gradient
def test_a_gradient_is_black_where_the_picture_is_even(name: str) -> None:
    edges = GRADIENTS[name](square())
    assert edges[0, 0] == edges[20, 20] == 0
    assert edges[9:11, 20].max() > 200


@every_gradient
def test_inverted_edges_are_dark_on_white(name: str) -> None:
    edges, inverted = (GRADIENTS[name](square(), inverted=i) for i in (False, True))
    np.testing.assert_array_equal(inverted, 255 - edges)


def test_laplace_shows_bends_and_not_slopes() -> None:
    slope = laplace(ramp(8, 86), gain=10.0)
    assert np.ptp(slope[:, 2:-2]) <= 1
    bends = laplace(square(low=100, high=120))
    assert bends[9, 20] != bends[10, 20]
    assert bends[20, 20] == 128
    assert laplace(square(), signed=False)[20, 20] == 0


def test_canny_traces_the_outline_of_a_square() -> None:
    edges = canny(rgb(square()))
    rows, columns = np.nonzero(edges)
    assert rows.min() in (9, 10) and rows.max() in (29, 30)
    assert columns.min() in (9, 10) and columns.max() in (29, 30)
    assert not edges[13:27, 13:27].any()
    expected = feature.canny(
        square() / np.float32(255), 1.5, low_threshold=0.05, high_threshold=0.15
    )
    np.testing.assert_array_equal(edges, expected)


def test_canny_takes_its_two_bounds_in_any_order() -> None:
    image = noise(30, 30)
    one, other = canny(image, low=0.1, high=0.3), canny(image, low=0.3, high=0.1)
    np.testing.assert_array_equal(one, other)


def test_directions_have_colours_of_their_own() -> None:
    edges = directions(square())
    upright, level = edges[20, 10].astype(int), edges[10, 20].astype(int)
    assert np.abs(upright - level).max() > 200
    np.testing.assert_array_equal(edges[20, 10], edges[20, 29])  # the opposite side
    assert not directions(plain(9, 9, 3, level=80)).any()
