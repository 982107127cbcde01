"""What a notebook's file has in it: apps/cam.ipynb, and what a stream leaves behind."""

import base64
import io
import re
import shutil

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image
from playwright.sync_api import Browser

from tests.support.chromium import Browsers
from tests.support.lab import IMPORT, SHOW, Lab, NotebookPage
from tests.support.server import ROOT
from tests.support.waiting import wait_until

CAM = ROOT / "apps" / "cam.ipynb"


def test_the_notebook_runs_where_no_browser_is() -> None:
    notebook = nbformat.read(CAM, as_version=4)
    NotebookClient(notebook, timeout=60).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [each for each in outputs if each.output_type == "error"]


def test_the_notebook_is_stored_without_outputs() -> None:
    notebook = nbformat.read(CAM, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in code] == [[]] * len(code)


def test_the_notebook_shows_moving_pictures(lab: Lab, notebook: NotebookPage) -> None:
    path = lab.notebooks / CAM.name
    shutil.copy(CAM, path)
    notebook.show(path)
    notebook.run_all()
    notebook.streams()
    first = notebook.next_picture()
    assert first.image.shape == (480, 640, 4)
    wait_until(
        lambda: (notebook.next_picture().image != first.image).any(), 20, notebook.page
    )
    image = next(
        index
        for index, cell in enumerate(nbformat.read(CAM, as_version=4).cells)
        if "ramp" in cell.source
    )
    notebook.run(image)
    assert notebook.value("image.shape") == "(480, 640, 3)"
    notebook.write(image, "live.stop()")
    notebook.run(image)
    notebook.all_tracks_have_ended()


# Panel reserves an output for what callbacks print, and leaves it empty.
@pytest.mark.filterwarnings("ignore:Your element with mimetype:UserWarning")
def test_a_saved_notebook_shows_the_last_picture_without_a_kernel(
    lab: Lab, notebook: NotebookPage, browsers: Browsers
) -> None:
    path = lab.write("saved.ipynb", [IMPORT, SHOW])
    notebook.show(path)
    notebook.run_all()
    notebook.streams()
    still = notebook.page.locator("img.panel-cam-still-picture")
    wait_until(lambda: still.count() == 1, 20, notebook.page)
    assert not still.is_visible()  # the stream itself is there
    notebook.save()
    assert path.stat().st_size < 1_000_000

    page, _ = HTMLExporter().from_filename(str(path))
    browser: Browser = browsers.get(0)
    context = browser.new_context(java_script_enabled=False, offline=True)
    try:
        viewer = context.new_page()
        viewer.set_content(page, wait_until="domcontentloaded")
        picture = viewer.locator("img.panel-cam-still-picture")
        assert picture.is_visible()
        source = picture.get_attribute("src") or ""
    finally:
        context.close()
    match = re.fullmatch(r"data:image/jpeg;base64,(.*)", source)
    assert match
    image = Image.open(io.BytesIO(base64.b64decode(match[1])))
    assert image.size == (640, 480)


def test_a_stored_output_opens_no_camera_before_its_cell_is_run(
    lab: Lab, notebook: NotebookPage
) -> None:
    path = lab.write("stored.ipynb", [IMPORT, SHOW])
    notebook.show(path)
    notebook.run_all()
    notebook.streams()
    notebook.page.evaluate("notebook.sessionContext.restartKernel()")
    notebook.all_tracks_have_ended()
    notebook.save()
    notebook.close_notebook()
    notebook.show(path)
    notebook.sees("Waiting for the kernel")
    assert notebook.tracks() == []
    notebook.run_all()
    notebook.streams()
