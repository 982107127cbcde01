"""Each private name of BokehJS renamed, and then all: pictures and shapes stay."""

import re
import textwrap

import numpy as np
import panel as pn
import pytest
from playwright.sync_api import Page

from panel_cam import Boxes, ImageView, Points
from panel_cam.transport.private_names import JAVASCRIPT, PYTHON
from tests.support.live_page import LivePage, has_colour
from tests.support.renamed import rename_in_page
from tests.support.waiting import wait_until
from tests.ui.transport.test_renamed_in_python import COMMON, GONE

RED, LIME = "#ff0000", "#00ff00"

NAMES = [each.name for each in JAVASCRIPT if each.owner.startswith("BokehJS")]
NAMES.remove("remove_on_change")  # of a notebook: see `tests/notebook`
# Bokeh puts these together from pieces, or they are names of properties, too: they are
# renamed in our own script.
PIECES = {"line_color", "sleft", "sright", "stop", "sbottom"}
# What only makes boxes quicker.
BOXES = {"_paint", "visuals", "set_vectorize", *PIECES}


def grey(level: int) -> np.ndarray:
    return np.full((48, 64, 3), level, np.uint8)


def find_painting(page: Page) -> str | None:
    return page.locator("[data-painting]").get_attribute("data-painting")


@pytest.mark.parametrize("name", NAMES)
def test_pictures_and_shapes_stay_without(
    serve_here, page, monkeypatch, name: str
) -> None:
    if name in PIECES:
        scripts = dict(ImageView._scripts)
        renamed = re.sub(rf"\b{name}\b", f"{name}_renamed", str(scripts["render"]))
        monkeypatch.setattr(ImageView, "_scripts", {**scripts, "render": renamed})
        found = {name} if renamed != scripts["render"] else set()
    else:
        found = rename_in_page(page, [name])
    view = ImageView(grey(128), format="png", width=640)
    page.goto(serve_here(lambda: pn.Column(view)).url)
    wait_until(lambda: has_colour(page, "#808080", 20, 40), page=page)
    assert found == {name}
    for number, (colour, column) in enumerate([(LIME, 6), (RED, 10), (LIME, 14)]):
        boxes = Boxes([(4, column, 20, 30)], color=colour)
        points = Points([(30, 40 + column)], color=colour)
        view.param.update(object=grey(60 + 60 * number), shapes=[boxes, points])
        wait_until(lambda at=column, c=colour: has_colour(page, c, 12, at), page=page)
        assert has_colour(page, colour, 30.5, 40.5 + column)
        assert has_colour(page, f"#{(60 + 60 * number).to_bytes().hex() * 3}", 40, 5)
    view.param.update(object=grey(200), shapes=[])
    wait_until(lambda: has_colour(page, "#c8c8c8", 4, 20), page=page)
    assert find_painting(page) == ("direct" if name in BOXES else "plain")


APP = """
from typing import Annotated

import numpy as np
import panel_cam as pc

def shade(image, level: Annotated[int, pc.Range(0, 255)] = 60):
    boxes = pc.Boxes([(40, 40, 400, 400)], color="#00ff00")
    return pc.Result(np.full_like(image, level), shapes=[boxes])

pc.Live(shade, autostart=True, format="png").servable()
"""


def test_the_whole_page_works_without_all_of_them(
    serve_command, page, tmp_path
) -> None:
    app = tmp_path / "app.py"
    app.write_text(textwrap.dedent(APP))
    names = {each.name for each in PYTHON} - COMMON - {GONE}
    server = serve_command(
        *("-m", "tests.support.renamed", ",".join(sorted(names))),
        *("serve", str(app), "--port", "{port}", "--address", "127.0.0.1"),
        path="/app",
        # Frames that are held when the session ends: see `_apply_update` in the list.
        allow_log=["data doesn't have a value set"],
    )
    found = rename_in_page(page, set(NAMES) - PIECES)
    live_page = LivePage(page)
    live_page.open(server.url)
    live_page.next_picture(10)  # more than may be in flight: they are answered
    assert found == set(NAMES) - PIECES
    assert find_painting(page) == "plain"
    wait_until(lambda: has_colour(page, "#3c3c3c", 200, 200), page=page)
    assert has_colour(page, LIME, 200, 40)
    page.locator(".noUi-handle").press("Home")
    wait_until(lambda: has_colour(page, "#000000", 200, 200), page=page)
    live_page.button("Stop").click()
    live_page.all_tracks_have_ended()
