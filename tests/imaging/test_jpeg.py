"""JPEG by libjpeg-turbo itself: in all that can be seen, as by way of Pillow."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image
import pytest

from panel_cam.errors import FrameError
from panel_cam.imaging import jpeg
from panel_cam.imaging.codec import decode, encode

RGB = npt.NDArray[np.uint8]


def _scene(rows: int, columns: int) -> RGB:
    y, x = np.mgrid[:rows, :columns]
    return np.dstack([y * 5, x * 4, y + x]).astype(np.uint8)


def _file(picture: PIL.Image.Image, **options: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, "jpeg", **options)
    return file.getvalue()


def _by_pillow(data: bytes) -> RGB:
    with PIL.Image.open(io.BytesIO(data)) as picture:
        return np.array(picture.convert("RGB"))


PICTURE = PIL.Image.fromarray(_scene(45, 61))
FILES = {
    "4:2:0": _file(PICTURE, subsampling=2),
    "4:4:4": _file(PICTURE, subsampling=0),
    "grey": _file(PICTURE.convert("L")),
    "RGB inside": _file(PICTURE, keep_rgb=True),
    "progressive": _file(PICTURE, progressive=True),
    "restart markers": _file(PICTURE, restart_marker_rows=1),
    "with EXIF": _file(PICTURE, exif=PIL.Image.Exif()),
}
BY_PILLOW = {
    "CMYK": _file(PICTURE.convert("CMYK")),
    "cut short": FILES["4:2:0"][:-40],
    "damaged": FILES["4:2:0"][:700] + b"\xff\x00\x12" + FILES["4:2:0"][702:],
    "its first bytes": FILES["4:2:0"][:20],
}


@pytest.mark.parametrize("data", FILES.values(), ids=FILES)
def test_a_jpeg_is_decoded_to_the_same_pixels_as_by_pillow(data: bytes) -> None:
    image = jpeg.try_decode(data, 10**6)
    assert image is not None
    assert np.array_equal(image, _by_pillow(data))


@pytest.mark.parametrize("data", BY_PILLOW.values(), ids=BY_PILLOW)
def test_what_is_odd_is_left_to_pillow(data: bytes) -> None:
    assert jpeg.try_decode(data, 10**6) is None


@pytest.mark.parametrize("quality", [0, 0.5, 0.85, 0.9, 1])
@pytest.mark.parametrize("channels", [slice(0, 3), 0], ids=["RGB", "grey"])
def test_what_is_encoded_is_as_fine_as_by_pillow(
    channels: Any, quality: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = _scene(45, 61)[:, :, channels]
    files = [encode(image, quality=quality)]
    monkeypatch.setattr(jpeg, "simplejpeg", lambda: None)
    files.append(encode(image, quality=quality))
    pictures: Any = [PIL.Image.open(io.BytesIO(data)) for data in files]
    ours, theirs = pictures
    assert ours.quantization == theirs.quantization
    assert len(ours.layer) == len(theirs.layer)
    if image.ndim == 3:  # how much each channel is sampled down; one alone is not
        assert ours.layer == theirs.layer
    # Below 0.96, libjpeg-turbo's own interface takes the quicker transform.
    errors = [np.abs(np.asarray(each).astype(int) - image).mean() for each in pictures]
    assert errors[0] < 1.1 * errors[1] + 0.3


@pytest.mark.parametrize("seed", range(300))
def test_damage_is_judged_alike_by_both(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(seed)
    data = bytearray(list(FILES.values())[seed % len(FILES)])
    for place in random.integers(0, len(data), random.integers(1, 9)):
        data[place] = random.integers(0, 256)
    if seed % 5 == 0:
        del data[random.integers(1, len(data)) :]
    outcomes = []
    for package in ("simplejpeg", "pillow"):
        if package == "pillow":
            monkeypatch.setattr(jpeg, "simplejpeg", lambda: None)
        try:
            outcomes.append(decode(bytes(data), max_pixels=10**6).tolist())
        except FrameError as error:
            assert len(str(error)) < 250
            outcomes.append(str(error))
    assert outcomes[0] == outcomes[1]


def test_a_size_is_refused_before_anything_is_decoded() -> None:
    with pytest.raises(FrameError, match="pixels, got 61 x 45"):
        jpeg.try_decode(FILES["4:2:0"], 45 * 61 - 1)


def test_without_the_package_pillow_does_it_all() -> None:
    script = """
        import sys
        sys.modules["simplejpeg"] = None  # as where there is no wheel of it
        import numpy as np
        from panel_cam.imaging import codec, jpeg
        data = codec.encode(np.full((4, 6, 3), 90, np.uint8))
        assert jpeg.simplejpeg() is None
        print(codec.decode(data).mean())
    """
    lines = "\n".join(line.strip() for line in script.splitlines())
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", lines],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("90.0\n", "")
