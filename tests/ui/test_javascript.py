"""Every script that is shipped can be read by a browser; there is no other check."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.support.pages import open_plain
from tests.support.server import ROOT

COMPILE = """
(text) => {
  try {
    new Function(text);
    return null;
  } catch (error) {
    return String(error);
  }
}
"""


def find_errors(page: Page, folder: Path) -> dict[str, str]:
    """Return what is wrong with each script under `folder` that has an error."""
    open_plain(page)
    found = {}
    for path in sorted(folder.rglob("*.js")):
        if error := page.evaluate(COMPILE, path.read_text("utf-8")):
            found[str(path.relative_to(folder))] = error
    return found


def test_no_shipped_script_has_a_syntax_error(page) -> None:
    assert find_errors(page, ROOT / "panel_cam") == {}


@pytest.mark.parametrize("text", ["class {", "const a = 1;\nconst a = 2;", "f(;"])
def test_a_syntax_error_would_be_found(page, tmp_path, text: str) -> None:
    (tmp_path / "good.js").write_text('"use strict"; class Good { #field = 1; }')
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "bad.js").write_text(text)
    errors = find_errors(page, tmp_path)
    assert list(errors) == ["deeper/bad.js"]
    assert "SyntaxError" in errors["deeper/bad.js"]
