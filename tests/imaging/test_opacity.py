"""The file that says where a picture is transparent: exact, and mostly small."""

import io

import numpy as np
import PIL.Image
import pytest

from panel_cam.imaging.opacity import decode_opacity, encode_opacity

RANDOM = np.random.default_rng(5)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (7, 8), (33, 47)])
@pytest.mark.parametrize("levels", [[0, 255], [255], [0], list(range(256))])
def test_it_is_exact_at_any_size(shape: tuple[int, int], levels: list[int]) -> None:
    opacity = RANDOM.choice(levels, shape).astype(np.uint8)
    np.testing.assert_array_equal(decode_opacity(encode_opacity(opacity)), opacity)


def test_it_is_a_png_that_any_reader_takes() -> None:
    data = encode_opacity(np.array([[0, 255, 255]], np.uint8))
    with PIL.Image.open(io.BytesIO(data)) as picture:
        picture.verify()
        assert (picture.format, picture.size) == ("PNG", (3, 1))


def test_whole_rows_of_a_camera_picture_are_next_to_nothing() -> None:
    opacity = np.full((480, 640), 255, np.uint8)
    opacity[:100] = 0
    assert len(encode_opacity(opacity)) < 1000
    scattered = RANDOM.choice([0, 255], (480, 640)).astype(np.uint8)
    assert len(encode_opacity(scattered)) < 480 * 640 / 8 + 2000
