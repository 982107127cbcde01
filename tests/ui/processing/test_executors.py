"""Other processes, seen from the page."""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from panel_cam import Live
from tests.support import far_filters
from tests.support.live_page import LivePage
from tests.support.waiting import wait_until


def test_the_example_runs(serve, page) -> None:
    live_page = LivePage(page)
    live_page.open(serve(Path("apps/07_all_cores.py")).url)
    live_page.button("Start camera").click()
    numbers = [live_page.next_picture().seq for _ in range(4)]
    assert numbers == sorted(numbers)
    live_page.button("Stop").click()
    live_page.all_tracks_have_ended()


def test_the_page_says_that_a_process_died_and_goes_on(serve_here, page) -> None:
    lives: list[Live] = []

    def app() -> Live:
        make = partial(ProcessPoolExecutor, 1)
        lives.append(Live(far_filters.where, executor=make, autostart=True))
        return lives[-1]

    server = serve_here(app, allow_log=["A worker process died"])
    live_page = LivePage(page)
    live_page.open(server.url)
    first = live_page.next_picture()
    assert first.seq > 0
    assert lives[0].camera.max_in_flight == 2
    lives[0].filter = far_filters.die
    page.get_by_text("A worker process died").wait_for()
    lives[0].filter = far_filters.where
    live_page.next_picture(2)
    wait_until(lambda: lives[0].error == "", page=page)
    assert os.getpid() != far_filters.read_where(lives[0].image)


def test_the_page_says_that_processes_start_and_not_that_python_is_busy(
    serve_here, page
) -> None:
    def app() -> Live:
        return Live(far_filters.negative, executor=partial(ProcessPoolExecutor, 2))

    live_page = LivePage(page)
    live_page.open(serve_here(app).url)
    # All that the line said, in case it is quick.
    live_page.message.evaluate(
        """(line) => {
          globalThis.said = [];
          const note = () => globalThis.said.push(line.textContent);
          new MutationObserver(note).observe(line, { childList: true });
        }"""
    )
    live_page.button("Start camera").click()
    live_page.next_picture(2)
    live_page.sees("640")
    said = page.evaluate("globalThis.said")
    assert "Starting 2 worker processes …" in said
    assert not any("busy" in words for words in said)
