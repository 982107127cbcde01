"""The video floor: the least that a picture's way to Python and back costs as video.

One page, one WebSocket, H.264 both ways, and nothing else; compare `floor`. Chunks have
to be decoded in order, every one of them, so that is done at once, on a thread; the
filter gets the newest picture only. Each message begins with a number of four bytes:
the page's for a frame up, and down that of the newest one that is dealt with.
"""

from __future__ import annotations

import argparse
import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.codec.context import Flags
from filters import FILTERS, Filter
from floor import serve
from tornado.websocket import WebSocketClosedError, WebSocketHandler

PAGE = Path(__file__).with_name("video_floor.html")
QUALITY = 20
"""The constant rate factor: about what a JPEG of quality 0.85 looks like."""


class _Frames(WebSocketHandler):
    def initialize(self, function: Filter, fps: int, bitrate: int | None) -> None:
        self._function = function
        self._video = _Video(fps, bitrate)
        self._decoding, self._filtering = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        self._newest: tuple[bytes, av.VideoFrame] | None = None
        self._answering: asyncio.Task[None] | None = None

    def open(self, *_args: str) -> None:
        self.set_nodelay(True)

    async def on_message(self, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        loop = asyncio.get_running_loop()
        frame = await loop.run_in_executor(
            self._decoding, self._video.decode, message[4:]
        )
        self._newest = (message[:4], frame)
        # Tornado waits for this before it reads the next message; so it must not wait.
        if self._answering is None:
            self._answering = loop.create_task(self._answer())

    async def _answer(self) -> None:
        loop = asyncio.get_running_loop()
        while self._newest is not None:
            (number, frame), self._newest = self._newest, None
            chunk = await loop.run_in_executor(self._filtering, self._process, frame)
            with suppress(WebSocketClosedError):  # the page has been left meanwhile
                await self.write_message(number + chunk, binary=True)
        self._answering = None

    def _process(self, frame: av.VideoFrame) -> bytes:
        return self._video.encode(self._function(frame.to_ndarray(format="rgb24")))

    def on_close(self) -> None:
        self._decoding.shutdown(wait=False)
        self._filtering.shutdown(wait=False)


class _Video:
    """A page's decoder and encoder; each keeps what it saw last."""

    def __init__(self, fps: int, bitrate: int | None) -> None:
        self._fps, self._bitrate = fps, bitrate
        self._decoder: Any = av.CodecContext.create("h264", "r")
        # More threads would each hold one picture back.
        self._decoder.thread_count = 1
        self._decoder.flags |= Flags.low_delay
        self._encoder: Any = None
        self._count = 0

    def decode(self, chunk: bytes) -> av.VideoFrame:
        (frame,) = self._decoder.decode(av.Packet(chunk))
        return frame

    def encode(self, image: np.ndarray) -> bytes:
        if image.ndim == 2:
            # Grey is luma alone, in the limited range; colour stays at its middle.
            height, width = image.shape
            planes = np.full((height * 3 // 2, width), 128, np.uint8)
            planes[:height] = 16 + image.astype(np.uint16) * 219 // 255
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        else:
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame = frame.reformat(format="yuv420p")
        if self._encoder is None:
            self._encoder = self._make_encoder(frame.width, frame.height)
        frame.pts = self._count
        self._count += 1
        return b"".join(bytes(packet) for packet in self._encoder.encode(frame))

    def _make_encoder(self, width: int, height: int) -> Any:
        encoder: Any = av.CodecContext.create("libx264", "w")
        encoder.width, encoder.height = width, height
        encoder.pix_fmt = "yuv420p"
        encoder.time_base = Fraction(1, self._fps)
        encoder.framerate = Fraction(self._fps)
        encoder.gop_size = 1_000_000  # the first one is the only key frame
        encoder.thread_count = 1
        limits = {}
        if self._bitrate:
            # A buffer of a tenth of a second: no picture delays those that follow.
            limits = {
                "maxrate": str(self._bitrate),
                "bufsize": str(self._bitrate // 10),
            }
        options = {"preset": "ultrafast", "tune": "zerolatency", "crf": str(QUALITY)}
        encoder.options = options | limits
        return encoder


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--filter", choices=FILTERS, default="roberts")
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--bitrate", type=int, help="of the answers, at most; bits/s")
    arguments = parser.parse_args()
    settings = {
        "function": FILTERS[arguments.filter],
        "fps": arguments.fps,
        "bitrate": arguments.bitrate,
    }
    try:
        asyncio.run(serve(arguments.port, PAGE, _Frames, settings))
    except KeyboardInterrupt:
        pass
