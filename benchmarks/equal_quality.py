"""What a picture takes as JPEG and as H.264, where both are equally good.

    python benchmarks/equal_quality.py
    python benchmarks/equal_quality.py --psnr 42 --size 1280x720

Encodes the benchmark's clip, as pictures go up, and its edges, as they come down. For
each it looks for the quality of JPEG and the rate factor of H.264 that just reach a
PSNR, of all pictures together, and prints kB a picture and milliseconds. JPEG is ours;
H.264 is libx264's, ultrafast and for no latency, with one key frame at the start, which
is not counted: a stream has one, too. A browser's own encoder may be better or worse.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
import numpy as np
from clip import Clip, parse_size
from numpy.typing import NDArray

from panel_cam.filters.edges import roberts
from panel_cam.imaging.codec import decode, encode

FRAMES = 60
STEPS = 6
"""Of each search, which halves what is left."""

Images = Sequence[NDArray[np.uint8]]


@dataclass(frozen=True)
class Coded:
    """What a codec made of a clip.

    Parameters
    ----------
    setting : float
        Quality, or rate factor.
    kb : float
        Bytes a picture / 1000.
    psnr : float
        In dB, of all pictures together.
    ms : float
        To encode a picture.
    """

    setting: float
    kb: float
    psnr: float
    ms: float


def jpeg(images: Images, quality: float) -> Coded:
    """Encode each image for itself; quality is 0-1."""
    started = time.perf_counter()
    files = [encode(image, quality=quality) for image in images]
    seconds = time.perf_counter() - started
    decoded = [_as(decode(file), like=images[0]) for file in files]
    return _coded(quality, images, [len(file) for file in files], decoded, seconds)


def h264(images: Images, rate_factor: float) -> Coded:
    """Encode the images as a stream; a rate factor is better the lower it is."""
    height, width = images[0].shape[:2]
    encoder: Any = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 30), Fraction(30)
    encoder.gop_size, encoder.thread_count = 1_000_000, 1
    options = {"preset": "ultrafast", "tune": "zerolatency", "crf": str(rate_factor)}
    encoder.options = options
    decoder: Any = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    sizes, decoded, seconds = [], [], 0.0
    for number, image in enumerate(images):
        started = time.perf_counter()
        rgb = image if image.ndim == 3 else np.repeat(image[..., np.newaxis], 3, 2)
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
        frame = frame.reformat(format="yuv420p")
        frame.pts = number
        packets = encoder.encode(frame)
        seconds += time.perf_counter() - started
        sizes.append(sum(packet.size for packet in packets))
        for packet in packets:
            for picture in decoder.decode(packet):
                pixels = picture.to_ndarray(format="rgb24")
                decoded.append(_as(pixels, like=image))
    decoded += [_as(p.to_ndarray(format="rgb24"), images[0]) for p in decoder.decode()]
    return _coded(rate_factor, images[1:], sizes[1:], decoded[1:], seconds)


def reach(
    psnr: float, code: Callable[[float], Coded], worst: float, best: float
) -> Coded:
    """Find the setting that just reaches a PSNR.

    Parameters
    ----------
    psnr : float
        In dB.
    code : callable
        Setting -> what comes of it.
    worst, best : float
        Settings between which it is.

    Returns
    -------
    coded : Coded
        At least as good.

    Raises
    ------
    ValueError
        If the best setting is not good enough.
    """
    found = code(best)
    if found.psnr < psnr:
        raise ValueError(f"expected {psnr} dB, got {found.psnr:.1f} at the most")
    for _ in range(STEPS):
        middle = (worst + best) / 2
        coded = code(middle)
        if coded.psnr >= psnr:
            best, found = middle, coded
        else:
            worst = middle
    return found


def compare_codecs(
    size: tuple[int, int], psnr: float
) -> dict[str, tuple[Coded, Coded]]:
    """Encode the clip and its edges in both ways.

    Parameters
    ----------
    size : (int, int)
        Of the clip; width, height.
    psnr : float
        What both codecs have to reach, dB.

    Returns
    -------
    results : dict
        "up" and "down" -> JPEG's, H.264's.
    """
    up = read_clip(size)
    results = {}
    for way, images in (("up", up), ("down", [roberts(image) for image in up])):
        results[way] = (
            reach(psnr, lambda quality, i=images: jpeg(i, quality), 0.5, 1.0),
            reach(psnr, lambda factor, i=images: h264(i, factor), 40.0, 4.0),
        )
    return results


def ratio_of(results: dict[str, tuple[Coded, Coded]]) -> float:
    """Bytes of H.264 over JPEG's, up and down together."""
    jpegs, videos = zip(*results.values(), strict=True)
    return sum(each.kb for each in videos) / sum(each.kb for each in jpegs)


def read_clip(size: tuple[int, int]) -> Images:
    """Make the benchmark's clip and read its first pictures, as RGB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.y4m"
        Clip(*size).write(path)
        with av.open(str(path)) as file:
            frames = islice(file.decode(video=0), FRAMES)
            return [frame.to_ndarray(format="rgb24") for frame in frames]


def _as(pixels: NDArray[np.uint8], like: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pixels if like.ndim == 3 else pixels[..., 1]


def _coded(
    setting: float, images: Images, sizes: list[int], decoded: Images, seconds: float
) -> Coded:
    errors = [
        np.mean((image.astype(np.float32) - copy) ** 2)
        for image, copy in zip(images, decoded, strict=True)
    ]
    psnr = float(10 * np.log10(255**2 / np.mean(errors)))
    return Coded(
        setting, sum(sizes) / len(sizes) / 1e3, psnr, 1e3 * seconds / len(sizes)
    )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=parse_size, default=(640, 480))
    parser.add_argument("--psnr", type=float, default=40, help="dB (40)")
    options = parser.parse_args()
    results = compare_codecs(options.size, options.psnr)
    print(f"{'':12}{'setting':>10}{'dB':>8}{'kB':>8}{'ms':>8}")
    for way, both in results.items():
        for codec, coded in zip(("jpeg", "h264"), both, strict=True):
            figures = f"{coded.setting:10.2f}{coded.psnr:8.1f}{coded.kb:8.1f}"
            print(f"{way:6}{codec:6}{figures}{coded.ms:8.1f}")
    print(f"kB a picture, up and down together: {ratio_of(results):.2f} of JPEG's")


if __name__ == "__main__":
    main()
