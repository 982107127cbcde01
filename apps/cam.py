"""Your camera through Roberts' edge filter: the recipe this project began with.

Run it with ``panel serve apps/cam.py`` or ``python apps/cam.py``.
"""

import sys

import panel as pn

from panel_cam.__main__ import main
from panel_cam.page import make_page

if __name__ == "__main__":
    sys.exit(main())

pn.extension()
make_page().servable(title="panel_cam")
