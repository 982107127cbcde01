"""A stream in JupyterLab moves, and lives and dies with its output."""

from tests.support.lab import IMPORT, SHOW, Lab, NotebookPage
from tests.support.waiting import wait_until

WHITE = "import numpy as np\nlive.filter = lambda image: np.full_like(image, 255)"


def test_the_last_line_of_a_cell_shows_moving_pictures(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("moving.ipynb", [IMPORT, SHOW]))
    notebook.run_all()
    notebook.streams(5)
    notebook.sees("frames a second")


def test_no_byte_of_a_processed_picture_travels_back(
    lab: Lab, notebook: NotebookPage
) -> None:
    noise = (
        "import numpy as np\nnoise = np.random.default_rng(1).integers(0, 255, "
        "(480, 640, 3), dtype=np.uint8)\n"
        "live = pc.Live(lambda image: noise, autostart=True)\nlive"
    )
    notebook.show(lab.write("traffic.ipynb", [IMPORT, noise]))
    notebook.run_all()
    notebook.streams(5)
    shown = int(notebook.value("len(live.view.frame['data'])"))
    size = int(notebook.value("len(live.camera.frame.data)"))
    notebook.watch_traffic()
    notebook.streams(20)
    frames, up = notebook.traffic()
    assert shown > 100_000
    # Some hundred bytes of header for every frame, and once a second a report.
    assert frames * size < up < frames * (size + 2000)


def test_a_later_cell_changes_the_filter_while_the_stream_runs(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("change.ipynb", [IMPORT, SHOW, WHITE]))
    notebook.run(0)
    notebook.run(1)
    notebook.streams()
    assert notebook.next_picture().image.min() < 250
    notebook.run(2)
    wait_until(lambda: notebook.next_picture().image.min() == 255, page=notebook.page)
    assert notebook.tracks().count("live") >= 1


def test_one_object_in_two_cells_is_captured_once(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("two.ipynb", [IMPORT, SHOW, "live"]))
    notebook.run_all()
    wait_until(lambda: len(notebook.views_that_move()) == 2, 20, notebook.page)
    assert len(notebook.wishes()) == 1


def test_two_streams_in_one_output_share_one_camera(
    lab: Lab, notebook: NotebookPage
) -> None:
    both = (
        "import panel as pn\nlives = [pc.Live(name, autostart=True) "
        "for name in ('grey', 'invert')]\npn.Row(*lives)"
    )
    notebook.show(lab.write("shared.ipynb", [IMPORT, both]))
    notebook.run_all()
    wait_until(lambda: len(notebook.views_that_move()) == 2, 20, notebook.page)
    assert len(notebook.wishes()) == 1
    keys = (
        "sorted([live.camera.shares == other.camera.key "
        "for live, other in (lives, lives[::-1])])"
    )
    assert notebook.value(keys) == "[False, True]"


def test_a_cell_run_again_leaves_no_camera_running(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("again.ipynb", [IMPORT, SHOW]))
    notebook.run_all()
    notebook.streams()
    old = len(notebook.tracks())
    notebook.run(1)
    notebook.streams()
    assert set(notebook.tracks()[:old]) == {"ended"}
    assert "live" in notebook.tracks()[old:]


def test_deleting_the_output_turns_the_camera_off(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("delete.ipynb", [IMPORT, SHOW]))
    notebook.run_all()
    notebook.streams()
    notebook.command("notebook:clear-all-cell-outputs")
    notebook.all_tracks_have_ended()


def test_closing_the_notebook_turns_the_camera_off(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("close.ipynb", [IMPORT, SHOW]))
    notebook.run_all()
    notebook.streams()
    notebook.page.evaluate("notebook.dispose()")
    notebook.all_tracks_have_ended()


def test_restarting_the_kernel_turns_the_camera_off(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("restart.ipynb", [IMPORT, SHOW]))
    notebook.run_all()
    notebook.streams()
    notebook.page.evaluate("notebook.sessionContext.restartKernel()")
    notebook.all_tracks_have_ended()
    notebook.sees("run this cell again")


def test_the_stream_waits_for_a_busy_cell_and_goes_on_at_its_end(
    lab: Lab, notebook: NotebookPage
) -> None:
    busy = (
        "import time\nstarted = time.monotonic()\n"
        "while time.monotonic() < started + 4:\n    sum(range(1000))\n"
        "ended = time.time()\nprint(sum(range(10)))"
    )
    notebook.show(lab.write("busy.ipynb", [IMPORT, SHOW, busy]))
    # With ipykernel 7, JupyterLab has comms on a thread of their own; not with 6.
    notebook.page.evaluate(
        "notebook.sessionContext.session.kernel.commsOverSubshells = 'disabled'"
    )
    notebook.run(0)
    notebook.run(1)
    notebook.streams()
    notebook.begin(2)
    notebook.sees("Kernel busy")
    sent = notebook.sent()
    wait_until(lambda: notebook.text(2) == "45\n", 20, notebook.page)
    assert notebook.sent() - sent < 10  # nothing piles up
    notebook.streams()
    late = notebook.page.evaluate(
        "(ended) => globalThis.paintedAt.find((at) => at > ended) - ended",
        float(notebook.value("ended")),
    )
    assert late < 1
    notebook.sees("frames a second")


def test_the_stream_and_a_busy_cell_run_side_by_side_where_the_kernel_can(
    lab: Lab, notebook: NotebookPage
) -> None:
    busy = (
        "import time\nstarted = time.monotonic()\ntotal = 0\n"
        "while time.monotonic() < started + 3:\n    total = sum(range(1000))\n"
        "print(total)"
    )
    notebook.show(lab.write("side.ipynb", [IMPORT, SHOW, busy]))
    notebook.run(0)
    notebook.run(1)
    notebook.streams()
    notebook.begin(2)
    notebook.streams(5)
    wait_until(lambda: notebook.text(2) == "499500\n", 20, notebook.page)
    notebook.streams(5)
    assert notebook.value("live.error") == "''"


def test_the_stream_runs_through_ipywidgets_too(
    lab: Lab, notebook: NotebookPage
) -> None:
    # Offline, this way needs Panel's JavaScript in the notebook.
    extension = "pn.extension(comms='ipywidgets', inline=True)"
    notebook.show(
        lab.write("widgets.ipynb", [IMPORT.replace("pn.extension()", extension), SHOW])
    )
    notebook.run_all()
    notebook.streams(10)
    assert notebook.value("live.camera.rejected") == "0"
    notebook.command("notebook:clear-all-cell-outputs")
    notebook.all_tracks_have_ended()
