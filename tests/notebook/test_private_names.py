"""The short way to a notebook's page, and what is left without what it needs."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from panel_cam.transport.private_names import JAVASCRIPT, PYTHON
from tests.notebook.conftest import ALLOWED
from tests.support.lab import IMPORT, SHOW, Lab, NotebookPage
from tests.support.pages import Console, watch_pictures
from tests.support.renamed import rename_in_page
from tests.ui.transport.test_renamed_in_python import COMMON, GONE

# Of Panel's manager and BokehJS's document; `PyViz` is another package's.
IN_THE_PAGE = {each.name for each in JAVASCRIPT if "Comm" in each.owner}
IN_THE_PAGE |= {"remove_on_change"}

IN_THE_KERNEL = {each.name for each in PYTHON} - COMMON - {GONE}

_FIND_PAGE = """
() => {
  for (const document of [...Bokeh.documents].reverse()) {
    for (const model of document.all_models ?? document._all_models.values()) {
      const page = model.properties.notebook_page?.get_value();
      if (page?.name) return page;
    }
  }
}
"""

RENAME = f"""
import panel, panel_cam
from tests.support.renamed import rename
rename({IN_THE_KERNEL})
"""


def test_the_private_names_that_make_it_quick_are_there(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("names.ipynb", [IMPORT, SHOW]))
    notebook.run_all()
    notebook.streams()
    assert notebook.page.evaluate(_FIND_PAGE)["direct"]
    assert notebook.page.evaluate("Object.keys(PyViz.kernels).length") > 0


@pytest.fixture
def renamed(lab: Lab, lab_context: BrowserContext) -> Iterator[NotebookPage]:
    """A page of its own, whose libraries have other names."""
    console = Console()
    console.allow(*ALLOWED)
    console.watch(lab_context)
    page = lab_context.new_page()
    watch_pictures(page)
    found = rename_in_page(page, IN_THE_PAGE)
    notebook = NotebookPage(page, lab)
    notebook.start("renamed")
    yield notebook
    assert found == IN_THE_PAGE
    notebook.close_notebook()
    page.close()
    assert not console.unexpected()


def test_without_all_of_them_the_stream_runs_and_can_be_stopped(
    lab: Lab, renamed: NotebookPage
) -> None:
    renamed.show(lab.write("renamed.ipynb", [RENAME, IMPORT, SHOW, "live.stop()"]))
    renamed.run(0)
    renamed.run(1)
    renamed.run(2)
    renamed.streams(10)  # more than may be in flight: they are answered
    assert renamed.page.evaluate(_FIND_PAGE)["direct"] is False
    assert renamed.value("live.error") == "''"
    assert renamed.value("live.camera.rejected") == "0"
    renamed.run(3)
    renamed.all_tracks_have_ended()
