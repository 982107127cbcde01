"""The same stream in Jupyter Notebook 7, whose page holds one notebook."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.notebook.conftest import ALLOWED
from tests.support.lab import IMPORT, SHOW, Lab
from tests.support.live_page import LivePage
from tests.support.pages import Console, watch_pictures
from tests.support.waiting import wait_until


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    server = Lab(tmp_path_factory.mktemp("notebook_7"), app="notebook")
    server.wait_until_ready()
    yield server
    server.stop()


def test_a_stream_moves_and_ends_in_notebook_7(
    server: Lab, lab_context: BrowserContext
) -> None:
    path = server.write("seven.ipynb", [IMPORT, SHOW])
    console = Console()
    # The last is Notebook's own, of a setting that one of its parts lacks (7.6).
    console.allow(*ALLOWED, r"reading 'schema'")
    console.watch(lab_context)
    page = lab_context.new_page()
    watch_pictures(page)
    live_page = LivePage(page)
    page.goto(server.url.replace("/tree", f"/notebooks/{path.name}"))
    page.locator(".jp-Notebook .jp-CodeCell").nth(1).wait_for()
    page.locator(".jp-NotebookPanel-toolbar").get_by_title(
        "Restart the kernel", exact=True
    ).wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    wait_until(lambda: live_page.painted() >= 5, timeout=60, page=page)
    assert "live" in live_page.tracks()
    page.get_by_role("menuitem", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Clear Outputs of All Cells").click()
    live_page.all_tracks_have_ended()
    page.close()
    assert not console.unexpected()
