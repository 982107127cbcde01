"""A stream in JupyterLab: it moves, and lives and dies with its output."""

from tests.support.lab import Lab, NotebookPage

IMPORT = "import panel as pn, panel_cam as pc\npn.extension()"
SHOW = "live = pc.Live('roberts', autostart=True)\nlive"


def test_the_last_line_of_a_cell_shows_moving_pictures(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("moving.ipynb", [IMPORT, SHOW]))
    notebook.run_all()
    notebook.streams(10)
    notebook.sees("frames a second")
