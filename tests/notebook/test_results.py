"""Results in a notebook: shapes over the picture, numbers that move, a tap."""

import ast

from tests.support.lab import IMPORT, Lab, NotebookPage
from tests.support.lines import read_lines, to_line
from tests.support.live_page import read_figure
from tests.support.waiting import wait_until

MEASURE = """
frames = 0
def measure(image):
    global frames
    frames += 1
    boxes = pc.Boxes([(40, 40, 400, 400)], color="#00ff00", fields={"area": [9]})
    return pc.Result(image, values={"frames": frames}, shapes=[boxes])
live = pc.Live(measure, autostart=True)
live
"""


def test_shapes_and_numbers_reach_a_notebook(lab: Lab, notebook: NotebookPage) -> None:
    notebook.show(lab.write("results.ipynb", [IMPORT, MEASURE]))
    notebook.run_all()
    notebook.streams(3)

    def has_box() -> bool:
        figure = read_figure(notebook.page)
        assert figure is not None
        down, right = figure.place(120, 40)
        near = figure.pixels[down, right - 4 : right + 5].astype(int)
        return bool(((near[:, 1] > 200) & (near[:, 0] < 90)).any())

    wait_until(has_box, timeout=30, page=notebook.page)
    number = notebook.page.get_by_role("button", name="frames").locator("b")
    first = float(number.text_content() or "nan")
    wait_until(
        lambda: float(number.text_content() or "nan") > first + 3, page=notebook.page
    )
    view = notebook.page.locator(".image-view").bounding_box()
    assert view is not None
    notebook.page.mouse.click(
        view["x"] + view["width"] / 4, view["y"] + 30 + view["height"] / 3
    )
    wait_until(
        lambda: "'area': 9" in notebook.value("live.view.selected"), page=notebook.page
    )


def test_an_output_that_comes_later_shows_the_numbers_from_before(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("later.ipynb", [IMPORT, MEASURE, "live"]))
    window = "live.readout.series.window"

    def count() -> int:
        return int(notebook.value(f"len({window})"))

    def same(which: int) -> bool:
        arrays = f"[each.tolist() for each in {window}.arrays().values()]"
        line = to_line(*ast.literal_eval(notebook.value(arrays)))
        return read_lines(notebook.page, which) == [line]

    def stop() -> None:
        """Stop the camera, and wait until nothing travels any more."""
        notebook.button("Stop").first.click()
        # The last pictures are reported a second later.
        ended = "Date.now() / 1000 - paintedAt.at(-1) > 1.5"
        wait_until(
            lambda: notebook.page.evaluate(ended), timeout=30, page=notebook.page
        )

    notebook.run(0)
    notebook.run(1)
    wait_until(lambda: count() >= 5, timeout=60, page=notebook.page)
    stop()
    notebook.run(2)
    wait_until(lambda: same(1), timeout=30, page=notebook.page)
    before = count()
    notebook.button("Start camera").first.click()
    wait_until(lambda: count() >= before + 5, timeout=60, page=notebook.page)
    stop()
    for which in range(2):
        wait_until(lambda which=which: same(which), timeout=30, page=notebook.page)
