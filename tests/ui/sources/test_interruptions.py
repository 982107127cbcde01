"""What happens to a camera that is on: it falls silent, is taken away, is turned."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from panel_cam import Live, stateful
from tests.support.live_page import LivePage
from tests.support.waiting import wait_until

# A camera that a test draws: `film(fps)` lets it run, `turn()` as a phone is turned,
# `take(true)` as a call takes it.
FILMED = """
globalThis.canvas = document.createElement("canvas");
Object.assign(canvas, {width: 320, height: 240});
const context = canvas.getContext("2d");
let track = null, timer = null, muted = false, angle = 0;
const draw = () => {
  context.fillStyle = `hsl(${angle += 7} 80% 50%)`;
  context.fillRect(0, 0, canvas.width, canvas.height);
  track.requestFrame();
};
globalThis.film = (fps) => {
  clearInterval(timer);
  if (fps > 0) timer = setInterval(draw, 1000 / fps);
};
globalThis.turn = () => {
  [canvas.width, canvas.height] = [canvas.height, canvas.width];
};
globalThis.end = () => {
  track.stop();
  track.dispatchEvent(new Event("ended"));
};
globalThis.take = (taken) => {
  muted = taken;
  track.dispatchEvent(new Event(taken ? "mute" : "unmute"));
};
navigator.mediaDevices.getUserMedia = async () => {
  context.fillRect(0, 0, 1, 1);
  const stream = canvas.captureStream(0);
  [track] = stream.getVideoTracks();
  Object.defineProperty(track, "muted", {get: () => muted});
  const {width, height} = canvas;
  track.getSettings = () => ({width, height, frameRate: 30, facingMode: "environment"});
  return stream;
};
"""

NO_PROCESSOR = "delete globalThis.MediaStreamTrackProcessor;"

HIDE = """(hidden) => {
  const configurable = true;
  Object.defineProperties(document, {
    hidden: { configurable, get: () => hidden },
    visibilityState: { configurable, get: () => (hidden ? "hidden" : "visible") },
  });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def open_live(serve_here, page) -> Callable[..., tuple[LivePage, Live]]:
    """`open_live(*stubs, filter) -> (LivePage, Live)`: the drawn camera, started."""
    lives: list[Live] = []

    def open_live(
        *stubs: str, filter: Callable[..., Any] = lambda image: image, **params: Any
    ) -> tuple[LivePage, Live]:
        def app() -> Live:
            lives.append(Live(filter, resolution=(320, 240), **params))
            return lives[-1]

        live_page = LivePage(page)
        for stub in (FILMED, *stubs):
            page.add_init_script(stub)
        live_page.open(serve_here(app).url)
        live_page.button("Start camera").click()
        return live_page, lives[-1]

    return open_live


def film(page: Page, fps: float) -> None:
    page.evaluate("(fps) => film(fps)", fps)


def test_a_camera_without_pictures_says_so_and_goes_on_when_they_come(
    open_live,
) -> None:
    live_page, live = open_live()
    page, camera = live_page.page, live.camera
    wait_until(lambda: camera.status == "no-pictures", page=page)
    live_page.sees("sends no pictures")
    for cure in ("cover", "other programs", "Stop and Start"):
        assert cure in camera.error
    assert camera.active is True
    film(page, 30)
    live_page.next_picture(2)
    wait_until(lambda: (camera.status, camera.error) == ("streaming", ""), page=page)
    live_page.sees("320 \u00d7 240")
    # Later, too; and not while nobody wants one.
    film(page, 0)
    wait_until(lambda: camera.status == "no-pictures", page=page)
    live_page.button("Pause").click()
    wait_until(lambda: (camera.status, camera.error) == ("paused", ""), page=page)
    live_page.button("Resume").click()
    wait_until(lambda: camera.status == "no-pictures", page=page)
    live_page.button("Stop").click()
    wait_until(lambda: (camera.status, camera.error) == ("idle", ""), page=page)


@pytest.mark.parametrize("stubs", [(), (NO_PROCESSOR,)])
def test_a_camera_that_a_call_takes_is_told_and_comes_back_by_itself(
    open_live, stubs
) -> None:
    live_page, live = open_live(*stubs)
    page, camera = live_page.page, live.camera
    film(page, 30)
    live_page.next_picture(2)
    page.evaluate("take(true)")
    film(page, 0)
    wait_until(lambda: camera.status == "interrupted", page=page)
    live_page.sees("by a call")
    assert "by itself" in camera.error
    page.evaluate("take(false)")
    film(page, 30)
    live_page.next_picture(2)
    wait_until(lambda: (camera.status, camera.error) == ("streaming", ""), page=page)


def test_a_camera_that_ended_in_a_call_is_opened_when_one_comes_back_to_the_page(
    open_live,
) -> None:
    live_page, live = open_live()
    page, camera = live_page.page, live.camera
    film(page, 30)
    live_page.next_picture(2)
    page.evaluate(HIDE, True)
    page.evaluate("end()")
    wait_until(lambda: camera.status == "unplugged", page=page)
    assert "a call" in camera.error
    live_page.plug([{"id": "x", "label": "x", "facing": ""}])
    page.evaluate(HIDE, False)
    live_page.next_picture(2)
    wait_until(lambda: (camera.status, camera.error) == ("streaming", ""), page=page)


@pytest.mark.parametrize("stubs", [(), (NO_PROCESSOR,)])
def test_a_phone_that_is_turned_goes_on_and_filters_with_a_memory_start_afresh(
    open_live, stubs
) -> None:
    began: list[tuple[int, ...]] = []

    @stateful
    def mean(image, state):
        if "mean" not in state:
            began.append(image.shape)
            state["mean"] = image.astype(float)
        state["mean"] = 0.5 * state["mean"] + 0.5 * image
        return state["mean"].astype(np.uint8)

    live_page, live = open_live(*stubs, filter=mean)
    page, camera = live_page.page, live.camera
    film(page, 30)
    assert live_page.next_picture(2).image.shape[:2] == (240, 320)
    stream = camera.frame.stream
    for width, height in ((240, 320), (320, 240)):
        page.evaluate("turn()")
        shape = (height, width)
        wait_until(
            lambda shape=shape: live_page.next_picture().image.shape[:2] == shape,
            page=page,
        )
        live_page.sees(f"{width} \u00d7 {height}")
        wait_until(
            lambda size=(width, height): (
                (camera.settings["width"], camera.settings["height"]) == size
            ),
            page=page,
        )
    assert began == [(240, 320, 3), (320, 240, 3), (240, 320, 3)]
    assert camera.frame.stream == stream
    assert live.error == ""


def test_a_camera_that_is_slower_than_it_says_is_told(open_live) -> None:
    live_page, live = open_live()
    page, camera = live_page.page, live.camera
    film(page, 30)
    live_page.sees("at 30 frames a second")
    film(page, 10)
    wait_until(lambda: 6 < camera.settings.get("fps", 0) < 12, timeout=20, page=page)
    wait_until(
        lambda: (
            f"at {round(camera.settings['fps'])} frames"
            in live_page.message.inner_text()
        ),
        page=page,
    )
    assert camera.status == "streaming"


@pytest.mark.parametrize(
    ("stubs", "way", "words"),
    [
        ((), "track", "in a worker"),
        ((NO_PROCESSOR,), "bitmap by frame-callback", "in a worker"),
        (
            (NO_PROCESSOR, "globalThis.Worker = undefined;"),
            "canvas by frame-callback",
            "main thread",
        ),
    ],
)
def test_the_page_and_python_know_by_which_way_pictures_come(
    open_live, stubs, way: str, words: str
) -> None:
    live_page, live = open_live(*stubs)
    film(live_page.page, 30)
    wait_until(lambda: live.camera.settings.get("capture") == way, page=live_page.page)
    title = live_page.message.get_attribute("title")
    assert way in title
    assert words in title


# ---- pages that are not seen


def test_what_a_browser_does_in_the_background_is_told_as_it_is(open_live) -> None:
    live_page, live = open_live()
    page, camera = live_page.page, live.camera
    film(page, 30)
    live_page.next_picture(2)
    page.evaluate(HIDE, True)
    wait_until(lambda: "slow capture down" in camera.notice, page=page)
    wait_until(lambda: "this browser goes on" in camera.notice, page=page)
    film(page, 0)
    wait_until(lambda: "gives no new pictures" in camera.notice, page=page)
    assert camera.status == "streaming"  # nobody is to be told of a fault
    film(page, 3)
    wait_until(lambda: "this browser slows" in camera.notice, page=page)
    page.evaluate(HIDE, False)
    wait_until(lambda: camera.notice == "", page=page)
    assert camera.settings["fps"] == 30


def test_the_same_picture_again_and_again_is_sent_once(open_live) -> None:
    """As Safari gives it to a page that nobody sees."""
    again = """
    {
      const Real = MediaStreamTrackProcessor;
      globalThis.MediaStreamTrackProcessor = class {
        constructor(options) {
          this.readable = new Real(options).readable.pipeThrough(new TransformStream({
            transform(frame, out) {
              for (let i = 0; i < 5; i++) out.enqueue(frame.clone());
              frame.close();
            },
          }));
        }
      };
    }
    """
    live_page, _ = open_live(again, fps=0)
    film(live_page.page, 10)
    first = live_page.next_picture(2)
    last = live_page.next_picture(10)
    seconds = last.captured_at - first.captured_at
    assert (last.seq - first.seq) / seconds < 15


def test_a_page_that_comes_back_as_it_was_opens_its_camera_again(open_live) -> None:
    live_page, live = open_live()
    page, camera = live_page.page, live.camera
    film(page, 30)
    live_page.next_picture(2)
    leave = "dispatchEvent(new PageTransitionEvent('page%s', { persisted: true }))"
    page.evaluate(leave % "hide")
    wait_until(lambda: (camera.status, camera.active) == ("idle", False), page=page)
    page.evaluate(leave % "show")
    live_page.next_picture(2)
    wait_until(lambda: (camera.status, camera.active) == ("streaming", True), page=page)
    # But not one that was off when the page was left.
    live_page.button("Stop").click()
    page.evaluate(leave % "hide")
    page.evaluate(leave % "show")
    live_page.button("Start camera").wait_for()
    wait_until(lambda: (camera.status, camera.active) == ("idle", False), page=page)


def test_a_video_that_the_browser_paused_plays_when_one_touches_the_page(
    open_live,
) -> None:
    refuse = """
    const play = HTMLVideoElement.prototype.play;
    globalThis.mayPlay = false;
    HTMLVideoElement.prototype.play = async function () {
      if (!mayPlay) throw new DOMException("a gesture is needed", "NotAllowedError");
      return play.call(this);
    };
    """
    live_page, live = open_live(refuse, NO_PROCESSOR)
    page = live_page.page
    film(page, 30)
    wait_until(lambda: live.camera.status == "no-pictures", page=page)
    assert "touch the page" in live.camera.error
    page.evaluate("mayPlay = true")
    page.mouse.click(5, 5)
    live_page.next_picture(2)
    wait_until(lambda: live.camera.status == "streaming", page=page)
    playing = "(video) => !video.paused && video.muted && video.playsInline"
    wait_until(lambda: live_page.preview.evaluate(playing), page=page)
