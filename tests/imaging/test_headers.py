"""What the first bytes tell, and what is refused because of them."""

import io

import numpy as np
import PIL.Image
import pytest

from panel_cam.errors import FrameError
from panel_cam.imaging.headers import (
    FORMATS,
    MAX_SCANS,
    check_header,
    check_size,
    format_of,
)


def _webp(width: int, height: int, **options: object) -> bytes:
    file = io.BytesIO()
    PIL.Image.new("RGB", (width, height)).save(file, "webp", **options)
    return file.getvalue()


def _animated_webp(width: int, height: int) -> bytes:
    frames = [
        PIL.Image.new("RGB", (width, height), colour) for colour in ("red", "lime")
    ]
    file = io.BytesIO()
    frames[0].save(file, "webp", save_all=True, append_images=frames[1:])
    return file.getvalue()


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_is_recognised_by_its_first_bytes(format: str) -> None:
    file = io.BytesIO()
    PIL.Image.new("RGB", (3, 2)).save(file, format)
    assert format_of(file.getvalue()) == format


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"GIF89a", b"BM", b"RIFF\0\0\0\0WAVE", b"<svg>", b"\0" * 64]
)
def test_any_other_bytes_are_refused_without_being_shown(data: bytes) -> None:
    with pytest.raises(FrameError, match=f"expected jpeg.*got {len(data)}"):
        format_of(data)


@pytest.mark.parametrize(
    ("width", "height"), [(0, 1), (1, 0), (-1, -1), (11, 10), (1, 101), (10**9, 10**9)]
)
def test_a_size_outside_is_refused(width: int, height: int) -> None:
    with pytest.raises(FrameError, match=f"got {width} x {height}"):
        check_size(width, height, 100)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (10, 10), (100, 1)])
def test_a_size_inside_is_accepted(width: int, height: int) -> None:
    check_size(width, height, 100)


@pytest.mark.parametrize(
    "data",
    [
        _webp(31, 17),
        _webp(31, 17, lossless=True),
        _webp(31, 17, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0"),
        _animated_webp(31, 17),
    ],
    ids=["lossy", "lossless", "extended", "animated"],
)
def test_the_size_in_every_kind_of_webp_header_is_read_exactly(data: bytes) -> None:
    check_header(data, "webp", 31 * 17)
    with pytest.raises(FrameError, match="got 31 x 17"):
        check_header(data, "webp", 31 * 17 - 1)


@pytest.mark.parametrize("length", [12, 16, 20, 25, 29])
def test_a_webp_header_that_is_cut_short_is_refused(length: int) -> None:
    with pytest.raises(FrameError, match="damaged"):
        check_header(_webp(31, 17)[:length], "webp", 10**9)


def test_a_webp_header_of_an_unknown_kind_is_refused() -> None:
    data = _webp(31, 17).replace(b"VP8 ", b"VP9 ")
    with pytest.raises(FrameError, match="damaged"):
        check_header(data, "webp", 10**9)


@pytest.mark.parametrize("progressive", [True, False])
def test_an_honest_jpeg_has_few_scans(progressive: bool) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    file = io.BytesIO()
    PIL.Image.fromarray(noise).save(file, "jpeg", progressive=progressive)
    check_header(file.getvalue(), "jpeg", 1)


def test_a_jpeg_of_a_thousand_scans_is_refused() -> None:
    with pytest.raises(FrameError, match=f"at most {MAX_SCANS} scans"):
        check_header(b"\xff\xd8\xff" + b"\xff\xda" * 1000, "jpeg", 1)
