"""Several streams of one camera on a page: it is opened, read and sent once."""

from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
import pytest

from panel_cam import Live
from tests.support.live_page import LivePage
from tests.support.waiting import wait_until


def bright(image: np.ndarray) -> np.ndarray:
    return image


def dark(image: np.ndarray) -> np.ndarray:
    return image // 4


@pytest.fixture
def open_page(serve_here, page) -> Callable[..., tuple[LivePage, list[Live]]]:
    """`open_page(*filters, **options)` -> a page with a `Live` for each filter."""
    lives: list[Live] = []

    def open_page(*filters: Any, **options: Any) -> tuple[LivePage, list[Live]]:
        def app() -> pn.Column:
            lives[:] = [Live(each, autostart=True, **options) for each in filters]
            return pn.Column(*lives)

        live_page = LivePage(page)
        page.goto(serve_here(app).url)
        wait_until(lambda: len(lives) == len(filters), page=page)
        return live_page, lives

    return open_page


def all_go_on(live_page: LivePage, lives: list[Live], more: int = 5) -> None:
    shown = [live.stats.get("shown", 0) for live in lives]
    wait_until(
        lambda: all(
            live.stats.get("shown", 0) >= before + more
            for live, before in zip(lives, shown, strict=True)
        ),
        page=live_page.page,
        timeout=20,
    )


def test_one_camera_is_opened_for_all_and_sends_each_frame_once(open_page) -> None:
    live_page, lives = open_page(bright, dark, bright, dark)
    all_go_on(live_page, lives)
    assert len(live_page.wishes()) == 1
    (leader,) = [live for live in lives if not live.camera.shares]
    keys = {live.camera.shares for live in lives}
    assert keys == {"", leader.camera.key}
    assert [live.camera.status for live in lives] == ["streaming"] * 4
    sent = live_page.sent()
    published = leader.camera.stats["published"]
    assert sent <= published + 4  # those on their way
    first, second = (live.image for live in lives[:2])
    assert first.mean() > 2 * second.mean()


def test_who_leads_may_stop_pause_or_ask_for_more(open_page) -> None:
    live_page, lives = open_page(bright, dark, bright)
    all_go_on(live_page, lives)
    first = next(live for live in lives if not live.camera.shares)
    others = [live for live in lives if live is not first]
    first.camera.stop()
    wait_until(lambda: first.camera.status == "idle", page=live_page.page)
    all_go_on(live_page, others)
    second = next(live for live in others if not live.camera.shares)
    third = next(live for live in others if live is not second)
    assert third.camera.shares == second.camera.key
    second.camera.paused = True
    wait_until(lambda: second.camera.status == "paused", page=live_page.page)
    all_go_on(live_page, [third])
    assert third.camera.shares == ""
    first.camera.start()
    all_go_on(live_page, [first, third])
    assert first.camera.shares == third.camera.key
    first.camera.resolution = (320, 240)
    wait_until(lambda: first.image.shape[:2] == (240, 320), page=live_page.page)
    all_go_on(live_page, [first, third])
    assert first.camera.shares == third.camera.shares == ""
    assert third.image.shape[:2] == (480, 640)


def test_who_follows_may_pause_and_go_on(open_page) -> None:
    live_page, lives = open_page(bright, dark)
    all_go_on(live_page, lives)
    leader, follower = sorted(lives, key=lambda live: live.camera.shares)
    follower.camera.paused = True
    wait_until(lambda: follower.camera.status == "paused", page=live_page.page)
    wait_until(lambda: follower.camera.shares == "", page=live_page.page)
    shown = follower.view.frame["seq"]
    all_go_on(live_page, [leader])
    assert follower.view.frame["seq"] <= shown + 2  # what was at work then
    follower.camera.paused = False
    all_go_on(live_page, lives)
    assert len(live_page.wishes()) == 1


def test_who_asks_for_something_else_meanwhile_is_followed_no_more(open_page) -> None:
    live_page, lives = open_page(bright, dark)
    all_go_on(live_page, lives)
    leader, follower = sorted(lives, key=lambda live: live.camera.shares)
    follower.camera.stop()
    wait_until(lambda: follower.camera.status == "idle", page=live_page.page)
    leader.format = "png"
    wait_until(
        lambda: bytes(leader.camera.frame.data).startswith(b"\x89PNG"),
        page=live_page.page,
    )
    follower.camera.start()
    all_go_on(live_page, lives)
    assert follower.camera.shares == ""
    assert bytes(follower.camera.frame.data).startswith(b"\xff\xd8")


def test_the_original_of_each_is_found(open_page) -> None:
    live_page, lives = open_page(bright, dark, compare="beside")
    all_go_on(live_page, lives)
    originals = live_page.page.locator(".original.plot:visible")
    wait_until(lambda: originals.count() == len(lives), page=live_page.page)


def test_all_are_told_that_the_camera_is_denied(open_page, page) -> None:
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => { seen.refusal = "
        "{message: 'no', name: 'NotAllowedError'}; })"
    )
    live_page, lives = open_page(bright, dark)
    wait_until(
        lambda: [live.camera.status for live in lives] == ["permission-denied"] * 2,
        page=live_page.page,
    )
    assert len(live_page.wishes()) == 1
    assert not any(live.camera.active for live in lives)
