"""By which way each engine takes pictures, and what it does without the better ones."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from panel_cam import Camera, Live
from panel_cam.imaging import codec
from tests.engines.conftest import start
from tests.support.engines.webkit import WebKit
from tests.support.images import blocks, is_near
from tests.support.live_page import LivePage
from tests.support.pages import watch_pictures
from tests.support.waiting import wait_until as wait_for

wait_until = partial(wait_for, timeout=30)

# Of a video: what is painted may be one, too.
NO_BITMAPS = """
{
  const real = createImageBitmap;
  globalThis.createImageBitmap = async (it, ...options) => {
    if (it instanceof HTMLVideoElement) throw new Error("no bitmaps of a video");
    return real(it, ...options);
  };
}
"""
NO_WORKERS = "delete globalThis.Worker;"
NO_CALLBACKS = "delete HTMLVideoElement.prototype.requestVideoFrameCallback;"

OpenLive = Callable[..., tuple[LivePage, Live]]


@pytest.fixture(scope="session")
def flat_webkit() -> Iterator[WebKit]:
    """WebKit as on machines without a way to compose layers."""
    yield from start(WebKit, environment={"WEBKIT_DISABLE_COMPOSITING_MODE": "1"})


@pytest.fixture(scope="session")
def safari_like() -> Iterator[WebKit]:
    """WebKit whose workers can read a track, as Safari's can."""
    yield from start(WebKit, flags=["--features=+MediaStreamTrackProcessing"])


@pytest.fixture
def variant() -> str:
    """The name of the fixture with the browser, where it is not the engine's usual."""
    return ""


@pytest.fixture
def open_live(open_page, serve_here, variant, request, console) -> Iterator[OpenLive]:
    """`open_live(*stubs, **options) -> (LivePage, Live)`, started."""
    pages: list[Any] = []

    def open_live(
        *stubs: str, direct: bool = True, **options: Any
    ) -> tuple[LivePage, Live]:
        lives: list[Live] = []

        def app() -> Live:
            lives.append(Live(lambda image: image, autostart=True, **options))
            lives[-1].view.direct = direct
            return lives[-1]

        if variant:
            page = request.getfixturevalue(variant).new_page(console)
            pages.append(page)
            watch_pictures(page)
        else:
            page = open_page()
        for stub in stubs:
            page.add_init_script(stub)
        live_page = LivePage(page)
        live_page.open(serve_here(app).url)
        return live_page, lives[0]

    yield open_live
    for page in pages:
        page.close()


def pictures_come_by(live_page: LivePage, camera: Camera, way: str) -> None:
    """Wait for pictures that differ, and for the name of the way that they come by."""
    page = live_page.page
    pictures = [live_page.next_picture(2) for _ in range(4)]
    assert pictures[0].image.shape == (480, 640, 4)
    assert any((each.image != pictures[0].image).any() for each in pictures)
    times = [each.captured_at for each in pictures]
    assert times == sorted(set(times))
    wait_until(lambda: camera.settings.get("capture") == way, page=page)
    assert way in live_page.message.get_attribute("title")
    assert camera.status == "streaming"
    live_page.button("Stop").click()
    live_page.all_tracks_have_ended()
    wait_until(lambda: camera.status == "idle", page=page)


@pytest.mark.engines("chromium")
def test_chromium_reads_the_track_on_the_page(open_live: OpenLive) -> None:
    live_page, live = open_live()
    pictures_come_by(live_page, live.camera, "track")


@pytest.mark.engines("firefox")
@pytest.mark.parametrize(
    ("stubs", "way"),
    [
        ((), "bitmap by frame-callback"),
        ((NO_CALLBACKS,), "bitmap by refresh"),
        ((NO_BITMAPS,), "video-frame by frame-callback"),
        ((NO_WORKERS,), "canvas by frame-callback"),
        ((NO_WORKERS, NO_CALLBACKS), "canvas by refresh"),
    ],
)
def test_firefox_hands_pictures_of_a_video_to_a_worker(
    open_live: OpenLive, stubs, way: str
) -> None:
    live_page, live = open_live(*stubs)
    pictures_come_by(live_page, live.camera, way)


@pytest.mark.engines("webkit")
@pytest.mark.parametrize(
    ("variant", "stubs", "way"),
    [
        ("", (), "bitmap by frame-callback"),
        ("flat_webkit", (), "bitmap by refresh"),
        ("safari_like", (), "worker-track"),
        ("", (NO_BITMAPS,), "video-frame by frame-callback"),
        ("", (NO_WORKERS,), "canvas by frame-callback"),
    ],
)
def test_webkit_takes_what_it_has(
    open_live: OpenLive, variant: str, stubs, way: str
) -> None:
    live_page, live = open_live(*stubs)
    pictures_come_by(live_page, live.camera, way)


@pytest.mark.parametrize("painting", ["direct", "plain"])
def test_pictures_are_painted_directly_and_the_plain_way(
    open_live: OpenLive, engine: str, painting: str
) -> None:
    live_page, live = open_live(direct=painting == "direct", format="png")
    page = live_page.page
    live_page.next_picture(3)
    root = page.locator("[data-painting]")
    assert root.get_attribute("data-painting") == painting
    live.stop()

    def what_is_seen_is_what_was_sent() -> None:
        shown = live_page.figure().image(480, 640)[:, :, :3]
        sent = codec.decode(live.view.frame["data"])[:, :, :3]
        assert is_near(blocks(shown), blocks(sent), within=3)
        assert engine == "webkit" or is_near(shown, sent, within=4)

    wait_until(what_is_seen_is_what_was_sent, page=page)


def test_the_demo_scene_plays(open_live: OpenLive) -> None:
    live_page, live = open_live(source="demo")
    first = live_page.next_picture(2).image
    wait_until(
        lambda: (live_page.next_picture().image != first).any(), page=live_page.page
    )
    live_page.sees("640")
    assert live.camera.status == "streaming"


@pytest.mark.parametrize("format", ["png", "webp"])
def test_a_format_is_written_as_well_as_the_engine_can(
    open_live: OpenLive, engine: str, format: str
) -> None:
    live_page, live = open_live(format=format)
    live_page.next_picture(2)
    written = "jpeg" if (engine, format) == ("webkit", "webp") else format
    assert codec.format_of(live.camera.frame.data) == written
