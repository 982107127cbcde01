"""The buttons, lists and boxes that a person has."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from panel_cam import Live
from tests.support.clip import COLOURS
from tests.support.live_page import LivePage
from tests.support.waiting import wait_until


@pytest.fixture
def open_live(serve_here, page) -> Callable[..., tuple[LivePage, Live]]:
    """`open_live(page=page, **params) -> (LivePage, Live)`; the filter is identity."""
    lives: list[Live] = []

    def open_live(page=page, **params: Any) -> tuple[LivePage, Live]:
        def app() -> Live:
            lives.append(Live(lambda image: image, **params))
            return lives[-1]

        live_page = LivePage(page)
        live_page.open(serve_here(app).url)
        wait_until(lambda: lives, page=page)
        return live_page, lives[-1]

    return open_live


def test_the_camera_opens_with_a_click_pauses_resumes_and_stops(open_live) -> None:
    live_page, live = open_live()
    page, camera = live_page.page, live.camera
    assert live_page.wishes() == []
    assert live_page.tracks() == []
    assert camera.status == "idle"
    assert live_page.button("Pause").is_hidden()

    live_page.button("Start camera").click()
    live_page.next_picture(2)
    wait_until(lambda: camera.status == "streaming", page=page)
    assert camera.active is True
    assert len(live_page.wishes()) == 1
    assert live_page.preview.is_visible()
    assert "live" in live_page.tracks()

    live_page.button("Pause").click()
    live_page.button("Resume").wait_for()
    wait_until(lambda: (camera.paused, camera.status) == (True, "paused"), page=page)
    live_page.sees("Paused")
    # What was on its way arrives, and no more.
    wait_until(lambda: camera.frame.seq in camera.answered["seqs"], page=page)
    wait_until(lambda: live.view.frame["seq"] == camera.frame.seq, page=page)
    seq, painted = camera.frame.seq, live_page.painted()
    assert "live" in live_page.tracks()
    page.evaluate(
        "new Promise((done) => {"
        "  let left = 20;"
        "  const next = () => --left ? requestAnimationFrame(next) : done();"
        "  next(); })"
    )
    assert camera.frame.seq <= seq + 1
    assert live_page.painted() <= painted + 2

    live_page.button("Resume").click()
    live_page.next_picture(2)
    wait_until(lambda: (camera.paused, camera.status) == (False, "streaming"))
    live_page.button("Pause").wait_for()

    live_page.button("Stop").click()
    live_page.all_tracks_have_ended()
    live_page.button("Start camera").wait_for()
    wait_until(lambda: (camera.active, camera.status) == (False, "idle"), page=page)
    assert live_page.button("Pause").is_hidden()
    # The last picture stays.
    red = live_page.figure().at(192, 80)[:3]
    np.testing.assert_allclose(red, COLOURS["red"], atol=12)

    live_page.button("Start camera").click()
    live_page.next_picture(2)
    assert live_page.tracks().count("live") >= 1


def test_python_can_do_all_that_the_buttons_do(open_live) -> None:
    live_page, live = open_live()
    page, camera = live_page.page, live.camera
    live.start()
    live_page.next_picture()
    live_page.button("Stop").wait_for()
    camera.paused = True
    live_page.button("Resume").wait_for()
    wait_until(lambda: camera.status == "paused", page=page)
    camera.paused = False
    live_page.next_picture(2)
    camera.mirror = True
    wait_until(lambda: live_page.choice("Mirror").is_checked(), page=page)
    camera.preview = False
    wait_until(lambda: live_page.preview.is_hidden(), page=page)
    camera.resolution = (320, 240)
    wait_until(lambda: live_page.next_picture().image.shape == (240, 320, 4), page=page)
    camera.source = "demo"
    wait_until(lambda: live_page.choice("Source").input_value() == "demo", page=page)
    live_page.next_picture(2)
    live.stop()
    live_page.all_tracks_have_ended()
    live_page.button("Start demo scene").wait_for()


def test_the_resolution_can_be_chosen_and_is_what_arrives(open_live) -> None:
    live_page, live = open_live(autostart=True)
    live_page.next_picture()
    offered = live_page.options("Resolution")
    assert len(offered) >= 3
    live_page.choice("Resolution").select_option("320x240")
    wait_until(
        lambda: live_page.next_picture().image.shape == (240, 320, 4),
        page=live_page.page,
    )
    assert live.camera.resolution == (320, 240)
    wait_until(lambda: live.camera.image.shape == (240, 320, 3), page=live_page.page)
    assert live.camera.settings["width"] == 320
    wait_until(lambda: live_page.tracks().count("live") <= 2, page=live_page.page)
    # The picture is as wide on the page as before, and its pixels are still square.
    wait_until(lambda: live_page.figure().y[0] <= 240 * 1.5, page=live_page.page)
    np.testing.assert_allclose(*live_page.figure().pixel_size(), rtol=0.02)


def test_a_resolution_of_ones_own_is_asked_for_exactly_and_offered(open_live) -> None:
    live_page, _ = open_live(resolution=(400, 300))
    assert live_page.choice("Resolution").input_value() == "400x300"
    live_page.button("Start camera").click()
    assert live_page.next_picture().image.shape == (300, 400, 4)


def test_the_mirror_turns_what_one_sees_and_never_the_data(open_live, clip) -> None:
    live_page, live = open_live(autostart=True)
    page = live_page.page
    live_page.next_picture()
    before = live_page.figure()
    row, column = clip.centre("red")
    live_page.choice("Mirror").check()
    wait_until(lambda: live_page.figure().x[0] > live_page.figure().x[1], page=page)
    live_page.next_picture(3)
    mirrored = live_page.figure()
    # Red is the leftmost patch: on the canvas it has gone from the left to the right.
    width = mirrored.pixels.shape[1]
    assert before.place(row, column)[1] < width / 2 < mirrored.place(row, column)[1]
    np.testing.assert_allclose(mirrored.at(row, column)[:3], COLOURS["red"], atol=12)
    np.testing.assert_allclose(
        mirrored.pixels[mirrored.place(row, column)][:3], COLOURS["red"], atol=12
    )
    turned = live_page.preview.evaluate("(it) => getComputedStyle(it).transform")
    assert turned.startswith("matrix(-1")
    # The data: in Python, before and after the filter, and in the picture that came.
    assert live.camera.mirror is True
    for image in (live.camera.image, live.image, live_page.next_picture().image):
        np.testing.assert_allclose(image[row, column][:3], COLOURS["red"], atol=12)
    live_page.choice("Mirror").uncheck()
    wait_until(lambda: live_page.figure().x == before.x, page=page)


def test_the_preview_shows_the_camera_and_can_be_hidden(open_live) -> None:
    live_page, live = open_live(autostart=True)
    page = live_page.page
    live_page.next_picture()
    playing = (
        "(video) => video.videoWidth > 0 && !video.paused && video.currentTime > 0"
    )
    wait_until(lambda: live_page.preview.evaluate(playing), page=page)
    live_page.choice("Preview").uncheck()
    live_page.preview.wait_for(state="hidden")
    wait_until(lambda: live.camera.preview is False, page=page)
    live_page.next_picture(3)  # the stream goes on
    live_page.choice("Preview").check()
    live_page.preview.wait_for()
    wait_until(lambda: live_page.preview.evaluate(playing), page=page)


def test_the_cameras_are_listed_chosen_and_remembered(open_live, new_page) -> None:
    live_page, live = open_live(new_page(2))
    page, camera = live_page.page, live.camera
    live_page.button("Start camera").click()
    live_page.next_picture()
    labels = live_page.options("Camera")
    assert len(labels) == 2
    assert all(label.startswith("fake_device_") for label in labels)
    wait_until(lambda: len(camera.devices) == 2, page=page)
    assert [each["label"] for each in camera.devices] == labels
    used = [each["id"] for each in camera.devices]
    (other,) = set(used) - {camera.settings["deviceId"]}

    live_page.choice("Camera").select_option(other)
    wait_until(lambda: camera.settings["deviceId"] == other, page=page)
    assert camera.device_id == other
    live_page.next_picture()
    assert live_page.wishes()[-1]["deviceId"] == {"exact": other}

    # Remembered across reloads.
    page.reload()
    live_page.button("Start camera").click()
    live_page.next_picture()
    assert live_page.choice("Camera").input_value() == other
    assert live_page.wishes()[-1]["deviceId"] == {"exact": other}


def test_a_remembered_camera_that_is_gone_falls_back_with_a_word(
    open_live, new_page
) -> None:
    live_page, _ = open_live(new_page(2))
    page = live_page.page
    live_page.button("Start camera").click()
    live_page.next_picture()
    current = live_page.choice("Camera").input_value()
    (other,) = set(
        live_page.choice("Camera")
        .locator("option")
        .evaluate_all("(all) => all.map((one) => one.value)")
    ) - {current}
    live_page.choice("Camera").select_option(other)
    live_page.next_picture()
    # The same as if it had been unplugged: its identifier is nobody's any more.
    page.evaluate(
        """(id) => {
          for (const key of Object.keys(localStorage)) {
            const value = localStorage.getItem(key);
            localStorage.setItem(key, value.replaceAll(id, "f".repeat(64)));
          }
        }""",
        other,
    )
    page.reload()
    live_page.button("Start camera").click()
    live_page.next_picture()
    live_page.sees("not there")
    assert live_page.choice("Camera").input_value() == current


def test_a_camera_chosen_in_python_is_opened(open_live, new_page) -> None:
    live_page, live = open_live(new_page(2), autostart=True)
    page, camera = live_page.page, live.camera
    live_page.next_picture()
    wait_until(lambda: len(camera.devices) == 2, page=page)
    (other,) = {each["id"] for each in camera.devices} - {camera.settings["deviceId"]}
    camera.device_id = other
    wait_until(lambda: camera.settings["deviceId"] == other, page=page)
    live_page.next_picture()
    camera.device_id = "no such camera"
    wait_until(lambda: camera.notice != "", page=page)
    live_page.next_picture()


def test_a_device_with_two_sides_can_be_flipped(open_live) -> None:
    live_page, live = open_live(autostart=True)
    page = live_page.page
    live_page.next_picture()
    flip = live_page.page.locator("button").filter(has_text="Front")
    assert flip.is_hidden()
    live_page.plug(
        [
            {"id": "f", "label": "camera 1, facing front", "facing": "user"},
            {"id": "r", "label": "camera 0, facing back", "facing": "environment"},
        ]
    )
    flip.wait_for()
    assert live_page.options("Camera") == [
        "camera 1, facing front",
        "camera 0, facing back",
    ]
    for facing in ("environment", "user", "environment"):
        before = len(live_page.wishes())
        flip.click()
        wait_until(lambda before=before: len(live_page.wishes()) > before, page=page)
        wanted = live_page.wishes()[before]["facingMode"]
        assert facing in wanted.values()
        live_page.next_picture()
        assert live.camera.facing == facing


def test_a_source_is_changed_while_it_runs(open_live, clip) -> None:
    live_page, live = open_live(autostart=True)
    page = live_page.page
    live_page.next_picture()
    cameras_tracks = len(live_page.tracks())
    live_page.choice("Source").select_option("Demo scene")

    def it_is_another_scene() -> None:
        colour = live_page.next_picture().image[clip.centre("red")][:3].astype(int)
        assert np.abs(colour - COLOURS["red"]).max() > 40

    wait_until(it_is_another_scene, page=page)
    assert set(live_page.tracks()[:cameras_tracks]) == {"ended"}
    assert live.camera.source == "demo"
    assert live_page.page.get_by_label("Camera", exact=True).is_hidden()
    live_page.choice("Source").select_option("Camera")
    wait_until(
        lambda: np.testing.assert_allclose(
            live_page.next_picture().image[clip.centre("red")][:3],
            COLOURS["red"],
            atol=12,
        ),
        page=page,
    )


@pytest.mark.parametrize("format", ["png", "webp"])
def test_frames_travel_in_the_format_that_was_chosen(open_live, format, clip) -> None:
    from panel_cam.imaging import codec

    live_page, live = open_live(format=format, autostart=True)
    live_page.next_picture()
    assert codec.format_of(live.camera.frame.data) == format
    assert codec.format_of(live.view.frame["data"]) == format
    if format == "png":  # exact both ways: what Python made is what stands on the page
        live.filter = lambda image: np.arange(256, dtype=np.uint8).reshape(16, 16)
        wait_until(
            lambda: live_page.next_picture().image.shape == (16, 16, 4),
            page=live_page.page,
        )
        shown = live_page.next_picture().image[:, :, 0]
        np.testing.assert_array_equal(shown, np.arange(256).reshape(16, 16))


def test_what_was_asked_for_in_python_is_asked_of_the_camera(open_live) -> None:
    live_page, live = open_live(facing="environment", fps=15, resolution=(320, 240))
    live_page.button("Start camera").click()
    live_page.next_picture()
    (wish,) = live_page.wishes()
    assert "environment" in wish["facingMode"].values()
    assert 15 in wish["frameRate"].values()
    assert (wish["width"], wish["height"]) == ({"exact": 320}, {"exact": 240})
    settings = live.camera.settings
    assert (settings["width"], settings["height"]) == (320, 240)
    assert settings["label"]


def test_the_quality_can_change_while_it_runs(open_live) -> None:
    live_page, live = open_live(quality=1, autostart=True)
    live_page.next_picture()
    fine = len(live.camera.frame.data)
    live.quality = 0.05
    wait_until(lambda: len(live.camera.frame.data) < 0.7 * fine, page=live_page.page)
    assert len(live_page.wishes()) == 1  # the camera was not opened anew for that
    live_page.next_picture(2)


def test_the_frame_rate_is_a_limit(open_live) -> None:
    live_page, live = open_live(fps=5, autostart=True)
    live_page.next_picture(6)
    asked = live_page.wishes()[0]["frameRate"]
    assert 5 in asked.values()
    times = []
    for _ in range(4):
        times.append(live_page.next_picture().captured_at)
    # Never quicker than asked, however slow the machine.
    assert np.diff(times).min() > 0.1
    assert live.camera.fps == 5


def test_a_page_without_storage_works_and_remembers_nothing(open_live, page) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {"
        "  get() { throw new DOMException('denied', 'SecurityError'); } });"
    )
    live_page, _ = open_live()
    live_page.button("Start camera").click()
    live_page.next_picture()


@pytest.mark.parametrize("width", [1200, 900, 390])
def test_nothing_moves_when_the_camera_starts(open_live, page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    live_page, _ = open_live()
    start = page.locator(".camera .start")

    def places() -> list[Any]:
        parts = [page.locator(".camera"), page.locator(".image-view")]
        return [(part.bounding_box() or {}).get("width") for part in parts]

    before = places()
    start.click()
    live_page.next_picture(2)
    wait_until(lambda: live_page.preview.evaluate("it => it.videoWidth"), page=page)
    assert places() == before
    # Beside the picture; below it, on a phone, there is more room.
    assert before[0] < (321 if width > 600 else width)
