"""Numbers of a known picture are known numbers."""

import numpy as np
import pytest

from panel_cam.filters.analysis import (
    count_objects,
    dominant_colours,
    focus,
    histogram,
    measure_regions,
)
from panel_cam.filters.blur import gaussian
from panel_cam.filters.drawing import ORANGE
from tests.filters.pictures import disks, noise, plain, rgb, square

THREE = disks((30, 40, 10), (80, 40, 15), (60, 110, 20))


def test_objects_are_counted() -> None:
    result = count_objects(rgb(THREE))
    areas = np.count_nonzero(THREE)
    assert result.values["objects"] == 3
    assert result.values["mean_area"] == pytest.approx(areas / 3)
    assert result.values["covered"] == pytest.approx(areas / THREE.size)
    assert count_objects(255 - THREE, dark=True).values == result.values


def test_each_object_has_a_colour() -> None:
    image = count_objects(THREE).image
    assert not image[THREE == 0].any()
    assert len({tuple(image[place]) for place in ((30, 40), (80, 40), (60, 110))}) == 3


def test_specks_do_not_count() -> None:
    image = THREE.copy()
    image[5, 5] = 255
    assert count_objects(image, smallest=50).values["objects"] == 3
    assert count_objects(image, smallest=1).values["objects"] == 4


def test_the_largest_region_is_measured() -> None:
    image = THREE.copy()
    image[5:15, 60:150] = 255
    values = measure_regions(image).values
    assert values["regions"] == 4
    assert values["area"] == pytest.approx(np.pi * 20**2, rel=0.02)
    assert (values["row"], values["column"]) == (60, 110)
    assert values["length"] == pytest.approx(40, abs=1)
    assert values["width"] == pytest.approx(40, abs=1)


@pytest.mark.parametrize("upright", [False, True])
def test_a_bar_has_a_direction(upright: bool) -> None:
    image = plain(100, 100)
    image[45:55, 10:90] = 255
    result = measure_regions(image.T.copy() if upright else image)
    assert result.values["angle"] == pytest.approx(90 if upright else 0, abs=0.1)
    assert result.values["length"] > 7 * result.values["width"]
    line = (result.image == np.array(ORANGE)).all(axis=2)
    assert np.ptp(np.nonzero(line)[0 if upright else 1]) > 80


def test_only_so_many_regions_are_measured() -> None:
    assert measure_regions(THREE, count=2).values["regions"] == 2
    assert measure_regions(plain(9, 9)).values == {"regions": 0}


def test_dominant_colours_come_with_their_shares() -> None:
    image = plain(60, 80, 3)
    image[:, :48] = (200, 40, 40)
    image[:, 48:] = (40, 40, 220)
    result = dominant_colours(image, count=2)
    values = [round(result.values[f"{name}_1"]) for name in ("red", "green", "blue")]
    assert values == [200, 40, 40]
    assert result.values["share_1"] == pytest.approx(0.6)
    assert result.values["share_2"] == pytest.approx(0.4)
    assert result.image[-1, 0].tolist() == [200, 40, 40]
    assert result.image[-1, -1].tolist() == [40, 40, 220]
    np.testing.assert_array_equal(result.image[:50], image[:50])


def test_a_blurred_picture_is_less_sharp() -> None:
    image = noise(60, 60)
    sharp, soft = (focus(x).values["sharpness"] for x in (image, gaussian(image)))
    assert sharp > 10 * soft
    assert focus(plain(9, 9)).values == {"sharpness": 0}


def test_focus_marks_what_is_sharp() -> None:
    marked = (focus(square()).image == np.array(ORANGE)).all(axis=2)
    assert marked[10, 20] and not marked[20, 20] and not marked[2, 2]


def test_a_histogram_measures_the_exposure() -> None:
    image = plain(64, 256, level=100)
    image[:16] = 0
    image[16:32] = 255
    result = histogram(image)
    assert result.values["black"] == result.values["white"] == 0.25
    assert result.values["mean"] == pytest.approx(image.mean())
    assert result.values["deviation"] == pytest.approx(image.std())
    column = result.image[:, 100, 0] > 100
    assert column.all()  # the most frequent level reaches the top
    assert not (result.image[:, 50, 0] > 100).any()


def test_what_is_measured_comes_as_boxes_and_as_a_table() -> None:
    result = measure_regions(THREE)
    (boxes,) = result.shapes
    assert len(boxes) == result.values["regions"] == len(result.table["area"])
    assert result.table["area"][0] == result.values["area"]
    np.testing.assert_array_equal(boxes.fields["area"], result.table["area"])
    for box, row in zip(boxes.boxes, result.table["row"], strict=True):
        assert box[0] < row < box[2]
    counted = count_objects(THREE)
    assert counted.table["area"].mean() == counted.values["mean_area"]
