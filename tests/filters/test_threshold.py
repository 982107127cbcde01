"""Thresholds split a picture where they say."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from skimage import filters

from panel_cam.filters.threshold import (
    binary,
    hysteresis,
    li,
    local_threshold,
    multi_otsu,
    otsu,
    triangle,
    yen,
)
from tests.filters.pictures import disks, plain, ramp, rgb, square

AUTOMATIC: dict[str, Callable[..., Any]] = {
    "otsu": lambda *args, **settings: otsu(*args, **settings),
    "li": lambda *args, **settings: li(*args, **settings),
    "triangle": lambda *args, **settings: triangle(*args, **settings),
    "yen": lambda *args, **settings: yen(*args, **settings),
}

every_automatic = pytest.mark.parametrize("name", AUTOMATIC)


def _two_bells() -> np.ndarray[Any, np.dtype[np.uint8]]:
    random = np.random.default_rng(1)
    dark, bright = random.normal(70, 12, 3000), random.normal(180, 15, 1000)
    return np.clip([*dark, *bright], 0, 255).reshape(50, 80).astype(np.uint8)


def test_binary_splits_at_the_level() -> None:
    mask = binary(ramp(), level=99)
    assert not mask[:, :100].any() and mask[:, 100:].all()


@every_automatic
def test_an_automatic_threshold_is_that_of_scikit_image(name: str) -> None:
    image = _two_bells()
    level = getattr(filters, f"threshold_{name}")(image)
    np.testing.assert_array_equal(AUTOMATIC[name](image), image > level)


@every_automatic
def test_an_automatic_threshold_finds_a_bright_square(name: str) -> None:
    image = square(low=40, high=200)
    np.testing.assert_array_equal(AUTOMATIC[name](rgb(image)), image == 200)
    np.testing.assert_array_equal(AUTOMATIC[name](image, inverted=True), image == 40)


@every_automatic
@pytest.mark.parametrize("level", [0, 77, 255])
def test_a_plain_picture_is_all_dark(name: str, level: int) -> None:
    assert not AUTOMATIC[name](plain(6, 8, level=level)).any()


def test_local_threshold_finds_print_under_uneven_light() -> None:
    paper = ramp(60, 200) // 2 + 60
    paper[20:40, 20:180:10] -= 60
    ink = ~local_threshold(paper, radius=15)
    assert ink[20:40, 20:180:10].all()
    assert ink.sum() < 1.5 * 20 * 16
    assert otsu(paper, inverted=True)[30, 15]  # one threshold takes shade for ink


def test_hysteresis_keeps_only_what_reaches_the_high_level() -> None:
    image = disks((30, 40, 15), (80, 110, 15))
    image[image > 0] = 130
    image[30, 40] = 250
    mask = hysteresis(image, low=0.4, high=0.9)
    assert mask[30, 45] and not mask[80, 110]
    np.testing.assert_array_equal(mask, hysteresis(image, low=0.9, high=0.4))


def test_multi_otsu_finds_three_levels() -> None:
    image = plain(10, 30)
    image[:, 10:20], image[:, 20:] = 90, 220
    image[0] += 3
    shades = multi_otsu(image, classes=3)
    assert (shades[:, :10] == 0).all() and (shades[:, 20:] == 255).all()
    assert (shades[:, 10:20] == 127).all()
    assert np.unique(multi_otsu(ramp(), classes=4)).size == 4
    assert np.unique(multi_otsu(square(), classes=4)).size == 2
