"""Known colours become known colours."""

import numpy as np
import pytest
from skimage import color

from panel_cam.filters.colour import (
    channel,
    false_colour,
    grey,
    hsv_range,
    hue_shift,
    invert,
    saturate,
    white_balance,
)
from panel_cam.filters.hues import from_hsv, to_hsv
from tests.filters.pictures import noise, plain, ramp, rgb

PATCHES = np.array(
    [[[255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 128, 128], [0, 0, 0]]], np.uint8
)


def test_grey_is_that_of_scikit_image() -> None:
    image = noise(20, 20, 3)
    assert np.abs(grey(image) - color.rgb2gray(image) * 255).max() <= 0.51


def test_a_channel_is_what_its_name_says() -> None:
    image = noise(20, 20, 3)
    np.testing.assert_array_equal(channel(image, name="green"), image[:, :, 1])
    assert channel(PATCHES, name="hue")[0, :3].tolist() == [0, 85, 170]
    assert channel(PATCHES, name="saturation")[0].tolist() == [255, 255, 255, 0, 0]
    np.testing.assert_array_equal(channel(ramp(), name="blue"), ramp())


def test_hues_are_those_of_scikit_image() -> None:
    image = noise(30, 30, 3)
    away = np.abs(to_hsv(image) / 255 - color.rgb2hsv(image))
    away[:, :, 0] = np.minimum(away[:, :, 0], 1 - away[:, :, 0])
    assert away.max() < 0.01
    assert np.abs(from_hsv(to_hsv(image)).astype(int) - image).max() <= 8


def test_invert_twice_is_the_image() -> None:
    image = noise(5, 5, 3)
    np.testing.assert_array_equal(invert(image), 255 - image)
    np.testing.assert_array_equal(invert(invert(image)), image)


@pytest.mark.parametrize(("hue", "patch"), [(0, 0), (360, 0), (120, 1), (240, 2)])
def test_hsv_range_keeps_one_colour(hue: float, patch: int) -> None:
    mask = hsv_range(PATCHES, hue=float(hue), show="mask")
    assert np.flatnonzero(mask).tolist() == [patch]
    kept = hsv_range(PATCHES, hue=float(hue))
    assert kept[0, patch].tolist() == PATCHES[0, patch].tolist()
    assert kept[0, 3].tolist() == [32, 32, 32]


def test_hsv_range_reaches_across_red() -> None:
    image = from_hsv(np.array([[[250, 255, 255], [5, 255, 255]]], np.uint8))
    assert hsv_range(image, hue=0.0, width=15.0, show="mask").all()
    assert hsv_range(image, hue=359.0, width=15.0, show="mask").all()


def test_hue_shift_turns_red_to_green() -> None:
    assert hue_shift(PATCHES, degrees=120.0)[0, 0].tolist() == [0, 255, 0]
    assert hue_shift(PATCHES, degrees=-120.0)[0, 0].tolist() == [0, 0, 255]
    turned = hue_shift(PATCHES, degrees=77.0)
    np.testing.assert_array_equal(turned[0, 3:], PATCHES[0, 3:])  # grey has no hue


def test_saturate_goes_from_grey_to_stronger() -> None:
    image = noise(9, 9, 3)
    assert np.ptp(saturate(image, factor=0.0), axis=2).max() == 0
    assert np.abs(saturate(image, factor=1.0).astype(int) - image).max() <= 1
    dull = np.array([[[120, 100, 100]]], np.uint8)
    assert np.ptp(saturate(dull, factor=2.0)) == 40


def test_white_balance_takes_a_tint_away() -> None:
    image = (noise(30, 30) // 2)[:, :, np.newaxis] * np.array([1.0, 0.8, 0.5])
    balanced = white_balance(image.astype(np.uint8)).mean(axis=(0, 1))
    assert np.ptp(balanced) < 1
    np.testing.assert_array_equal(
        white_balance(image.astype(np.uint8), strength=0.0), image.astype(np.uint8)
    )


def test_false_colour_goes_from_the_first_to_the_last_colour() -> None:
    coloured = false_colour(rgb(ramp()), palette="viridis")
    assert coloured[0, 0].tolist() == [0x44, 0x01, 0x54]
    assert coloured[0, -1].tolist() == [0xFD, 0xE7, 0x25]
    assert len(np.unique(coloured[0], axis=0)) > 200
    back = false_colour(ramp(), palette="viridis", reverse=True)
    np.testing.assert_array_equal(back, coloured[:, ::-1])
    assert false_colour(plain(2, 2), palette="heat").max() == 0
