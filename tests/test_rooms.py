"""Imports point one way: the pure rooms know neither Panel nor Bokeh."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "panel_cam"

PURE = ["errors", "frames", "headers", "pixels", "codec", "process", "worker", "stats"]
PURE += ["slack", "ranges", "state", "signature", "docstrings", "bounds", "coroutines"]
PURE += ["shape", "shapes", "overlay", "tables", "history", "recorder", "row_files"]
PURE += ["turns", "parcel", "pools", "engine", "entry", "outbox", "dispatch"]
PURE += ["processes", "script"]
PURE += [f"filters.{path.stem}" for path in (ROOT / "filters").glob("[a-z]*.py")]
FORBIDDEN = ["panel", "bokeh", "param", "tornado"]
# A worker process that runs a user's `param.Parameterized` needs param, and no more.
WITH_PARAM = ["annotations", "kinds", "overrides", "settings", "parameterized"]
WITH_PARAM += ["query", "reproduce", "keywords", "menu", "chain", "address"]
WITH_PARAM += ["chain_step", "chain_script", "choices", "instances", "value_text"]

SCRIPT = f"""
import importlib, json, sys
found = {{}}
for name in {PURE + WITH_PARAM}:
    importlib.import_module("panel_cam." + name)
    found[name] = sorted(set({FORBIDDEN}) & sys.modules.keys())
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def imported() -> dict[str, list[str]]:
    """Which forbidden modules are there after each import, in a fresh interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_imports_neither_panel_nor_bokeh(
    imported: dict[str, list[str]], module: str
) -> None:
    assert imported[module] == []


@pytest.mark.parametrize("module", WITH_PARAM)
def test_settings_need_param_only(imported: dict[str, list[str]], module: str) -> None:
    assert imported[module] == ["param"]
