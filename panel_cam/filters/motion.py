"""Filters that compare a frame with those before it: see `panel_cam.stateful`."""

from typing import Annotated, Literal

import numpy as np

from panel_cam.filters.channels import Bytes, enlarge, shrink, to_bytes, to_grey
from panel_cam.filters.hues import colour_flow
from panel_cam.functions.ranges import Range
from panel_cam.functions.stateful import State, stateful
from panel_cam.imaging.result import Result


@stateful
def difference(
    image: Bytes,
    state: State,
    *,
    gain: Annotated[float, Range(1, 20, step=0.5)] = 4.0,
    tolerance: Annotated[int, Range(0, 100)] = 12,
) -> Result:
    """Show what changed since the last frame.

    Source: the absolute difference of the two frames' brightness.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    state : dict
        Holds the last frame.
    gain : float, 1-20, default 4
        How much brighter than the difference to paint.
    tolerance : int, 0-100 levels, default 12
        How large a difference has to be to count in `changed`.

    Returns
    -------
    result : Result
        Grey, black where nothing changed and in the first frame; and the value
        `changed`, the share of pixels that did, 0-1.
    """
    grey = to_grey(image)
    before = state.get("grey", grey)
    state["grey"] = grey
    change = np.abs(grey - before)
    share = np.count_nonzero(change > tolerance / 255) / change.size
    return Result(to_bytes(change * np.float32(255 * gain)), {"changed": share})


@stateful
def background(
    image: Bytes,
    state: State,
    *,
    memory: Annotated[float, Range(0, 0.99, step=0.01)] = 0.95,
    tolerance: Annotated[int, Range(1, 100)] = 25,
    show: Literal["moving", "background", "mask"] = "moving",
) -> Result:
    """Take the background away: keep what differs from the running mean.

    Source: an exponentially weighted mean of all frames so far, and the largest
    difference from it in red, green or blue.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    state : dict
        Holds the running mean.
    memory : float, 0-0.99, default 0.95
        How much of the mean stays from frame to frame: at 0.95, a thing that stops is
        background after about 20 frames.
    tolerance : int, 1-100 levels, default 25
        How much a pixel has to differ to be moving.
    show : {"moving", "background", "mask"}, default "moving"
        The moving things on black, the background itself, or white on black.

    Returns
    -------
    result : Result
        The picture, and the value `moving`, the share of pixels that do, 0-1.
    """
    mean = state.get("mean")
    if mean is None:
        mean = state["mean"] = image.astype(np.float32)
    away = image - mean
    # In place: the mean is this filter's own, and nobody else holds it.
    mean += away * np.float32(1 - memory)
    is_moving = np.abs(away, out=away) > tolerance
    if is_moving.ndim == 3:
        is_moving = is_moving[:, :, 0] | is_moving[:, :, 1] | is_moving[:, :, 2]
    values = {"moving": np.count_nonzero(is_moving) / is_moving.size}
    if show == "background":
        return Result(to_bytes(mean.copy()), values)
    if show == "mask":
        return Result(is_moving, values)
    mask = is_moving[:, :, np.newaxis] if image.ndim == 3 else is_moving
    return Result(image * mask, values)


@stateful
def optical_flow(
    image: Bytes,
    state: State,
    *,
    radius: Annotated[int, Range(2, 12)] = 5,
    gain: Annotated[float, Range(1, 20, step=0.5)] = 6.0,
) -> Result:
    """Colour motion by its direction: hue for the way, brightness for the speed.

    Source: `skimage.registration.optical_flow_ilk`, iterative Lucas-Kanade, on a
    picture of at most 160 pixels a side.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    state : dict
        Holds the last frame.
    radius : int, 2-12, default 5
        How far around each small pixel to look: more is steadier, and coarser.
    gain : float, 1-20, default 6
        How much brighter to paint: at 1, 16 small pixels a frame are full brightness.

    Returns
    -------
    result : Result
        RGB: to the right is red, down yellow-green, to the left cyan, up violet; black
        is at rest, as is the first frame. And the value `speed`, the mean in pixels of
        the image a frame.
    """
    from skimage.registration import optical_flow_ilk

    small, factor = shrink(image, 160)
    grey = to_grey(small)
    before = state.get("grey")
    state["grey"] = grey
    if before is None or min(grey.shape) < 2 * radius + 1:
        return Result(np.zeros((*image.shape[:2], 3), np.uint8), {"speed": 0})
    # From the new frame's pixels back to the old one's; the motion is the opposite.
    down, right = -optical_flow_ilk(
        grey, before, radius=radius, num_warp=2, dtype=np.float32
    )
    picture = colour_flow(np.stack([down, right]), longest=16 / gain)
    speed = np.hypot(down, right)
    values = {"speed": speed.mean() * factor}
    return Result(enlarge(picture, factor, image.shape), values)


@stateful
def trails(
    image: Bytes,
    state: State,
    *,
    memory: Annotated[float, Range(0, 0.99, step=0.01)] = 0.9,
    keep: Literal["mean", "brightest", "darkest"] = "brightest",
) -> Bytes:
    """Let moving things leave a trail, as in a long exposure.

    Source: a mean, maximum or minimum of all frames so far, each weaker than the next.

    Parameters
    ----------
    image : ndarray of shape (M, N, 3) or (M, N) and dtype uint8
        RGB, or one channel.
    state : dict
        Holds the picture so far.
    memory : float, 0-0.99, default 0.9
        How much of the old picture stays from frame to frame. 0 leaves no trail.
    keep : {"mean", "brightest", "darkest"}, default "brightest"
        "mean" takes noise away, "brightest" paints with light, "darkest" with ink.

    Returns
    -------
    exposed : ndarray of the same shape and dtype uint8
        The picture with trails.
    """
    new = image.astype(np.float32)
    old = state.get("picture", new)
    faded = new + (old - new) * np.float32(memory)
    if keep == "brightest":
        faded = np.maximum(new, faded)
    elif keep == "darkest":
        faded = np.minimum(new, faded)
    state["picture"] = faded
    return to_bytes(faded.copy())
