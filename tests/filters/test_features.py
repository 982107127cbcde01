"""What is found is what was drawn."""

from typing import Any

import numpy as np
import pytest
from skimage.measure import find_contours

from panel_cam.filters.drawing import LIME, ORANGE
from panel_cam.filters.features import blobs, circles, contours, corners, lines
from tests.filters.pictures import disks, noise, plain, ramp, rgb, square


def _marked(image: Any, colour: tuple[int, int, int]) -> Any:
    return (image == np.array(colour)).all(axis=2)


@pytest.mark.parametrize("method", ["harris", "shi_tomasi", "fast"])
def test_a_square_has_four_corners(method: Any) -> None:
    result = corners(square(), method=method)
    assert result.values == {"corners": 4}
    marks = _marked(result.image, LIME)
    for row in (10, 29):
        for column in (10, 29):
            assert marks[row - 2 : row + 3, column - 2 : column + 3].any()
    assert not marks[16:24].any()


def test_corners_are_as_many_as_asked_for_and_apart() -> None:
    image = noise(80, 80)
    assert corners(image, count=7, quality=0.01).values == {"corners": 7}
    few = corners(image, count=500, distance=30, quality=0.01).values["corners"]
    assert few <= 9
    assert corners(plain(30, 30)).values == {"corners": 0}


def test_blobs_are_counted_and_measured() -> None:
    image = disks((30, 40, 10), (80, 40, 10), (60, 110, 10))
    result = blobs(image, smallest=6, largest=16)
    assert result.values["blobs"] == 3
    assert 6 < result.values["mean_radius"] < 14
    dark = blobs(255 - image, smallest=6, largest=16)
    assert dark.values["blobs"] == 3
    assert blobs(image, count=2, smallest=6, largest=16).values["blobs"] == 2
    assert blobs(image, smallest=16, largest=6).values == result.values


def test_blobs_are_found_in_a_large_picture_where_they_are() -> None:
    image = disks((150, 200, 20), shape=(300, 700))
    result = blobs(image, smallest=15, largest=25)
    rows, columns = np.nonzero(_marked(result.image, LIME))
    assert result.values["blobs"] == 1
    assert abs(rows.mean() - 150) < 4 and abs(columns.mean() - 200) < 4


def test_a_contour_runs_where_brightness_has_the_level() -> None:
    result = contours(ramp(20, 256), level=0.5, sigma=0.0)
    _, columns = np.nonzero(_marked(result.image, ORANGE))
    assert set(columns) <= {127, 128}
    assert result.values["contours"] == 1
    assert result.values["length"] == pytest.approx(19)


def test_the_length_is_that_of_all_contours() -> None:
    image = disks((40, 40, 20), (80, 120, 15))
    found = find_contours(image / 255, 0.5)
    length = sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in found)
    result = contours(image, sigma=0.0)
    assert result.values["contours"] == 2
    assert result.values["length"] == pytest.approx(length, rel=1e-4)


def test_a_straight_edge_is_a_line() -> None:
    image = plain(80, 100, 3)
    image[40:] = 200
    result = lines(image)
    assert result.values["lines"] >= 1
    rows, columns = np.nonzero(_marked(result.image, LIME))
    assert np.ptp(rows) <= 2 and abs(rows[0] - 40) <= 2
    assert np.ptp(columns) >= 60
    assert lines(plain(80, 100)).values == {"lines": 0}


def test_circles_are_found_with_their_radii() -> None:
    image = disks((50, 50, 30), (80, 120, 20))
    result = circles(image, smallest=14, largest=36)
    assert result.values["circles"] == 2
    marks = _marked(result.image, LIME)
    for row, column, radius in ((50, 50, 30), (80, 120, 20)):
        near = marks[row - 2 : row + 3, column + radius - 3 : column + radius + 4]
        assert near.any()
    assert circles(rgb(square(80, 60)), roundness=0.9).values == {"circles": 0}


def test_what_is_found_comes_as_shapes_too() -> None:
    (points,) = corners(square()).shapes
    assert sorted(map(tuple, np.rint(points.points / 19).astype(int))) == [
        (1, 1),
        (1, 2),
        (2, 1),
        (2, 2),
    ]
    result = blobs(disks((30, 40, 10), (80, 110, 10)), smallest=6, largest=16)
    (spots,) = result.shapes
    np.testing.assert_allclose(
        sorted(map(tuple, spots.points)), [(30, 40), (80, 110)], atol=3
    )
    np.testing.assert_array_equal(spots.fields["radius"], result.table["radius"])
    (found,) = contours(disks((40, 40, 20)), sigma=0.0).shapes
    away = np.hypot(*(found.contours[0] - 40).T)
    assert abs(away - 20).max() < 2
    image = plain(80, 100, 3)
    image[40:] = 200
    (straight,) = lines(image).shapes
    assert len(straight) and abs(straight.lines[:, :, 0] - 40).max() <= 2
    (centres,) = circles(disks((50, 50, 30)), smallest=20, largest=36).shapes
    np.testing.assert_allclose(centres.points[0], (50, 50), atol=3)
