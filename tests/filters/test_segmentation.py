"""Regions follow what was drawn."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from panel_cam.filters.drawing import ORANGE
from panel_cam.filters.segmentation import felzenszwalb, flood, slic, watershed
from tests.filters.pictures import plain, ramp, rgb, scene, square

DIVIDERS: dict[str, Callable[..., Any]] = {
    "slic": lambda image, **settings: slic(image, segments=16, **settings),
    "felzenszwalb": lambda image, **settings: felzenszwalb(image, **settings),
    "watershed": lambda image, **settings: watershed(image, seeds=16, **settings),
}

every_divider = pytest.mark.parametrize("name", DIVIDERS)


def _halves(rows: int = 60, columns: int = 80) -> Any:
    image = plain(rows, columns, 3)
    image[:, : columns // 2] = (200, 30, 30)
    image[:, columns // 2 :] = (30, 30, 200)
    return image


@every_divider
def test_each_region_is_painted_in_its_mean_colour(name: str) -> None:
    result = DIVIDERS[name](_halves(), show="colours")
    assert result.image.shape == (60, 80, 3)
    assert result.values["regions"] >= 2
    away = np.abs(result.image.astype(int) - _halves())
    assert np.mean(away.max(axis=2) > 20) < 0.05


@every_divider
def test_borders_run_between_the_regions(name: str) -> None:
    image = _halves()
    result = DIVIDERS[name](image, show="borders")
    is_border = (result.image == np.array(ORANGE)).all(axis=2)
    assert is_border[:, 37:44].any(axis=1).all()
    assert (result.image == image)[~is_border].all()


@every_divider
def test_each_region_is_a_label_in_a_colour_of_its_own(name: str) -> None:
    result = DIVIDERS[name](_halves())
    regions = int(result.values["regions"])
    assert sorted(np.unique(result.labels)) == [*range(1, regions + 1)]
    assert result.labels[30, 10] != result.labels[30, 70]
    np.testing.assert_array_equal(result.image, _halves())
    picture = result.to_picture()
    colours = np.unique(picture.reshape(-1, 3), axis=0)
    assert len(colours) >= regions


@every_divider
@pytest.mark.parametrize("show", ["labels", "colours", "borders"])
def test_a_large_picture_keeps_its_size(name: str, show: str) -> None:
    for image in (_halves(301, 433), ramp(301, 433)):
        result = DIVIDERS[name](image, show=show)
        assert result.to_picture().shape == (301, 433, 3)


def test_a_higher_scale_makes_fewer_regions() -> None:
    image = scene()
    many, few = (
        felzenszwalb(image, scale=scale).values["regions"] for scale in (10.0, 1000.0)
    )
    assert 1 < few < many
    assert felzenszwalb(plain(60, 80)).values == {"regions": 1}


def test_more_seeds_make_more_regions() -> None:
    few, many = (
        watershed(_halves(), seeds=seeds).values["regions"] for seeds in (4, 100)
    )
    assert few < 10 < many
    few, many = (slic(_halves(), segments=n).values["regions"] for n in (4, 100))
    assert few < 10 < many


def test_flood_paints_the_square_that_it_starts_in() -> None:
    image = rgb(square())
    result = flood(image, x=0.5, y=0.5)
    assert result.values == {"area": 0.25}
    assert (result.image[20, 20] != image[20, 20]).any()
    np.testing.assert_array_equal(result.image[:10], image[:10])
    assert flood(image, x=0.0, y=1.0).values == {"area": 0.75}
    assert flood(image, tolerance=255).values == {"area": 1.0}
