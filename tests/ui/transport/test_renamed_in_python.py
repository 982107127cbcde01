"""Each private name of the Python libraries renamed: all works, perhaps slower."""

import subprocess
import sys
from pathlib import Path

import bokeh
import pytest
from packaging.version import Version

from panel_cam.transport.private_names import PYTHON
from tests.support.server import ROOT

# Too common to be renamed everywhere: `tests/transport` fakes what they belong to.
COMMON = {"data", "stream"}
# Bokeh 3.10 has another way to write changes than 3.9.
IS_OLD = Version(bokeh.__version__) < Version("3.10")
GONE = "_PendingPatch" if IS_OLD else "send_patch_document"
NAMES = sorted({each.name for each in PYTHON} - COMMON - {GONE})


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what went wrong without each name."""
    folder = tmp_path_factory.mktemp("renamed")
    command = [sys.executable, "-m", "tests.support.renamed_sessions"]
    subprocess.run([*command, str(folder), *NAMES], cwd=ROOT, check=True, timeout=500)
    return folder


@pytest.mark.timeout(600)  # for the first of them; all together take half a minute
@pytest.mark.parametrize("name", NAMES)
def test_a_session_is_what_it_was_without(told: Path, name: str) -> None:
    assert (told / name).read_text("utf-8") == ""
