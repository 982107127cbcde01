"""The camera of a `Live`: one that it makes itself, or one that was passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from panel_cam.sources.camera import Camera

if TYPE_CHECKING:
    from collections.abc import Mapping

CAMERA_PARAMS = {
    *("autostart", "active", "device_id", "facing", "resolution", "fps"),
    *("mirror", "preview", "max_in_flight", "answer_timeout", "max_frame_bytes"),
}
"""What may be said of a camera that is made here."""


def make_camera(
    source: Camera | str, encoding: Mapping[str, Any], options: Mapping[str, Any]
) -> Camera:
    """Return the camera that a source stands for.

    Parameters
    ----------
    source : Camera or str
        A camera is returned as it is; a string is the kind of source of a new one.
    encoding : mapping
        How the frames of a new one are to be encoded, or parameters that say so.
    options : mapping
        Of `CAMERA_PARAMS`, for a new one only.

    Returns
    -------
    camera : Camera

    Raises
    ------
    TypeError
        If there are options for a camera that was passed.
    """
    if not isinstance(source, Camera):
        return Camera(source=source, **encoding, **options)
    if options:
        names = ", ".join(options)
        raise TypeError(f"set {names} on the camera that is passed as source")
    return source
