"""What panel_cam is for, in every engine: the camera through a filter, live."""

import base64
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import numpy as np
import panel as pn
import pytest

from panel_cam import Boxes, Live, Range, Result
from panel_cam.imaging import codec
from tests.support.clip import COLOURS
from tests.support.images import blocks, is_near
from tests.support.live_page import LivePage, read_figure, read_figures
from tests.support.pages import read_picture
from tests.support.waiting import wait_until as wait_for

# Three browsers in turns, each slower to start than Chromium alone.
wait_until = partial(wait_for, timeout=30)

READ_PREVIEW = """
() => {
  const walk = (root) => root.querySelector("video") ?? [...root.querySelectorAll("*")]
    .map(({ shadowRoot }) => shadowRoot && walk(shadowRoot)).find(Boolean);
  const video = walk(document);
  const [width, height] = [video.videoWidth, video.videoHeight];
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  canvas.drawImage(video, 0, 0);
  const bytes = canvas.getImageData(0, 0, width, height).data;
  let text = "";
  for (let start = 0; start < bytes.length; start += 32768) {
    text += String.fromCharCode(...bytes.subarray(start, start + 32768));
  }
  return [height, width, btoa(text)];
}
"""


def negative(image: np.ndarray) -> np.ndarray:
    return 255 - image


def flat(
    image: np.ndarray, level: Annotated[int, Range(0, 200, step=50)] = 50
) -> np.ndarray:
    return np.full(image.shape[:2], level, np.uint8)


def black(image: np.ndarray) -> np.ndarray:
    return np.zeros(image.shape[:2], np.uint8)


def boxed(image: np.ndarray) -> Result:
    """Box the upper left part of a black picture, and measure the camera's."""
    return Result(
        black(image),
        values={"mean": image.mean()},
        table={"name": ["the camera"], "columns": [image.shape[1]]},
        shapes=[Boxes([(40, 40, 200, 200)], color="#00ff00")],
    )


OpenLive = Callable[..., tuple[LivePage, Live]]


@pytest.fixture
def open_live(open_page, serve_here) -> OpenLive:
    """`open_live(filter, *, allowed=True, **options) -> (LivePage, Live)`."""

    def open_live(
        filter: Any, *, allowed: bool = True, **options: Any
    ) -> tuple[LivePage, Live]:
        lives: list[Live] = []

        def app() -> Live:
            lives.append(Live(filter, **options))
            return lives[-1]

        live_page = LivePage(open_page(allowed=allowed))
        live_page.open(serve_here(app).url)
        return live_page, lives[0]

    return open_live


def read_preview(page: Any) -> np.ndarray:
    """Return what the camera's own picture on the page shows."""
    height, width, pixels = page.evaluate(READ_PREVIEW)
    rgba = np.frombuffer(base64.b64decode(pixels), np.uint8)
    return rgba.reshape(height, width, 4)[:, :, :3]


def test_the_page_shows_the_camera_through_the_filter(
    open_live: OpenLive, engine: str, clip
) -> None:
    live_page, live = open_live(negative, format="png")
    page, camera = live_page.page, live.camera
    sent: dict[int, np.ndarray] = {}
    live.view.param.watch(
        lambda event: sent.update({event.new["seq"]: codec.decode(event.new["data"])}),
        "frame",
    )
    live_page.button("Start camera").click()
    first = live_page.next_picture(2)
    wait_until(lambda: camera.status == "streaming", page=page)
    assert first.image.shape == (480, 640, 4)

    # It is not the page's main thread that encodes them.
    wait_until(lambda: "capture" in camera.settings, page=page)
    assert not camera.settings["capture"].startswith("canvas")

    # It moves, forwards, and is young.
    pictures = [first, *(live_page.next_picture() for _ in range(5))]
    assert any((each.image != first.image).any() for each in pictures)
    captured = [each.captured_at for each in pictures]
    assert captured == sorted(captured)
    wait_until(lambda: 0 < live.stats.get("age_p50_ms", 0) < 2000, page=page)

    # What is painted is what Python has made of the camera's picture.
    live_page.button("Pause").click()

    def it_stands_still() -> None:
        assert camera.status == "paused"
        assert np.array_equal(live.image, negative(camera.image))
        picture = read_picture(page)
        assert picture is not None and picture.seq == camera.frame.seq

    wait_until(it_stands_still, page=page)
    picture = read_picture(page)
    assert picture is not None
    painted = picture.image[:, :, :3]
    assert np.array_equal(painted, sent[picture.seq])
    assert np.array_equal(painted, live.image)
    seen = live_page.figure().image(480, 640)[:, :, :3]
    assert is_near(blocks(seen), blocks(painted), within=3)
    assert engine == "webkit" or is_near(seen, painted, within=4)
    # The preview stands still too, some frames away.
    assert is_near(read_preview(page), negative(painted), within=16)
    assert engine != "chromium" or is_near(
        painted[clip.centre("red")], 255 - np.array(COLOURS["red"]), within=12
    )


def test_the_camera_is_started_paused_and_stopped(open_live: OpenLive) -> None:
    live_page, live = open_live(negative)
    page, camera = live_page.page, live.camera
    assert live_page.wishes() == []
    live_page.button("Start camera").click()
    live_page.next_picture(2)
    assert "live" in live_page.tracks()
    live_page.sees("frames a second")

    live_page.button("Pause").click()
    live_page.button("Resume").wait_for()
    wait_until(lambda: camera.frame.seq in camera.answered["seqs"], page=page)
    wait_until(lambda: live.view.frame["seq"] == camera.frame.seq, page=page)
    seq = camera.frame.seq
    page.evaluate("new Promise((done) => setTimeout(done, 300))")
    assert camera.frame.seq <= seq + 1
    live_page.button("Resume").click()
    live_page.next_picture(3)

    live_page.button("Stop").click()
    live_page.all_tracks_have_ended()
    live_page.sees("Off.")
    wait_until(lambda: (camera.active, camera.status) == (False, "idle"), page=page)
    # The last picture stays.
    assert live_page.figure().pixels[:, :, :3].std() > 1

    live.start()
    live_page.next_picture(2)
    assert "live" in live_page.tracks()


def test_another_filter_and_a_slider_change_the_next_picture(
    open_live: OpenLive,
) -> None:
    live_page, live = open_live(negative, autostart=True)
    page = live_page.page
    live_page.next_picture()
    stream = live.camera.frame.stream
    live.filter = flat

    def shows(level: int) -> bool:
        return abs(int(live_page.next_picture().image[5, 5, 0]) - level) <= 3

    wait_until(partial(shows, 50), page=page)
    for level in (100, 150):
        page.locator(".noUi-handle").press("ArrowRight")
        wait_until(partial(shows, level), page=page)
    assert live.settings.level == 150
    figure = live_page.figure()
    np.testing.assert_allclose(figure.at(240, 320)[:3], 150, atol=3)
    live.filter = lambda image: image[::4, ::2]
    wait_until(lambda: live_page.next_picture().image.shape == (120, 320, 4), page=page)
    # The camera has known nothing of all that.
    assert live.camera.frame.stream == stream


def test_results_and_shapes_are_those_of_the_picture(open_live: OpenLive) -> None:
    live_page, live = open_live(boxed, autostart=True)
    page = live_page.page
    live_page.next_picture()

    def there_is_a_box() -> bool:
        figure = read_figure(page)
        assert figure is not None
        down, right = figure.place(120, 40)
        near = figure.pixels[down, right - 4 : right + 5].astype(int)
        return bool(((near[:, 1] > 200) & (near[:, 0] < 90)).any())

    wait_until(there_is_a_box, page=page)
    page.get_by_role("button", name="mean").wait_for()
    page.get_by_text("the camera", exact=True).wait_for()
    wait_until(
        lambda: np.isclose(live.result.values["mean"], live.camera.image.mean(), atol=9)
    )
    live.filter = black
    wait_until(lambda: not there_is_a_box(), page=page)
    wait_until(page.get_by_role("button", name="mean").is_hidden, page=page)


def test_the_original_is_compared_with_the_picture(open_live: OpenLive) -> None:
    live_page, live = open_live(black, autostart=True)
    page = live_page.page
    live_page.next_picture()
    live_page.choice("Compare").select_option("swipe")
    wait_until(lambda: live.compare == "swipe", page=page)

    def shown(count: int) -> list[np.ndarray]:
        figures = read_figures(page, *range(count))
        assert figures is not None
        return [figure.image(480, 640)[:, :, :3] for figure in figures]

    def halves_differ() -> None:
        (image,) = shown(1)
        assert image[:, 330:].max() <= 3
        assert not is_near(image[:, :310], np.zeros(3), within=10)

    wait_until(halves_differ, page=page)
    live_page.choice("Compare").select_option("beside")
    wait_until(lambda: shown(2)[1].mean() > 10, page=page)
    live_page.button("Pause").click()
    wait_until(lambda: live.camera.status == "paused", page=page)

    def both_are_of_one_frame() -> None:
        processed, original = shown(2)
        assert processed.max() <= 3
        assert is_near(blocks(original), blocks(live.camera.image), within=6)

    wait_until(both_are_of_one_frame, page=page)


@pytest.mark.engines("chromium", "firefox")  # WebKitWebDriver always allows it
def test_a_person_who_denies_the_camera_is_told_how_to_allow_it(
    open_live: OpenLive,
) -> None:
    live_page, live = open_live(negative, allowed=False)
    live_page.button("Start camera").click()
    wait_until(lambda: live.camera.status == "permission-denied", page=live_page.page)
    live_page.sees("allow it")
    live_page.button("Start camera").wait_for()
    assert live_page.tracks() == []
    assert not live.camera.active


def test_a_page_whose_embedding_denies_the_camera_says_so(
    open_page, serve_here, serve_page, console
) -> None:
    console.allow("Permissions policy violation")
    lives: list[Live] = []

    def app() -> Live:
        lives.append(Live(negative, autostart=True))
        return lives[-1]

    page = open_page()
    inner = serve_here(app).url
    page.goto(serve_page(f'<iframe src="{inner}" width="800" height="600"></iframe>'))
    # Not every engine tells a page that it is its embedding that denies.
    denials = ("blocked-by-policy", "permission-denied")
    wait_until(lambda: lives and lives[0].camera.status in denials, page=page)
    wait_until(lambda: "allow" in lives[0].camera.error, page=page)
    assert lives[0].image is None


@pytest.mark.engines("firefox", "webkit")  # headless, Chromium is never hidden
def test_a_page_in_the_background_says_so_and_goes_on_when_it_is_back(
    open_live: OpenLive,
) -> None:
    live_page, live = open_live(negative, autostart=True)
    page, camera = live_page.page, live.camera
    live_page.next_picture(2)
    page.hide()
    live_page.sees("in the background")
    # Once it has been seen what this browser makes of it.
    wait_until(lambda: "this browser" in camera.notice, page=page)
    assert camera.status == "streaming"
    page.show()
    wait_until(lambda: camera.notice == "", page=page)
    for _ in range(3):
        live_page.next_picture(3)
    live_page.sees("frames a second")


def test_the_camera_is_off_once_it_is_no_longer_on_the_page(
    open_page, serve_here
) -> None:
    made: list[Any] = []

    def app() -> pn.Column:
        made[:] = [pn.Column(Live(negative)), pn.state.curdoc]
        return made[0]

    live_page = LivePage(open_page())
    live_page.open(serve_here(app).url)
    live_page.button("Start camera").click()
    live_page.next_picture()
    assert "live" in live_page.tracks()
    made[1].add_next_tick_callback(made[0].clear)
    live_page.all_tracks_have_ended()


def test_two_sessions_have_each_their_own_camera_and_picture(
    open_page, serve_here
) -> None:
    lives: list[Live] = []

    def app() -> Live:
        live = Live(flat, autostart=True)
        live.settings.level = 50 * len(lives)
        lives.append(live)
        return live

    url = serve_here(app).url
    mine, yours = LivePage(open_page()), LivePage(open_page())
    for live_page in (mine, yours):
        live_page.open(url)
    for _ in range(3):
        assert mine.next_picture().image[:, :, :3].max() <= 3
        np.testing.assert_allclose(yours.next_picture().image[:, :, 0], 50, atol=3)
    mine.button("Stop").click()
    mine.all_tracks_have_ended()
    yours.next_picture(2)
    assert lives[1].camera.active


def test_two_streams_on_a_page_share_one_camera(open_page, serve_here) -> None:
    lives: list[Live] = []

    def app() -> pn.Column:
        lives[:] = [Live(each, autostart=True) for each in (negative, black)]
        return pn.Column(*lives)

    page = open_page()
    live_page = LivePage(page)
    page.goto(serve_here(app).url)

    def both_go_on(*, since: list[int]) -> None:
        shown = [live.stats.get("shown", 0) for live in lives]
        pairs = zip(shown, since, strict=True)
        assert all(now > before + 3 for now, before in pairs)

    wait_until(lambda: both_go_on(since=[0, 0]), page=page)
    assert len(live_page.wishes()) == 1
    leader, follower = sorted(lives, key=lambda live: live.camera.shares)
    assert follower.camera.shares == leader.camera.key
    leader.camera.stop()
    wait_until(lambda: leader.camera.status == "idle", page=page)
    shown = [-1 if live is leader else live.stats["shown"] for live in lives]
    wait_until(lambda: both_go_on(since=shown), page=page)
    assert follower.camera.shares == ""


def holed(image: np.ndarray) -> np.ndarray:
    """Return floats that are NaN in the upper left quarter, and black elsewhere."""
    rows, columns, _ = image.shape
    output = np.zeros((rows, columns))
    output[: rows // 2, : columns // 2] = np.nan
    return output


def test_what_is_not_a_number_is_transparent(open_live: OpenLive) -> None:
    live_page, _ = open_live(holed, autostart=True)
    live_page.next_picture(2)

    def only_a_quarter_is_seen_through() -> None:
        figure = live_page.figure()
        assert figure.at(100, 100)[3] == 0 or figure.at(100, 100)[:3] == (255,) * 3
        for row, column in ((100, 500), (400, 100), (400, 500)):
            assert max(figure.at(row, column)[:3]) <= 3

    wait_until(only_a_quarter_is_seen_through, page=live_page.page)


def test_another_resolution_is_what_arrives_and_is_seen(open_live: OpenLive) -> None:
    live_page, live = open_live(negative, autostart=True, format="png")
    page, camera = live_page.page, live.camera
    live_page.next_picture()
    for width, height in ((320, 240), (640, 480)):
        live_page.choice("Resolution").select_option(f"{width}x{height}")
        wait_until(lambda: camera.resolution == (width, height), page=page)  # noqa: B023
        wait_until(
            lambda: live_page.next_picture().image.shape == (height, width, 4),  # noqa: B023
            page=page,
        )
        assert camera.image.shape == (height, width, 3)
        live_page.sees(f"{width} \N{MULTIPLICATION SIGN} {height}")

        def pixels_are_square() -> None:
            figure = live_page.figure()
            assert figure.y[0] <= height * 1.5  # noqa: B023
            np.testing.assert_allclose(*figure.pixel_size(), rtol=0.02)

        wait_until(pixels_are_square, page=page)
    # The old cameras are off.
    assert live_page.tracks().count("live") <= 2
