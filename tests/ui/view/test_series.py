"""Numbers over time on the page: its lines are Python's, and each travels once."""

import base64
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
import pytest
from playwright.sync_api import Page, Route

from panel_cam.transport import assets
from panel_cam.view.series import Series
from panel_cam.view.series_window import MOST_NAMES, MOST_POINTS, SeriesWindow
from tests.support.lines import Line, read_lines, to_line
from tests.support.live_page import read_figure
from tests.support.pages import open_plain
from tests.support.waiting import wait_until

NAMES = [f"name {number}" for number in range(MOST_NAMES)]


def expected(series: Series) -> list[Line]:
    """Return the lines of Python's window."""
    arrays = series.window.arrays()
    seconds = arrays["seconds"].tolist()
    return [to_line(seconds, arrays[name].tolist()) for name in series.points["names"]]


def same(page: Page, series: Series) -> None:
    """Wait until the page has Python's lines."""
    wait_until(lambda: read_lines(page) == expected(series), page=page)


class Traffic:
    """Counts the bytes that a page's socket receives."""

    def __init__(self, page: Page) -> None:
        self.bytes = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, payload: Any) -> None:
        self.bytes += len(payload)


def fill(series: Series, rows: int = MOST_POINTS + 100) -> None:
    for number in range(rows):
        series.add(number, {name: number + at for at, name in enumerate(NAMES)})


def test_an_update_of_a_full_window_is_small_and_the_lines_are_pythons(
    serve_here, page
) -> None:
    series = Series()
    fill(series)
    traffic = Traffic(page)
    page.goto(serve_here(lambda: pn.Column(series)).url)
    same(page, series)
    assert len(read_lines(page)) == MOST_NAMES
    assert traffic.bytes > MOST_POINTS * MOST_NAMES * 8
    value = page.get_by_role("button", name="name 0")
    for number in range(1000, 1020):
        before = traffic.bytes
        series.add(number, dict.fromkeys(NAMES, number))
        value.get_by_text(str(number), exact=True).wait_for()
        assert traffic.bytes - before < 2000
    same(page, series)


def test_names_that_come_and_go_gaps_and_clearing_are_on_the_page(
    serve_here, page
) -> None:
    series = Series()
    page.goto(serve_here(lambda: pn.Column(series)).url)
    series.add(10, {"a": 1})
    same(page, series)
    series.add(11, {"b": 2, "huge": float("inf")})
    series.add(12, {"a": float("nan"), "b": 3, "c": 4})
    same(page, series)
    value = page.get_by_role("button", name="a").locator("b")
    assert value.text_content() == "\u2013"
    series.add(13, {"a": 5})
    same(page, series)
    assert value.text_content() == "5"
    page.get_by_role("button", name="b").click()
    wait_until(lambda: len(read_lines(page)) == 3, page=page)
    page.get_by_role("button", name="b").click()
    same(page, series)
    series.clear()
    wait_until(lambda: read_lines(page) == [], page=page)
    assert page.get_by_role("button").count() == 0
    series.add(50, {"b": 7})
    series.add(51, {"b": 8})
    same(page, series)
    figure = read_figure(page)
    assert figure is not None and figure.x == (0, 10)
    series.add(2, {"b": 9})  # another stream
    same(page, series)


def test_a_name_that_was_left_off_comes_with_all_of_its_line(serve_here, page) -> None:
    series = Series()
    page.goto(serve_here(lambda: pn.Column(series)).url)
    many = [*NAMES, "one more"]
    for number in range(5):
        series.add(number, dict.fromkeys(many, number))
    page.get_by_text("and 1 more").wait_for()
    assert len(read_lines(page)) == MOST_NAMES
    series.add(5, dict.fromkeys(many[1:], 5))
    button = page.get_by_role("button", name="one more")
    button.wait_for()
    wait_until(lambda: read_lines(page)[-1] == {n: n for n in range(6)}, page=page)


def test_a_page_that_is_opened_later_or_again_has_all_of_it(
    serve_here, new_page
) -> None:
    series = Series()
    fill(series, 50)
    url = serve_here(lambda: pn.Column(series)).url
    first, second = new_page(), new_page()
    first.goto(url)
    same(first, series)
    series.add(100, {"later": 1})
    same(first, series)
    second.goto(url)
    same(second, series)
    series.add(101, {"name 3": 2})
    for page in (first, second):
        same(page, series)
    first.reload()
    same(first, series)
    series.add(102, {"name 3": 3, "newest": 4})
    for page in (first, second):
        same(page, series)


def test_a_page_that_loads_while_numbers_come_has_all_of_them(serve_here, page) -> None:
    series = Series()
    fill(series, 50)
    url = serve_here(lambda: pn.Column(series)).url

    def go_on(route: Route) -> None:
        # The session is there, and the page has not asked for its document yet.
        if 99 not in series.window.arrays()["seconds"]:
            series.add(99, {"late": 1})
            ((model, _),) = series._models.values()
            wait_until(lambda: model.data.points["seq"] == series.points["seq"])
        route.continue_()

    page.route("**/*.js*", go_on)
    page.goto(url)
    same(page, series)
    assert len(read_lines(page)) == MOST_NAMES


def test_a_place_that_is_left_and_comes_again_has_all_of_it(serve_here, page) -> None:
    series = Series()
    column = pn.Column("above", series)
    page.goto(serve_here(lambda: column).url)
    fill(series, 30)
    same(page, series)
    column.insert(0, "more above")
    page.get_by_text("more above").wait_for()
    same(page, series)
    column.remove(series)
    wait_until(lambda: page.get_by_role("button").count() == 0, page=page)
    series.add(100, {"meanwhile": 1})
    column.append(series)
    same(page, series)
    series.add(101, {"meanwhile": 2})
    same(page, series)


def test_what_a_page_asks_may_be_anything(serve_here, page) -> None:
    series = Series()
    fill(series, 10)
    page.goto(serve_here(lambda: pn.Column(series)).url)
    same(page, series)
    answered = threading.Event()
    series.param.watch(lambda event: answered.set(), "points")
    for value in ("{text: [1, null]}", "'twice'"):
        page.evaluate(
            f"""() => {{
              const models = Bokeh.documents.flatMap((each) => [...each.all_models]);
              models.find((model) => "asked" in model.properties).asked = {value};
            }}"""
        )
    assert answered.wait(20)
    same(page, series)


# ---- the window in JavaScript, by itself

TAKE = """
([source, messages]) => {
  const SeriesWindow = new Function(`${source}; return SeriesWindow`)();
  const window = new SeriesWindow();
  return messages.map(({data, ...news}) => {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const taken = window.take({...news, data: bytes.buffer});
    const lines = window.names.map((name) => {
      const {xs, ys} = window.line(name);
      return [[...xs], [...ys]];
    });
    return {taken, names: window.names, seconds: [...window.seconds], lines};
  });
}
"""


@pytest.fixture
def take(page) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """`take(messages) -> what the page has after each of them`."""

    def take(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        open_plain(page)
        source = assets.read("view/series_window.js")
        text = [
            {**each, "data": base64.b64encode(each["data"]).decode()}
            for each in messages
        ]
        after: list[dict[str, Any]] = page.evaluate(TAKE, [source, text])
        return after

    return take


def check(after: dict[str, Any], window: SeriesWindow, names: list[str]) -> None:
    """Require that the page has the very numbers that Python has."""
    arrays = window.arrays()
    assert after["taken"] and after["names"] == names
    assert after["seconds"] == arrays["seconds"].tolist()
    for name, (xs, ys) in zip(names, after["lines"], strict=True):
        wanted = to_line(arrays["seconds"].tolist(), arrays[name].tolist())
        assert to_line(xs, ys) == wanted, name


@pytest.mark.parametrize("seed", range(6))
def test_whatever_comes_and_goes_the_page_has_what_python_has(take, seed: int) -> None:
    random = np.random.default_rng(seed)
    window = SeriesWindow(most=int(random.integers(1, 25)))
    pool = [f"n{number}" for number in range(int(random.integers(1, 40)))]
    messages: list[Any] = []
    states: list[tuple[SeriesWindow, list[str]]] = []
    for number in range(80):
        for _ in range(int(random.integers(0, 3))):
            some = random.permutation(pool)[: int(random.integers(0, 30))]
            values = {str(name): float(random.normal()) for name in some}
            if values and random.random() < 0.1:
                values[next(iter(values))] = float("nan")
            window.add(number, values)
        if random.random() < 0.02:
            window.clear()
        later = random.random() < 0.05  # another page was opened
        messages.append(window.everything() if later else window.news())
        copy = SeriesWindow()
        copy._rows, copy._counts = window._rows.copy(), window._counts.copy()
        copy._start = window._start
        states.append((copy, messages[-1]["names"]))
    for after, (copy, names) in zip(take(messages), states, strict=True):
        check(after, copy, names)


def test_news_that_were_lost_are_noticed_until_everything_comes(take) -> None:
    window = SeriesWindow(most=5)
    messages: list[Any] = []
    for number in range(4):
        window.add(number, {"a": number})
        messages.append(window.news())
    everything = window.everything()
    window.add(4, {"a": 4})
    news = window.news()
    first, _, third, fourth = messages
    after = take([first, third, fourth, everything, third, news])
    assert [each["taken"] for each in after] == [True, False, False, True, True, True]
    assert after[2]["lines"] == after[0]["lines"] == [[[0], [0]]]
    assert after[3]["lines"] == after[4]["lines"] == [[[0, 1, 2, 3]] * 2]
    assert after[5]["lines"] == [[[0, 1, 2, 3, 4]] * 2]
