"""Roberts' cross: the recipe's own filter, which has to be exactly the recipe's."""

import numpy as np
import numpy.typing as npt
import pytest
import skimage.filters

from panel_cam.filters.edges import roberts

UINT8 = npt.NDArray[np.uint8]


def _noise(*shape: int, seed: int = 0) -> UINT8:
    return np.random.default_rng(seed).integers(0, 256, shape, np.uint8)


def _recipe(channel: UINT8) -> UINT8:
    edges = skimage.filters.roberts(channel / 255.0)
    return (255 - edges * 255).astype(np.uint8)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("contrast", [1, 8, 64, 256])
def test_roberts_is_scikit_images_within_one_grey_level(
    seed: int, contrast: int
) -> None:
    shape = np.random.default_rng(seed).integers(1, 60, 2)
    channel = _noise(*shape, seed=seed) % np.uint16(contrast)
    difference = roberts(channel.astype(np.uint8)).astype(int) - _recipe(channel)
    assert difference.min() >= 0  # scikit-image's rounding errors only take away
    assert difference.max() <= 1


def test_roberts_is_right_for_every_pair_of_differences() -> None:
    falling, rising = np.indices((256, 256))
    # Pictures of 2 x 2: the first pixel of each is the answer for its two differences.
    corner = np.zeros((256, 256, 2, 2), np.uint8)
    corner[..., 1, 1] = falling
    corner[..., 1, 0] = rising
    expected = np.floor(255 - np.sqrt((falling**2 + rising**2) / 2))
    answers = np.array([[roberts(image)[0, 0] for image in row] for row in corner[::5]])
    assert np.array_equal(answers, expected[::5])


def test_roberts_reads_the_first_channel_only() -> None:
    image = _noise(20, 30, 3)
    assert np.array_equal(roberts(image), roberts(image[:, :, 0]))


@pytest.mark.parametrize("value", [0, 1, 127, 255])
def test_roberts_of_an_even_image_is_white(value: int) -> None:
    assert (roberts(np.full((9, 9), value, np.uint8)) == 255).all()


def test_roberts_does_not_care_which_side_is_bright() -> None:
    image = _noise(20, 30)
    assert np.array_equal(roberts(image), roberts(255 - image))


def test_roberts_of_a_mirrored_diagonal_is_the_same_inside() -> None:
    image = _noise(20, 30)
    assert np.array_equal(roberts(image.T), roberts(image).T)


def test_roberts_returns_a_fresh_uint8_array() -> None:
    image = _noise(20, 30)
    edges = roberts(image)
    assert (edges.dtype, edges.shape) == (np.uint8, (20, 30))
    assert not np.shares_memory(edges, image)
