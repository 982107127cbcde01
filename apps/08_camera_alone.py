"""The camera as one part of a page of your own: its image, bound to a function.

Run it with ``panel serve apps/08_camera_alone.py --show``.
"""

import panel as pn

import panel_cam as pc


def describe(image):
    """Tell the size and the mean colour of the newest image."""
    if image is None:
        return "No picture yet."
    rows, columns, _ = image.shape
    red, green, blue = image.mean(axis=(0, 1))
    return f"{columns} x {rows} pixels\nmean: {red:.0f} {green:.0f} {blue:.0f}"


pn.extension()
camera = pc.Camera(fps=10, width=320)
text = pn.pane.Str(pn.bind(describe, camera.param.image), styles={"font-size": "24px"})
pn.Row(camera, text).servable(title="The camera alone")
