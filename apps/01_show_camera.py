"""Your camera, its edges drawn by Roberts' filter.

Run it with ``panel serve apps/01_show_camera.py --show``.
"""

import panel as pn

import panel_cam as pc

pn.extension()
pc.Live().servable(title="Show the camera")
