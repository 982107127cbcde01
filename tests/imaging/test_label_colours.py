"""Labels' colours: the same for a number in every frame, and told apart."""

import numpy as np

from panel_cam.imaging.label_colours import COUNT, colour_labels, paint_labels


def test_a_number_has_the_same_colour_whatever_is_beside_it() -> None:
    alone, among = (colour_labels(np.array([row])) for row in ([7, 7, 7], [0, 7, 900]))
    np.testing.assert_array_equal(alone[0, 1], among[0, 1])


def test_all_colours_differ_and_begin_again_after_the_last() -> None:
    painted = colour_labels(np.arange(1, COUNT + 3)[np.newaxis])[0]
    assert len(np.unique(painted[:COUNT], axis=0)) == COUNT
    np.testing.assert_array_equal(painted[COUNT:], painted[:2])


def test_none_of_the_first_is_hard_to_see() -> None:
    colours = colour_labels(np.arange(1, 13)[np.newaxis])[0, :, :3].astype(int)
    apart = np.abs(colours[:, np.newaxis] - colours).max(axis=2)
    assert apart[~np.eye(12, dtype=bool)].min() > 40
    assert colours.max(axis=1).min() > 150  # beside black


def test_a_transparent_image_stays_so_under_its_labels() -> None:
    image = np.array([[np.nan, 0.5, np.nan]])
    painted = paint_labels(image, np.array([[1, 1, 0]]))
    assert painted[0, :, 3].tolist() == [0, 255, 0]
    assert painted.dtype == np.uint8


def test_the_image_is_left_as_it_is() -> None:
    image = np.full((2, 2, 3), 9, np.uint8)
    paint_labels(image, np.array([[1, 0], [0, 2]]))
    assert (image == 9).all()
