"""Any array that is an image becomes the uint8 a viewer shows."""

from typing import Any

import numpy as np
import pytest

from panel_cam.errors import ImageError
from panel_cam.imaging.pixels import TOLERANCE, describe, to_uint8

INTEGERS = ["int8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]
FLOATS = ["float16", "float32", "float64", "longdouble"]
SHAPES = [(4, 5), (4, 5, 1), (4, 5, 3), (4, 5, 4)]


def _grey(*values: float, dtype: Any = float) -> Any:
    return np.array([values], dtype)


@pytest.mark.parametrize("dtype", ["bool", "uint8", *INTEGERS, *FLOATS, ">i4", ">f8"])
@pytest.mark.parametrize("shape", SHAPES)
def test_every_dtype_and_shape_becomes_uint8(dtype: str, shape: Any) -> None:
    image = np.random.default_rng(0).integers(0, 100, shape).astype(dtype)
    before = image.copy()
    output = to_uint8(image)
    assert output.dtype == np.uint8
    assert output.shape == (shape[:2] if shape[2:] == (1,) else shape)
    assert np.array_equal(image, before)


@pytest.mark.parametrize("shape", SHAPES)
def test_uint8_is_taken_as_it_is_and_not_copied(shape: Any) -> None:
    image = np.random.default_rng(0).integers(10, 20, shape, np.uint8)
    assert np.shares_memory(to_uint8(image), image)
    assert np.array_equal(to_uint8(image), image.reshape(to_uint8(image).shape))


def test_to_uint8_done_twice_is_to_uint8_done_once() -> None:
    once = to_uint8(np.random.default_rng(0).normal(size=(9, 9)))
    assert np.array_equal(to_uint8(once), once)


def test_bool_becomes_black_and_white() -> None:
    assert to_uint8(_grey(False, True, dtype=bool)).tolist() == [[0, 255]]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_the_whole_range_of_an_integer_is_spread_over_0_to_255(dtype: str) -> None:
    info = np.iinfo(dtype)
    output = to_uint8(_grey(info.min, info.max, dtype=dtype))
    assert output.tolist() == [[0, 255]]


def test_integers_are_spread_over_the_range_they_use() -> None:
    assert to_uint8(_grey(1000, 1100, 1200, dtype=int)).tolist() == [[0, 128, 255]]


def test_small_differences_of_large_integers_survive() -> None:
    image = _grey(2**31 - 3, 2**31 - 2, 2**31 - 1, dtype=np.int32)
    assert to_uint8(image).tolist() == [[0, 128, 255]]


@pytest.mark.parametrize("dtype", FLOATS)
def test_floats_within_0_to_1_are_taken_as_0_to_1(dtype: str) -> None:
    assert to_uint8(_grey(0.25, 0.5, dtype=dtype)).tolist() == [[64, 128]]


@pytest.mark.parametrize("level", range(256))
def test_a_grey_level_divided_by_255_comes_back(level: int) -> None:
    for dtype in (np.float32, np.float64):
        assert to_uint8(_grey(level / 255, dtype=dtype)).tolist() == [[level]]


@pytest.mark.parametrize("overshoot", [-1e-12, -TOLERANCE, 1 + 1e-7, 1 + TOLERANCE])
def test_a_rounding_error_outside_0_to_1_does_not_change_the_scale(
    overshoot: float,
) -> None:
    assert to_uint8(_grey(0.5, overshoot))[0, 0] == 128


@pytest.mark.parametrize("dtype", FLOATS)
def test_other_floats_are_spread_over_the_range_they_use(dtype: str) -> None:
    assert to_uint8(_grey(-2, 0, 2, dtype=dtype)).tolist() == [[0, 128, 255]]


def test_colour_channels_share_one_range() -> None:
    image = np.array([[[0.0, 50.0, 100.0]]])
    assert to_uint8(image).tolist() == [[[0, 128, 255]]]


@pytest.mark.parametrize("value", [-7, 0, 7, 300, 2**40])
def test_equal_integers_are_black(value: int) -> None:
    assert not to_uint8(np.full((3, 3), value)).any()


@pytest.mark.parametrize("value", [-7.0, 7.0, 1e308, -1e-300 - 1, 5e-324 + 2])
def test_equal_floats_outside_0_to_1_are_black(value: float) -> None:
    assert not to_uint8(np.full((3, 3), value)).any()


def test_equal_floats_within_0_to_1_keep_their_brightness() -> None:
    assert (to_uint8(np.full((3, 3), 0.5)) == 128).all()


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ((-1.7e308, 0, 1.7e308), np.float64),
        ((-3.4e38, 0, 3.4e38), np.float32),
        ((-65504, 0, 65504), np.float16),
        ((2, 2 + 5e-16, 2 + 9e-16), np.float64),
        ((2, 2 + 2e-7, 2 + 5e-7), np.float32),
        ((-1e30, 0, 1e30), np.float32),
    ],
)
def test_any_range_of_floats_is_spread_without_a_warning(
    values: Any, dtype: Any
) -> None:
    first, middle, last = to_uint8(_grey(*values, dtype=dtype))[0]
    assert (first, last) == (0, 255)
    assert 100 < middle < 160


def test_infinities_are_clipped_to_the_range_of_the_others() -> None:
    image = _grey(-np.inf, 10, 20, np.inf)
    assert to_uint8(image).tolist() == [[0, 0, 255, 255]]


def test_infinities_alone_are_black_and_white() -> None:
    assert to_uint8(_grey(-np.inf, np.inf)).tolist() == [[0, 255]]


def test_nan_is_transparent_and_the_rest_opaque() -> None:
    output = to_uint8(_grey(np.nan, 0.0, 1.0))
    assert output.tolist() == [[[0, 0, 0, 0], [0, 0, 0, 255], [255, 255, 255, 255]]]


def test_nan_does_not_change_the_scale_of_the_others() -> None:
    image = np.array([[3.0, 4.0, 9.0], [3.0, 4.0, 9.0]])
    with_nan = image.copy()
    with_nan[1] = np.nan
    assert np.array_equal(to_uint8(with_nan)[0, :, 0], to_uint8(image)[0])


def test_a_pixel_with_nan_in_one_channel_is_transparent() -> None:
    image = np.zeros((1, 2, 3))
    image[0, 0, 1] = np.nan
    assert to_uint8(image)[:, :, 3].tolist() == [[0, 255]]


def test_nan_everywhere_is_an_empty_picture() -> None:
    assert not to_uint8(np.full((3, 3), np.nan)).any()


def test_nan_in_alpha_is_transparent() -> None:
    image = np.ones((1, 1, 4))
    image[0, 0, 3] = np.nan
    assert to_uint8(image)[0, 0, 3] == 0


def test_alpha_of_floats_is_0_to_1_whatever_the_colours_are() -> None:
    image = np.array([[[10.0, 20.0, 30.0, 0.5], [10.0, 20.0, 30.0, 1.0]]])
    assert to_uint8(image).tolist() == [[[0, 128, 255, 128], [0, 128, 255, 255]]]


@pytest.mark.parametrize(("opaque", "dtype"), [(255, np.int64), (65535, np.uint16)])
def test_alpha_of_integers_is_opaque_at_its_largest(opaque: int, dtype: Any) -> None:
    image = np.array([[[0, 1, 2, 0], [0, 1, 2, opaque]]], dtype)
    assert to_uint8(image)[:, :, 3].tolist() == [[0, 255]]


@pytest.mark.parametrize(
    ("value", "got"),
    [
        (None, "None"),
        (5, "a int"),
        ([["a", "b"]], "a list"),
        (b"bytes", "a bytes"),
        (np.float64(1), "a numpy.float64"),
        (np.zeros(3), "shape (3,)"),
        (np.zeros((2, 2, 5)), "shape (2, 2, 5)"),
        (np.zeros((2, 2, 3, 1)), "shape (2, 2, 3, 1)"),
        (np.zeros((2, 2), object), "dtype object"),
        (np.zeros((2, 2), "U3"), "dtype <U3"),
        (np.zeros((2, 2), "datetime64[s]"), "dtype datetime64[s]"),
    ],
    ids=lambda value: "" if isinstance(value, str) else None,
)
def test_what_is_no_image_is_refused_with_what_was_expected(
    value: object, got: str
) -> None:
    with pytest.raises(ImageError) as caught:
        to_uint8(value)
    assert "(M, N, 3)" in str(caught.value)
    assert got in str(caught.value)


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (0, 0, 3), (0, 5, 1)])
def test_an_image_without_pixels_is_refused(shape: Any) -> None:
    with pytest.raises(ImageError, match="at least one pixel"):
        to_uint8(np.zeros(shape))


def test_a_description_shows_no_content() -> None:
    assert "secret" not in describe("secret" * 1000)
    assert "7" not in describe(np.full((2, 2), 7, object))


def test_what_becomes_an_array_is_asked_once() -> None:
    """For a tensor on a GPU, each time is a copy."""
    asked = []

    class Tensor:
        def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray:
            asked.append(1)
            return np.array([[0.0, np.nan, 1.0]])

    assert to_uint8(Tensor()).shape == (1, 3, 4)
    assert asked == [1]
