"""What becomes an array, and what is left as it is; more in `test_any_return.py`."""

from typing import Any

import numpy as np
import PIL.Image
import pytest

from panel_cam.imaging.arrays import as_array

GREY = np.arange(12, dtype=np.uint8).reshape(3, 4)


@pytest.mark.parametrize(
    "value", [GREY, np.ma.masked_array(GREY, GREY > 3), GREY[:, ::-1]]
)
def test_an_array_is_returned_itself(value: Any) -> None:
    assert as_array(value) is value


@pytest.mark.parametrize(
    "value",
    [
        None,
        "text",
        b"12",
        bytearray(2),
        {},
        (GREY, GREY),
        object(),
        int,
        np,
        3,
        np.float64(3),
    ],
)
def test_what_is_none_is_returned_as_it_is(value: Any) -> None:
    assert as_array(value) is value


@pytest.mark.parametrize(
    "value", [["a"], [[1], [1, 2]], [None], [GREY, "text"], [1, 2]]
)
def test_a_list_that_holds_no_numbers_stays_a_list(value: Any) -> None:
    assert as_array(value) is value


@pytest.mark.parametrize("mode", ["1", "L", "I", "I;16", "F", "RGB", "RGBA"])
def test_plain_modes_of_pillow_keep_their_numbers(mode: str) -> None:
    picture = PIL.Image.new(
        mode, (4, 3), 1 if len(mode) < 3 or mode == "I;16" else None
    )
    np.testing.assert_array_equal(as_array(picture), np.asarray(picture))


@pytest.mark.parametrize("mode", ["P", "PA", "LA", "La", "CMYK", "YCbCr", "LAB", "HSV"])
def test_other_modes_of_pillow_become_colours(mode: str) -> None:
    picture = PIL.Image.new(mode, (4, 3))
    channels = 4 if mode in ("PA", "LA", "La") else 3
    assert as_array(picture).shape == (3, 4, channels)


def test_a_palette_with_a_transparent_colour_keeps_that() -> None:
    picture = PIL.Image.fromarray(GREY)
    picture.info["transparency"] = 5
    assert (as_array(picture)[:, :, 3] == np.where(GREY == 5, 0, 255)).all()


def test_memory_is_shared_where_it_can_be() -> None:
    assert np.shares_memory(as_array(memoryview(GREY)), GREY)
