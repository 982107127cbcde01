"""Sessions keep apart, do not slow each other down, and leave nothing behind."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import panel as pn
import pytest
from bokeh.client.websocket import WebSocketClientConnectionWrapper
from bokeh.core.serialization import Serializer
from bokeh.document import Document
from bokeh.model import Model
from bokeh.protocol.messages.patch_doc import patch_doc
from bokeh.util.token import generate_jwt_token, generate_session_id
from tornado.websocket import WebSocketClientConnection, websocket_connect

from panel_cam import Camera, ImageView, Live
from panel_cam.imaging import codec
from panel_cam.imaging.frame import Frame
from tests.support.clip import COLOURS, Clip
from tests.support.live_page import LivePage
from tests.support.server import ServerThread
from tests.support.waiting import wait_until

# A session ends when its page has been gone for so long. No shorter: a new page has as
# much time until its WebSocket has to be there.
QUICK_END = {
    "unused_session_lifetime_milliseconds": 2000,
    "check_unused_sessions_milliseconds": 200,
}


@pytest.fixture
def other_clip(tmp_path) -> Clip:
    """A clip of 320 x 240: another person's camera."""
    clip = Clip(tmp_path / "other.y4m", width=320, height=240)
    clip.write()
    return clip


def test_two_sessions_do_not_see_each_others_frames(
    serve_here, new_page, clip, other_clip
) -> None:
    lives: list[Live] = []
    shapes: list[list[tuple[int, ...]]] = []

    def app() -> Live:
        seen: list[tuple[int, ...]] = []
        size = (640, 480) if not lives else (320, 240)
        live = Live(lambda image: image, resolution=size, autostart=True)
        live.param.watch(lambda event: seen.append(event.new.shape), "image")
        lives.append(live)
        shapes.append(seen)
        return live

    url = serve_here(app).url
    mine, yours = LivePage(new_page()), LivePage(new_page(other_clip.path))
    mine.open(url)
    yours.open(url)
    for _ in range(6):
        assert mine.next_picture(2).image.shape == (480, 640, 4)
        assert yours.next_picture(2).image.shape == (240, 320, 4)
    assert set(shapes[0]) == {(480, 640, 3)}
    assert set(shapes[1]) == {(240, 320, 3)}
    assert lives[0].camera.answered["stream"] != lives[1].camera.answered["stream"]
    assert lives[0].camera.rejected == lives[1].camera.rejected == 0
    # What one does with its buttons does not reach the other.
    mine.button("Stop").click()
    mine.all_tracks_have_ended()
    yours.next_picture(2)
    assert yours.button("Stop").is_visible()
    assert lives[1].camera.active


def test_a_frame_is_freed_without_a_garbage_collection(serve_here, page, clip) -> None:
    lives: list[Live] = []

    def app() -> Live:
        lives.append(Live(autostart=True))
        return lives[-1]

    live_page = LivePage(page)
    live_page.open(serve_here(app).url)
    live_page.next_picture(3)
    gc.collect()
    gc.disable()
    try:
        live_page.next_picture(30)
        stream = lives[0].camera.answered["stream"]
        frames = [each for each in gc.get_objects() if isinstance(each, Frame)]
        assert sum(each.stream == stream for each in frames) < 10
    finally:
        gc.enable()


def test_a_slow_filter_delays_no_button_and_no_other_session(
    serve_here, new_page, clip
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    lives: list[Live] = []

    def slow(image: np.ndarray) -> np.ndarray:
        begun.set()
        assert go_on.wait(60)
        return image

    def app() -> pn.Column:
        lives.append(Live(lambda image: image if lives[1:] else slow(image)))
        live = lives[-1]
        live.filter = slow if live is lives[0] else (lambda image: image)
        button = pn.widgets.Button(label="Count")
        count = pn.bind(lambda clicks: f"counted {clicks}", button.param.clicks)
        return pn.Column(button, count, live)

    url = serve_here(app).url
    slow_page, quick_page = LivePage(new_page()), LivePage(new_page())
    slow_page.open(url)
    slow_page.button("Start camera").click()
    wait_until(begun.is_set, page=slow_page.page)

    # The filter is at work, and will be until this test lets it go.
    for clicks in (1, 2, 3):
        slow_page.button("Count").click()
        slow_page.page.get_by_text(f"counted {clicks}").wait_for()
    slow_page.choice("Mirror").check()
    wait_until(lambda: lives[0].camera.mirror, page=slow_page.page)
    quick_page.open(url)
    quick_page.button("Start camera").click()
    quick_page.next_picture(5)
    quick_page.button("Count").click()
    quick_page.page.get_by_text("counted 1").wait_for()
    slow_page.button("Stop").click()
    wait_until(lambda: lives[0].camera.status == "idle", page=slow_page.page)
    assert lives[0].image is None
    go_on.set()


def test_it_works_on_a_server_with_threads(serve, page) -> None:
    app = "import panel_cam\n\npanel_cam.Live(autostart=True).servable()\n"
    live_page = LivePage(page)
    live_page.open(serve(app, args=["--num-threads", "4"]).url)
    numbers = [live_page.next_picture(2).seq for _ in range(8)]
    assert numbers == sorted(numbers)
    live_page.button("Stop").click()
    live_page.all_tracks_have_ended()


# ---- the end of a session


class Left:
    """What sessions have made, and how much of it is still there."""

    def __init__(self) -> None:
        self.made: list[weakref.ref[Any]] = []
        self.sessions = 0
        self._document = lambda: None

    def begin(self, document: Document) -> None:
        self.sessions += 1
        self._document = weakref.ref(document)

    def add(self, *things: Any) -> None:
        self.made += [weakref.ref(thing) for thing in things]

    def camera(self) -> Camera:
        """Return the camera of the session that was opened last."""
        cameras = [each() for each in self.made if isinstance(each(), Camera)]
        assert isinstance(cameras[-1], Camera)
        return cameras[-1]

    def camera_model(self) -> Model:
        """Return what the page has of it."""
        (model,) = [
            model
            for model in self._document().models
            if {"sent_frame", "answered"} <= model.properties()
        ]
        return model

    def alive(self) -> list[str]:
        gc.collect()
        return [type(each()).__name__ for each in self.made if each() is not None]


@pytest.fixture
def left(caplog) -> Left:
    # What is logged stays alive until the test has ended, and Panel logs its models.
    caplog.set_level("WARNING", logger="panel")
    return Left()


@pytest.fixture
def app(left: Left) -> Callable[[], Live]:
    def app() -> Live:
        left.begin(pn.state.curdoc)

        def note(image: np.ndarray) -> np.ndarray:
            left.add(image)
            output = 255 - image
            left.add(output)
            if output[0, 0, 0] == 255:
                raise ValueError("as planned")
            return output

        live = Live(note)
        left.add(live, live.camera, live.view, live._stream.worker)
        # Panel's clean-up task lives as long as the server, in the context of the
        # session that came first.
        if left.sessions > 1:
            left.add(pn.state.curdoc)
        return live

    return app


def visit(server: ServerThread, left: Left, count: int) -> None:
    """Open and close so many sessions, and do in each what a page does: send frames."""

    async def run() -> None:
        for _ in range(count):
            # Not Bokeh's client, which builds each page's models anew in Python.
            token = generate_jwt_token(generate_session_id())
            socket = await websocket_connect(
                f"ws://127.0.0.1:{server.port}/ws", subprotocols=["bokeh", token]
            )
            assert "ACK" in str(await socket.read_message())  # the session is there
            listener = asyncio.create_task(listen(socket))
            try:
                for seq in (1, 2):  # one that the filter likes and one it does not
                    await send_frame(socket, left, seq)
            finally:
                socket.close()
                await listener

    # Playwright's loop counts as running on this thread.
    thread = threading.Thread(target=asyncio.run, args=[run()])
    thread.start()
    thread.join(250)
    assert not thread.is_alive()


async def listen(socket: WebSocketClientConnection) -> None:
    while await socket.read_message() is not None:
        pass


async def send_frame(socket: WebSocketClientConnection, left: Left, seq: int) -> None:
    """Send a frame, a black one if `seq` is even, and see it answered."""
    image = np.full((48, 64, 3), seq % 2 * 255, np.uint8)
    data = codec.encode(image, format="png")
    frame = {"stream": 1, "seq": seq, "captured_at": 1.7e9, "data": data}
    model = left.camera_model()
    event = {"kind": "ModelChanged", "model": {"id": model.id}, "attr": "sent_frame"}
    serializer = Serializer()
    message = patch_doc(
        patch_doc.create_header(),
        {},
        {"events": [{**event, "new": serializer.encode(frame)}]},
    )
    message.add_buffers(*serializer.buffers)
    await message.send(WebSocketClientConnectionWrapper(socket))
    camera = left.camera()
    await asyncio.to_thread(wait_until, lambda: seq in camera.answered["seqs"])


@pytest.mark.timeout(300)  # which takes fifteen, where nothing else runs
def test_fifty_sessions_leave_the_process_where_it_was(serve_here, app, left) -> None:
    server = serve_here(app, allow_log=["as planned"], **QUICK_END)

    def all_is_gone() -> None:
        assert left.alive() == []

    visit(server, left, 3)
    wait_until(all_is_gone, timeout=30)
    threads = {thread.name for thread in threading.enumerate()}
    views = len(pn.state._views), len(pn.state._fake_roots)
    counted = {kind: count_of(kind) for kind in (Live, Camera, ImageView)}
    visit(server, left, 50)
    assert left.sessions == 53
    assert len(left.made) > 53 * 6
    wait_until(all_is_gone, timeout=30)
    # The pool that all sessions share may have grown, and the event loop's, on which
    # Bokeh runs callbacks from 3.10 on; both are of a fixed size.
    pools = ("panel_cam", "asyncio_")
    after = {thread.name for thread in threading.enumerate()}
    assert {name for name in after - threads if not name.startswith(pools)} == set()
    assert (len(pn.state._views), len(pn.state._fake_roots)) == views
    assert {kind: count_of(kind) for kind in counted} == counted


def count_of(kind: type) -> int:
    return sum(isinstance(each, kind) for each in gc.get_objects())


def test_a_page_that_is_closed_leaves_nothing(serve_here, new_page, app, left) -> None:
    server = serve_here(app, **QUICK_END)
    live_page = LivePage(new_page())
    for _ in range(2):
        live_page.open(server.url)
        live_page.button("Start camera").click()
        live_page.next_picture(5)
    assert "Live" in left.alive()
    live_page.page.close()

    def all_is_gone() -> None:
        assert left.alive() == []

    wait_until(all_is_gone, timeout=30)


def test_a_session_that_ends_in_the_middle_of_a_frame_ends_all_the_same(
    serve_here, new_page, left
) -> None:
    begun, go_on, done = threading.Event(), threading.Event(), threading.Event()
    ended: list[bool] = []

    def slow(image: np.ndarray) -> np.ndarray:
        begun.set()
        assert go_on.wait(60)
        done.set()
        return image

    def app() -> Live:
        live = Live(slow)
        left.add(live, live.camera, live.view)
        pn.state.on_session_destroyed(lambda context: ended.append(True))
        return live

    server = serve_here(app, **QUICK_END)
    live_page = LivePage(new_page())
    live_page.open(server.url)
    live_page.button("Start camera").click()
    page = live_page.page
    wait_until(begun.is_set, page=page)
    page.close()
    wait_until(lambda: ended, timeout=30)
    go_on.set()
    wait_until(done.is_set)

    def all_is_gone() -> None:
        assert left.alive() == []

    wait_until(all_is_gone, timeout=30)


def test_a_reloaded_page_streams_again(serve_here, page, app, left, clip) -> None:
    live_page = LivePage(page)
    live_page.open(serve_here(app).url)
    for _ in range(3):
        live_page.button("Start camera").click()
        picture = live_page.next_picture(2)
        red = picture.image[clip.centre("red")][:3]
        np.testing.assert_allclose(red, 255 - np.array(COLOURS["red"]), atol=12)
        page.reload()
        live_page.message.wait_for()
    assert left.sessions == 4
