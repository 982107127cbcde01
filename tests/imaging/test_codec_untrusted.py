"""What strangers' bytes can do to the codec: nothing."""

import io
import struct
import subprocess
import sys
import textwrap
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image
import PIL.ImageFile
import pytest

from panel_cam.errors import FrameError
from panel_cam.imaging import jpeg
from panel_cam.imaging.codec import FORMATS, decode, encode

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


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + checksum


def _png_bomb(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [
            _png_chunk(b"IHDR", header),
            _png_chunk(b"IDAT", zlib.compress(bytes(100_000))),
            _png_chunk(b"IEND", b""),
        ]
    )


def _jpeg_bomb(width: int, height: int) -> bytes:
    data = encode(np.zeros((8, 8, 3), np.uint8))
    start_of_frame = data.index(b"\xff\xc0")
    size = struct.pack(">HH", height, width)
    return data[: start_of_frame + 5] + size + data[start_of_frame + 9 :]


def _webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body


def _webp_bomb(kind: str, width: int, height: int) -> bytes:
    lossy = b"\x10\0\0\x9d\x01\x2a" + struct.pack("<HH", width, height)
    bits = (width - 1) | (height - 1) << 14
    lossless = b"\x2f" + struct.pack("<I", bits) + bytes(5)
    canvas = bytes(4) + b"".join(
        (side - 1).to_bytes(3, "little") for side in (width, height)
    )
    body = {
        "lossy": _webp_chunk(b"VP8 ", lossy),
        "lossless": _webp_chunk(b"VP8L", lossless),
        "extended": _webp_chunk(b"VP8X", canvas) + _webp_chunk(b"VP8L", lossless),
    }[kind]
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


# The webps are small enough to pass Pillow's own limit: for them, ours is the only one.
BOMBS = {
    "png": _png_bomb(50_000, 50_000),
    "png of one line": _png_bomb(2**31 - 1, 1),
    "jpeg": _jpeg_bomb(60_000, 60_000),
    "lossy webp": _webp_bomb("lossy", 9_000, 9_900),
    "lossless webp": _webp_bomb("lossless", 9_000, 9_900),
    "extended webp": _webp_bomb("extended", 9_000, 9_900),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_by_its_header(
    bomb: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*arguments: object, **options: object) -> None:
        raise AssertionError("pixels were allocated")

    monkeypatch.setattr(PIL.ImageFile.ImageFile, "load", load)
    if (package := jpeg.simplejpeg()) is not None:
        monkeypatch.setattr(package, "decode_jpeg", load)
    with pytest.raises(FrameError, match=r"pixels|DecompressionBomb"):
        decode(bomb)


@pytest.mark.skipif(sys.platform != "linux", reason="address space limits are Linux's")
def test_bombs_are_refused_with_no_memory_to_spare(jpeg_package: str) -> None:
    script = """
        import resource
        import sys
        from panel_cam import errors
        from panel_cam.imaging import codec, jpeg
        from tests.imaging.test_codec_untrusted import BOMBS

        if sys.argv[1] == "pillow":
            jpeg.simplejpeg = lambda: None
        with open("/proc/self/statm") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        limit = used + 50_000_000  # the smallest bomb wants 700 MB
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        for bomb in BOMBS.values():
            try:
                codec.decode(bomb)
            except errors.FrameError as error:
                assert "pixels" in str(error), error
            else:
                raise AssertionError("a bomb was decoded")
        print("refused", len(BOMBS))
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script), jpeg_package],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == (f"refused {len(BOMBS)}\n", "")


@pytest.mark.parametrize(("width", "height"), [(10_000, 10_000), (60_000, 60_000)])
def test_pillows_own_limit_holds_where_ours_is_lifted(width: int, height: int) -> None:
    with pytest.raises(FrameError, match="DecompressionBomb"):
        decode(_png_bomb(width, height), max_pixels=10**12)


@pytest.mark.parametrize("format", FORMATS)
def test_max_pixels_is_the_most_that_is_decoded(scene: RGB, format: str) -> None:
    data = encode(scene, format=format)
    decode(data, max_pixels=48 * 64)
    with pytest.raises(FrameError, match=r"pixels, got 64 x 48"):
        decode(data, max_pixels=48 * 64 - 1)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_a_file_that_is_cut_short_is_refused(
    scene: RGB, format: str, share: float
) -> None:
    data = encode(scene, format=format)
    with pytest.raises(FrameError, match=f"expected.*{format}"):
        decode(data[: int(len(data) * share)])


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_gives_an_image_or_a_frame_error(
    scene: RGB, format: str, seed: int
) -> None:
    random = np.random.default_rng(seed)
    data = bytearray(encode(scene, format=format))
    for place in random.integers(0, len(data), 8):
        data[place] = random.integers(0, 256)
    try:
        image = decode(bytes(data), max_pixels=10**6)
    except FrameError as error:
        assert len(str(error)) < 250
    else:
        assert (image.ndim, image.dtype) == (3, np.uint8)


@pytest.mark.parametrize("format", ["gif", "bmp", "tiff", "ppm", "ico"])
def test_a_format_that_is_not_on_the_list_is_refused(scene: RGB, format: str) -> None:
    data = _file(PIL.Image.fromarray(scene), format)
    with pytest.raises(FrameError, match="expected jpeg, webp, png"):
        decode(data)


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
def test_another_file_behind_the_right_first_bytes_is_refused(
    scene: RGB, start: bytes
) -> None:
    data = _file(PIL.Image.fromarray(scene), "gif")
    with pytest.raises(FrameError, match="expected a readable"):
        decode(start + data[len(start) :])


def test_a_format_that_the_caller_does_not_want_is_refused(scene: RGB) -> None:
    with pytest.raises(FrameError, match="expected jpeg, got png"):
        decode(encode(scene, format="png"), formats=["jpeg"])


def test_no_bytes_are_refused() -> None:
    with pytest.raises(FrameError, match="got 0 other bytes"):
        decode(b"")


def test_a_message_names_no_address_so_that_equal_errors_are_equal() -> None:
    messages = set()
    for _ in range(2):
        with pytest.raises(FrameError) as caught:
            decode(b"\xff\xd8\xff" + b"x" * 100)
        messages.add(str(caught.value))
    assert len(messages) == 1
    assert "0x" not in messages.pop()


def test_a_text_chunk_that_unpacks_to_megabytes_is_refused() -> None:
    png = encode(np.zeros((2, 2), np.uint8), format="png")
    text = _png_chunk(b"zTXt", b"key\0\0" + zlib.compress(bytes(50_000_000)))
    with pytest.raises(FrameError, match="expected a readable png"):
        decode(png[:33] + text + png[33:])
