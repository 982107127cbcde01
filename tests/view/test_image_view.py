"""The Python side of the view: what it makes of an array, and the figure it shows."""

import time

import numpy as np
import panel as pn
import pytest
from bokeh.document import Document
from bokeh.models import (
    BoxZoomTool,
    PanTool,
    Plot,
    ResetTool,
    SaveTool,
    WheelZoomTool,
)

from panel_cam import ImageError, ImageView
from panel_cam.imaging import codec
from panel_cam.imaging.opacity import decode_opacity

COLOURS = np.array([[[200, 40, 40], [40, 160, 60]]], np.uint8)


def shown(view: ImageView) -> np.ndarray:
    """Return the picture that travels to the page."""
    return codec.decode(view.frame["data"])


def figures(*views: ImageView) -> list[Plot]:
    """Return the Bokeh figures of a page with these views."""
    document = Document()
    document.add_root(pn.Column(*views).get_root(document))
    return list(document.select({"type": Plot}))


def test_a_new_view_is_empty() -> None:
    assert ImageView().frame == {}


def test_an_image_can_be_given_at_once_or_assigned() -> None:
    at_once = ImageView(COLOURS, format="png")
    later = ImageView(format="png")
    later.object = COLOURS
    np.testing.assert_array_equal(shown(at_once), COLOURS)
    np.testing.assert_array_equal(shown(later), COLOURS)


@pytest.mark.parametrize(
    ("image", "grey"),
    [
        (np.array([[0, 128, 255]], np.uint8), [0, 128, 255]),
        (np.array([[False, True]]), [0, 255]),
        (np.array([[0.0, 0.5, 1.0]]), [0, 128, 255]),
        (np.array([[-10.0, 0.0, 10.0]], np.float32), [0, 128, 255]),
        (np.array([[0, 65535]], np.uint16), [0, 255]),
        (np.array([[-5, 0, 5]], np.int64), [0, 128, 255]),
        (np.array([[7.0, 7.0]]), [0, 0]),
        (np.array([[[0], [255]]], np.uint8), [0, 255]),
        (np.array([[0, 1]], ">i2"), [0, 255]),
        (np.array([[0, 1]], np.float16), [0, 255]),
    ],
)
def test_any_number_becomes_a_grey_level_of_its_own_range(image, grey) -> None:
    view = ImageView(image, format="png")
    np.testing.assert_array_equal(shown(view)[0, :, 0], grey)


def test_nan_makes_a_picture_that_can_be_transparent() -> None:
    view = ImageView(np.array([[np.nan, 0.5]]))  # jpeg by default, which cannot
    assert codec.format_of(view.frame["data"]) == "jpeg"
    assert decode_opacity(view.frame["opacity"], (1, 2)).tolist() == [[0, 255]]
    view.object = np.array([[0.5, 0.5]])
    assert "opacity" not in view.frame


def test_the_image_itself_is_not_changed() -> None:
    image = np.array([[np.nan, -3.0], [np.inf, 5.0]])
    before = image.copy()
    ImageView(image, mirror=True)
    np.testing.assert_array_equal(image, before)


def test_mirror_changes_the_view_and_not_the_data() -> None:
    plain, mirrored = (
        ImageView(COLOURS, format="png", mirror=on) for on in (False, True)
    )
    np.testing.assert_array_equal(shown(plain), shown(mirrored))


def test_every_assignment_is_another_frame_even_of_an_equal_image() -> None:
    view = ImageView(format="png")
    frames = []
    view.param.watch(lambda event: frames.append(event.new), "frame")
    for _ in range(3):
        view.object = COLOURS.copy()
    assert [frame["seq"] for frame in frames] == [1, 2, 3]


def test_an_image_changed_in_place_is_shown_when_it_is_assigned_again() -> None:
    image = np.zeros((2, 2), np.uint8)
    view = ImageView(image, format="png")
    image[:] = 200
    view.object = image
    assert shown(view)[0, 0, 0] == 200


def test_an_image_changed_in_place_is_shown_when_it_is_triggered() -> None:
    image = np.zeros((2, 2), np.uint8)
    view = ImageView(image, format="png")
    image[:] = 200
    view.param.trigger("object")
    assert shown(view)[0, 0, 0] == 200


def test_a_frame_says_when_it_was_made() -> None:
    before = time.time()
    view = ImageView(COLOURS)
    assert before <= view.frame["captured_at"] <= time.time()


def test_a_picture_follows_a_new_format_and_quality() -> None:
    view = ImageView(np.random.default_rng(1).random((40, 40)), format="png")
    assert codec.format_of(view.frame["data"]) == "png"
    view.format = "webp"
    view.object = view.object
    assert codec.format_of(view.frame["data"]) == "webp"
    large = len(view.frame["data"])
    view.quality = 0.1
    view.object = view.object
    assert len(view.frame["data"]) < large


@pytest.mark.parametrize(
    "rubbish",
    ["text", 3, [1, 2], np.zeros(3), np.zeros((2, 2, 5)), np.array("a")],
)
def test_what_is_no_image_is_refused_with_shape_and_dtype(rubbish) -> None:
    view = ImageView(COLOURS)
    frame = view.frame
    with pytest.raises(ImageError, match=r"\(M, N\).*got") as caught:
        view.object = rubbish
    if isinstance(rubbish, np.ndarray) and rubbish.size:
        assert str(rubbish.shape) in str(caught.value)
        assert str(rubbish.dtype) in str(caught.value)
    assert view.frame is frame


def test_a_refused_image_does_not_end_the_stream() -> None:
    view = ImageView(format="png")
    with pytest.raises(ImageError):
        view.object = "text"
    view.object = COLOURS
    np.testing.assert_array_equal(shown(view), COLOURS)


# ---- the figure


def test_the_figure_has_the_tools_to_look_closely() -> None:
    (figure,) = figures(ImageView())
    kinds = {type(tool) for tool in figure.toolbar.tools}
    assert kinds >= {PanTool, WheelZoomTool, BoxZoomTool, ResetTool, SaveTool}


def test_every_place_that_shows_a_view_has_a_figure_of_its_own() -> None:
    view = ImageView(COLOURS)
    one, other = figures(view, ImageView(COLOURS))
    assert one is not other
    assert len({figure.id for figure in [*figures(view), *figures(view)]}) == 2


def test_it_fills_the_width_unless_told_otherwise() -> None:
    assert ImageView().sizing_mode == "stretch_width"
    assert ImageView(width=300).sizing_mode is None
    assert ImageView(sizing_mode="fixed", width=300, height=200).sizing_mode == "fixed"
    assert ImageView(sizing_mode="stretch_both").sizing_mode == "stretch_both"


def test_a_view_is_a_pane_that_binds() -> None:
    image = pn.rx(COLOURS)
    view = ImageView(image, format="png")
    np.testing.assert_array_equal(shown(view), COLOURS)
    image.rx.value = np.zeros((4, 4), np.uint8)
    assert shown(view).shape == (4, 4, 3)
