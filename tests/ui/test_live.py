"""The main job: the page shows the camera through a filter."""

from typing import Any

import numpy as np
import pytest

from panel_cam import Camera, Live, Points, Result, filters, wants
from tests.support.clip import BACKGROUND, COLOURS
from tests.support.live_page import LivePage, has_colour
from tests.support.waiting import wait_until


@pytest.fixture
def live_page(page) -> LivePage:
    return LivePage(page)


def assert_shows_the_clip(figure, clip, change=lambda colour: colour) -> None:
    for name, rgb in COLOURS.items():
        expected = change(np.array(rgb))
        np.testing.assert_allclose(
            figure.at(*clip.centre(name))[:3], expected, atol=12, err_msg=name
        )


def test_the_figure_shows_the_camera_through_the_filter(
    serve_here, live_page, clip
) -> None:
    lives = []

    def app():
        lives.append(Live(lambda image: 255 - image, autostart=True))
        return lives[-1]

    live_page.open(serve_here(app).url)
    picture = live_page.next_picture()
    assert picture.image.shape == (480, 640, 4)
    figure = live_page.figure()
    assert_shows_the_clip(figure, clip, lambda colour: 255 - colour)
    for colour, rgb in COLOURS.items():
        expected = 255 - np.array(rgb)
        there = picture.image[clip.centre(colour)][:3]
        np.testing.assert_allclose(there, expected, atol=12)

    (live,) = lives
    assert live.camera.status == "streaming"
    np.testing.assert_allclose(
        live.camera.image[clip.centre("red")], COLOURS["red"], atol=12
    )
    np.testing.assert_allclose(
        live.image[clip.centre("red")], 255 - np.array(COLOURS["red"]), atol=12
    )

    # It moves, forwards, and tells how.
    numbers = []
    captured = []
    for _ in range(5):
        picture = live_page.next_picture()
        numbers.append(clip.read_number(255 - picture.image[:, :, :3]))
        captured.append(picture.captured_at)
    assert len(set(numbers)) >= 3
    assert captured == sorted(captured)
    figures = live_page.page.get_by_text("dropped")
    wait_until(lambda: live.stats.get("age_count", 0) > 0, page=live_page.page)
    assert 0 < live.stats["age_p50_ms"] <= live.stats["age_p95_ms"]
    assert live.stats["fps"] > 0
    figures.filter(has_text="fps").filter(has_text="age").wait_for()


def test_a_filter_that_wants_less_is_shown_as_it_is_with_its_shapes(
    serve_here, live_page, clip
) -> None:
    row, column = (each // 2 for each in clip.centre("red"))

    @wants(gray=True, scale=2)
    def marked(image):
        points = Points([[row, column]], color="lime")
        return Result(image, shapes=[points])

    lives = []

    def app():
        lives.append(Live(marked, autostart=True))
        return lives[-1]

    live_page.open(serve_here(app).url)
    assert live_page.next_picture().image.shape[:2] == (240, 320)
    wait_until(
        lambda: has_colour(live_page.page, "#00ff00", row, column), page=live_page.page
    )
    figure = live_page.figure()
    for name, rgb in COLOURS.items():
        if name != "red":  # a point lies there
            at = [each // 2 for each in clip.centre(name)]
            level = np.dot(rgb, [0.299, 0.587, 0.114])
            np.testing.assert_allclose(figure.at(*at)[:3], level, atol=12)
    (live,) = lives
    assert live.image.shape == (240, 320)
    assert live.camera.image.shape == (480, 640, 3)
    assert live.error == ""


def test_the_figure_shows_the_recipes_edges_without_a_function(
    serve_here, live_page, clip
) -> None:
    live_page.open(serve_here(lambda: Live(autostart=True)).url)
    live_page.next_picture()
    figure = live_page.figure()
    row, column = clip.centre("red")
    # Even places are white; the rim of a patch is an edge in the red channel.
    assert min(figure.at(row, column)[:3]) > 240
    rim = [figure.at(row, each)[0] for each in range(column - 52, column - 44)]
    assert min(rim) < 240
    assert min(figure.at(each, 5)[0] for each in range(36, 44)) < 200
    grey = np.ptp(figure.pixels[:, :, :3].astype(int), axis=2)
    assert grey.max() <= 8
    # And it is what the filter makes of a frame of the clip.
    edges = filters.get("roberts")(clip.image(0))
    shown = figure.image(480, 640)[:, :, 0].astype(int)
    still = slice(60, 330)
    assert np.mean(np.abs(shown[still] - edges[still])) < 8


def test_the_figure_has_its_tools_and_no_axes(serve_here, live_page) -> None:
    live_page.open(serve_here(lambda: Live(autostart=True)).url)
    live_page.next_picture()
    figure = live_page.figure()
    wanted = {"PanTool", "WheelZoomTool", "BoxZoomTool", "ResetTool", "SaveTool"}
    assert wanted <= set(figure.tools)
    whole = (figure.x, figure.y)

    # The wheel looks closer, and new frames do not take that back.
    canvas = live_page.page.locator(".bk-events").first
    canvas.hover()
    live_page.page.mouse.wheel(0, -400)
    wait_until(lambda: live_page.figure().pixel_size()[0] > 1.5, page=live_page.page)
    live_page.next_picture(3)
    closer = live_page.figure()
    assert abs(closer.x[1] - closer.x[0]) < abs(whole[0][1] - whole[0][0]) * 0.9
    np.testing.assert_allclose(*closer.pixel_size(), rtol=0.01)
    live_page.page.get_by_title("Reset").first.click()
    wait_until(
        lambda: (live_page.figure().x, live_page.figure().y) == whole,
        page=live_page.page,
    )


def test_a_filter_can_be_exchanged_and_change_the_size_while_it_runs(
    serve_here, live_page, clip
) -> None:
    lives = []

    def app():
        lives.append(Live(lambda image: image, autostart=True))
        return lives[-1]

    live_page.open(serve_here(app).url)
    live_page.next_picture()
    assert_shows_the_clip(live_page.figure(), clip)
    (live,) = lives
    live.filter = lambda image: image[::4, ::2]  # wider than high
    wait_until(
        lambda: live_page.next_picture().image.shape == (120, 320, 4),
        page=live_page.page,
    )
    wait_until(
        lambda: live_page.figure().x[1] - live_page.figure().x[0] >= 320,
        page=live_page.page,
    )
    figure = live_page.figure()
    np.testing.assert_allclose(*figure.pixel_size(), rtol=0.02)
    row, column = clip.centre("blue")
    np.testing.assert_allclose(
        figure.at(row // 4, column // 2)[:3], COLOURS["blue"], atol=20
    )
    live.filter = lambda image: Result(image[:, :, 0] > 150, values={"n": 7})
    live_page.next_picture(3)
    assert live.result.values == {"n": 7.0}
    assert live.image.dtype == bool


def test_identical_frames_do_not_stop_the_stream(serve_here, live_page) -> None:
    def app():
        return Live(lambda image: np.full((48, 64), 77, np.uint8), autostart=True)

    live_page.open(serve_here(app).url)
    live_page.next_picture(12)
    np.testing.assert_allclose(live_page.figure().at(20, 30)[:3], 77, atol=2)


def test_a_still_camera_does_not_stop_the_stream(
    serve_here, new_page, clip, tmp_path
) -> None:
    from tests.support.clip import Clip

    still = Clip(tmp_path / "still.y4m", width=64, height=48, frames=1)
    still.write()
    live_page = LivePage(new_page(still.path))
    app = serve_here(
        lambda: Live(lambda image: image, resolution=(64, 48), autostart=True)
    )
    live_page.open(app.url)
    live_page.next_picture(12)


def test_the_demo_scene_is_a_source_for_a_machine_without_a_camera(
    serve_here, new_page
) -> None:
    live_page = LivePage(new_page(0))
    lives = []

    def app():
        lives.append(Live(lambda image: image, format="webp"))
        return lives[-1]

    live_page.open(serve_here(app).url)
    assert live_page.options("Source") == ["Camera", "Demo scene"]
    live_page.choice("Source").select_option("Demo scene")
    live_page.button("Start demo scene").click()
    first = live_page.next_picture()
    assert first.image.shape == (480, 640, 4)
    assert first.image[:, :, :3].std() > 20
    wait_until(
        lambda: (
            np.abs(live_page.next_picture().image.astype(int) - first.image).mean() > 1
        ),
        page=live_page.page,
    )
    assert live_page.wishes() == []
    (live,) = lives
    assert live.camera.source == "demo"
    assert live.camera.image.shape == (480, 640, 3)
    live_page.button("Stop").click()
    live_page.all_tracks_have_ended()


def test_a_camera_in_a_layout_of_ones_own_can_be_bound_to(
    serve_here, live_page, clip
) -> None:
    import panel as pn

    cameras = []

    def app():
        camera = Camera(autostart=True, preview=False)
        cameras.append(camera)

        def describe(image):
            if image is None:
                return "nothing yet"
            near = np.allclose(image[clip.centre("red")], COLOURS["red"], atol=12)
            return f"{image.shape[1]} columns, red is {'there' if near else 'missing'}"

        return pn.Row(camera, pn.bind(describe, camera.param.image))

    live_page.open(serve_here(app).url)
    live_page.page.get_by_text("640 columns, red is there").wait_for()
    (camera,) = cameras
    assert camera.snapshot().shape == (480, 640, 3)
    seq = camera.frame.seq
    wait_until(lambda: camera.frame.seq > seq + 10, page=live_page.page)


def test_two_on_a_page_do_not_mix(serve_here, live_page, clip) -> None:
    import panel as pn

    def app() -> pn.Column:
        plain = Live(lambda image: image, autostart=True)
        inverted = Live(lambda image: 255 - image, autostart=True)
        return pn.Column(plain, inverted)

    page = live_page.page
    page.goto(serve_here(app).url)
    live_page.next_picture(12)
    wait_until(lambda: assert_shows_the_clip(live_page.figure(0), clip), page=page)
    wait_until(
        lambda: assert_shows_the_clip(
            live_page.figure(1), clip, lambda colour: 255 - colour
        ),
        page=page,
    )
    # Each has its own button.
    page.get_by_role("button", name="Stop").first.click()
    page.get_by_role("button", name="Start camera").wait_for()
    assert page.get_by_role("button", name="Stop").count() == 1
    live_page.next_picture(2)
    page.get_by_role("button", name="Stop").click()
    live_page.all_tracks_have_ended()


def test_one_that_is_shown_twice_opens_the_camera_once(
    serve_here, live_page, clip
) -> None:
    import panel as pn

    made: list[Any] = []

    def app() -> pn.Column:
        live = Live(lambda image: image)
        made[:] = [pn.Column(pn.Column(live), pn.Column(live)), pn.state.curdoc]
        return made[0]

    page = live_page.page
    page.goto(serve_here(app).url)
    page.get_by_role("button", name="Start camera").first.click()
    live_page.next_picture(6)
    assert len(live_page.wishes()) == 1
    for which in (0, 1):
        wait_until(
            lambda which=which: assert_shows_the_clip(live_page.figure(which), clip),
            page=page,
        )
    # Both have the same buttons, and the camera's light goes out with the last of them.
    assert page.get_by_role("button", name="Stop").count() == 2
    made[1].add_next_tick_callback(made[0].clear)
    live_page.all_tracks_have_ended()


def test_the_background_is_grey_and_not_something_left_over(
    serve_here, live_page, clip
) -> None:
    live_page.open(serve_here(lambda: Live(lambda image: image, autostart=True)).url)
    live_page.next_picture()
    np.testing.assert_allclose(live_page.figure().at(300, 5)[:3], BACKGROUND, atol=6)
