"""Open pages that are watched, and read the pictures on them."""

import base64
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import BrowserContext, Page

# A page of an origin that may have a camera, without a server.
PLAIN_URL = "http://localhost/plain"


class Console:
    """What the pages of one test complain about.

    Attributes
    ----------
    messages : list of str
        All that was written to the console, "error: text" for example.
    errors : list of str
        The errors among it, and every exception that no one caught.
    """

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.errors: list[str] = []
        self._allowed: list[str] = []

    def allow(self, *patterns: str) -> None:
        """Expect errors in which one of these regular expressions is found."""
        self._allowed.extend(patterns)

    def watch(self, context: BrowserContext) -> None:
        """Listen to all pages of `context`."""
        context.on("console", lambda each: self.hear(each.type, each.text))
        context.on("weberror", lambda each: self.errors.append(str(each.error)))

    def unexpected(self) -> list[str]:
        """Return the errors that were not allowed."""
        return [
            error
            for error in self.errors
            if not any(re.search(each, error) for each in self._allowed)
        ]

    def hear(self, level: str, text: str) -> None:
        """Note what was written to a page's console."""
        self.messages.append(f"{level}: {text}")
        if level == "error":
            self.errors.append(text)


def open_plain(page: Page, html: str = "") -> None:
    """Open a page without a server, that may still ask for the camera."""
    page.route(
        PLAIN_URL, lambda route: route.fulfill(body=html, content_type="text/html")
    )
    page.goto(PLAIN_URL)


# ---- pictures

_WATCH_PICTURES = """
addEventListener("panel-cam-painted", (event) => {
  globalThis.paintedPictures = (globalThis.paintedPictures ?? 0) + 1;
  globalThis.paintedPicture = event.detail;
});
// Of a picture's bytes: through a string it would take longer than all else of a test.
globalThis.toBase64 = ({ buffer }) => {
  const bytes = new Uint8Array(buffer);
  if (bytes.toBase64 !== undefined) return bytes.toBase64(); // Chromium 140
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
};
"""

_READ_PICTURE = """
() => {
  const { seq, capturedAt, width, height, source } = globalThis.paintedPicture ?? {};
  if (source === undefined) return null;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  context.drawImage(source, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const painted = globalThis.paintedPictures;
  return { seq, capturedAt, width, height, painted, rgba: toBase64(data) };
}
"""


@dataclass(frozen=True)
class Picture:
    """The picture that stands on the page.

    Attributes
    ----------
    image : ndarray of shape (M, N, 4) and dtype uint8
        Rows, columns, red, green, blue and opacity.
    seq : int
        The frame's.
    captured_at : float
        The frame's.
    painted : int
        How many have been painted since the page was opened.
    """

    image: np.ndarray
    seq: int
    captured_at: float
    painted: int


def watch_pictures(page: Page) -> None:
    """Keep hold of what the page paints; call it before the page is opened."""
    page.add_init_script(_WATCH_PICTURES)


def read_picture(page: Page) -> Picture | None:
    """Return the picture that was painted last, or None if none has been."""
    answer: dict[str, Any] | None = page.evaluate(_READ_PICTURE)
    if answer is None:
        return None
    rgba = np.frombuffer(base64.b64decode(answer["rgba"]), np.uint8)
    return Picture(
        image=rgba.reshape(answer["height"], answer["width"], 4),
        seq=answer["seq"],
        captured_at=answer["capturedAt"],
        painted=answer["painted"],
    )
