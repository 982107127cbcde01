"""The floor: the least that a picture's way to Python and back can cost.

One page, one WebSocket, one binary message each way, JPEG both ways, and nothing else:
no settings, no figure, no errors, no second user. It uses the codec and the filter of
`panel_cam`, so that what remains between its figures and ours is what `Live` adds; but
JPEG by Pillow, as nearly everybody has it.
"""

from __future__ import annotations

import argparse
import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from filters import FILTERS, Filter
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from panel_cam.imaging import jpeg
from panel_cam.imaging.codec import decode, encode

PAGE = Path(__file__).with_name("floor.html")


class _Page(RequestHandler):
    def initialize(self, page: Path) -> None:
        self._page = page

    def get(self) -> None:
        self.finish(self._page.read_text())


class _Frames(WebSocketHandler):
    def initialize(self, function: Filter, quality: float) -> None:
        self._function, self._quality = function, quality
        self._executor = ThreadPoolExecutor(1)

    def open(self, *_args: str) -> None:
        self.set_nodelay(True)

    async def on_message(self, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(self._executor, self._process, message)
        with suppress(WebSocketClosedError):  # the page has been left meanwhile
            await self.write_message(answer, binary=True)

    def _process(self, data: bytes) -> bytes:
        return encode(self._function(decode(data)), quality=self._quality)

    def on_close(self) -> None:
        self._executor.shutdown(wait=False)


async def serve(
    port: int, page: Path, handler: type[WebSocketHandler], settings: dict[str, Any]
) -> None:
    """Serve a floor's page on the loopback interface until cancelled.

    Parameters
    ----------
    port : int
        Port to listen on.
    page : Path
        The page, a file of HTML.
    handler : type
        What answers its WebSocket.
    settings : dict
        For the handler's `initialize`.
    """
    jpeg.simplejpeg = lambda: None
    application = Application(
        [("/", _Page, {"page": page}), ("/frames", handler, settings)]
    )
    application.listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--filter", choices=FILTERS, default="roberts")
    parser.add_argument("--quality", type=float, default=0.85)
    arguments = parser.parse_args()
    settings = {"function": FILTERS[arguments.filter], "quality": arguments.quality}
    try:
        asyncio.run(serve(arguments.port, PAGE, _Frames, settings))
    except KeyboardInterrupt:
        pass
