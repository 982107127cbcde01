"""Where the parts of a `Live` stand: on a desk's screen, on a phone, in a box."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import panel as pn
import pytest

from panel_cam import Live, Result
from tests.support.live_page import LivePage
from tests.support.waiting import wait_until

FIVE_LINES = Path("apps/01_show_camera.py")


def tell(image: np.ndarray, limit: int = 3) -> Result:
    return Result(image, values={"mean": image.mean()}, table={"rows": [1, 2, 3]})


def fail(image: np.ndarray) -> None:
    raise ValueError("no light in here")


@pytest.fixture
def open_here(serve_here, new_page) -> Callable[..., LivePage]:
    """`open_here(app, width, height, **options) -> LivePage`, its camera started."""

    def open_here(app: Any, width: int, height: int, **options: Any) -> LivePage:
        size = {"width": width, "height": height}
        live_page = LivePage(new_page(viewport=size, **options.pop("page", {})))
        live_page.open(serve_here(app, **options).url)
        live_page.button("Start camera").click()
        return live_page

    return open_here


def box(live_page: LivePage, selector: str) -> dict[str, float]:
    found = live_page.page.locator(selector).first.bounding_box()
    assert found is not None, selector
    return {
        **found,
        "right": found["x"] + found["width"],
        "bottom": found["y"] + found["height"],
    }


FIGURES = "text=/fps · age/"


def test_on_a_desk_all_is_seen_without_scrolling_and_with_a_margin(
    serve, new_page
) -> None:
    live_page = LivePage(new_page(viewport={"width": 1400, "height": 900}))
    page = live_page.page
    live_page.open(serve(FIVE_LINES).url)
    live_page.button("Start camera").click()
    live_page.next_picture(2)
    page.locator(FIGURES).wait_for()
    picture, camera, figures = (
        box(live_page, each) for each in (".image-view", ".camera", FIGURES)
    )
    assert picture["width"] > 950
    assert picture["right"] < camera["x"] < picture["right"] + 30
    assert picture["bottom"] <= figures["y"]
    for part in (picture, camera, figures):
        assert 8 <= part["x"]
        assert 8 <= part["y"]
        assert part["right"] <= 1392
        assert part["bottom"] <= 892
    assert abs(picture["x"] - figures["x"]) < 1  # one left edge
    height = page.evaluate("document.documentElement.scrollHeight")
    assert height <= 900


def test_a_low_window_makes_a_smaller_picture_and_the_controls_follow_it(
    open_here,
) -> None:
    live_page = open_here(lambda: Live(lambda image: image), 1400, 600)
    live_page.next_picture(2)
    live_page.page.locator(FIGURES).wait_for()
    assert box(live_page, FIGURES)["bottom"] <= 600
    picture, camera = box(live_page, ".image-view"), box(live_page, ".camera")
    assert 600 < picture["width"] < 700
    assert 0 < camera["x"] - picture["right"] < 30


def test_there_is_one_typeface_of_one_size(open_here) -> None:
    live_page = open_here(lambda: Live(tell), 1400, 900)
    live_page.next_picture(2)
    page = live_page.page
    fonts = {
        locator.evaluate("(each) => getComputedStyle(each).fontFamily")
        for locator in (
            live_page.message,
            live_page.button("Stop"),
            page.get_by_text("Limit"),
            page.get_by_label("Compare"),
            page.locator(FIGURES),
            page.locator(".legend button"),
            page.get_by_role("columnheader", name="rows"),
        )
    }
    assert len(fonts) == 1
    sizes = {
        locator.evaluate("(each) => getComputedStyle(each).fontSize")
        for locator in (live_page.message, page.get_by_text("Limit").first)
    }
    assert sizes == {"14px"}


def test_on_a_phone_the_controls_are_as_wide_and_the_table_comes_last(
    open_here,
) -> None:
    phone = {"is_mobile": True, "has_touch": True}
    live_page = open_here(lambda: Live(tell), 390, 844, page=phone)
    live_page.next_picture(2)
    page = live_page.page
    table = page.get_by_role("columnheader", name="rows")
    table.wait_for()
    assert page.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [
        390,
        390,
    ]
    parts = [box(live_page, each) for each in (".image-view", ".series", ".camera")]
    for part in parts:
        assert (part["x"], part["width"]) == (10, 370)
    tops = [part["y"] for part in parts]
    assert tops == sorted(tops)
    last = table.bounding_box()
    reset = live_page.button("Reset").bounding_box()
    assert reset["y"] < last["y"]
    assert abs(last["x"] - 10) < 1


def test_an_error_is_seen_where_the_window_ends(
    open_here,
) -> None:
    live_page = open_here(lambda: Live(fail), 1400, 900, allow_log=["no light"])
    error = live_page.page.locator("pre", has_text="no light in here")
    error.wait_for()
    seen = error.bounding_box()
    assert seen["y"] + seen["height"] <= 900


def test_in_a_cell_of_a_grid_it_scrolls_and_covers_nothing(open_here) -> None:
    def app() -> pn.GridSpec:
        grid = pn.GridSpec(sizing_mode="stretch_both", min_height=600)
        grid[0, 0] = Live(tell)
        grid[0, 1] = pn.pane.Str("beside")
        grid[1, :] = pn.pane.HTML("the next row", css_classes=["next-row"])
        return grid

    live_page = open_here(app, 1200, 700)
    live_page.next_picture(2)
    page = live_page.page
    live_page.choice("Mirror").check()  # which nothing covers
    live_page.page.locator(".image-view").scroll_into_view_if_needed()
    picture, row = box(live_page, ".image-view"), box(live_page, ".next-row")
    assert picture["bottom"] <= row["y"]
    assert picture["height"] > 100
    middle = [row["x"] + 50, row["y"] + 5]
    wait_until(
        lambda: page.evaluate(
            "([x, y]) => document.elementFromPoint(x, y).shadowRoot"
            " ?.elementFromPoint(x, y)?.classList.contains('next-row') ?? false",
            middle,
        ),
        page=page,
    )


def test_what_is_given_a_height_scrolls_and_what_is_not_does_not() -> None:
    layout = pn.panel(Live())
    assert layout.css_classes == []
    layout.sizing_mode = "stretch_both"
    assert layout.css_classes == ["boxed"]
    layout.sizing_mode = "stretch_width"
    assert layout.css_classes == []
    layout.height = 400
    assert layout.css_classes == ["boxed"]
