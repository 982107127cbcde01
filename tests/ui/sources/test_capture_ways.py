"""Each way to read the camera, in a browser from which the better ones are taken."""

import base64
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from panel_cam.imaging import codec
from tests.support.waiting import wait_until

NO_PROCESSOR = "delete globalThis.MediaStreamTrackProcessor;"
NO_FRAMES = "delete globalThis.VideoFrame;"
NO_BITMAPS = "delete globalThis.createImageBitmap;"
NO_CALLBACKS = "delete HTMLVideoElement.prototype.requestVideoFrameCallback;"
# As in WebKit without compositing.
SILENT_CALLBACKS = (
    "HTMLVideoElement.prototype.requestVideoFrameCallback = function () { return 1; };"
)
SILENT_REFRESHES = "globalThis.requestAnimationFrame = () => 1;"
# As Firefox.
NO_COUNTS = "delete HTMLVideoElement.prototype.getVideoPlaybackQuality;"
NO_WORKERS = (
    "globalThis.Worker = class {"
    "  constructor() { throw new DOMException('refused', 'SecurityError'); } };"
)
BROKEN_WORKERS = (
    "{ const Real = Worker; globalThis.Worker = class extends Real {"
    "  constructor() { super('data:text/javascript,throw new Error(`broken`)'); } }; }"
)
MUTE_WORKERS = (
    "globalThis.Worker = class { postMessage() {} terminate() { seenEnd = true; } };"
)

READ = """
async ({count, type}) => {
  const stream = await openStream();
  globalThis.reader = new lib.PictureReader(stream, () => {});
  const grabs = [];
  let after = -Infinity;
  while (grabs.length < count) {
    const {data, ...about} = await reader.read({type, quality: 0.9, after});
    let text = "";
    for (const byte of new Uint8Array(data)) text += String.fromCharCode(byte);
    grabs.push({...about, data: btoa(text)});
  }
  const {label} = reader;
  return {label, grabs, now: (performance.timeOrigin + performance.now()) / 1000};
}
"""

CLOSE = """
() => {
  reader.close();
  tracks[0].stop();
}
"""


def read(page: Page, count: int = 5, type: str = "image/png") -> dict[str, Any]:
    """Open the camera, and return so many pictures of it, and the way they came."""
    answer: dict[str, Any] = page.evaluate(READ, {"count": count, "type": type})
    return answer


def images_of(answer: dict[str, Any]) -> list[np.ndarray]:
    return [codec.decode(base64.b64decode(each["data"])) for each in answer["grabs"]]


@pytest.mark.parametrize(
    ("stubs", "in_workers", "label"),
    [
        ((), "", "track"),
        ((NO_PROCESSOR,), "", "bitmap by frame-callback"),
        ((NO_PROCESSOR, NO_BITMAPS), "", "video-frame by frame-callback"),
        ((NO_PROCESSOR, NO_BITMAPS, NO_FRAMES), "", "canvas by frame-callback"),
        ((), "delete self.OffscreenCanvas;", "canvas by frame-callback"),
        ((NO_WORKERS,), "", "canvas by frame-callback"),
        ((BROKEN_WORKERS,), "", "canvas by frame-callback"),
        ((MUTE_WORKERS,), "", "canvas by frame-callback"),
        ((NO_PROCESSOR, NO_COUNTS), "", "bitmap by frame-callback"),
        ((NO_PROCESSOR, NO_CALLBACKS), "", "bitmap by refresh"),
        ((NO_PROCESSOR, SILENT_CALLBACKS), "", "bitmap by refresh"),
        ((NO_PROCESSOR, SILENT_CALLBACKS, NO_COUNTS), "", "bitmap by refresh"),
        (
            (NO_PROCESSOR, SILENT_CALLBACKS, SILENT_REFRESHES),
            "",
            "bitmap by timer",
        ),
        # A browser that says it could, and cannot: tracks cannot be handed over here.
        (
            (NO_PROCESSOR,),
            "self.MediaStreamTrackProcessor = class {};",
            "bitmap by frame-callback",
        ),
        # And ones whose workers cannot draw what they are given.
        (
            (NO_PROCESSOR,),
            "{ const {drawImage} = OffscreenCanvasRenderingContext2D.prototype;"
            "  OffscreenCanvasRenderingContext2D.prototype.drawImage = function (it) {"
            "    if (it instanceof ImageBitmap) throw new Error('no bitmaps');"
            "    drawImage.apply(this, arguments); }; }",
            "video-frame by frame-callback",
        ),
        (
            (NO_PROCESSOR,),
            "OffscreenCanvas.prototype.convertToBlob = async () => {"
            "  throw new Error('no encoder'); };",
            "canvas by frame-callback",
        ),
    ],
)
def test_pictures_come_by_the_best_way_that_the_browser_has(
    open_library, clip, console, stubs, in_workers: str, label: str
) -> None:
    console.allow("broken")
    page = open_library(*stubs, in_workers=in_workers)
    answer = read(page)
    assert answer["label"] == label
    images = images_of(answer)
    assert {image.shape for image in images} == {(480, 640, 3)}
    numbers = [clip.read_number(image) for image in images]
    # No picture twice, unless nothing at all can tell of a new one.
    is_told = not {SILENT_CALLBACKS, NO_COUNTS} <= set(stubs)
    assert len(set(numbers)) == 5 if is_told else len(set(numbers)) >= 2
    grabs = answer["grabs"]
    times = [each["capturedAt"] for each in grabs]
    assert times == sorted(set(times))
    assert 0 <= answer["now"] - times[-1] < 2
    counts = [each["seen"] for each in grabs]
    assert counts == sorted(set(counts))

    page.evaluate(CLOSE)
    states = "tracks.map((track) => track.readyState)"
    wait_until(lambda: set(page.evaluate(states)) == {"ended"}, page=page)
    wait_until(lambda: page.workers == [], page=page)


@pytest.mark.parametrize("label", ["track", "bitmap", "canvas"])
def test_a_picture_from_before_the_time_wanted_is_left_out(open_library, label) -> None:
    stubs = {"track": (), "bitmap": (NO_PROCESSOR,), "canvas": (NO_WORKERS,)}
    page = open_library(*stubs[label])
    first = read(page, 1)
    assert first["label"].startswith(label)
    late, wanted = page.evaluate(
        """async () => {
          const after = (performance.timeOrigin + performance.now()) / 1000 + 0.5;
          const wish = {type: "image/jpeg", quality: 0.5, after};
          const {capturedAt} = await reader.read(wish);
          return [capturedAt, after];
        }"""
    )
    assert wanted <= late < wanted + 2


@pytest.mark.parametrize("stubs", [(), (NO_PROCESSOR,), (NO_WORKERS,)])
def test_a_format_that_the_browser_cannot_write_becomes_jpeg(
    open_library, stubs
) -> None:
    """Safari writes PNG where it is asked for WebP."""
    no_webp = """
    for (const [owner, name] of [[globalThis.OffscreenCanvas, "convertToBlob"],
                                 [globalThis.HTMLCanvasElement, "toBlob"]]) {
      if (owner === undefined) continue;
      const real = owner.prototype[name];
      owner.prototype[name] = function (...options) {
        const wish = options.find((it) => it?.type) ?? options;
        if (wish.type === "image/webp") wish.type = "image/png";
        if (options[1] === "image/webp") options[1] = "image/png";
        return real.apply(this, options);
      };
    }
    """
    page = open_library(no_webp, *stubs, in_workers=no_webp)
    answer = read(page, 3, "image/webp")
    for each in answer["grabs"]:
        assert codec.format_of(base64.b64decode(each["data"])) == "jpeg"


# ---- a way that dies


DYING_PROCESSOR = """
{
  const Real = MediaStreamTrackProcessor;
  globalThis.MediaStreamTrackProcessor = class {
    constructor(options) {
      let left = 3;
      this.readable = new Real(options).readable.pipeThrough(new TransformStream({
        transform(frame, out) {
          if (left-- > 0) out.enqueue(frame);
          else frame.close();
        },
      }));
    }
  };
}
"""

DEAF_WORKERS = """
{
  let left = 4; // its hello, and three pictures
  self.postMessage = new Proxy(self.postMessage, {
    apply: (target, self, [data, transfer]) => {
      if (left-- > 0) target.call(self, data, transfer);
    },
  });
}
"""

DYING_CALLBACKS = """
{
  const real = HTMLVideoElement.prototype.requestVideoFrameCallback;
  let left = 3;
  HTMLVideoElement.prototype.requestVideoFrameCallback = function (callback) {
    return left-- > 0 ? real.call(this, callback) : 1;
  };
}
"""


@pytest.mark.parametrize(
    ("stubs", "in_workers", "label"),
    [
        ((DYING_PROCESSOR,), "", "bitmap by frame-callback"),
        ((NO_PROCESSOR,), DEAF_WORKERS, "video-frame by frame-callback"),
        ((NO_PROCESSOR, DYING_CALLBACKS), "", "bitmap by refresh"),
    ],
)
def test_a_way_that_falls_silent_while_pictures_go_by_is_replaced(
    open_library, stubs, in_workers: str, label: str
) -> None:
    page = open_library(*stubs, in_workers=in_workers)
    answer = read(page, 5)
    assert answer["label"] == label
    times = [each["capturedAt"] for each in answer["grabs"]]
    assert times == sorted(set(times))


def test_a_worker_that_fails_while_nobody_asks_is_replaced_at_the_next_wish(
    open_library,
) -> None:
    keep_first = """
    {
      const Real = Worker;
      globalThis.Worker = class extends Real {
        constructor(...options) {
          super(...options);
          globalThis.first ??= this;
        }
      };
    }
    """
    page = open_library(NO_PROCESSOR, keep_first)
    assert read(page, 1)["label"] == "bitmap by frame-callback"
    page.evaluate("first.onmessage({data: {failed: 'EncodingError: as planned'}})")
    again = page.evaluate(
        """async () => {
          const wish = {type: "image/jpeg", quality: 0.5, after: 0};
          const {width} = await reader.read(wish);
          return [width, reader.label];
        }"""
    )
    assert again == [640, "video-frame by frame-callback"]


# ---- a camera that is silent

# A track whose pictures come only when a test draws them.
CANVAS = """
globalThis.canvas = document.createElement("canvas");
Object.assign(canvas, {width: 320, height: 240});
globalThis.context = canvas.getContext("2d");
globalThis.draw = () => {
  context.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  tracks[0].requestFrame();
};
globalThis.openStream = async () => {
  context.fillRect(0, 0, 1, 1);
  const stream = canvas.captureStream(0);
  tracks.push(...stream.getTracks());
  Object.defineProperty(tracks[0], "muted", {get: () => globalThis.muted ?? false});
  return stream;
};
"""

LISTEN = """
async () => {
  globalThis.heard = [];
  globalThis.read = 0;
  const stream = await openStream();
  globalThis.reader = new lib.PictureReader(stream, () => heard.push(reader.silence));
  const wish = {type: "image/jpeg", quality: 0.5, after: -Infinity};
  (async () => { for (;;) { await reader.read(wish); read += 1; } })().catch(() => {});
}
"""


@pytest.mark.parametrize("stubs", [(), (NO_PROCESSOR,), (NO_PROCESSOR, NO_COUNTS)])
@pytest.mark.parametrize("silence", ["no-pictures", "interrupted"])
def test_a_silent_camera_is_told_and_its_way_is_kept(
    open_library, stubs, silence: str
) -> None:
    page = open_library(CANVAS, *stubs)
    page.evaluate(LISTEN)

    def pictures_come() -> None:
        page.evaluate("draw()")
        assert page.evaluate("read") > before

    before = 2
    wait_until(pictures_come, page=page)
    assert page.evaluate("heard") == []
    label = page.evaluate("reader.label")
    page.evaluate(f"globalThis.muted = {str(silence == 'interrupted').lower()}")
    wait_until(lambda: page.evaluate("heard") == [silence], page=page)
    assert page.evaluate("reader.label").split()[0] == label.split()[0]
    # And back by itself.
    page.evaluate("globalThis.muted = false")
    before = page.evaluate("read")
    wait_until(pictures_come, page=page)
    assert page.evaluate("heard") == [silence, ""]
    assert page.evaluate("reader.label").split()[0] == label.split()[0]


def test_a_stream_without_a_first_picture_is_told(open_library) -> None:
    page = open_library(CANVAS)
    page.evaluate(LISTEN)
    began = page.evaluate("performance.now()")
    wait_until(lambda: page.evaluate("heard") == ["no-pictures"], page=page)
    assert page.evaluate("performance.now()") - began > 2000
