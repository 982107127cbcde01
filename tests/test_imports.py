"""What is heavy is imported when a filter needs it, and not to show a page."""

import json
import subprocess
import sys

SCRIPT = """
import json, sys, warnings
warnings.simplefilter("error")
def heavy():
    names = ("skimage", "scipy", "pandas", "dask", "distributed", "jupyterlab")
    return [name for name in names if name in sys.modules]
def ours():
    start = "panel_cam.filters."
    return [name for name in sys.modules if name.startswith(start)]
import panel_cam
found = {"package": [heavy(), "panel" in sys.modules]}
import panel
plain = heavy()
from panel_cam.page import make_page
page = make_page()
page.get_root()
found["page"] = [name for name in heavy() if name not in plain]
found["filters"] = ours()
from panel_cam.filters import get
import numpy
get("gaussian")(numpy.zeros((5, 5), numpy.uint8), sigma=2)
found["chosen"] = [heavy(), ours()]
print(json.dumps(found))
"""


def test_a_page_imports_no_filters_libraries_before_one_is_chosen() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["package"] == [[], False]
    assert found["page"] == []
    groups = {name.removeprefix("panel_cam.filters.") for name in found["filters"]}
    assert "edges" in groups
    assert not groups & {"blur", "denoise", "features", "segmentation", "faces"}
    # The list of what is heavy is not out of date.
    libraries, groups_now = found["chosen"]
    assert {"skimage", "scipy"} & set(libraries)
    assert "panel_cam.filters.blur" in groups_now
