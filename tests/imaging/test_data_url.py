"""Images as text and back, and what comes from anyone who can open the page."""

import base64
import zlib

import numpy as np
import pytest

import panel_cam as pc
from panel_cam.errors import FrameError, ImageError
from panel_cam.imaging.codec import FORMATS, MAX_FRAME_BYTES, encode
from panel_cam.imaging.data_url import data_url_of, from_data_url, to_data_url

ROWS, COLUMNS = np.mgrid[:48, :64]
SCENE = np.dstack([ROWS * 5, COLUMNS * 4, ROWS + COLUMNS]).astype(np.uint8)


def test_both_ways_are_public() -> None:
    assert pc.to_data_url is to_data_url
    assert pc.from_data_url is from_data_url


# ---- there and back


@pytest.mark.parametrize("shape", [(5, 4), (5, 4, 1), (5, 4, 3)])
def test_a_png_keeps_every_value(shape: tuple[int, ...]) -> None:
    image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    back = from_data_url(to_data_url(image, format="png"))
    assert (back.shape, back.dtype) == ((5, 4, 3), np.uint8)
    assert back.flags.writeable
    np.testing.assert_array_equal(
        back, np.broadcast_to(np.atleast_3d(image), (5, 4, 3))
    )


@pytest.mark.parametrize("format", FORMATS)
def test_a_url_names_its_format_and_comes_back_alike(format: str) -> None:
    url = to_data_url(SCENE, format=format)
    assert url.startswith(f"data:image/{format};base64,")
    assert url.isascii() and "\n" not in url
    assert np.abs(from_data_url(url).astype(int) - SCENE).mean() < 4


def test_a_lower_quality_is_shorter() -> None:
    assert len(to_data_url(SCENE, quality=0.1)) < len(to_data_url(SCENE))


def test_transparency_makes_it_a_png() -> None:
    assert to_data_url(np.full((2, 2), np.nan)).startswith("data:image/png;")


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_that_are_encoded_already_travel_as_they_are(format: str) -> None:
    data = encode(SCENE, format=format)
    head, text = data_url_of(data).split(",")
    assert head == f"data:image/{format};base64"
    assert base64.b64decode(text) == data


def test_what_is_no_image_makes_no_url() -> None:
    with pytest.raises(ImageError):
        to_data_url("text")
    with pytest.raises(ValueError, match="format"):
        to_data_url(SCENE, format="gif")
    with pytest.raises(FrameError):
        data_url_of(b"GIF89a")


# ---- from anyone


PNG = base64.b64encode(encode(SCENE, format="png")).decode()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "data:,",
        "data:text/plain;base64,AAAA",
        "data:image/png,AAAA",
        "data:image/png;base64,",
        "data:image/png;base64,AAAA",
        "data:image/png;base64,not base64!",
        "data:image/png;base64,\u00fc",
        "data:image/png;base64,\ud800",
        f"data:image/svg+xml;base64,{PNG}",
        f" data:image/png;base64,{PNG}",
        f"data:image/png;base64,{PNG[:200]}",
        f"data:image/png;base64,{PNG[:40]}\n{PNG[40:]}",
        "data:image/gif;base64," + base64.b64encode(b"GIF89a" + bytes(20)).decode(),
        "http://example.com/a.png",
        None,
        {"url": 1},
        f"data:image/png;base64,{PNG}".encode(),
    ],
    ids=lambda url: repr(url)[:40],
)
def test_another_url_is_refused(url) -> None:
    with pytest.raises(FrameError):
        from_data_url(url)


def test_the_type_that_a_url_names_is_not_trusted() -> None:
    url = f"data:image/jpeg;base64,{PNG}"
    np.testing.assert_array_equal(from_data_url(url), SCENE)


def test_too_many_bytes_are_refused_before_they_are_decoded(monkeypatch) -> None:
    monkeypatch.delattr(base64, "b64decode")
    url = "data:image/png;base64," + "A" * (MAX_FRAME_BYTES * 4 // 3 + 8)
    with pytest.raises(FrameError, match=f"at most {MAX_FRAME_BYTES}"):
        from_data_url(url)


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    data = bytearray(encode(SCENE, format="png"))
    data[16:24] = (7000).to_bytes(4, "big") * 2  # the size in its header
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    with pytest.raises(FrameError, match="in the header"):
        from_data_url(data_url_of(bytes(data)))


def test_an_error_does_not_show_what_was_sent() -> None:
    with pytest.raises(FrameError) as caught:
        from_data_url("data:image/png;base64,secret!")
    assert "secret" not in str(caught.value)
