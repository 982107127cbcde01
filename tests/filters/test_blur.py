"""Blurring removes detail, sharpening adds to it, and both keep what is even."""

import numpy as np
from skimage import filters, measure

from panel_cam.filters.blur import gaussian, pixelate, unsharp
from tests.filters.pictures import noise, plain, rgb, square


def test_gaussian_is_that_of_scikit_image() -> None:
    image = noise(40, 50, 3)
    expected = filters.gaussian(image / 255, 2, channel_axis=2, mode="nearest") * 255
    assert np.abs(gaussian(image, sigma=2.0) - expected).max() < 2


def test_gaussian_of_zero_changes_nothing() -> None:
    np.testing.assert_array_equal(gaussian(noise(9, 9), sigma=0.0), noise(9, 9))


def test_unsharp_makes_an_edge_overshoot() -> None:
    image = square(low=80, high=160)
    sharpened = unsharp(image)
    assert sharpened.max() > 160 and sharpened.min() < 80
    assert sharpened[20, 20] == 160
    np.testing.assert_array_equal(unsharp(image, amount=0.0), image)
    expected = filters.unsharp_mask(image / 255, 1.5, 1.0) * 255
    assert np.abs(sharpened[5:-5, 5:-5] - expected[5:-5, 5:-5]).max() < 2


def test_unsharp_makes_no_coloured_seams() -> None:
    image = rgb(square(low=80, high=160))
    image[:, :, 0] += 20
    sharpened = unsharp(image).astype(int)
    assert np.ptp(sharpened[:, :, 0] - sharpened[:, :, 1]) == 0


def test_pixelate_shows_the_mean_of_each_block() -> None:
    image = noise(12, 16, 3)
    blocks = pixelate(image, size=4)
    expected = measure.block_reduce(image, (4, 4, 1), np.mean)
    assert np.abs(blocks[::4, ::4] - expected).max() <= 1
    assert (blocks[0:4, 0:4] == blocks[0, 0]).all()
    np.testing.assert_array_equal(pixelate(image, size=1), image)
    assert pixelate(plain(5, 7), size=64).shape == (5, 7)
