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
import panel_cam
found = {"package": [heavy(), "panel" in sys.modules]}
import panel
plain = heavy()
from panel_cam.page import make_page
page = make_page()
page.get_root()
found["page"] = [name for name in heavy() if name not in plain]
from panel_cam.filters import get
import numpy
get("gaussian")(numpy.zeros((5, 5), numpy.uint8), sigma=2)
found["chosen"] = heavy()
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
    # The list of what is heavy is not out of date.
    assert {"skimage", "scipy"} & set(found["chosen"])
