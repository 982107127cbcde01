"""A setting that changes, and the picture on the page."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import numpy as np
import param
import pytest

from panel_cam import Live, Range
from tests.support.live_page import LivePage
from tests.support.waiting import wait_until


def flat(image, level: Annotated[int, Range(0, 200, step=50)] = 50):
    return np.full(image.shape[:2], level, np.uint8)


class Flat(param.Parameterized):
    """The same, as a class."""

    level = param.Integer(default=50, bounds=(0, 200), step=50)

    def __call__(self, image):
        return np.full(image.shape[:2], self.level, np.uint8)


@dataclass
class FlatFields:
    """The same, as a dataclass."""

    level: Annotated[int, Range(0, 200, step=50)] = 50

    def __call__(self, image):
        return np.full(image.shape[:2], self.level, np.uint8)


@pytest.mark.parametrize("filter", [flat, Flat, FlatFields])
def test_a_slider_changes_the_next_picture_and_stops_no_stream(
    serve_here, page, filter
) -> None:
    lives: list[Live] = []

    def app() -> Live:
        lives.append(Live(filter, autostart=True))
        return lives[-1]

    live_page = LivePage(page)
    live_page.open(serve_here(app).url)
    live_page.next_picture()
    live = lives[0]
    stream = live.camera.frame.stream

    def shows(level: int) -> bool:
        return abs(int(live_page.next_picture().image[5, 5, 0]) - level) <= 3

    for level in (100, 150, 200):
        page.locator(".noUi-handle").press("ArrowRight")
        wait_until(partial(shows, level), page=page)
    assert live.settings.level == 200
    assert live.camera.frame.stream == stream
    page.get_by_role("button", name="Reset").click()
    wait_until(partial(shows, 50), page=page)


def test_two_sessions_of_a_dataclass_share_no_field(serve_here, new_page) -> None:
    lives: list[Live] = []

    def app() -> Live:
        lives.append(Live(FlatFields, autostart=True))
        return lives[-1]

    url = serve_here(app).url
    pages = [LivePage(new_page()) for _ in range(2)]
    for each in pages:
        each.open(url)
        each.next_picture()
    one, other = pages

    def shows(live_page: LivePage, level: int) -> bool:
        return abs(int(live_page.next_picture().image[5, 5, 0]) - level) <= 3

    one.page.locator(".noUi-handle").press("ArrowRight")
    wait_until(lambda: shows(one, 100), page=one.page)
    assert [live.settings.level for live in lives] == [100, 50]
    assert shows(other, 50)
    assert FlatFields.level == 50
