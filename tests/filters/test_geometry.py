"""Pixels go where they should."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from skimage import transform

from panel_cam.filters.geometry import (
    flip,
    lens,
    polar,
    resize,
    rotate,
    swirl,
    zoom,
)
from tests.filters.pictures import disks, noise, plain, ramp, square


def _smooth() -> Any:
    rows, columns = np.indices((60, 80))
    return (127 + 60 * np.sin(rows / 9) + 60 * np.cos(columns / 7)).astype(np.uint8)


def test_flip_mirrors() -> None:
    image = noise(5, 7, 3)
    np.testing.assert_array_equal(flip(image), image[:, ::-1])
    both = flip(image, vertical=True)
    np.testing.assert_array_equal(both, image[::-1, ::-1])
    np.testing.assert_array_equal(flip(image, horizontal=False), image)


def test_rotate_turns_against_the_clock() -> None:
    image = noise(9, 9, 3)
    np.testing.assert_array_equal(rotate(image, degrees=90.0), np.rot90(image))
    np.testing.assert_array_equal(rotate(image, degrees=0.0), image)
    expected = transform.rotate(_smooth(), 20, preserve_range=True)
    away = np.abs(rotate(_smooth(), degrees=20.0) - expected)
    assert away[15:45, 20:60].max() < 2


def test_rotate_can_keep_the_corners() -> None:
    assert rotate(plain(40, 60), degrees=90.0, resize=True).shape == (60, 40)
    assert rotate(plain(40, 60), degrees=45.0).shape == (40, 60)


def test_resize_keeps_what_the_picture_shows() -> None:
    small = resize(_smooth(), scale=0.5)
    expected = transform.resize(_smooth(), (30, 40), preserve_range=True)
    assert small.shape == (30, 40)
    assert np.abs(small - expected)[2:-2, 2:-2].max() < 3
    assert resize(noise(7, 5, 3), scale=2.0).shape == (14, 10, 3)
    assert resize(noise(7, 5, 3), scale=0.05).shape == (1, 1, 3)


def test_zoom_shows_a_part() -> None:
    image = square(40, 20)
    assert (zoom(image, factor=2.0)[1:-1, 1:-1] == 255).all()
    np.testing.assert_array_equal(zoom(image, factor=1.0), image)
    assert not zoom(image, factor=5.0, x=0.0, y=0.0).any()
    assert zoom(ramp(), factor=10.0, x=1.0).min() > 220


def test_swirl_is_that_of_scikit_image() -> None:
    ours = swirl(_smooth(), strength=3.0, radius=0.5)
    expected = transform.swirl(
        _smooth(), center=(39.5, 29.5), strength=3, radius=30, preserve_range=True
    )
    assert np.abs(ours - expected)[2:-2, 2:-2].max() < 2


def test_polar_is_that_of_scikit_image() -> None:
    expected = transform.warp_polar(
        _smooth(),
        center=(29.5, 39.5),
        radius=50,
        output_shape=(60, 80),
        preserve_range=True,
    )
    assert np.abs(polar(_smooth()) - expected)[:, :40].max() < 2


def test_polar_makes_a_ring_a_column() -> None:
    image = disks((60, 80, 40)) - disks((60, 80, 30))
    unrolled = polar(image)
    bright = np.flatnonzero((unrolled > 128).all(axis=0)) * 100 / 160  # to pixels
    assert 29 < bright.min() < 33 and 37 < bright.max() < 41


def test_lens_bends_the_rim_and_leaves_the_middle() -> None:
    image = ramp(101, 201)
    barrel = lens(image, strength=0.5)
    assert abs(int(barrel[50, 100]) - image[50, 100]) <= 1
    assert barrel[50, 0] == 0 and barrel[50, 150] > image[50, 150]
    assert lens(image, strength=-0.3)[50, 150] < image[50, 150]


@pytest.mark.parametrize(
    "unchanged",
    [lambda image: swirl(image, strength=0.0), lambda image: lens(image, strength=0.0)],
    ids=["swirl", "lens"],
)
def test_a_strength_of_zero_changes_nothing(unchanged: Callable[[Any], Any]) -> None:
    image = noise(31, 20, 3)
    assert np.abs(unchanged(image).astype(int) - image).max() <= 1
