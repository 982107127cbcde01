"""A stream in JupyterLab, in Firefox: Chromium's are in tests/notebook."""

import numpy as np
import pytest

from tests.support.lab import IMPORT, SHOW, Lab, NotebookPage
from tests.support.waiting import wait_until

ALLOWED = (
    # What Panel's own loader says where there is no internet; ours goes on.
    "failed to load https://cdn",
    # JupyterLab, of kernels that are shut down.
    "Canceled future for",
)


@pytest.fixture
def lab(tmp_path):
    lab = Lab(tmp_path)
    lab.wait_until_ready()
    yield lab
    lab.stop()


@pytest.mark.engines("firefox")
def test_a_notebook_streams_changes_its_filter_and_stops(
    lab: Lab, open_page, console
) -> None:
    console.allow(*ALLOWED)
    page = open_page()
    notebook = NotebookPage(page, lab)
    notebook.start()
    white = "import numpy as np\nlive.filter = lambda image: np.full_like(image, 255)"
    notebook.show(lab.write("moving.ipynb", [IMPORT, SHOW, white]))
    notebook.run(0)
    notebook.run(1)
    notebook.streams(3)
    notebook.sees("frames a second")
    assert notebook.next_picture().image.min() < 250
    notebook.run(2)
    wait_until(
        lambda: np.all(notebook.next_picture().image == 255), timeout=30, page=page
    )
    notebook.command("notebook:clear-all-cell-outputs")
    notebook.all_tracks_have_ended()
    notebook.close_notebook()
