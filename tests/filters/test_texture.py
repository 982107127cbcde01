"""Texture filters tell one pattern from another."""

import numpy as np
import numpy.typing as npt
import pytest
from skimage import feature, filters

from panel_cam.filters.texture import gabor, hog, lbp, local_contrast, ridges
from tests.filters.pictures import Bytes, noise, plain


def _stripes(period: int = 8, *, upright: bool = True) -> Bytes:
    wave = 128 + 100 * np.sin(2 * np.pi * np.arange(80) / period)
    stripes = np.tile(wave.astype(np.uint8), (80, 1))
    return stripes if upright else stripes.T.copy()


def _line(*, upright: bool) -> Bytes:
    image = plain(41, 41, level=200)
    image[:, 19:22] = 40
    return image if upright else image.T.copy()


def test_hog_draws_lines_along_the_edges() -> None:
    upright = hog(_stripes(20), cell=20)[20:40, 20:40].astype(int)
    assert upright.sum(axis=0).max() > 4 * np.median(upright.sum(axis=0))
    level = hog(_stripes(20, upright=False), cell=20)[20:40, 20:40].astype(int)
    assert level.sum(axis=1).max() > 4 * np.median(level.sum(axis=1))
    assert not hog(plain(40, 40, level=90)).any()


def test_hog_counts_as_scikit_image_does() -> None:
    image = noise(40, 40)
    cells, picture = feature.hog(
        image, 9, (20, 20), (1, 1), visualize=True, feature_vector=False
    )
    ours = hog(image, cell=20, gain=1.0)
    assert cells.shape[:2] == (2, 2)
    blocks = [x.reshape(2, 20, 2, 20).mean(axis=(1, 3)) for x in (picture, ours)]
    assert np.abs(blocks[0] / blocks[0].sum() - blocks[1] / blocks[1].sum()).max() < 0.1


def test_lbp_is_that_of_scikit_image() -> None:
    image = noise(20, 20)
    expected = feature.local_binary_pattern(image, 8, 1, "default")
    np.testing.assert_array_equal(lbp(image, method="default"), expected)
    kinds = np.unique(lbp(image))
    assert len(kinds) == 10 and kinds[-1] == 255
    assert not lbp(plain(9, 9), method="var").any()


@pytest.mark.parametrize("method", ["sato", "meijering", "frangi"])
@pytest.mark.parametrize("upright", [True, False])
def test_a_dark_line_is_a_ridge(method: object, upright: bool) -> None:
    image = _line(upright=upright)
    found = ridges(image, method=method)  # type: ignore[arg-type]
    across = found[20] if upright else found[:, 20]
    assert found.dtype == np.float32 and found.max() == 1
    assert across[20] > 0.9 and across[5] < 0.1


def test_a_bright_line_is_a_ridge_if_asked_for() -> None:
    image = _line(upright=True)
    assert ridges(255 - image, dark=False)[20, 20] > 0.9
    assert ridges(image, dark=False)[20, 20] < 0.1


def test_gabor_finds_stripes_of_one_width_and_direction() -> None:
    def strength(image: Bytes, frequency: float, angle: float) -> float:
        found = gabor(image, frequency=frequency, angle=angle, gain=1.0)
        return float(found[20:60, 20:60].mean())

    right = strength(_stripes(8), 0.125, 0.0)
    assert right > 20
    assert strength(_stripes(8), 0.125, 90.0) < right / 10
    assert strength(_stripes(8), 0.3, 0.0) < right / 5
    assert strength(_stripes(8, upright=False), 0.125, 90.0) == pytest.approx(right)


@pytest.mark.parametrize("angle", [0.0, 30.0, 135.0])
def test_gabor_is_that_of_scikit_image(angle: float) -> None:
    image = noise(60, 60)
    even = image / 255 - (image / 255).mean()
    parts = filters.gabor(even, 0.2, np.deg2rad(angle))
    expected = np.hypot(*parts) * 255
    ours: npt.NDArray[np.uint8] = gabor(image, frequency=0.2, angle=angle, gain=1.0)
    assert np.abs(ours - expected)[15:-15, 15:-15].max() < 1.5


def test_local_contrast_is_the_standard_deviation() -> None:
    image = noise(30, 30)
    roughness = local_contrast(image, radius=2, gain=1.0)
    assert abs(float(roughness[15, 12]) - image[13:18, 10:15].std()) < 1
    assert not local_contrast(plain(9, 9, level=200)).any()
