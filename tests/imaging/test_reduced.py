"""Grey and smaller images: by a file's decoder or after it, they look the same."""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest

from panel_cam.imaging.codec import decode, encode
from panel_cam.imaging.reduced import SCALES, reduce_image

RGB = npt.NDArray[np.uint8]
SIZES = [(48, 64), (45, 61), (1, 1), (1, 100), (5, 1000), (9, 17), (7, 3)]

pytestmark = pytest.mark.usefixtures("jpeg_package")


def _scene(rows: int, columns: int) -> RGB:
    y, x = np.mgrid[:rows, :columns]
    waves = np.sin(y / 9), np.cos(x / 11), np.sin((x + y) / 13)
    return np.dstack([120 + 90 * wave for wave in waves]).astype(np.uint8)


def _by_definition(image: RGB, gray: bool, scale: int) -> npt.NDArray[Any]:
    numbers = image.astype(float)
    if gray:
        numbers = numbers @ [0.299, 0.587, 0.114]
    rows, columns = image.shape[:2]
    return np.array(
        [
            [
                numbers[row : row + scale, column : column + scale].mean(axis=(0, 1))
                for column in range(0, columns, scale)
            ]
            for row in range(0, rows, scale)
        ]
    )


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("gray", [False, True], ids=["RGB", "grey"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_it_is_the_mean_of_blocks_by_the_weights_of_jpeg(
    size: tuple[int, int], gray: bool, scale: int
) -> None:
    image = _scene(*size)
    before = image.copy()
    reduced = reduce_image(image, gray=gray, scale=scale)
    expected = _by_definition(image, gray, scale)
    assert (reduced.shape, reduced.dtype) == (expected.shape, np.uint8)
    assert np.abs(reduced - expected).max() <= 1.01
    assert reduced.base is None
    assert reduced.flags.writeable
    assert np.array_equal(image, before)


@pytest.mark.parametrize("channels", [None, 4])
def test_channels_stay_as_many_as_they_are(channels: int | None) -> None:
    image = _scene(9, 17)[:, :, 0]
    expected = reduce_image(image, scale=4)
    if channels is not None:
        image = np.dstack([image] * 3 + [np.full_like(image, 255)])
        expected = np.dstack([expected] * 3 + [np.full_like(expected, 255)])
    assert np.array_equal(reduce_image(image, scale=4), expected)


@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("gray", [False, True], ids=["RGB", "grey"])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_file_is_decoded_to_what_its_image_would_become(
    size: tuple[int, int], gray: bool, scale: int, format: str
) -> None:
    data = encode(_scene(*size), format=format, quality=1)
    image = decode(data, gray=gray, scale=scale)
    expected = reduce_image(decode(data), gray=gray, scale=scale)
    assert (image.shape, image.dtype) == (expected.shape, np.uint8)
    assert image.base is None
    assert image.flags.writeable
    # At the edge of a jpeg, its transform sees the whole block, and we what is left.
    rows, columns = size[0] // scale, size[1] // scale
    inner = np.abs(image.astype(int) - expected)[:rows, :columns]
    assert inner.size == 0 or inner.mean() < 1.5
    assert np.abs(image.astype(int) - expected).max() <= 60


@pytest.mark.parametrize("gray", [False, True], ids=["RGB", "grey"])
@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
@pytest.mark.parametrize("progressive", [False, True])
def test_odd_jpegs_are_reduced_as_well(
    mode: str, gray: bool, progressive: bool
) -> None:
    file = io.BytesIO()
    picture = PIL.Image.fromarray(_scene(45, 61)).convert(mode)
    picture.save(file, "jpeg", quality=95, progressive=progressive)
    image = decode(file.getvalue(), gray=gray, scale=4)
    expected = reduce_image(decode(file.getvalue()), gray=gray, scale=4)
    assert image.shape == expected.shape
    assert np.abs(image.astype(int) - expected)[:-1, :-1].mean() < 2


@pytest.mark.parametrize("scale", [1, 2])
@pytest.mark.parametrize("mode", ["I;16", "LA", "RGBA", "P", "1"])
def test_of_a_png_of_any_kind_grey_is_wanted(mode: str, scale: int) -> None:
    grey = _scene(8, 10)[:, :, 0]
    if mode == "I;16":
        picture = PIL.Image.fromarray(grey.astype(np.uint16) << 8)
    else:
        picture = PIL.Image.fromarray(grey).convert(mode)
    file = io.BytesIO()
    picture.save(file, "png")
    image = decode(file.getvalue(), gray=True, scale=scale)
    colours = decode(file.getvalue(), scale=scale)
    assert image.shape == (8 // scale, 10 // scale)
    assert np.abs(image.astype(int) - colours[:, :, 0]).max() <= 1


def test_half_a_file_is_refused_at_any_size() -> None:
    data = encode(_scene(48, 64))
    with pytest.raises(Exception, match="expected a readable jpeg"):
        decode(data[: len(data) // 2], gray=True, scale=8)
