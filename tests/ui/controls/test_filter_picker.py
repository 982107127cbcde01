"""The filter picker in a real browser: searched, driven by keys, fitted to a phone."""

from collections.abc import Callable

import panel as pn
import pytest
from playwright.sync_api import Locator, Page, expect

from panel_cam.controls.filter_picker import FilterPicker
from tests.support.waiting import wait_until

FILTERS = {
    "yours": {"<b>mine</b>": "What <i>I</i> wrote."},
    "edges": {"sobel": "Draw edges.", "canny": "Trace edges one pixel wide."},
    "blur": {"gaussian": "Blur evenly.", "local_mean": "Take the mean around."},
}


@pytest.fixture
def open_picker(serve_here, new_page) -> Callable[..., tuple[Page, FilterPicker]]:
    """`open_picker(value="", place=0, **options) -> (Page, FilterPicker)`."""
    made: list[FilterPicker] = []

    def open_picker(
        value: str = "", place: int = 0, **options: object
    ) -> tuple[Page, FilterPicker]:
        def app() -> pn.Column:
            made.append(FilterPicker(value, FILTERS))
            styles = {"margin-top": f"{place}px"}
            return pn.Column(made[-1], width=240, styles=styles)

        page = new_page(**options)
        page.goto(serve_here(app).url)
        box(page).wait_for()
        return page, wait_until(lambda: made, page=page)[-1]

    return open_picker


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Filter")


def shown(page: Page) -> list[str]:
    return page.get_by_role("option").locator(".name").all_text_contents()


def is_chosen(page: Page, picker: FilterPicker, name: str) -> None:
    wait_until(lambda: picker.value == name, page=page)
    expect(box(page)).to_have_value(name)
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    assert shown(page) == []


def test_everything_is_there_in_groups_with_what_it_does(open_picker) -> None:
    page, picker = open_picker("gaussian")
    expect(box(page)).to_have_value("gaussian")
    box(page).click()
    groups = page.get_by_role("group")
    titles = [each.get_attribute("aria-label") for each in groups.all()]
    assert titles == ["yours", "edges", "blur"]
    assert shown(page) == [name for items in FILTERS.values() for name in items]
    page.get_by_text("What <i>I</i> wrote.").wait_for()
    marked = page.get_by_role("option", selected=True)
    assert marked.locator(".name").inner_text() == "gaussian"
    page.get_by_role("option", name="sobel").click()
    is_chosen(page, picker, "sobel")
    # A name is text, whatever is in it, there and back.
    box(page).click()
    page.get_by_role("option").first.click()
    is_chosen(page, picker, "<b>mine</b>")


def test_the_keyboard_is_enough(open_picker) -> None:
    page, picker = open_picker()
    page.keyboard.press("Tab")
    expect(box(page)).to_be_focused()
    page.keyboard.press("ArrowDown")
    assert len(shown(page)) == 5
    page.keyboard.type("edges")
    assert shown(page) == ["sobel", "canny"]
    page.keyboard.press("ArrowDown")
    active = box(page).get_attribute("aria-activedescendant")
    marked = page.get_by_role("option", selected=True)
    assert marked.get_attribute("id") == active
    page.keyboard.press("Enter")
    is_chosen(page, picker, "canny")
    expect(box(page)).to_be_focused()
    page.keyboard.type("sobel")
    page.keyboard.press("Escape")
    is_chosen(page, picker, "canny")
    page.keyboard.type("sobel")
    page.keyboard.press("Tab")
    is_chosen(page, picker, "canny")


def test_words_of_name_group_and_line_are_searched(open_picker) -> None:
    page, picker = open_picker()
    for text, found, best in [
        ("gau", ["gaussian"], "gaussian"),
        ("LOCAL mean", ["local_mean"], "local_mean"),
        ("edges wide", ["canny"], "canny"),
        ("local_me", ["local_mean"], "local_mean"),
        ("e", [name for items in FILTERS.values() for name in items], "<b>mine</b>"),
    ]:
        box(page).fill(text)
        assert shown(page) == found
        box(page).press("Enter")
        is_chosen(page, picker, best)
    box(page).fill("nothing of it")
    page.get_by_text("No filter has these words").wait_for()
    box(page).press("Enter")
    assert picker.value == "<b>mine</b>"


def test_what_the_page_invents_is_not_chosen(open_picker) -> None:
    page, picker = open_picker("canny")
    page.evaluate(
        """() => {
          const models = Bokeh.documents.flatMap((each) => [...each.all_models])
          const model = models.find((each) => "choice" in each.properties)
          for (const name of ["os.system", "", 3, null, ["sobel"], {}]) {
            model.choice = {name, count: Math.random()}
          }
          model.choice = {}
          model.choice = {name: "sobel", count: 99}
        }"""
    )
    is_chosen(page, picker, "sobel")


@pytest.mark.parametrize(("place", "query"), [(0, "light"), (640, "dark")])
def test_the_list_fits_a_phone(open_picker, place: int, query: str) -> None:
    size = {"width": 320, "height": 700}
    page, _ = open_picker("", place, viewport=size, has_touch=True)
    if query == "dark":
        page.goto(f"{page.url}?theme=dark")
    box(page).tap()
    listbox = page.get_by_role("listbox")
    area, input_area = listbox.bounding_box(), box(page).bounding_box()
    assert area is not None and input_area is not None
    assert area["x"] >= 0 and area["x"] + area["width"] <= 320
    assert area["y"] >= 0 and area["y"] + area["height"] <= 700
    below = area["y"] >= input_area["y"] + input_area["height"]
    above = area["y"] + area["height"] <= input_area["y"]
    assert below if place == 0 else above
    colour = listbox.evaluate("(it) => getComputedStyle(it).backgroundColor")
    parts = [int(each) for each in colour.strip("rgb()").split(",")]
    assert max(parts) < 80 if query == "dark" else min(parts) > 220
    page.get_by_role("option", name="gaussian").tap()
    expect(box(page)).to_have_value("gaussian")
