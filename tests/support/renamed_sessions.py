"""One session for each private name, with libraries in which that one is another.

    python -m tests.support.renamed_sessions FOLDER NAME NAME ...

writes into ``FOLDER/NAME`` what went wrong there; nothing, if all is well. Each has a
process of its own, forked from this one: to import Panel takes longer than a session.
"""

from __future__ import annotations

import asyncio
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import panel as pn
from bokeh.client import pull_session
from bokeh.document import Document

from panel_cam import Live
from tests.support.client_page import ClientPage, shade
from tests.support.renamed import rename
from tests.support.server import ServerThread, find_trouble

AT_ONCE = 2


def run_session() -> None:
    """Check the picture, the answer, the shapes and the slider of one session."""
    asyncio.set_event_loop(asyncio.new_event_loop())
    lives: list[tuple[Live, Any]] = []

    def app() -> Live:
        lives.append((Live(shade, format="png"), pn.state.curdoc))
        return lives[-1][0]

    server = ServerThread(app)
    server.wait_until_ready()
    session = pull_session(url=server.url)
    page = ClientPage(session)
    ((live, document),) = lives
    page.shows(10)
    page.slider.value = 70
    page.wait_until(lambda: live.settings.level == 70)
    page.shows(70)

    def set_level() -> None:
        live.settings.level = 20

    document.add_next_tick_callback(set_level)
    page.wait_until(lambda: page.slider.value == 20)
    page.shows(20)
    assert live.camera.rejected == 0
    assert live.error == ""
    session.close()
    assert find_trouble(server.log) == []


def _run(folder: Path, name: str) -> None:
    names = set(name.split(","))
    try:
        assert rename(names) == names
        run_session()
        told = ""
    except BaseException:
        told = traceback.format_exc()
    (folder / name).write_text(told)


def main(folder: Path, names: list[str]) -> None:
    """Run a session for each name."""
    document = Document()
    document.add_root(pn.Column(Live(shade)).get_root(document))
    document.to_json()  # what takes long for the first time only
    running = 0
    for name in names:
        if running == AT_ONCE:
            os.wait()
            running -= 1
        if os.fork() == 0:
            _run(folder, name)
            os._exit(0)
        running += 1
    while running:
        os.wait()
        running -= 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
