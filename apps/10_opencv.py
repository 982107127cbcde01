"""OpenCV's functions: markers, the flow of things that move, a colour map.

Run it with ``panel serve apps/10_opencv.py --show``. It needs OpenCV:
``python -m pip install ".[opencv]"``. For the first, print some of OpenCV's markers.
"""

from functools import partial

import cv2
import panel as pn

import panel_cam as pc

detector = cv2.aruco.ArucoDetector(
    cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)
)


def markers(image):
    """Outline the ArUco markers, each with its number."""
    corners, ids, _ = detector.detectMarkers(image)
    names = [] if ids is None else [str(each) for each in ids.ravel()]
    outlines = pc.Polygons.from_xy(corners, label=names, fields={"marker": names})
    return pc.Result(image, values={"markers": len(names)}, shapes=[outlines])


@pc.stateful
def flow(image, state, *, longest=8.0):
    """Colour what moves by its direction, on a quarter of the pixels each way."""
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    before, state["grey"] = state.get("grey", grey), grey
    moved = cv2.calcOpticalFlowFarneback(before, grey, None, 0.5, 3, 15, 3, 5, 1.2, 0)
    colours = pc.colour_flow(moved, longest=longest)
    return cv2.resize(colours, image.shape[1::-1], interpolation=cv2.INTER_NEAREST)


# It has blue first, as most of OpenCV: without `pc.bgr`, hot would be blue.
heat = pc.bgr(partial(cv2.applyColorMap, colormap=cv2.COLORMAP_INFERNO))

pn.extension()
live = pc.Live(markers)
menu = pn.widgets.Select(
    label="Function", options={"markers": markers, "flow": flow, "heat": heat}
)
pn.bind(lambda chosen: setattr(live, "filter", chosen), menu, watch=True)
pn.Column(menu, live, sizing_mode="stretch_width").servable(title="OpenCV")
