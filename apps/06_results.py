"""Count things and box them: shapes over the picture, numbers over time, a table.

Run it with ``panel serve apps/06_results.py --show``, and choose the demo scene, or
hold some coins before the camera.
"""

import panel as pn
from skimage.filters import threshold_otsu
from skimage.measure import label, regionprops

import panel_cam as pc


def count(image, smallest=200):
    """Box what is brighter than the rest, and leave the picture as it is."""
    bright = image[:, :, 1] > threshold_otsu(image[:, :, 1])
    things = [each for each in regionprops(label(bright)) if each.area >= smallest]
    table = {
        "thing": [str(number + 1) for number in range(len(things))],
        "area": [each.area for each in things],
        "filled": [each.extent for each in things],
    }
    boxes = pc.Boxes([each.bbox for each in things], fields=table, label=table["thing"])
    values = {"things": len(things), "covered": 100 * bright.mean()}
    return pc.Result(image, values=values, table=table, shapes=[boxes])


pn.extension()
live = pc.Live(count, smallest=(10, 2000))
chosen = pn.bind("Chosen: {}".format, live.view.param.selected)
pn.Column(live, pn.pane.Str(chosen)).servable(title="Results")
