"""The lines of a menu: all there, and nothing imported for them."""

import subprocess
import sys
from pathlib import Path

import pytest

from panel_cam.filters import names, plugins, summaries, summary

PLUGIN = '''
"""A package that costs a lot to import."""
raise SystemExit("imported")


def glow(image):
    """Let bright things glow.

    More.
    """


class Dim:
    """Take light away."""


def plain(image): ...
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that nobody may import, and its folder."""
    folder = tmp_path / "glowing_things"
    folder.mkdir()
    (folder / "__init__.py").write_text(PLUGIN)
    (folder / "more.py").write_text(PLUGIN)
    (folder / "wrong.py").write_text("def glow(:")
    monkeypatch.syspath_prepend(str(tmp_path))
    summaries._of_plugin.cache_clear()
    return folder


def listed(monkeypatch: pytest.MonkeyPatch, value: str) -> str:
    """Return the line of the one plugin that there is."""

    class Entry:
        def __init__(self) -> None:
            self.value = value

    monkeypatch.setattr(plugins, "_found", lambda: {"theirs": Entry()})
    return summaries.listing()["plugins"]["theirs"]


def test_every_filter_of_ours_has_the_line_of_its_docstring() -> None:
    found = {
        name: line
        for items in summaries.listing().values()
        for name, line in items.items()
    }
    assert tuple(found) == names()
    assert found["canny"] == summary("canny")
    assert all(found.values())


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ("glowing_things:glow", "Let bright things glow."),
        ("glowing_things.more:Dim", "Take light away."),
        ("glowing_things:plain", ""),
        ("glowing_things:from_elsewhere", ""),
        ("glowing_things.wrong:glow", ""),
        ("glowing_things.missing:glow", ""),
        ("no_such_package:glow", ""),
        ("sys:exit", ""),
        ("..:glow", ""),
        ("", ""),
    ],
)
def test_a_plugins_line_is_read_without_importing_it(
    package: Path, monkeypatch: pytest.MonkeyPatch, value: str, line: str
) -> None:
    assert listed(monkeypatch, value) == line
    assert "glowing_things" not in sys.modules


def test_the_lines_import_no_library_but_numpy() -> None:
    code = (
        "import sys; from panel_cam.filters.summaries import listing; listing()\n"
        "print([m for m in sys.modules\n"
        "  if m.startswith(('skimage', 'scipy', 'PIL', 'panel.', 'bokeh', 'param'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
