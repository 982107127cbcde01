"""What a person sees and does on a page of panel_cam."""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page

from tests.support.pages import Picture, read_picture
from tests.support.waiting import wait_until

# Notes every track that is opened, each wish for a camera and every frame that leaves;
# and lets a test decide what the browser answers.
_WATCH_CAMERA = """
(() => {
  const seen = { tracks: [], wishes: [], sent: 0, refusal: null, cameras: null };
  globalThis.seen = seen;
  const keep = (stream) => {
    seen.tracks.push(...stream.getTracks());
    return stream;
  };
  const { clone } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.clone = function () {
    const track = clone.call(this);
    seen.tracks.push(track);
    return track;
  };
  const { captureStream } = HTMLCanvasElement.prototype;
  HTMLCanvasElement.prototype.captureStream = function (...options) {
    return keep(captureStream.apply(this, options));
  };
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    if (data.byteLength > 1000) seen.sent += 1;
    return send.call(this, data);
  };
  globalThis.findModel = (property) =>
    Bokeh.documents
      .flatMap((document) => [...document.all_models])
      .find((model) => property in model.properties);
  const devices = navigator.mediaDevices;
  if (devices === undefined) return;
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wish) => {
    seen.wishes.push(wish.video);
    if (seen.refusal) throw new DOMException(seen.refusal.message, seen.refusal.name);
    return keep(await getUserMedia(wish));
  };
  const enumerateDevices = devices.enumerateDevices.bind(devices);
  devices.enumerateDevices = async () =>
    seen.cameras?.map(({ id, label, facing }) => ({
      kind: "videoinput",
      deviceId: id,
      label,
      getCapabilities: () => (facing ? { facingMode: [facing] } : {}),
    })) ?? enumerateDevices();
})();
"""

_READ_FIGURES = """
(numbers) => numbers.map((which) => {
  const figures = [];
  const walk = (view) => {
    if (view.model.type === "Figure" && view.el.isConnected) figures.push(view);
    for (const child of view.child_views ?? []) walk(child);
  };
  // A notebook's page may hold views of outputs that are gone, under the same names.
  for (const root of Bokeh.index.roots) walk(root);
  const figure = figures[which];
  if (figure === undefined) return null;
  const { canvas, pixel_ratio } = figure.canvas_view.primary;
  const { x0, y0, width, height } = figure.frame.bbox;
  if (!(width > 0 && height > 0)) return null;
  const { x_range, y_range } = figure.model;
  const [w, h] = [Math.round(width * pixel_ratio), Math.round(height * pixel_ratio)];
  // A copy: to read from Bokeh's own canvas would make it a slower one.
  const copy = new OffscreenCanvas(w, h).getContext("2d");
  copy.drawImage(canvas, -x0 * pixel_ratio, -y0 * pixel_ratio);
  const { data } = copy.getImageData(0, 0, w, h);
  return {
    pixels: toBase64(data),
    shape: [h, w, 4],
    x: [x_range.start, x_range.end],
    y: [y_range.start, y_range.end],
    tools: figure.model.toolbar.tools.map((tool) => tool.type),
  };
})
"""


@dataclass(frozen=True)
class Figure:
    """What stands on the canvas of a Bokeh figure, inside of its frame.

    Attributes
    ----------
    pixels : ndarray of shape (M, N, 4) and dtype uint8
        Red, green, blue and opacity.
    x, y : (float, float)
        The coordinates of the left and the right edge, of the lower and the upper.
    tools : list of str
        The types of the tools in its toolbar.
    """

    pixels: np.ndarray
    x: tuple[float, float]
    y: tuple[float, float]
    tools: list[str]

    def place(self, row: float, column: float) -> tuple[int, int]:
        """Return where on the canvas a place of the image is; 0, 0 is its corner."""
        height, width = self.pixels.shape[:2]
        down = (row - self.y[1]) / (self.y[0] - self.y[1]) * height
        right = (column - self.x[0]) / (self.x[1] - self.x[0]) * width
        return int(down), int(right)

    def at(self, row: int, column: int) -> tuple[int, ...]:
        """Return the colour and opacity in the middle of a pixel of the image."""
        return tuple(map(int, self.pixels[self.place(row + 0.5, column + 0.5)]))

    def image(self, height: int, width: int) -> np.ndarray:
        """Return the image of that size, as it is seen: the middles of its pixels."""
        tiny = 1e-6  # px, of rounding
        for name, ends, size in (("y", self.y, height), ("x", self.x, width)):
            whole = min(ends) <= tiny and max(ends) >= size - tiny
            assert whole, f"{name} is {ends}"
        rows = [self.place(row + 0.5, 0)[0] for row in range(height)]
        columns = [self.place(0, column + 0.5)[1] for column in range(width)]
        return self.pixels[np.ix_(rows, columns)]

    def pixel_size(self) -> tuple[float, float]:
        """Return how high and how wide a pixel of the image is on the canvas."""
        height, width = self.pixels.shape[:2]
        return (
            height / abs(self.y[1] - self.y[0]),
            width / abs(self.x[1] - self.x[0]),
        )


def read_figures(page: Page, *numbers: int) -> list[Figure] | None:
    """Return what some Bokeh figures show at one moment, or None if one is missing."""
    answers: list[dict[str, Any] | None] = page.evaluate(_READ_FIGURES, numbers)
    figures = []
    for answer in answers:
        if answer is None:
            return None
        pixels = np.frombuffer(base64.b64decode(answer["pixels"]), np.uint8)
        figure = Figure(
            pixels=pixels.reshape(answer["shape"]),
            x=tuple(answer["x"]),
            y=tuple(answer["y"]),
            tools=answer["tools"],
        )
        figures.append(figure)
    return figures


def read_figure(page: Page, which: int = 0) -> Figure | None:
    """Return what a Bokeh figure on the page shows, or None if there is none yet."""
    figures = read_figures(page, which)
    return figures[0] if figures else None


def has_colour(
    page: Page, colour: str, row: float, column: float, within: int = 2
) -> bool:
    """Tell whether a colour is on the page, close to a place of the image.

    Parameters
    ----------
    page : Page
        With a Bokeh figure.
    colour : str
        Such as "#ff0000".
    row, column : float
        A place in the image.
    within : int
        How close, in pixels of the screen.
    """
    figure = read_figure(page)
    if figure is None:
        return False
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    down, right = figure.place(row, column)
    rows = slice(max(down - within, 0), down + within + 1)
    columns = slice(max(right - within, 0), right + within + 1)
    near = figure.pixels[rows, columns, :3].astype(int)
    return bool((np.abs(near - wanted) < 60).all(axis=2).any())


class LivePage:
    """A page of panel_cam, and its camera's buttons.

    Parameters
    ----------
    page : Page
        One that is not open yet.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        page.add_init_script(_WATCH_CAMERA)

    def open(self, url: str) -> None:
        """Open the page and wait for the camera's controls."""
        self.page.goto(url)
        self.message.wait_for()

    # ---- what one sees

    @property
    def message(self) -> Locator:
        """The line that says how the camera is."""
        return self.page.get_by_role("status")

    def button(self, name: str) -> Locator:
        """Return the button with this text."""
        return self.page.get_by_role("button", name=name, exact=True)

    def choice(self, label: str) -> Locator:
        """Return the list, or the box to tick, with this label."""
        return self.page.get_by_label(label, exact=True)

    def options(self, label: str) -> list[str]:
        """Return what a list offers."""
        return self.choice(label).locator("option").all_text_contents()

    @property
    def preview(self) -> Locator:
        """The picture of what the camera sees."""
        return self.page.locator("video")

    def painted(self) -> int:
        """Return how many pictures have been painted."""
        count: int = self.page.evaluate("globalThis.paintedPictures ?? 0")
        return count

    def next_picture(self, count: int = 1) -> Picture:
        """Wait until so many more pictures have been painted, and return the last."""
        wanted = self.painted() + count
        wait_until(lambda: self.painted() >= wanted, timeout=20, page=self.page)
        picture = read_picture(self.page)
        assert picture is not None
        return picture

    def figure(self, which: int = 0) -> Figure:
        """Wait until there is a Bokeh figure, and return what it shows."""
        found = wait_until(
            lambda: read_figure(self.page, which) or False, page=self.page
        )
        assert found
        return found

    def sees(self, words: str) -> None:
        """Wait until the camera's line has these words."""
        self.message.filter(has_text=words).wait_for(timeout=20_000)

    # ---- behind the page

    def tracks(self) -> list[str]:
        """Return "live" or "ended" for every track of a camera that was opened."""
        states: list[str] = self.page.evaluate(
            "globalThis.seen.tracks.map((track) => track.readyState)"
        )
        return states

    def all_tracks_have_ended(self) -> None:
        """Wait until no camera is on any more; one must have been."""
        wait_until(lambda: set(self.tracks()) == {"ended"}, page=self.page)

    def wishes(self) -> list[dict[str, Any]]:
        """Return what was asked of getUserMedia each time."""
        wishes: list[dict[str, Any]] = self.page.evaluate("globalThis.seen.wishes")
        return wishes

    def refuse(self, name: str, message: str = "") -> None:
        """Let the browser refuse its cameras from now on; "" gives them again."""
        refusal = {"name": name, "message": message} if name else None
        self.page.evaluate("(it) => { globalThis.seen.refusal = it; }", refusal)

    def plug(self, cameras: list[dict[str, str]] | None) -> None:
        """Let the browser list these cameras; each has an id, a label, a facing."""
        self.page.evaluate(
            """(cameras) => {
              globalThis.seen.cameras = cameras;
              navigator.mediaDevices.dispatchEvent(new Event("devicechange"));
            }""",
            cameras,
        )

    def sent(self) -> int:
        """Return how many frames have left the page."""
        count: int = self.page.evaluate("globalThis.seen.sent")
        return count

    def send(self, frame: str) -> None:
        """Send as a frame what a JavaScript expression gives.

        The expression may use `last`, the last frame that was sent, and `bytes(text)`.
        """
        self.page.evaluate(
            f"""() => {{
              const model = globalThis.findModel("answered");
              const last = model.sent_frame;
              const bytes = (text) => new TextEncoder().encode(text).buffer;
              model.sent_frame = {frame};
            }}"""
        )
