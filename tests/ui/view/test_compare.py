"""The camera's picture beside the processed one, or left of a line: the same frame."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
import PIL.Image
import pytest
from playwright.sync_api import Locator, Page

from panel_cam import ImageView, Live
from tests.support.clip import COLOURS
from tests.support.live_page import Figure, LivePage, read_figure, read_figures
from tests.support.waiting import wait_until

CELL = 40  # px, of the frame's number in the clip
ROLL = 10 * CELL

# Notes every picture that is decoded, so that a test can tell which are still open.
_WATCH_DECODER = """
globalThis.decoded = [];
const { decode } = ImageDecoder.prototype;
ImageDecoder.prototype.decode = async function (...options) {
  const result = await decode.apply(this, options);
  globalThis.decoded.push(result.image);
  return result;
};
"""


def rolled_negative(image):
    """Move the digits that change from the right to the left."""
    return 255 - np.roll(image, -ROLL, axis=1)


def small_grey(image):
    return image[::4, ::2, 0]


Opened = tuple[LivePage, Live]


@pytest.fixture
def open_live(serve_here, page) -> Callable[..., Opened]:
    """`open_live(filter, *, direct=True, **options) -> (LivePage, Live)`, streaming."""

    def open_live(filter: Any, *, direct: bool = True, **options: Any) -> Opened:
        lives: list[Live] = []

        def app() -> Live:
            lives.append(Live(filter, autostart=True, **options))
            lives[-1].view.direct = direct
            return lives[-1]

        live_page = LivePage(page)
        page.add_init_script(_WATCH_DECODER)
        live_page.open(serve_here(app).url)
        live_page.next_picture(3)
        return live_page, lives[0]

    return open_live


def choice(page: Page) -> Locator:
    return page.get_by_label("Compare", exact=True)


def line(page: Page) -> Locator:
    return page.get_by_role("slider", name="Original to the left")


def value(page: Page) -> int:
    return int(line(page).get_attribute("aria-valuenow") or "")


def is_near(colour: tuple[int, ...], expected: Any, atol: float = 14) -> bool:
    return bool(np.allclose(colour[:3], expected, atol=atol))


def open_pictures(page: Page) -> int:
    """Count the decoded pictures whose memory is still held."""
    count: int = page.evaluate(
        "decoded.filter((it) => it.format !== null || it.codedWidth > 0).length"
    )
    return count


def test_swipe_joins_two_halves_of_one_frame_and_beside_shows_both(
    open_live, clip
) -> None:
    # Mirrored, the original is where its number is, and the processed one's beside it.
    live_page, live = open_live(rolled_negative, mirror=True, compare="swipe")
    page = live_page.page
    line(page).wait_for()
    colours = {name: np.array(rgb) for name, rgb in COLOURS.items()}

    def both_halves(figure: Figure | None) -> bool:
        assert figure is not None
        row, column = clip.centre("blue")
        original = figure.at(row, column)
        processed = figure.at(row, clip.centre("yellow")[1] - ROLL)
        return is_near(original, colours["blue"]) and is_near(
            processed, 255 - colours["yellow"]
        )

    wait_until(lambda: both_halves(read_figure(page)), page=page)
    seen = set()
    for _ in range(7):
        figure = live_page.figure()
        row, cells = CELL // 2, range(10, 16)
        digits = [figure.at(row, CELL * cell + CELL // 2)[0] > 127 for cell in cells]
        copies = [figure.at(row, CELL * (cell - 10) + 20)[0] < 127 for cell in cells]
        assert digits == copies
        seen.add(tuple(digits))
        live_page.next_picture()
    assert len(seen) > 2

    choice(page).select_option("beside")
    wait_until(lambda: live.compare == "beside", page=page)
    wait_until(lambda: read_figures(page, 0, 1), page=page)

    def both_pictures() -> bool:
        figures = read_figures(page, 0, 1)
        assert figures is not None
        processed, original = figures
        row, column = clip.centre("blue")
        return is_near(original.at(row, column), colours["blue"]) and is_near(
            processed.at(row, column), 255 - np.roll(clip.image(0), -ROLL, 1)[row, 400]
        )

    wait_until(both_pictures, page=page)
    seen.clear()
    for _ in range(7):
        figures = read_figures(page, 0, 1)
        assert figures is not None
        images = [figure.image(480, 640)[:, :, :3] for figure in figures]
        number = clip.read_number(images[1])
        assert clip.read_number(np.roll(255 - images[0], ROLL, 1)) == number
        seen.add(number)
        live_page.next_picture()
    assert len(seen) > 2
    assert live_page.figure(0).pixels.shape == live_page.figure(1).pixels.shape


def test_the_line_is_a_slider_that_goes_with_the_picture(open_live, clip) -> None:
    live_page, live = open_live(small_grey)
    page = live_page.page
    live.compare = "swipe"  # from Python, while it runs
    line(page).wait_for()
    assert choice(page).input_value() == "swipe"
    assert value(page) == 50

    # A filter that makes the picture smaller: both cover the same.
    def shown(colour: str, figure: Figure) -> tuple[int, ...]:
        row, column = clip.centre(colour)
        return figure.at(row // 4, column // 2)

    def colours_are(**expected: bool) -> bool:
        figure = live_page.figure()
        return all(
            is_near(
                shown(name, figure),
                COLOURS[name] if original else [COLOURS[name][0]] * 3,
            )
            for name, original in expected.items()
        )

    wait_until(
        lambda: colours_are(red=True, green=True, blue=False, yellow=False), page=page
    )
    line(page).press("ArrowRight")
    assert value(page) == 51
    for _ in range(2):
        line(page).press("PageDown")
    line(page).press("ArrowDown")
    assert value(page) == 30
    wait_until(lambda: colours_are(red=True, green=False, blue=False), page=page)
    line(page).press("End")
    assert value(page) == 100
    wait_until(lambda: colours_are(red=True, yellow=True), page=page)
    line(page).press("Home")
    assert value(page) == 0
    wait_until(lambda: colours_are(red=False, yellow=False), page=page)
    # At its ends, the page is no wider.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    for _ in range(5):
        line(page).press("PageUp")
    box = line(page).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2 + 5, box["y"] + box["height"] / 3
    page.mouse.move(x, y)
    page.mouse.down()
    share = live_page.figure().pixels.shape[1] / 4
    page.mouse.move(x + share, y + 30, steps=4)
    page.mouse.up()
    assert abs(value(page) - 75) <= 1
    page.mouse.move(x - share, y)  # let go
    assert abs(value(page) - 75) <= 1
    wait_until(lambda: colours_are(red=True, blue=True, yellow=False), page=page)

    # It goes where the picture goes.
    before = live_page.figure().x
    row, column = clip.centre("yellow")
    place = live_page.figure().place(row // 4, column // 2)
    area = page.locator(".image-view > .plot").first.bounding_box()
    assert area is not None
    page.mouse.move(area["x"] + place[1], area["y"] + 30 + place[0])
    page.mouse.wheel(0, -200)
    wait_until(lambda: live_page.figure().x != before, page=page)

    def it_follows() -> None:
        figure = live_page.figure()
        box = line(page).bounding_box()
        assert box is not None
        at = figure.place(0, value(page) / 100 * 320)[1] + area["x"]
        assert abs(box["x"] + box["width"] / 2 - at) < 4

    wait_until(it_follows, page=page)
    assert colours_are(blue=True, yellow=False)


def test_a_finger_moves_the_line(serve_here, new_page) -> None:
    page = new_page(has_touch=True, viewport={"width": 390, "height": 800})
    live_page = LivePage(page)
    app = lambda: Live(small_grey, autostart=True, compare="swipe")  # noqa: E731
    live_page.open(serve_here(app).url)
    line(page).wait_for()
    box = line(page).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    devtools = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [{"x": x, "y": y}]),
        ("touchMove", [{"x": x + 50, "y": y + 10}]),
        ("touchMove", [{"x": x + 97, "y": y + 20}]),
        ("touchEnd", []),
    ):
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    wait_until(lambda: 70 <= value(page) <= 80, page=page)
    # On a phone, the two pictures stand above each other.
    choice(page).select_option("beside")

    def above_each_other() -> None:
        processed, original = (
            page.locator(selector).bounding_box()
            for selector in (".image-view > .plot:not(.original)", ".original.plot")
        )
        assert original is not None and processed is not None
        assert original["x"] == processed["x"]
        assert original["width"] == processed["width"]
        assert original["y"] + original["height"] <= processed["y"] + 1

    wait_until(above_each_other, page=page)
    wait_until(lambda: read_figures(page, 0, 1), page=page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_both_pictures_pan_and_zoom_together(open_live, clip) -> None:
    live_page, _ = open_live(small_grey, compare="beside")
    page = live_page.page
    wait_until(lambda: read_figures(page, 0, 1), page=page)
    place = page.locator(".original.plot").bounding_box()
    assert place is not None
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2

    def ranges(which: int) -> tuple[tuple[float, float], ...]:
        figure = live_page.figure(which)
        return figure.x, figure.y

    before = ranges(0)
    page.mouse.move(x, y)
    page.mouse.wheel(0, -300)
    wait_until(lambda: ranges(0) != before and ranges(0) == ranges(1), page=page)
    zoomed = ranges(0)
    page.mouse.down()
    page.mouse.move(x - 60, y - 20, steps=4)
    page.mouse.up()
    wait_until(lambda: ranges(0) != zoomed and ranges(0) == ranges(1), page=page)

    def same_colours() -> bool:
        figures = read_figures(page, 0, 1)
        assert figures is not None
        row, column = clip.centre("green")
        processed, original = (f.at(row // 4, column // 2) for f in figures)
        return is_near(original, COLOURS["green"]) and is_near(processed, [40] * 3)

    wait_until(same_colours, page=page)
    page.locator(".bk-tool-icon-reset, .bk-ResetTool").first.click()
    wait_until(lambda: ranges(0) == before == ranges(1), page=page)


@pytest.mark.parametrize("direct", [True, False])
def test_a_stream_that_is_paused_can_be_compared_and_nothing_is_held(
    open_live, clip, direct: bool
) -> None:
    live_page, live = open_live(small_grey, direct=direct)
    page = live_page.page
    # Off, the original is not even decoded.
    page.evaluate("decoded.length = 0")
    painted = live_page.painted()
    live_page.next_picture(5)
    assert page.evaluate("[decoded.length, paintedPictures]") == [
        pytest.approx(live_page.painted() - painted, abs=2),
        pytest.approx(live_page.painted(), abs=2),
    ]
    live_page.button("Pause").click()
    live_page.sees("Paused")
    row, column = clip.centre("red")

    def shows(*expected: Any) -> bool:
        figures = read_figures(page, *range(len(expected)))
        assert figures is not None
        return all(
            is_near(figure.at(row // 4, column // 2), colour)
            for figure, colour in zip(figures, expected, strict=True)
        )

    grey = [COLOURS["red"][0]] * 3
    choice(page).select_option("swipe")
    wait_until(lambda: shows(COLOURS["red"]), page=page)
    line(page).press("Home")
    wait_until(lambda: shows(grey), page=page)
    choice(page).select_option("beside")
    wait_until(lambda: shows(grey, COLOURS["red"]), page=page)
    live_page.button("Resume").click()
    live_page.next_picture(5)
    wait_until(lambda: shows(grey, COLOURS["red"]), page=page)
    choice(page).select_option("swipe")
    live_page.next_picture(5)
    live.compare = "off"
    live_page.next_picture(5)
    wait_until(lambda: shows(grey), page=page)
    assert not page.locator(".original.plot").is_visible()
    assert not line(page).is_visible()
    live_page.button("Stop").click()
    live_page.sees("Off.")
    # What is on the page, and nothing else; the plain way has copied that.
    wait_until(lambda: open_pictures(page) == int(direct), page=page)


def test_save_saves_what_is_seen(open_live, clip) -> None:
    live_page, _ = open_live(small_grey, compare="swipe")
    page = live_page.page
    line(page).wait_for()
    wait_until(
        lambda: is_near(live_page.figure().at(48, 40), COLOURS["red"]), page=page
    )
    page.on("dialog", lambda dialog: dialog.accept("both"))
    with page.expect_download() as saving:
        page.locator(".bk-tool-icon-save").click()
    image = np.asarray(PIL.Image.open(io.BytesIO(saving.value.path().read_bytes())))
    height, width = image.shape[:2]
    for name, colour in (("red", COLOURS["red"]), ("yellow", [220] * 3)):
        row, column = clip.centre(name)
        # Above the picture, which is 320 x 120, stands the room of the toolbar.
        top = height - width * 120 // 320
        at = top + row * width // (4 * 320), column * width // (2 * 320)
        assert is_near(tuple(image[at]), colour), name


def test_where_there_is_no_original_the_picture_stands_alone(
    serve_here, new_page, clip
) -> None:
    lives: list[Live] = []

    def app() -> Any:
        if lives:  # another page, which has no camera
            return pn.Column(
                lives[0].view, ImageView(np.zeros((9, 9)), compare="swipe")
            )
        lives.append(Live(small_grey, autostart=True, compare="swipe"))
        return lives[0]

    url = serve_here(app).url
    live_page = LivePage(new_page())
    live_page.open(url)
    line(live_page.page).wait_for()
    other = LivePage(new_page())
    other.page.goto(url)
    other.next_picture(3)
    assert other.page.locator(".image-view").count() == 2
    assert not line(other.page).first.is_visible()
    assert not choice(other.page).first.is_visible()
    row, column = clip.centre("red")
    grey = [COLOURS["red"][0]] * 3
    wait_until(
        lambda: is_near(other.figure().at(row // 4, column // 2), grey),
        page=other.page,
    )
    # What a page sends may be anything.
    live_page.page.evaluate("findModel('camera_key').compare = {rubbish: true}")
    live_page.page.evaluate("findModel('camera_key').compare = 'rubbish'")
    live_page.next_picture(3)
    assert lives[0].compare == "swipe"
