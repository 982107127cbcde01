"""The widgets of the settings, in a real browser, in light and in dark."""

from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Literal

import panel as pn
import pytest
from playwright.sync_api import Locator, Page

from panel_cam.controls.controls import Controls
from panel_cam.functions.annotations import Color
from panel_cam.functions.ranges import Range
from panel_cam.functions.settings import settings_of, values
from tests.support.waiting import wait_until


class Mode(Enum):
    """An Enum."""

    FAST = 1
    EXACT = 2


def everything(
    image,
    sigma: Annotated[float, Range(0, 5, step=0.5)] = 1.0,
    count: Annotated[int, Range(0, 9)] = 3,
    on: bool = False,
    text: str = "a",
    colour: Color = "#ff0000",
    choice: Literal["a", "b"] = "a",
    mode: Mode = Mode.FAST,
    limits: Annotated[tuple[int, int], Range(0, 255)] = (10, 20),
    level: Annotated[float, Range(0, 1)] | None = None,
):
    """Take all.

    Parameters
    ----------
    sigma : float, 0-5 pixels
        How wide the bell is. At 0, the picture stays as it is, and so do its edges.
    """


@pytest.fixture
def open_controls(serve_here, new_page) -> Callable[..., tuple[Page, Any]]:
    """`open_controls(width=280, query="") -> (Page, settings)`."""
    made: list[Any] = []

    def open_controls(width: int = 280, query: str = "") -> tuple[Page, Any]:
        def app() -> pn.Column:
            made.append(settings_of(everything))
            place = {"margin-left": "400px"}
            return pn.Column(Controls(made[-1]), width=width, styles=place)

        page = new_page()
        page.goto(serve_here(app).url + query)
        page.get_by_role("button", name="Reset").wait_for()
        wait_until(lambda: made, page=page)
        return page, made[-1]

    return open_controls


def handle(page: Page, number: int) -> Locator:
    return page.locator(".noUi-handle").nth(number)


def test_every_widget_changes_its_setting_and_reset_undoes_all(open_controls) -> None:
    page, settings = open_controls()
    before = values(settings)
    reset = page.get_by_role("button", name="Reset")
    assert reset.is_disabled()

    handle(page, 0).press("ArrowRight")
    wait_until(lambda: settings.sigma == 1.5, page=page)
    handle(page, 1).press("ArrowLeft")
    wait_until(lambda: settings.count == 2, page=page)
    page.get_by_role("checkbox").check()
    wait_until(lambda: settings.on is True, page=page)
    page.get_by_label("Text").fill("b")
    page.get_by_label("Text").press("Enter")
    wait_until(lambda: settings.text == "b", page=page)
    page.get_by_label("Colour").fill("#00ff00")
    wait_until(lambda: settings.colour == "#00ff00", page=page)
    page.get_by_label("Choice").select_option("b")
    wait_until(lambda: settings.choice == "b", page=page)
    page.get_by_label("Mode").select_option("EXACT")
    wait_until(lambda: settings.mode is Mode.EXACT, page=page)
    handle(page, 3).press("ArrowRight")
    wait_until(lambda: settings.limits == (10, 21), page=page)
    page.get_by_label("Level").fill("0.5")
    page.get_by_label("Level").press("Enter")
    wait_until(lambda: settings.level == 0.5, page=page)

    wait_until(lambda: reset.is_enabled(), page=page)
    reset.click()
    wait_until(lambda: values(settings) == before, page=page)
    wait_until(lambda: page.get_by_label("Text").input_value() == "a", page=page)
    wait_until(lambda: not page.get_by_role("checkbox").is_checked(), page=page)
    wait_until(lambda: reset.is_disabled(), page=page)


def test_a_slider_that_is_dragged_says_where_it_is_on_the_way(open_controls) -> None:
    page, settings = open_controls()
    seen: list[float] = []
    settings.param.watch(lambda event: seen.append(event.new), "sigma")
    box = handle(page, 0).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 11):
        page.mouse.move(x + 15 * step, y)
        page.wait_for_timeout(30)
    # Before the button is let go.
    wait_until(lambda: len(seen) >= 3, page=page)
    assert seen == sorted(seen)
    page.mouse.up()


def test_what_python_sets_is_shown(open_controls) -> None:
    page, settings = open_controls()
    page.get_by_text("Sigma (pixels)").wait_for()
    settings.param.update(sigma=4.5, mode=Mode.EXACT)
    page.locator(".bk-slider-value", has_text="4.5").wait_for()
    mode = page.get_by_label("Mode")
    wait_until(lambda: mode.input_value() == "EXACT", page=page)


def test_help_opens_over_the_page_and_not_beyond_it(open_controls) -> None:
    page, _ = open_controls()
    page.locator(".bk-icon").hover()
    tip = page.get_by_text("How wide the bell is")
    tip.wait_for()
    box, size = tip.bounding_box(), page.viewport_size
    assert box is not None and size is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 400 + 280


@pytest.mark.parametrize("width", [240, 260, 320])
@pytest.mark.parametrize("query", ["", "?theme=dark"])
def test_all_fits_the_column(open_controls, width: int, query: str) -> None:
    page, _ = open_controls(width, query)
    boxes = [
        each.bounding_box()
        for each in page.locator(".bk-input, .bk-btn, .noUi-target, .bk-icon").all()
    ]
    assert len(boxes) > 8
    for box in boxes:
        assert box is not None
        assert box["x"] >= 400
        assert box["x"] + box["width"] <= 400 + width
    track = page.locator(".noUi-target").first.evaluate(
        "(it) => getComputedStyle(it).backgroundColor"
    )
    assert track != "rgb(250, 250, 250)"
