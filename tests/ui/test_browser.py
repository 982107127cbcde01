"""The browser has a camera, and it shows what the tests think it shows."""

import numpy as np
import pytest

from tests.support.clip import COLOURS
from tests.support.pages import open_plain, read_picture
from tests.support.server import INSECURE_HOST, INSECURE_HOST_FLAG
from tests.support.waiting import wait_until

# Paints the camera at every animation frame, and says so as panel_cam does.
PAINT_CAMERA = """
async () => {
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { width: 640, height: 480, frameRate: 30 },
  });
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = stream;
  await video.play();
  const canvas = document.body.appendChild(document.createElement("canvas"));
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  let seq = 0;
  const paint = () => {
    canvas.getContext("2d").drawImage(video, 0, 0);
    const { width, height } = canvas;
    const detail = { seq: ++seq, capturedAt: 0, width, height, source: canvas };
    canvas.dispatchEvent(
      new CustomEvent("panel-cam-painted", { bubbles: true, composed: true, detail }),
    );
    requestAnimationFrame(paint);
  };
  paint();
}
"""

ASK_FOR_CAMERA = """
() => navigator.mediaDevices.getUserMedia({ video: true })
  .then((stream) => { stream.getTracks()[0].stop(); return "given"; })
  .catch((error) => error.name)
"""

COUNT_CAMERAS = """
async () => {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").length;
}
"""


def test_the_camera_shows_the_clip_in_its_known_colours(page, clip) -> None:
    open_plain(page)
    page.evaluate(PAINT_CAMERA)
    picture = wait_until(lambda: read_picture(page), page=page)
    assert picture.image.shape == (480, 640, 4)
    for colour, rgb in COLOURS.items():
        seen = picture.image[clip.centre(colour)][:3].astype(int)
        np.testing.assert_allclose(seen, rgb, atol=4, err_msg=colour)


def test_the_picture_moves_and_tells_its_number(page, clip) -> None:
    open_plain(page)
    page.evaluate(PAINT_CAMERA)
    numbers: set[int] = set()

    def five_have_been_seen() -> bool:
        if picture := read_picture(page):
            numbers.add(clip.read_number(picture.image))
        return len(numbers) >= 5

    wait_until(five_have_been_seen, page=page)
    assert max(numbers) < clip.frames


def test_a_camera_is_denied_where_it_was_not_granted(new_page) -> None:
    page = new_page(prompt="ask")
    open_plain(page)
    assert page.evaluate(ASK_FOR_CAMERA) == "NotAllowedError"


def test_a_camera_is_given_where_it_was_granted(new_page) -> None:
    page = new_page(prompt="ask", permissions=["camera"])
    open_plain(page)
    assert page.evaluate(ASK_FOR_CAMERA) == "given"


@pytest.mark.parametrize("cameras", [0, 2])
def test_a_machine_has_as_many_cameras_as_asked_for(new_page, cameras: int) -> None:
    page = new_page(cameras)
    open_plain(page)
    assert page.evaluate(COUNT_CAMERAS) == cameras
    assert page.evaluate(ASK_FOR_CAMERA) == ("given" if cameras else "NotFoundError")


def test_there_is_no_camera_over_http_from_elsewhere(new_page, serve) -> None:
    def app() -> None:
        import panel

        panel.pane.HTML("over http").servable()

    page = new_page(flags=[INSECURE_HOST_FLAG])
    page.goto(serve(app).url.replace("127.0.0.1", INSECURE_HOST))
    page.get_by_text("over http").wait_for()
    assert page.evaluate("navigator.mediaDevices === undefined")


def test_errors_in_the_page_are_noticed(page, console) -> None:
    open_plain(page)
    page.evaluate("setTimeout(() => { throw new Error('on purpose'); })")
    page.evaluate("console.error('[panel_cam] said so')")
    wait_until(lambda: len(console.errors) == 2, page=page)
    assert len(console.unexpected()) == 2
    console.allow("on purpose", r"^\[panel_cam\] said so$")
    assert console.unexpected() == []
