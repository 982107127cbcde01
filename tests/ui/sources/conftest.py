"""The camera's JavaScript by itself, on a page without a server."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from panel_cam.sources import camera_state
from panel_cam.transport import assets
from tests.support.pages import open_plain

NAMES = "Capture, CaptureWays, CameraRate, FramePacer, PictureReader, PictureWatch"

# Keeps every track, so that a test can see whether the camera is off.
OPEN_STREAM = """
globalThis.tracks = [];
const { clone } = MediaStreamTrack.prototype;
MediaStreamTrack.prototype.clone = function () {
  const track = clone.call(this);
  tracks.push(track);
  return track;
};
globalThis.openStream = async () => {
  const stream = await navigator.mediaDevices.getUserMedia(
    { video: { width: { exact: 640 }, height: { exact: 480 } } });
  tracks.push(...stream.getTracks());
  return stream;
};
"""

# What is taken away from workers is gone before their own script begins.
IN_WORKERS = """
{
  const Real = globalThis.Blob;
  globalThis.Blob = class extends Real {
    constructor(parts, options) {
      super(options?.type === "text/javascript" ? [%s, ...parts] : parts, options);
    }
  };
}
"""


@pytest.fixture
def open_library(new_page) -> Callable[..., Page]:
    """`open_library(*stubs, in_workers="") -> Page` with the classes in `lib`.

    The stubs run on the page before all else; `in_workers` does in each worker.
    """

    def open_library(*stubs: str, in_workers: str = "", **options: Any) -> Page:
        page = new_page(**options)
        page.add_init_script(OPEN_STREAM)
        if in_workers:
            page.add_init_script(IN_WORKERS % repr(in_workers))
        for stub in stubs:
            page.add_init_script(stub)
        open_plain(page)
        library = assets.library(*camera_state._SCRIPTS, exports=NAMES)
        page.add_script_tag(content=f"{library}\nglobalThis.lib = lib;")
        return page

    return open_library
