"""Results on the page of a `Live`: shapes, numbers that move, a table, a recording."""

import csv

import numpy as np
import panel as pn

from panel_cam import Boxes, Live, Recorder, Result
from tests.support.live_page import LivePage, read_figure
from tests.support.waiting import wait_until


def measure(image):
    """Box the upper left part, and count the frames."""
    measure.frames += 1
    return Result(
        image,
        values={"frames": measure.frames, "<i>half</i>": 0.5, "many": 123456789},
        table={"name": [f"row {measure.frames}"]},
        shapes=[Boxes([(40, 40, 200, 200)], color="#00ff00")],
    )


measure.frames = 0


def plain(image):
    return image


def has_green(page) -> bool:
    figure = read_figure(page)
    assert figure is not None
    down, right = figure.place(120, 40)
    near = figure.pixels[down, right - 4 : right + 5].astype(int)
    return bool(((near[:, 1] > 200) & (near[:, 0] < 90)).any())


def test_results_are_on_the_page_while_there_are_any(
    serve_here, page, tmp_path
) -> None:
    lives: list[Live] = []

    def app() -> Live:
        lives.append(Live(measure, autostart=True, fps=15))
        return lives[-1]

    live_page = LivePage(page)
    live_page.open(serve_here(app).url)
    live_page.next_picture()
    (live,) = lives
    recorder = live.record_results(tmp_path / "run.csv")
    wait_until(lambda: has_green(page), page=page)
    number = page.get_by_role("button", name="frames").locator("b")
    first = float(number.text_content() or "nan")
    wait_until(lambda: float(number.text_content() or "nan") > first + 5, page=page)
    page.get_by_role("button", name="<i>half</i>").wait_for()
    many = page.get_by_role("button", name="many")
    assert many.locator("b").text_content() == "123456789"
    many.click()  # its line hides the others
    row = page.get_by_role("cell", name="row")
    old = row.text_content()
    wait_until(lambda: row.text_content() != old, page=page)

    def ranges() -> list[float]:
        figure = read_figure(page, 1)
        assert figure is not None
        return [*figure.x, *figure.y]

    # The line has its room, and a click on a name hides it.
    wait_until(lambda: ranges()[3] > measure.frames * 0.8, page=page)
    page.get_by_role("button", name="frames").click()
    wait_until(lambda: ranges()[3] < 1, page=page)

    live.filter = plain
    row.wait_for(state="hidden")
    number.wait_for(state="hidden")
    wait_until(lambda: not has_green(page), page=page)
    live_page.next_picture(2)
    live_page.button("Stop").click()
    wait_until(lambda: live.camera.status == "idle", page=page)
    assert recorder.stop()
    with open(recorder.path, newline="") as file:
        seen = [int(row["seq"]) for row in csv.DictReader(file)]
    assert len(seen) > 8 and seen == sorted(set(seen))


def test_a_recording_that_fails_is_said_on_the_page(serve_here, page, tmp_path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    lives: list[Live] = []
    recorders: list[Recorder] = []

    def app() -> pn.Column:
        lives.append(Live(measure, autostart=True, fps=10))
        recorders.append(lives[-1].record_results(folder / "run.csv"))
        folder.rmdir()
        return pn.Column(lives[-1])

    live_page = LivePage(page)
    live_page.open(serve_here(app).url)
    trouble = page.get_by_text("run.csv: No such file or directory.")
    trouble.wait_for(timeout=20_000)
    live_page.next_picture(2)
    folder.mkdir()
    trouble.wait_for(state="hidden")
    (recorder,) = recorders
    assert recorder.stop()
    seen = np.loadtxt(folder / "run.csv", delimiter=",", skiprows=1)
    assert len(seen) == recorder.rows > 2
