"""What a page says of what went wrong while it was made; and where nothing is said."""

import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from panel_cam import Live
from panel_cam.failed_page import describe_failure


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("no file '/home/me/a b/x.npy'", "ValueError: no file 'x.npy'"),
        ("no file C:\\Users\\me\\x.npy", "ValueError: no file x.npy"),
        ("see https://example.org/a/b", "ValueError: see https://example.org/a/b"),
        ("1/2 and a/b", "ValueError: 1/2 and a/b"),
        ("", "ValueError"),
    ],
)
def test_of_a_path_only_the_files_name_is_told(message: str, expected: str) -> None:
    assert describe_failure(ValueError(message)) == expected


def test_without_a_page_the_error_is_raised_and_nothing_is_shown() -> None:
    doc = Document()
    with set_curdoc(doc), pytest.raises(ValueError, match="did you mean 'gaussian'"):
        Live("gausian")
    assert doc.roots == []
