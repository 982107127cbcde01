"""The chain on the page: what people do to it, read on the picture."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import numpy as np
import panel as pn
import pytest
from playwright.sync_api import Page, expect

from panel_cam import Live, Range, filters
from panel_cam.controls.chain_editor import ChainEditor
from tests.support.clip import COLOURS
from tests.support.live_page import LivePage
from tests.support.server import ROOT
from tests.support.waiting import wait_until


def flat(image: Any, *, level: Annotated[int, Range(0, 200, step=50)] = 50) -> Any:
    """Make all the same."""
    return np.full(image.shape[:2], level, np.uint8)


class Editing:
    """A page with a chain editor, and the objects behind it."""

    def __init__(self, page: Page, url: str, made: list[ChainEditor]) -> None:
        self.page = page
        self.live_page = LivePage(page)
        self.live_page.open(url)
        self.live_page.next_picture()
        self.editor = made[-1]
        self.live = self.editor.live
        self.stream = self.live.camera.frame.stream

    def add(self, name: str) -> None:
        box = self.page.get_by_role("combobox", name="Add a filter")
        box.fill(name)
        box.press("Enter")
        self.press_exists(f"Remove {name}")

    def press_exists(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.wait_for()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def names(self) -> list[str]:
        """Return the filters that the page shows, from above."""
        boxes = self.page.get_by_role("combobox", name="Filter", exact=True)
        found = boxes.evaluate_all(
            "(all) => all.map((it) => [it.getBoundingClientRect().top, it.value])"
        )
        assert found == sorted(found, key=lambda each: each[0])
        return [name for _, name in found]

    def has(self, names: list[str]) -> bool:
        return self.names() == names

    def shows(self, *names: str, level: int) -> None:
        """Wait until the page has these steps, and the picture this grey."""

        def is_so() -> None:
            assert self.names() == list(names)
            pixel = self.live_page.next_picture().image[5, 5, :3].astype(int)
            assert np.abs(pixel - level).max() <= 3

        wait_until(is_so, page=self.page, timeout=20)


@pytest.fixture
def edit(serve_here, new_page) -> Callable[..., Editing]:
    """`edit(filter, **options) -> Editing`; the options are the browser's."""

    def edit(filter: Any = flat, query: str = "", **options: Any) -> Editing:
        made: list[ChainEditor] = []

        def app() -> pn.viewable.Viewable:
            live = Live(filter, autostart=True, resolution=(320, 240))
            made.append(ChainEditor(live))
            return live.arranged(made[-1])

        return Editing(new_page(**options), serve_here(app).url + query, made)

    return edit


def test_a_chain_is_built_while_the_stream_runs(edit) -> None:
    editing = edit()
    editing.shows("flat", level=50)
    editing.add("invert")
    editing.shows("flat", "invert", level=205)
    editing.add("flat")
    editing.shows("flat", "invert", "flat", level=50)
    # The keyboard, which stays on the button that moves with its step.
    up = editing.page.get_by_role("button", name="Move flat up").nth(1)
    up.press("Enter")
    editing.shows("flat", "flat", "invert", level=205)
    focused = editing.page.get_by_role("button", name="Move flat up").nth(1)
    expect(focused).to_be_focused()
    # Settings of each: the second one's count.
    handles = editing.page.locator(".noUi-handle")
    expect(handles).to_have_count(2)
    handles.nth(1).press("ArrowRight")
    editing.shows("flat", "flat", "invert", level=155)
    # Off, and on again with what it was set to.
    box = editing.page.get_by_role("checkbox", name="flat on").nth(1)
    box.uncheck()
    editing.shows("flat", "flat", "invert", level=205)
    box.check()
    editing.shows("flat", "flat", "invert", level=155)
    editing.press("Move invert up")
    editing.shows("flat", "invert", "flat", level=100)
    editing.press("Remove invert")
    editing.shows("flat", "flat", level=100)
    for left in (["flat"], []):
        editing.page.get_by_role("button", name="Remove flat").first.click()
        wait_until(partial(editing.has, left), page=editing.page)
    red = np.array(COLOURS["red"])

    def is_plain() -> None:
        image = editing.live_page.next_picture().image
        assert np.abs(image[96, 40, :3].astype(int) - red).max() < 20

    wait_until(is_plain, page=editing.page)
    # Yours is on the menu still.
    editing.add("flat")
    editing.shows("flat", level=50)
    assert editing.live.camera.frame.stream == editing.stream
    assert editing.live.error == ""


def test_another_filter_is_chosen_in_a_steps_place(edit) -> None:
    editing = edit()
    box = editing.page.get_by_role("combobox", name="Filter", exact=True)
    box.click()
    first = editing.page.get_by_role("group").first
    assert first.get_attribute("aria-label") == "Step 1: flat"
    own = editing.page.get_by_role("group", name="yours")
    expect(own.get_by_role("option")).to_have_text(["flatMake all the same."])
    box.fill("canny")
    box.press("Enter")
    wait_until(lambda: editing.names() == ["canny"], page=editing.page)
    wait_until(
        lambda: (
            set(np.unique(editing.live.image)) <= {0, 1, 255}
            and editing.live.image.any()
        ),
        page=editing.page,
    )
    expect(box).to_be_focused()
    assert editing.live.camera.frame.stream == editing.stream


def test_all_fits_a_phone(edit) -> None:
    size = {"width": 390, "height": 844}
    editing = edit(viewport=size, has_touch=True, query="?theme=dark")
    editing.add("canny")
    page = editing.page
    inside = page.locator(".step-bar, .step-bar button, .picker, .noUi-target, .copy")
    for each in inside.all():
        area = each.bounding_box()
        assert area is not None
        assert area["x"] >= 0 and area["x"] + area["width"] <= 390
    for name in ("Move canny up", "Remove canny"):
        area = page.get_by_role("button", name=name).bounding_box()
        assert area is not None and min(area["width"], area["height"]) >= 30


# ---- Copy as Python


def copied(page: Page) -> str:
    page.get_by_role("button", name="Copy as Python").click()
    page.get_by_text("Copied", exact=True).wait_for()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_what_is_copied_makes_the_same_picture_elsewhere(edit, tmp_path) -> None:
    may = ["camera", "clipboard-read", "clipboard-write"]
    editing = edit("gaussian", permissions=may)
    chain, page = editing.editor.chain, editing.page
    one = copied(page)
    assert "gaussian(image, sigma=2.0)" in one
    page.locator(".noUi-handle").first.press("ArrowRight")
    wait_until(lambda: chain.steps[0].settings.sigma != 2, page=page)
    editing.add("canny")
    editing.add("invert")
    page.get_by_role("checkbox", name="invert on").uncheck()
    wait_until(lambda: not chain.steps[2].enabled, page=page)
    both = copied(page)
    assert "invert" not in both
    image = editing.live.camera.snapshot()
    np.save(tmp_path / "image.npy", image)
    code = "import numpy as np\nimage = np.load('image.npy')\n"
    for name, script in (("one", one), ("both", both)):
        (tmp_path / f"script_{name}.py").write_text(script)
        code += f"from script_{name} import process\n"
        code += f"np.save('{name}.npy', process(image.copy()))\n"
    subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        # With its variables: they may choose another OpenBLAS, which rounds otherwise.
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=60,
    )
    np.testing.assert_array_equal(np.load(tmp_path / "both.npy"), chain(image))
    expected = filters.get("gaussian")(image, sigma=2.0)
    np.testing.assert_array_equal(np.load(tmp_path / "one.npy"), expected)


def test_where_the_clipboard_is_not_allowed_the_text_is_there_to_select(edit) -> None:
    editing = edit("gaussian")
    page = editing.page
    page.evaluate(
        """() => {
          const refusal = new DOMException("", "NotAllowedError")
          navigator.clipboard.write = () => Promise.reject(refusal)
        }"""
    )
    page.get_by_role("button", name="Copy as Python").click()
    area = page.get_by_role("textbox", name="Python")
    expect(area).to_be_focused()
    text = area.input_value()
    assert "gaussian(image, sigma=2.0)" in text
    selected = area.evaluate(
        "(it) => it.value.slice(it.selectionStart, it.selectionEnd)"
    )
    assert selected == text
    page.get_by_text("copy this text").wait_for()
