"""What says where a picture is transparent: exact, and small where it can be."""

import numpy as np
import pytest

from panel_cam.imaging.opacity import decode_opacity, encode_opacity

RANDOM = np.random.default_rng(5)


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (7, 8), (33, 47)])
@pytest.mark.parametrize("levels", [[0, 255], [255], [0], list(range(256))])
def test_it_is_exact_at_any_size(shape: tuple[int, int], levels: list[int]) -> None:
    opacity = RANDOM.choice(levels, shape).astype(np.uint8)
    np.testing.assert_array_equal(
        decode_opacity(encode_opacity(opacity), shape), opacity
    )


def test_the_layout_in_memory_does_not_matter() -> None:
    opacity = RANDOM.integers(0, 256, (20, 30)).astype(np.uint8)
    for view in (opacity[::2, ::-1], opacity.T):
        np.testing.assert_array_equal(
            decode_opacity(encode_opacity(view), view.shape), view
        )


def test_whole_rows_of_a_camera_picture_are_next_to_nothing() -> None:
    opacity = np.full((480, 640), 255, np.uint8)
    opacity[:100] = 0
    assert len(encode_opacity(opacity)) < 1000
    scattered = RANDOM.choice([0, 255], (480, 640)).astype(np.uint8)
    assert len(encode_opacity(scattered)) < 480 * 640 / 8 + 100
