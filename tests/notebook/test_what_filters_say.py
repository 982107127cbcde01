"""What a filter prints, and what it raises, is where a notebook's user looks."""

from tests.support.lab import IMPORT, Lab, NotebookPage
from tests.support.waiting import wait_until

TALKS = """
def talks(image, seen=[]):
    if not seen:
        print("the mean is", type(image.mean()).__name__)
    seen.append(1)
    return image
live = pc.Live(talks, autostart=True)
live
"""
FAILS = """
def fails(image):
    return image[0, 0, 0, 0]
live = pc.Live(fails, autostart=True)
live
"""
OTHER = "other = 1"


def said(notebook: NotebookPage, index: int) -> str:
    outputs = notebook.outputs(index)
    return "".join(
        each["text"] + each["html"]
        for each in outputs
        if "panel-cam" not in each["html"]
    )


def test_a_print_appears_under_the_cell_that_shows_the_stream(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("prints.ipynb", [IMPORT, TALKS, OTHER]))
    notebook.run_all()
    wait_until(
        lambda: "the mean is float64" in said(notebook, 1), 20, page=notebook.page
    )
    assert "the mean" not in said(notebook, 2)


def test_an_exception_is_in_the_view_and_under_the_cell(
    lab: Lab, notebook: NotebookPage
) -> None:
    notebook.show(lab.write("fails.ipynb", [IMPORT, FAILS, OTHER]))
    notebook.run_all()
    notebook.page.get_by_text("IndexError: too many indices").first.wait_for()
    wait_until(lambda: "IndexError" in said(notebook, 1), 20, page=notebook.page)
    assert "return image[0, 0, 0, 0]" in said(notebook, 1)
    assert said(notebook, 2) == ""
