"""Shapes over a picture: where they belong, with the picture they belong to."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import panel as pn
import pytest
from playwright.sync_api import Page

from panel_cam import Boxes, Contours, ImageView, Labels, Lines, Points, Polygons
from panel_cam.imaging.shape_packet import MOST_CORNERS, MOST_SHAPES
from panel_cam.imaging.shapes import Shape
from tests.support.live_page import has_colour, read_figure
from tests.support.renamed import rename_in_page
from tests.support.waiting import wait_until

GREY = np.full((48, 64, 3), 128, np.uint8)
# Two clicks that follow each other sooner are one double click to Bokeh.
DOUBLE_CLICK_MS = 400
RED, LIME, BLUE = "#ff0000", "#00ff00", "#0000ff"


@pytest.fixture
def show(serve_here, page) -> Callable[..., Page]:
    """`show(view) -> Page`."""

    def show(view: ImageView) -> Page:
        page.goto(serve_here(lambda: pn.Column(view)).url)
        return page

    return show


def appears(
    page: Page, colour: str, row: float, column: float, within: int = 2
) -> None:
    wait_until(lambda: has_colour(page, colour, row, column, within), page=page)


def find_renderers(page: Page) -> list[str]:
    names: list[str] = page.evaluate(
        """() => {
          const {renderers} = globalThis.Bokeh.documents
            .flatMap((document) => [...document.all_models])
            .find((model) => model.type === "Figure")
          return renderers.map(({name}) => name)
        }"""
    )
    return names


def spot(page: Page, row: float, column: float) -> tuple[float, float]:
    """Where on the page a place of the image is."""
    left, top, width, height = page.evaluate(
        """() => {
          const views = [...Object.values(Bokeh.index)]
          let found
          const walk = (view) => {
            if (view.model.type === "Figure") found = view
            for (const child of view.child_views ?? []) walk(child)
          }
          views.forEach(walk)
          const {x, y} = found.canvas_view.el.getBoundingClientRect()
          const {x0, y0, width, height} = found.frame.bbox
          return [x + x0, y + y0, width, height]
        }"""
    )
    figure = read_figure(page)
    assert figure is not None
    return (
        left + width * (column - figure.x[0]) / (figure.x[1] - figure.x[0]),
        top + height * (row - figure.y[1]) / (figure.y[0] - figure.y[1]),
    )


SHAPES: Sequence[Shape] = (
    Boxes([(4, 6, 20, 30)], color=LIME, fields={"area": [384], "name": ["<b>one</b>"]}),
    Points([(30, 50)], color=RED, fields={"strength": [0.5]}),
    Lines([[(40, 2), (40, 30)]], color=BLUE),
    Contours([[(26, 40), (26, 60)]], color="#ffff00"),
    Polygons([[(4, 40), (4, 60), (18, 60), (18, 40)]], color="#ff00ff"),
    Labels([(44, 40)], ["mmmm"], color="#00ffff"),
)


@pytest.mark.parametrize("direct", [True, False])
def test_every_kind_of_shape_is_where_it_belongs(show, direct: bool) -> None:
    view = ImageView(GREY, format="png", width=640, direct=direct)
    page = show(view)
    wait_until(lambda: has_colour(page, "#808080", 30, 30), page=page)
    assert find_renderers(page) == [None]  # without shapes, there is nothing of them
    view.shapes = list(SHAPES)
    for mirror in (False, True):
        view.mirror = mirror
        # A box covers whole pixels, and all others lie in the middle of theirs.
        for row, column in ((4, 18), (20, 18), (12, 6), (12, 30)):
            appears(page, LIME, row, column)
        assert has_colour(page, "#808080", 12, 18)
        appears(page, RED, 30.5, 50.5)
        appears(page, BLUE, 40.5, 10)
        appears(page, "#ffff00", 26.5, 50)
        appears(page, "#ff00ff", 4.5, 50.5)
        # The text begins at its place and runs to the right, as it is seen.
        column = 43.3 if not mirror else 37.7
        appears(page, "#00ffff", 43, column, within=9)
    # With the next picture they are gone.
    view.shapes = []
    wait_until(lambda: not has_colour(page, LIME, 12, 6), page=page)
    assert not has_colour(page, RED, 30.5, 50.5)
    assert "overlay" not in view.frame


def test_the_pointer_shows_fields_and_a_tap_selects(show) -> None:
    view = ImageView(GREY, format="png", width=640)
    page = show(view)
    appears(page, "#808080", 12, 18)
    page.mouse.click(*spot(page, 12, 18))  # on nothing
    view.shapes = list(SHAPES)
    appears(page, LIME, 12, 6)
    page.wait_for_timeout(DOUBLE_CLICK_MS)
    page.mouse.move(*spot(page, 12, 18))
    tooltip = page.get_by_text("<b>one</b>")
    tooltip.wait_for()
    page.get_by_text("area").wait_for()
    page.mouse.click(*spot(page, 12, 18))
    fields = {"area": 384, "name": "<b>one</b>"}
    chosen = [{"shape": 0, "index": 0, "seq": view.frame["seq"], "fields": fields}]
    wait_until(lambda: view.selected == chosen, page=page)
    page.wait_for_timeout(DOUBLE_CLICK_MS)
    page.mouse.click(*spot(page, 30.5, 50.5))
    wait_until(lambda: [each["shape"] for each in view.selected] == [1], page=page)
    page.wait_for_timeout(DOUBLE_CLICK_MS)
    page.mouse.click(*spot(page, 35, 35))
    wait_until(lambda: view.selected == [], page=page)
    # What the pointer shows follows the stream, while it rests.
    page.mouse.move(*spot(page, 12, 18))
    tooltip.wait_for()
    view.shapes = [Boxes([(4, 6, 20, 30)], fields={"weight": [17]})]
    page.get_by_text("weight").wait_for()
    tooltip.wait_for(state="hidden")


@pytest.mark.parametrize("direct", [True, False])
def test_what_is_gone_is_not_selected(show, direct: bool) -> None:
    boxes = [(4, 6, 20, 30), (24, 6, 40, 30)]
    view = ImageView(GREY, format="png", width=640, direct=direct)
    page = show(view)
    for fewer in ([Boxes(boxes[:1], color=RED)], []):
        view.shapes = [Boxes(boxes, color=LIME)]
        appears(page, LIME, 32, 6)
        page.wait_for_timeout(DOUBLE_CLICK_MS)
        page.mouse.click(*spot(page, 32, 18))
        wait_until(lambda: [each["index"] for each in view.selected] == [1], page=page)
        view.shapes = fewer
        wait_until(lambda: view.selected == [], page=page)
    # It does not come back with the next shapes either.
    view.shapes = [Boxes(boxes, color=RED)]
    appears(page, RED, 32, 6)
    assert view.selected == []


def read_pixels(page: Page) -> np.ndarray:
    figure = read_figure(page)
    assert figure is not None
    return figure.pixels[:, :, :3].astype(int)


@pytest.fixture
def look(show) -> Callable[[bool], list[np.ndarray]]:
    """`look(direct)`: how boxes of several colours look, and with one selected."""
    colours = [LIME, LIME, RED, LIME, "#00000000", BLUE]
    boxes = [(5 + 6 * n, 4 + 8 * n, 15 + 6 * n, 18 + 8 * n) for n in range(6)]

    def look(direct: bool) -> list[np.ndarray]:
        shapes = [Boxes(boxes, color=colours)]
        view = ImageView(GREY, shapes=shapes, format="png", width=640, direct=direct)
        page = show(view)
        appears(page, BLUE, 35, 50)
        bare = read_pixels(page)
        page.mouse.click(*spot(page, 13, 16))
        wait_until(lambda: view.selected, page=page)
        wait_until(lambda: (read_pixels(page) != bare).any(), page=page)
        return [bare, read_pixels(page)]

    return look


def test_boxes_look_the_same_whoever_paints_them(look) -> None:
    for ours, theirs in zip(look(True), look(False), strict=True):
        assert np.abs(ours - theirs).max() <= 8


def test_what_is_left_off_is_said(show) -> None:
    many = Points(np.zeros((MOST_SHAPES + 12, 2)))
    view = ImageView(GREY, shapes=[many], width=320)
    page = show(view)
    note = page.get_by_text("12 more shapes are not drawn.")
    note.wait_for()
    view.shapes = []
    note.wait_for(state="hidden")
    view.shapes = [Contours([np.zeros((MOST_CORNERS + 1, 2))])]
    page.get_by_text("1 more shapes are not drawn.").wait_for()


# ---- shapes and picture are of one frame

LEVELS = 24  # of grey, each with a box of its own

_WATCH = """
() => {
  globalThis.samples = [];
  const views = [];
  const walk = (view) => {
    if (view.model.type === "Figure") views.push(view);
    for (const child of view.child_views ?? []) walk(child);
  };
  Object.values(Bokeh.index).forEach(walk);
  const [figure] = views;
  const copy = new OffscreenCanvas(1, 1);
  const context = copy.getContext("2d", {willReadFrequently: true});
  const look = () => {
    const {canvas, pixel_ratio} = figure.canvas_view.primary;
    const {x0, y0, width, height} = figure.frame.bbox;
    const {x_range, y_range} = figure.model;
    const at = (row, column) => {
      const x = x0 + width * (column - x_range.start) / (x_range.end - x_range.start);
      const y = y0 + height * (row - y_range.end) / (y_range.start - y_range.end);
      const [left, top] = [x, y].map((each) => Math.floor(each * pixel_ratio));
      context.drawImage(canvas, -left, -top);
      return [...context.getImageData(0, 0, 1, 1).data];
    };
    const [level] = at(8, 8);
    const boxes = [];
    for (let number = 0; number < LEVELS; number++) {
      const [red, green] = at(100, 40 + number * 18);
      if (green - red > 80) boxes.push(number);
    }
    samples.push([level, boxes]);
  };
  figure.repainted.connect(look);
  const always = () => {
    look();
    requestAnimationFrame(always);
  };
  always();
}
""".replace("LEVELS", str(LEVELS))


def picture(number: int, noise: np.ndarray) -> np.ndarray:
    image = np.full((320, 500, 3), 10 * number, np.uint8)
    if number % 3 == 0:  # which takes longer to decode: it is overtaken
        image[160:] = noise
    return image


@pytest.mark.parametrize("way", ["direct", "plain", "renamed"])
def test_shapes_and_picture_are_always_of_one_frame(show, page, way: str) -> None:
    if way == "renamed":  # as a name that is not promised may be in the next version
        rename_in_page(page, ["compute_indices"])
    noise = np.random.default_rng(1).integers(0, 256, (160, 500, 3)).astype(np.uint8)
    view = ImageView(width=500, height=350, format="png", direct=way != "plain")
    pictures = [picture(number, noise) for number in range(LEVELS)]
    boxes = [
        [Boxes([(80, 40 + 18 * number, 120, 45 + 18 * number)], color=LIME)]
        for number in range(LEVELS)
    ]
    show(view)
    view.param.update(object=pictures[0], shapes=boxes[0])
    appears(page, LIME, 100, 40)
    page.evaluate(_WATCH)
    samples: list[Any] = []

    def enough() -> bool:
        for number in range(LEVELS):
            view.param.update(object=pictures[number], shapes=boxes[number])
            page.wait_for_timeout(4)
        samples[:] = page.evaluate("samples")
        return len({level for level, _ in samples}) >= LEVELS // 2

    wait_until(enough, timeout=30, page=page)
    wrong = [(level, seen) for level, seen in samples if seen != [round(level / 10)]]
    assert not wrong
    painting = page.locator("[data-painting]").get_attribute("data-painting")
    assert painting == ("direct" if way == "direct" else "plain")
