"""What drives Firefox and WebKit does what Playwright does in Chromium."""

import io

import numpy as np
import PIL.Image
import pytest

from tests.support.waiting import wait_until

HTML = """
<!doctype html>
<title>A page</title>
<script>globalThis.first ??= "the page's own"</script>
<style>body { margin: 0; background: rgb(0, 128, 0) }</style>
<div id="host"></div>
<script>
  globalThis.seen = [];
  const root = host.attachShadow({mode: "open"});
  root.innerHTML = `
    <p role="status" class="message">All is <b>well</b></p>
    <div style="height: 3000px"></div>
    <button>Press</button> <button aria-label="Press again">2</button>
    <button class="hidden" hidden>Hidden</button>
    <label><input type="checkbox"> Agree</label>
    <select aria-label="Fruit"><option value="a">Apple</option>
      <option value="p">Pear</option></select>
    <label>Name <input class="name" value="nobody"></label>
    <div role="slider" tabindex="0" aria-label="Level">50</div>`;
  for (const type of ["click", "input", "change", "keydown"]) {
    root.addEventListener(type, (event) => {
      const {target, key, isTrusted} = event;
      seen.push([type, target.localName, key ?? target.value, isTrusted]);
    });
  }
</script>
"""


@pytest.fixture
def url(serve_page) -> str:
    return serve_page(HTML)


@pytest.fixture
def page(open_page, url: str):
    page = open_page()
    page.add_init_script("globalThis.first = 'a script before'")
    page.goto(url)
    return page


def test_scripts_run_before_and_after_the_pages_own(page) -> None:
    assert page.evaluate("first") == "a script before"
    assert page.evaluate("() => document.title") == "A page"
    argument = {"list": [1, 2.5, None, "é"], "flag": True}
    assert page.evaluate("(it) => it", argument) == argument
    assert page.evaluate("async ([a, b]) => { await 0; return a + b }", [1, 2]) == 3
    assert page.evaluate("new Promise((done) => setTimeout(done, 5, 'late'))") == "late"
    assert page.evaluate("undefined") is None
    with pytest.raises(Exception, match="on purpose"):
        page.evaluate("() => { throw new Error('on purpose') }")
    assert page.evaluate("[innerWidth, innerHeight, isSecureContext]") == [
        *(1280, 720, True)
    ]
    assert page.evaluate("document.visibilityState") == "visible"


def test_elements_are_found_by_role_label_text_and_selector(page) -> None:
    assert page.get_by_role("status").is_visible()
    assert page.get_by_role("status").filter(has_text="is well").count() == 1
    assert page.get_by_role("status").filter(has_text="is ill").count() == 0
    assert page.locator("p.message").inner_text() == "All is well"
    assert page.get_by_text("well").count() == 1
    assert page.get_by_role("button").count() == 2
    assert page.get_by_role("button", name="press").count() == 2
    assert page.get_by_role("button", name="Press", exact=True).count() == 1
    assert page.get_by_role("button").first.inner_text() == "Press"
    assert page.locator("button").count() == 3
    assert page.locator(".hidden").is_hidden()
    assert page.get_by_label("Fruit", exact=True).input_value() == "a"
    texts = page.get_by_label("Fruit").locator("option").all_text_contents()
    assert texts == ["Apple", "Pear"]
    assert page.get_by_role("slider", name="Level").get_attribute("tabindex") == "0"
    box = page.get_by_role("status").bounding_box()
    assert box is not None
    assert box["width"] == page.evaluate("document.documentElement.clientWidth")


def test_a_person_clicks_chooses_and_types(page) -> None:
    def seen() -> list[list[object]]:
        events = page.evaluate("seen.splice(0)")
        return [each for each in events if each[0] != "keydown" or len(each[2]) > 1]

    page.get_by_role("button", name="Press", exact=True).click()
    assert seen() == [["click", "button", "", True]]
    page.get_by_label("Agree").check()
    page.get_by_label("Agree").check()  # it is already
    assert page.get_by_label("Agree").is_checked()
    assert [each[0] for each in seen()].count("click") == 1
    page.get_by_label("Fruit").select_option("Pear")
    assert page.get_by_label("Fruit").input_value() == "p"
    assert ["change", "select", "p"] in [each[:3] for each in seen()]
    page.get_by_label("Fruit").select_option("a")
    assert page.get_by_label("Fruit").input_value() == "a"
    page.get_by_label("Name").fill("Ada L.")
    assert page.get_by_label("Name").input_value() == "Ada L."
    page.get_by_label("Name").press("Enter")
    assert ["keydown", "input", "Enter", True] in seen()
    page.get_by_role("slider").press("ArrowRight")
    assert ["keydown", "div", "ArrowRight", True] in seen()


def test_a_screenshot_shows_the_page(page) -> None:
    image = np.asarray(PIL.Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
    assert image.shape == (720, 1280, 3)
    np.testing.assert_allclose(image[700, 1000], (0, 128, 0), atol=2)


def test_what_a_page_complains_of_is_heard(page, console) -> None:
    console.allow("one error", "another", "and a promise")
    page.evaluate("console.warn('a warning'), console.error('one', 'error')")
    page.evaluate("void setTimeout(() => { throw new Error('another') })")
    page.evaluate("void Promise.reject(new Error('and a promise'))")

    def all_is_heard() -> None:
        for words in ("one error", "another", "and a promise"):
            assert [error for error in console.errors if words in error], words
        assert [each for each in console.messages if "a warning" in each]

    wait_until(all_is_heard, page=page)
    assert len(console.errors) == 3


def test_each_page_has_a_storage_of_its_own(open_page, page, url: str) -> None:
    assert page.evaluate("location.href") == url
    page.evaluate("localStorage.setItem('key', 'mine')")
    other = open_page()
    other.goto(url)
    assert other.evaluate("localStorage.getItem('key')") is None
    assert page.evaluate("localStorage.getItem('key')") == "mine"
