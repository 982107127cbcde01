"""The address of the page: it says what the chain is, and chooses it."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from panel_cam import Range
from panel_cam.page import make_page
from tests.support.live_page import LivePage
from tests.support.waiting import wait_until

# Counts what is written to the address bar, and what is left in the browser's history.
_WATCH_ADDRESS = """
globalThis.written = 0;
const {replaceState} = history;
history.replaceState = function (...all) {
  globalThis.written += 1;
  return replaceState.apply(this, all);
};
"""


def flat(image: Any, *, level: Annotated[int, Range(0, 200, step=5)] = 50) -> Any:
    """Make all the same."""
    return np.full(image.shape[:2], level, np.uint8)


@pytest.fixture
def url(serve_here) -> str:
    """The address of the page."""
    app = lambda: make_page(flat, autostart=True, resolution=(320, 240))  # noqa: E731
    address: str = serve_here(app).url
    return address


@pytest.fixture
def open_link(url, new_page) -> Callable[..., LivePage]:
    """`open_link(query="", **options) -> LivePage`; the options are the browser's."""

    def open_link(query: str = "", **options: Any) -> LivePage:
        page = new_page(**options)
        page.add_init_script(_WATCH_ADDRESS)
        live_page = LivePage(page)
        live_page.open(url + query)
        live_page.next_picture()
        return live_page

    return open_link


def names(page: Page) -> list[str]:
    boxes = page.get_by_role("combobox", name="Filter", exact=True)
    found: list[str] = boxes.evaluate_all("(all) => all.map((it) => it.value)")
    return found


def query(page: Page) -> list[tuple[str, str]]:
    """Return what stands in the address bar."""
    return parse_qsl(
        urlsplit(page.evaluate("location.href")).query, keep_blank_values=True
    )


def shows(live_page: LivePage, level: int) -> bool:
    pixel = live_page.next_picture().image[5, 5, :3].astype(int)
    return bool(np.abs(pixel - level).max() <= 3)


def test_the_address_makes_the_same_page_again(open_link) -> None:
    live_page = open_link("?theme=dark&mine=1")
    page = live_page.page
    others = [("theme", "dark"), ("mine", "1")]
    history = page.evaluate("history.length")
    handle = page.locator(".noUi-handle")
    handle.press("ArrowRight")
    wait_until(
        lambda: query(page) == [*others, ("filter", "flat"), ("flat.level", "55")],
        page=page,
    )
    box = page.get_by_role("combobox", name="Add a filter")
    for name in ("invert", "flat"):
        box.fill(name)
        box.press("Enter")
    page.get_by_role("checkbox", name="flat on").nth(1).uncheck()
    # Faster than the address is written; what is written last is the last value.
    before = page.evaluate("globalThis.written")
    page.evaluate(
        """() => {
          const models = Bokeh.documents.flatMap((each) => [...each.all_models])
          const slider = models.find((each) => each.type === "Slider")
          for (let level = 60; level <= 200; level += 5) slider.value = level
          slider.value = 100
        }"""
    )
    expected = [
        *others,
        ("filter", "flat"),
        ("flat.level", "100"),
        ("filter", "invert"),
        ("filter", "flat,off"),
    ]
    wait_until(lambda: query(page) == expected, page=page)
    wait_until(lambda: shows(live_page, 155), page=page)
    assert page.evaluate("history.length") == history
    assert 1 <= page.evaluate("globalThis.written") - before <= 10
    # The link, in another browser.
    other = open_link("?" + urlsplit(page.evaluate("location.href")).query)
    assert names(other.page) == ["flat", "invert", "flat"]
    expect(
        other.page.get_by_role("checkbox", name="flat on").nth(1)
    ).not_to_be_checked()
    wait_until(lambda: shows(other, 155), page=other.page)
    # Back where it began, it says no more than it did then.
    page.get_by_role("button", name="Remove flat").nth(1).click()
    page.get_by_role("button", name="Remove invert").click()
    wait_until(lambda: names(page) == ["flat"], page=page)
    page.get_by_role("button", name="Reset").click()
    wait_until(lambda: query(page) == others, page=page)


def test_a_link_that_is_wrong_is_told_and_the_rest_is_used(open_link) -> None:
    live_page = open_link(
        "?filter=cany&filter=flat&flat.level=2000&filter=os.system&flat.nothing=1"
        "&filter=%3Cimg%20src=x%20onerror=alert(1)%3E&filter=invert"
    )
    page = live_page.page
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("none named 'cany'; did you mean 'canny'?")
    expect(alert).to_contain_text("flat.level: expected a whole number from 0 to 200")
    expect(alert).to_contain_text("none named 'os.system'")
    expect(alert).to_contain_text("<img src=x onerror=alert(1)>")
    expect(alert).to_contain_text("flat.nothing: there is no such setting")
    assert names(page) == ["flat", "invert"]
    wait_until(lambda: shows(live_page, 205), page=page)


def test_a_link_of_far_too_many_steps_opens_the_page(open_link) -> None:
    # More than 1000 values, or 64 kB, Tornado refuses by itself.
    live_page = open_link("?" + "filter=invert&" * 900)
    alert = live_page.page.get_by_role("alert")
    expect(alert).to_contain_text("only the first 8000 were read")
    expect(alert).to_contain_text("a chain takes at most 16")
    assert names(live_page.page) == ["invert"] * 16


def test_a_phone_shows_the_page_at_its_own_width(open_link) -> None:
    size = {"width": 390, "height": 844}
    live_page = open_link("?filter=canny", viewport=size, is_mobile=True)
    page = live_page.page
    assert page.evaluate("window.innerWidth") == 390
    assert page.evaluate("document.documentElement.scrollWidth") == 390
