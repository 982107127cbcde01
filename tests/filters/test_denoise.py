"""Noise goes, edges stay."""

import numpy as np
import pytest
from scipy import ndimage
from skimage import restoration

from panel_cam.filters.denoise import bilateral, median, total_variation
from tests.filters.pictures import Bytes, noise, square


def _noisy(level: int = 120, spread: int = 10) -> Bytes:
    random = np.random.default_rng(3)
    return (level + random.integers(-spread, spread + 1, (40, 40))).astype(np.uint8)


@pytest.mark.parametrize("radius", [1, 2, 3])
def test_median_is_that_of_scipy(radius: int) -> None:
    image = noise(37, 21, 3)
    side = 2 * radius + 1
    expected = ndimage.median_filter(image, (side, side, 1), mode="reflect")
    np.testing.assert_array_equal(median(image, radius=radius), expected)


def test_median_removes_a_speck_and_keeps_an_edge() -> None:
    image = square()
    image[5, 5] = 255
    cleaned = median(image)
    assert cleaned[5, 5] == 0
    np.testing.assert_array_equal(cleaned[10:30, 15], image[10:30, 15])


def test_bilateral_is_the_definition() -> None:
    image = noise(9, 8)
    padded = np.pad(image, 2, mode="symmetric").astype(float)
    down, right = np.mgrid[-2:3, -2:3]
    near = np.exp(-(down**2 + right**2) / (2 * 2**2))
    expected = np.empty(image.shape)
    for row, column in np.ndindex(image.shape):
        part = padded[row : row + 5, column : column + 5]
        away = (part - image[row, column]) / 255
        weights = near * np.exp(-(away**2) / (2 * 0.2**2))
        expected[row, column] = (part * weights).sum() / weights.sum()
    assert np.abs(bilateral(image, radius=2, tolerance=0.2) - expected).max() <= 0.51


def test_bilateral_smooths_noise_and_keeps_an_edge() -> None:
    image = np.concatenate([_noisy(60), _noisy(200)], axis=1)
    smoothed = bilateral(image)
    assert smoothed[:, 5:35].std() < image[:, 5:35].std() / 2
    assert smoothed[:, 40].min() - smoothed[:, 39].max() > 110


def test_total_variation_is_that_of_scikit_image_and_keeps_colours() -> None:
    image = noise(20, 30)
    expected = restoration.denoise_tv_chambolle(image / 255, 0.1, max_num_iter=8) * 255
    assert np.abs(total_variation(image) - expected).max() < 1
    colours = np.stack([_noisy(90), _noisy(90) + 40, _noisy(90)], axis=2)
    flat = total_variation(colours).astype(int)
    assert np.abs(flat[:, :, 1] - flat[:, :, 0] - 40).max() <= 1
    assert flat[:, :, 0].std() < _noisy(90).std() / 2
