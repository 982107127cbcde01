"""Bytes <-> image: what is made, and what comes back."""

import io
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest

from panel_cam.errors import ImageError
from panel_cam.imaging import codec
from panel_cam.imaging.codec import FORMATS, decode, encode, format_of

pytestmark = pytest.mark.usefixtures("jpeg_package")

RGB = npt.NDArray[np.uint8]


@pytest.fixture
def scene() -> RGB:
    """A smooth picture with a different ramp in every channel."""
    rows, columns = np.mgrid[:48, :64]
    return np.dstack([rows * 5, columns * 4, rows + columns]).astype(np.uint8)


def _file(picture: PIL.Image.Image, format: str, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


def _mean_difference(image: RGB, other: RGB) -> float:
    return float(np.abs(image.astype(int) - other).mean())


# ---- there and back


@pytest.mark.parametrize("format", FORMATS)
def test_a_decoded_image_is_fresh_rgb_of_the_same_size(scene: RGB, format: str) -> None:
    image = decode(encode(scene, format=format))
    assert (image.shape, image.dtype) == ((48, 64, 3), np.uint8)
    assert image.flags.writeable
    assert image.flags.c_contiguous
    assert image.base is None


@pytest.mark.parametrize("format", FORMATS)
def test_what_comes_back_looks_like_what_went_out(scene: RGB, format: str) -> None:
    image = decode(encode(scene, format=format))
    assert _mean_difference(scene, image) < 4


@pytest.mark.parametrize(("format", "quality"), [("png", 0), ("png", 1), ("webp", 1)])
@pytest.mark.parametrize("seed", range(5))
def test_a_lossless_format_keeps_every_value(
    format: str, quality: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    shape = (*random.integers(1, 40, 2), 3)
    noise = random.integers(0, 256, shape, np.uint8)
    image = decode(encode(noise, format=format, quality=quality))
    assert np.array_equal(image, noise)


@pytest.mark.parametrize("format", FORMATS)
def test_the_format_asked_for_is_the_format_made(scene: RGB, format: str) -> None:
    assert format_of(encode(scene, format=format)) == format


def test_a_grey_image_becomes_a_jpeg_of_one_channel(scene: RGB) -> None:
    data = encode(scene[:, :, 0])
    with PIL.Image.open(io.BytesIO(data)) as picture:
        assert picture.mode == "L"
    assert len(data) < len(encode(scene))


@pytest.mark.parametrize("format", FORMATS)
def test_a_grey_image_comes_back_with_three_equal_channels(
    scene: RGB, format: str
) -> None:
    image = decode(encode(scene[:, :, 0], format=format))
    spread = image.max(axis=2).astype(int) - image.min(axis=2)
    assert image.shape == (48, 64, 3)
    assert spread.max() <= (6 if format == "webp" else 0)  # webp has no grey


def test_alpha_turns_a_jpeg_into_a_png_that_keeps_it(scene: RGB) -> None:
    alpha = np.dstack([scene, scene[:, :, 0]])
    data = encode(alpha, format="jpeg")
    with PIL.Image.open(io.BytesIO(data)) as picture:
        assert (picture.format, picture.mode) == ("PNG", "RGBA")
        assert np.array_equal(np.asarray(picture), alpha)


def test_a_webp_keeps_alpha(scene: RGB) -> None:
    alpha = np.dstack([scene, scene[:, :, 0]])
    with PIL.Image.open(io.BytesIO(encode(alpha, format="webp"))) as picture:
        assert (picture.format, picture.mode) == ("WEBP", "RGBA")


def test_measured_values_are_encoded_as_to_uint8_shows_them() -> None:
    heights = np.linspace(-3.0, 7.0, 12).reshape(3, 4)
    image = decode(encode(heights, format="png"))
    assert np.array_equal(image[:, :, 0], codec.to_uint8(heights))


@pytest.mark.parametrize(
    "view",
    [
        lambda image: image[::-1],
        lambda image: image[:, ::2],
        lambda image: image.transpose(1, 0, 2),
        lambda image: image[:, :, 1],
        lambda image: np.asfortranarray(image),
    ],
    ids=["flipped", "thinned", "transposed", "one channel", "Fortran order"],
)
@pytest.mark.parametrize("format", FORMATS)
def test_the_layout_in_memory_does_not_matter(
    scene: RGB, view: Any, format: str
) -> None:
    image = view(scene)
    data = encode(image, format=format)
    assert data == encode(np.ascontiguousarray(image), format=format)
    decoded = decode(encode(image, format="png"))
    assert np.array_equal(decoded if image.ndim == 3 else decoded[:, :, 0], image)


@pytest.mark.parametrize("format", FORMATS)
def test_an_image_that_must_not_be_written_to_is_encoded(
    scene: RGB, format: str
) -> None:
    data = encode(scene, format=format)
    scene.flags.writeable = False
    assert encode(scene, format=format) == data


@pytest.mark.parametrize("format", ["jpeg", "webp"])
def test_more_quality_takes_more_bytes(scene: RGB, format: str) -> None:
    sizes = [len(encode(scene, format=format, quality=q)) for q in (0, 0.5, 0.95)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]


def test_the_best_jpegs_keep_colour_at_full_resolution() -> None:
    stripes = np.zeros((16, 16, 3), np.uint8)
    stripes[:, ::2, 0] = stripes[:, 1::2, 2] = 200
    fine, coarse = (decode(encode(stripes, quality=q)) for q in (0.9, 0.89))
    assert _mean_difference(fine, stripes) < 10
    assert _mean_difference(coarse, stripes) > 20


def test_encoding_does_not_modify_the_image(scene: RGB) -> None:
    before = scene.copy()
    encode(scene)
    assert np.array_equal(scene, before)


@pytest.mark.parametrize("format", ["gif", "JPEG", "", None])
def test_an_unknown_format_to_encode_is_refused(scene: RGB, format: Any) -> None:
    with pytest.raises(ValueError, match="expected a format of jpeg, webp, png"):
        encode(scene, format=format)


@pytest.mark.parametrize("quality", [-0.1, 1.1, 85, float("nan")])
def test_a_quality_outside_0_to_1_is_refused(scene: RGB, quality: float) -> None:
    with pytest.raises(ValueError, match="expected a quality from 0 to 1"):
        encode(scene, quality=quality)


@pytest.mark.parametrize(("format", "width"), [("jpeg", 65_536), ("webp", 16_384)])
def test_an_image_too_large_for_its_format_is_refused(format: str, width: int) -> None:
    with pytest.raises(ImageError, match=f"expected a size {format} can hold"):
        encode(np.zeros((1, width), np.uint8), format=format)


# ---- files that no camera sends


def test_a_16_bit_png_keeps_its_upper_eight_bits() -> None:
    ramp = np.arange(0, 65536, 16, np.uint16).reshape(64, 64)
    image = decode(_file(PIL.Image.fromarray(ramp), "png"))
    assert np.array_equal(image, np.dstack([ramp >> 8] * 3))


def test_a_palette_png_shows_its_colours(scene: RGB) -> None:
    palette = PIL.Image.fromarray(scene).quantize(16)
    image = decode(_file(palette, "png"))
    assert np.array_equal(image, np.asarray(palette.convert("RGB")))


def test_a_png_of_one_bit_shows_black_and_white() -> None:
    board = np.indices((8, 8)).sum(axis=0) % 2 == 0
    image = decode(_file(PIL.Image.fromarray(board), "png"))
    assert np.array_equal(image[:, :, 0], board * 255)


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_transparency_is_dropped(mode: str) -> None:
    picture = PIL.Image.new(mode, (4, 4), (90,) * (len(mode) - 1) + (10,))
    assert (decode(_file(picture, "png")) == 90).all()


def test_a_cmyk_jpeg_becomes_rgb(scene: RGB) -> None:
    picture = PIL.Image.fromarray(scene).convert("CMYK")
    image = decode(_file(picture, "jpeg", quality=95))
    assert _mean_difference(scene, image) < 4


@pytest.mark.parametrize("format", ["webp", "png"])
def test_of_an_animation_the_first_picture_is_decoded(format: str) -> None:
    first, second = (PIL.Image.new("RGB", (9, 7), colour) for colour in ("lime", "red"))
    options = {"lossless": True} if format == "webp" else {}
    data = _file(first, format, save_all=True, append_images=[second], **options)
    image = decode(data)
    assert image.shape == (7, 9, 3)
    assert (image == (0, 255, 0)).all()


def test_an_exif_orientation_is_not_followed(scene: RGB) -> None:
    picture = PIL.Image.fromarray(scene)
    exif = PIL.Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    image = decode(_file(picture, "jpeg", exif=exif, quality=95))
    assert image.shape == scene.shape


def test_a_progressive_jpeg_is_decoded(scene: RGB) -> None:
    data = _file(PIL.Image.fromarray(scene), "jpeg", progressive=True)
    assert decode(data).shape == scene.shape
