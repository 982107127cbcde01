"""One JupyterLab for all tests of this folder, and one page of it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext

from tests.support.chromium import Browsers
from tests.support.clip import Clip
from tests.support.lab import Lab, NotebookPage
from tests.support.pages import Console, watch_pictures

ALLOWED = (
    # What Panel's own loader says where there is no internet; ours goes on.
    "net::ERR_",
    "failed to load https://cdn",
    "Failed to load resource",
    # JupyterLab, of kernels that are restarted or shut down.
    "Canceled future for",
    "Could not send widget sync message Error: Cannot send",
    # Seldom, of a picture on its way while JupyterLab deletes an output. The tests of
    # served pages allow it nowhere.
    "A VideoFrame was garbage collected",
)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with a folder of its own."""
    lab = Lab(tmp_path_factory.mktemp("lab"))
    lab.wait_until_ready()
    yield lab
    lab.stop()


@pytest.fixture(scope="session")
def lab_context(browsers: Browsers, clip: Clip) -> Iterator[BrowserContext]:
    context = browsers.get(clip.path).new_context(
        viewport={"width": 1400, "height": 1000}
    )
    yield context
    context.close()


@pytest.fixture(scope="session")
def lab_page(lab: Lab, lab_context: BrowserContext) -> NotebookPage:
    """A page of it; to open one takes longer than a test should."""
    page = lab_context.new_page()
    watch_pictures(page)
    notebook = NotebookPage(page, lab)
    notebook.start()
    return notebook


@pytest.fixture
def notebook(
    lab_page: NotebookPage, lab_context: BrowserContext
) -> Iterator[NotebookPage]:
    """The page without a notebook; the one that the test opens is closed at its end."""
    console = Console()
    console.allow(*ALLOWED)
    console.watch(lab_context)
    yield lab_page
    lab_page.close_notebook()
    assert not console.unexpected()
