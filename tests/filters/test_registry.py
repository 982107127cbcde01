"""The table: light, complete, open to other packages."""

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import panel_cam.filters
from panel_cam.filters import GROUPS, get, groups, names, plugins, summary
from panel_cam.filters.edges import canny


def _run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_the_list_imports_no_filter() -> None:
    code = (
        "import sys, panel_cam.filters as f; f.names(); f.groups(); dir(f)\n"
        "print([m for m in sys.modules if m.startswith(('skimage', 'scipy', 'PIL'))\n"
        "  or m.startswith('panel_cam.filters.') and m[18:] not in ('registry',\n"
        "  'plugins')])"
    )
    assert _run(code) == "[]"


def test_choosing_any_filter_imports_no_library_but_numpy() -> None:
    code = (
        "import sys, panel_cam.filters as f; [f.summary(n) for n in f.names()]\n"
        "print([m for m in sys.modules\n"
        "  if m.startswith(('skimage', 'scipy', 'PIL', 'panel.', 'bokeh', 'param'))])"
    )
    assert _run(code) == "[]"


def test_there_are_many_filters_in_groups() -> None:
    assert len(names()) >= 70
    assert sum(len(members) for members in GROUPS.values()) == len(set(names()))
    for group in ("edges", "blur", "threshold", "colour", "morphology", "features"):
        assert group in GROUPS


def test_a_filter_is_found_by_name() -> None:
    assert get("canny") is canny
    assert summary("canny") == "Trace edges one pixel wide, by Canny's method."


def test_a_wrong_name_gets_a_hint() -> None:
    with pytest.raises(ValueError, match=r"named 'cany'; did you mean 'canny'\?"):
        get("cany")
    with pytest.raises(ValueError, match="there are roberts, sobel"):
        get("qqqqqq")


def test_filters_can_be_imported_from_the_package() -> None:
    from panel_cam.filters import sobel

    assert sobel is get("sobel")
    assert "sobel" in dir(panel_cam.filters)
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = panel_cam.filters.nothing_like_it


# ---- filters of other packages


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """`install(name="module:object", ...)`: as if packages with these were there."""
    plugins._found.cache_clear()

    def install(*more: tuple[str, str], **entries: str) -> None:
        found = [
            EntryPoint(name, value, plugins.ENTRY_POINTS)
            for name, value in (*entries.items(), *more)
        ]
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found)

    yield install
    plugins._found.cache_clear()


def test_another_package_adds_a_filter(install: Callable[..., None]) -> None:
    install(mirror="numpy:fliplr", turn="numpy:rot90")
    assert groups()["plugins"] == ("mirror", "turn")
    assert names()[-2:] == ("mirror", "turn")
    assert get("mirror") is np.fliplr
    assert summary("mirror").startswith("Reverse the order")


def test_there_is_no_group_for_plugins_without_any(
    install: Callable[..., None],
) -> None:
    install()
    assert groups() == GROUPS


def test_plugins_are_not_imported_for_the_list(install: Callable[..., None]) -> None:
    install(old="this:that", wave="wave:open")
    sys.modules.pop("wave", None)
    sys.modules.pop("this", None)
    assert {"wave", "old"} <= set(names())
    assert "this" not in sys.modules and "wave" not in sys.modules


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("no_such_package:filter", "ModuleNotFoundError"),
        ("numpy:no_such_function", "AttributeError"),
        ("math:pi", "expected a callable, got float"),
        ("not an entry point", "AttributeError"),
        ("exits_at_import:filter", "SystemExit: no GPU"),
    ],
)
def test_a_broken_one_is_skipped_with_a_warning(
    install: Callable[..., None],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    value: str,
    reason: str,
) -> None:
    (tmp_path / "exits_at_import.py").write_text("import sys; sys.exit('no GPU')")
    monkeypatch.syspath_prepend(tmp_path)
    install(broken=value, mirror="numpy:fliplr")
    with caplog.at_level(logging.WARNING), pytest.raises(ValueError, match=reason):
        get("broken")
    assert "Skipped the filter 'broken'" in caplog.text and reason in caplog.text
    assert "broken" not in names() and "mirror" in names()
    with pytest.raises(ValueError, match="no filter is named"):
        get("broken")


def test_of_two_with_a_name_ours_wins(
    install: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    install(("mirror", "numpy:fliplr"), ("mirror", "numpy:rot90"), canny="numpy:abs")
    assert names().count("canny") == names().count("mirror") == 1
    assert get("canny") is canny and get("mirror") is np.fliplr
    assert "panel_cam has one of that name" in caplog.text
    assert "numpy:fliplr has its name" in caplog.text


def test_a_name_with_a_comma_is_skipped_with_a_warning(
    install: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    install(("mirror,off", "numpy:fliplr"), ("acme.mirror", "numpy:fliplr"))
    assert groups()["plugins"] == ("acme.mirror",)
    assert "Skipped the filter 'mirror,off'" in caplog.text
    assert "no link can name it" in caplog.text


def test_a_plugin_with_options_is_called_as_ours(install: Callable[..., None]) -> None:
    install(turn="numpy:rot90")
    image: Any = np.zeros((2, 3), np.uint8)
    assert get("turn")(image, k=1).shape == (3, 2)
