"""Brightness is spread as promised, and colours keep their hue."""

import numpy as np
import pytest
from skimage import exposure

from panel_cam.filters.colour import channel
from panel_cam.filters.contrast import (
    adaptive_equalise,
    equalise,
    gamma,
    posterise,
    sigmoid,
    stretch,
)
from tests.filters.pictures import noise, plain, ramp, rgb


def _dull() -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return (100 + noise(64, 64) // 8).astype(np.uint8)


def test_equalise_is_that_of_scikit_image() -> None:
    expected = exposure.equalize_hist(_dull(), nbins=256) * 255
    assert np.abs(equalise(_dull()) - expected).max() <= 0.51


def test_adaptive_equalise_is_that_of_scikit_image() -> None:
    image = noise(64, 64)
    expected = exposure.equalize_adapthist(image, 8, clip_limit=0.01) * 255
    assert np.abs(adaptive_equalise(image, tiles=8) - expected).max() <= 0.51
    tiny = noise(5, 5)
    np.testing.assert_array_equal(adaptive_equalise(tiny), tiny)


@pytest.mark.parametrize("function", [equalise, adaptive_equalise, stretch])
def test_hue_stays(function: object) -> None:
    assert callable(function)
    image = np.stack([_dull(), _dull() // 2, _dull() // 4], axis=2)
    spread = function(image)
    hues = channel(spread, name="hue").astype(int)
    away = np.abs(hues - channel(image, name="hue"))
    assert away[spread[:, :, 0] > 100].max() <= 2  # near black, rounding decides


def test_gamma_leaves_black_and_white() -> None:
    image = ramp()
    lighter = gamma(image, exponent=0.5)
    assert lighter[0, 0] == 0 and lighter[0, -1] == 255
    assert (lighter >= image).all() and lighter[0, 64] == 128
    assert (gamma(image, exponent=2.0) <= image).all()
    np.testing.assert_array_equal(gamma(image, exponent=1.0), image)


def test_stretch_uses_all_levels() -> None:
    stretched = stretch(_dull(), cut=0.0)
    assert stretched.min() == 0 and stretched.max() == 255
    assert np.ptp(stretch(rgb(_dull()), cut=0.0), axis=2).max() == 0
    cut = stretch(ramp(), cut=10.0)
    assert abs(np.mean(cut == 0) - 0.1) < 0.02
    assert abs(np.mean(cut == 255) - 0.1) < 0.02
    even = plain(4, 4, level=90)
    np.testing.assert_array_equal(stretch(even), even)


def test_sigmoid_is_that_of_scikit_image() -> None:
    image = ramp()
    expected = exposure.adjust_sigmoid(image / 255, cutoff=0.4, gain=10)
    shown = sigmoid(image, cutoff=0.4, gain=10.0)
    assert np.abs(shown - expected * 255).max() <= 0.51


@pytest.mark.parametrize("levels", [2, 3, 16])
def test_posterise_leaves_so_many_levels(levels: int) -> None:
    left = np.unique(posterise(ramp(), levels=levels))
    assert len(left) == levels
    assert left[0] == 0 and left[-1] == 255
