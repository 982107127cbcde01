"""Every way in which a camera fails has a name, and a sentence that says what to do."""

from collections.abc import Callable
from typing import Any

import pytest

from panel_cam import Camera, Live
from tests.support.live_page import LivePage
from tests.support.server import INSECURE_HOST, INSECURE_HOST_FLAG
from tests.support.waiting import wait_until


@pytest.fixture
def app(serve_here) -> tuple[str, list[Camera]]:
    """The address of a page with a camera, and the cameras of its sessions."""
    cameras: list[Camera] = []

    def app() -> Live:
        live = Live(lambda image: image)
        cameras.append(live.camera)
        return live

    return serve_here(app).url, cameras


def has_failed(live_page: LivePage, camera: Camera, status: str, *words: str) -> None:
    """Wait until page and Python know a failure by its name, with words what to do."""
    wait_until(lambda: camera.status == status, page=live_page.page)
    wait_until(
        lambda: (camera.error != "", camera.active) == (True, False),
        page=live_page.page,
    )
    text = camera.error
    assert text[0].isupper()
    assert text.endswith(".")
    for word in words:
        assert word.lower() in text.lower(), text
    live_page.sees(text)
    live_page.button("Start camera").wait_for()
    assert set(live_page.tracks()) <= {"ended"}


# ---- failures of this browser itself


def test_a_denied_permission_says_where_to_allow_it(new_page, app) -> None:
    url, cameras = app
    live_page = LivePage(new_page(prompt="ask"))
    live_page.open(url)
    live_page.button("Start camera").click()
    has_failed(live_page, cameras[0], "permission-denied", "allow", "address")
    # Allowed after all, it starts at the next click, and the failure is forgotten.
    live_page.page.context.grant_permissions(["camera"])
    live_page.button("Start camera").click()
    live_page.next_picture()
    wait_until(lambda: cameras[0].error == "", page=live_page.page)
    assert cameras[0].status == "streaming"
    # And taken back while it runs, which ends the track.
    live_page.page.context.clear_permissions()
    wait_until(lambda: cameras[0].status != "streaming", page=live_page.page)
    assert cameras[0].error != ""
    live_page.all_tracks_have_ended()


def test_a_machine_without_a_camera_says_so_and_offers_the_demo(new_page, app) -> None:
    url, cameras = app
    live_page = LivePage(new_page(0))
    live_page.open(url)
    live_page.button("Start camera").click()
    has_failed(live_page, cameras[0], "no-camera", "connect", "demo")
    live_page.choice("Source").select_option("Demo scene")
    live_page.button("Start demo scene").click()
    live_page.next_picture()
    wait_until(lambda: cameras[0].error == "", page=live_page.page)


def test_a_camera_that_does_not_start_is_taken_for_busy(
    new_page, app, tmp_path
) -> None:
    url, cameras = app
    damaged = tmp_path / "damaged.y4m"
    damaged.write_bytes(b"YUV4MPEG2 W0 H0 F30:1 Ip A1:1 C420jpeg\nFRAME\n")
    live_page = LivePage(new_page(damaged))
    live_page.open(url)
    live_page.button("Start camera").click()
    has_failed(live_page, cameras[0], "camera-busy", "another program", "close")


def test_an_impossible_resolution_asks_for_another(page, app) -> None:
    url, cameras = app
    live_page = LivePage(page)
    live_page.open(url)
    live_page.choice("Resolution").select_option("1920x1080")  # of a 640 x 480 clip
    live_page.button("Start camera").click()
    has_failed(live_page, cameras[0], "resolution-impossible", "1920", "resolution")
    live_page.choice("Resolution").select_option("640x480")
    live_page.button("Start camera").click()
    assert live_page.next_picture().image.shape == (480, 640, 4)
    wait_until(lambda: cameras[0].error == "", page=page)


def test_an_impossible_resolution_is_not_blamed_on_a_missing_camera(
    new_page, app
) -> None:
    url, cameras = app
    live_page = LivePage(new_page(2))
    live_page.open(url)
    live_page.button("Start camera").click()
    live_page.next_picture()
    wait_until(lambda: len(cameras[0].devices) == 2, page=live_page.page)
    other = cameras[0].devices[1]["id"]
    live_page.choice("Camera").select_option(other)
    wait_until(
        lambda: cameras[0].settings.get("deviceId") == other, page=live_page.page
    )
    live_page.next_picture()
    cameras[0].resolution = (9000, 9000)
    has_failed(live_page, cameras[0], "resolution-impossible", "9000")
    assert cameras[0].notice == ""


def test_a_page_over_http_says_which_address_to_use(new_page, app) -> None:
    url, cameras = app
    port = url.split(":")[2].strip("/")
    live_page = LivePage(new_page(flags=[INSECURE_HOST_FLAG]))
    live_page.open(url.replace("127.0.0.1", INSECURE_HOST) + "?size=3")
    live_page.button("Start camera").click()
    has_failed(
        live_page,
        cameras[0],
        "insecure-context",
        f"https://{INSECURE_HOST}:{port}/?size=3",
        f"http://localhost:{port}/?size=3",
    )
    live_page.choice("Source").select_option("Demo scene")
    live_page.button("Start demo scene").click()
    live_page.next_picture()


@pytest.mark.parametrize("allow", ["", "camera"])
def test_an_iframe_needs_the_permission_of_the_page_around_it(
    page, app, serve_here, console, allow: str
) -> None:
    import panel as pn

    url, cameras = app
    iframe = f'<iframe src="{url}" allow="{allow}" width=900 height=900></iframe>'
    around = serve_here(lambda: pn.pane.HTML(iframe)).url
    # The page is of localhost and the iframe of 127.0.0.1, so they are strangers.
    page.goto(around.replace("127.0.0.1", "localhost"))
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Start camera").click()
    wait_until(lambda: cameras, page=page)
    if allow:
        wait_until(lambda: cameras[0].frame is not None, page=page)
        return
    console.allow("Permissions policy violation: camera is not allowed")
    wait_until(lambda: cameras[0].status == "blocked-by-policy", page=page)
    wait_until(lambda: 'allow="camera"' in cameras[0].error, page=page)
    frame.get_by_role("status").filter(has_text=cameras[0].error).wait_for()


# ---- failures that only a stub can provoke here


@pytest.mark.parametrize(
    "refusals",
    [
        [
            ("NotAllowedError", "Permission denied", "permission-denied", "allow"),
            (
                *("NotAllowedError", "Permission dismissed"),
                *("permission-dismissed", "allow"),
            ),
            (
                *("NotAllowedError", "Permission denied by system"),
                *("permission-denied", "system"),
            ),
            ("SecurityError", "", "permission-denied", "allow"),
            ("NotFoundError", "Requested device not found", "no-camera", "connect"),
            (
                "NotReadableError",
                "Could not start video source",
                "camera-busy",
                "close",
            ),
            ("NotReadableError", "Device in use", "camera-busy", "close"),
            ("AbortError", "Starting videoinput failed", "camera-busy", "close"),
            ("OverconstrainedError", "", "resolution-impossible", "resolution"),
            ("TypeError", "a riddle", "failed", "a riddle"),
        ]
    ],
    ids=["all"],
)
def test_every_refusal_of_a_browser_has_its_name(page, app, refusals) -> None:
    url, cameras = app
    live_page = LivePage(page)
    live_page.open(url)
    sentences = set()
    for name, message, status, word in refusals:
        live_page.refuse(name, message)
        live_page.button("Start camera").click()
        has_failed(live_page, cameras[0], status, word)
        sentences.add(cameras[0].error)
        live_page.refuse("")
        live_page.button("Start camera").click()
        live_page.next_picture()
        wait_until(lambda: cameras[0].error == "", page=page)
        live_page.button("Stop").click()
        live_page.all_tracks_have_ended()
    assert len(sentences) >= 7


def end_track(live_page: LivePage) -> None:
    """Let the camera's tracks end as they do when it is pulled out."""
    live_page.page.evaluate(
        """() => {
          for (const track of globalThis.seen.tracks) {
            if (track.readyState === "ended") continue;
            track.stop();
            track.dispatchEvent(new Event("ended"));
          }
        }"""
    )


@pytest.mark.parametrize("listed", ["gone", "still listed"])
def test_a_camera_that_is_pulled_out_comes_back_by_itself(page, app, listed) -> None:
    url, cameras = app
    live_page = LivePage(page)
    live_page.open(url)
    live_page.button("Start camera").click()
    live_page.next_picture()
    camera = cameras[0]
    wait_until(lambda: camera.devices, page=page)
    if listed == "gone":
        live_page.refuse("NotFoundError", "Requested device not found")
        end_track(live_page)
        live_page.plug([])
    else:
        end_track(live_page)
    wait_until(lambda: camera.status == "unplugged", page=page)
    live_page.sees("plug it in again")
    assert "plug" in camera.error
    if listed == "gone":
        wait_until(lambda: camera.devices == [], page=page)
        assert camera.status == "unplugged"
        live_page.refuse("")
    before = live_page.painted()
    live_page.plug(None)  # a click is not needed
    wait_until(lambda: live_page.painted() > before + 3, page=page)
    wait_until(lambda: (camera.status, camera.error) == ("streaming", ""), page=page)


def test_while_it_is_unplugged_one_may_stop_or_take_the_demo(page, app) -> None:
    url, cameras = app
    live_page = LivePage(page)
    live_page.open(url)
    live_page.button("Start camera").click()
    live_page.next_picture()
    live_page.refuse("NotFoundError", "Requested device not found")
    end_track(live_page)
    live_page.plug([])
    wait_until(lambda: cameras[0].status == "unplugged", page=page)
    live_page.button("Stop").click()
    wait_until(lambda: cameras[0].status == "idle", page=page)
    live_page.plug([{"id": "x", "label": "x", "facing": ""}])
    live_page.choice("Source").select_option("Demo scene")
    live_page.button("Start demo scene").click()
    live_page.next_picture()
    assert cameras[0].error == ""


# ---- the camera's light


@pytest.fixture
def removable(serve_here, page) -> tuple[LivePage, Callable[..., Any], list[Any]]:
    """A page that streams, a function that acts in its session, and its layout."""
    import panel as pn

    made: list[Any] = []

    def app() -> pn.Column:
        live = Live(autostart=True)
        made[:] = [pn.Column(live), pn.state.curdoc, live]
        return made[0]

    live_page = LivePage(page)
    live_page.open(serve_here(app).url)
    live_page.next_picture()

    def act(function: Callable[[], None]) -> None:
        made[1].add_next_tick_callback(function)

    return live_page, act, made


def test_the_tracks_stop_when_the_component_is_removed(removable) -> None:
    live_page, act, made = removable
    assert "live" in live_page.tracks()
    act(made[0].clear)
    live_page.all_tracks_have_ended()


def test_the_tracks_stop_while_its_element_is_out_of_the_page(removable) -> None:
    """Whoever took it out need not tell us."""
    live_page, _, _ = removable
    live_page.page.evaluate(
        """() => {
          globalThis.taken = document.querySelector("[data-root-id]");
          globalThis.place = taken.parentNode;
          taken.remove();
        }"""
    )
    live_page.all_tracks_have_ended()
    opened = len(live_page.tracks())
    live_page.page.evaluate("place.prepend(taken)")
    wait_until(lambda: len(live_page.tracks()) > opened, page=live_page.page)
    live_page.next_picture()


def test_a_camera_that_was_removed_says_so_and_starts_again_for_code(
    removable,
) -> None:
    live_page, act, made = removable
    page, column = live_page.page, made[0]
    live = made[2]
    wait_until(lambda: live.camera.status == "streaming", page=page)
    act(column.clear)
    wait_until(lambda: live.camera.status == "not-on-a-page", page=page)
    live_page.all_tracks_have_ended()
    assert live.camera.error == ""
    act(lambda: column.append(live))
    live_page.next_picture(2)
    wait_until(lambda: live.camera.status == "streaming", page=page)


def test_a_camera_that_a_person_started_waits_for_them_when_it_is_added_again(
    removable,
) -> None:
    live_page, act, made = removable
    page, column, live = live_page.page, made[0], made[2]
    live_page.button("Stop").click()
    live_page.button("Start camera").click()
    live_page.next_picture(2)
    act(column.clear)
    wait_until(lambda: live.camera.status == "not-on-a-page", page=page)
    assert live.camera.active is False
    live_page.all_tracks_have_ended()
    act(lambda: column.append(live))
    live_page.sees("Off.")
    wait_until(lambda: live.camera.status == "idle", page=page)
    live_page.all_tracks_have_ended()
    live_page.button("Start camera").click()
    live_page.next_picture(2)


def test_a_camera_that_is_moved_on_its_page_goes_on(removable) -> None:
    live_page, act, made = removable
    page, column, live = live_page.page, made[0], made[2]
    live_page.button("Stop").click()
    live_page.button("Start camera").click()
    live_page.next_picture(2)
    seen = []
    live.camera.param.watch(lambda event: seen.append(event.new), "status")

    def move() -> None:
        column.clear()
        column.append(live)

    before = live_page.painted()
    act(move)
    wait_until(lambda: live_page.painted() > before + 5, page=page)
    assert "not-on-a-page" not in seen
    assert live.camera.active is True


def test_an_element_that_is_taken_out_says_so_and_a_moved_one_does_not(
    removable,
) -> None:
    live_page, _, made = removable
    page, camera = live_page.page, made[2].camera
    live_page.button("Stop").click()
    live_page.button("Start camera").click()
    live_page.next_picture(2)
    seen = []
    camera.param.watch(lambda event: seen.append(event.new), "status")
    page.evaluate(
        """() => {
          globalThis.taken = document.querySelector("[data-root-id]");
          globalThis.place = taken.parentNode;
          place.prepend(taken);
        }"""
    )
    live_page.next_picture(40)  # which takes longer than the page's second look
    assert seen == []
    page.evaluate("taken.remove()")
    wait_until(lambda: camera.status == "not-on-a-page", page=page)
    wait_until(lambda: camera.active is False, page=page)
    page.evaluate("place.prepend(taken)")
    live_page.button("Start camera").click()
    live_page.next_picture()
    wait_until(lambda: camera.status == "streaming", page=page)


def test_the_tracks_stop_when_the_page_is_left(removable) -> None:
    live_page, _, _ = removable
    live_page.page.evaluate(
        "dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
    )
    live_page.all_tracks_have_ended()
    # Back again, from the browser's cache, the page does not pretend to be streaming.
    live_page.page.evaluate(
        "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
    )
    start = live_page.button("Start camera")
    wait_until(
        lambda: start.is_visible() or "live" in live_page.tracks(), page=live_page.page
    )


def test_the_tracks_stop_when_the_server_is_gone(serve_here, page, console) -> None:
    server = serve_here(lambda: Live(autostart=True))
    live_page = LivePage(page)
    live_page.open(server.url)
    live_page.next_picture()
    console.allow("WebSocket", "not connected so cannot send")
    server.stop()
    live_page.all_tracks_have_ended()


def test_the_tracks_stop_when_the_connection_is_lost(
    serve_here, page, throttle, console
) -> None:
    link, url = throttle(serve_here(lambda: Live(autostart=True)))
    live_page = LivePage(page)
    live_page.open(url)
    live_page.next_picture()
    console.allow("WebSocket", "not connected so cannot send")
    link.hold()
    link.cut()
    live_page.all_tracks_have_ended()
    live_page.button("Start camera").wait_for()


def test_a_camera_that_opens_after_a_stop_is_closed_at_once(page, app) -> None:
    url, _ = app
    live_page = LivePage(page)
    live_page.open(url)
    page.evaluate(
        """() => {
          const devices = navigator.mediaDevices;
          const open = devices.getUserMedia;
          devices.getUserMedia = async (wish) => {
            await new Promise((resolve) => { globalThis.letItOpen = resolve; });
            return open(wish);
          };
        }"""
    )
    live_page.button("Start camera").click()
    live_page.sees("Starting")
    live_page.button("Stop").click()
    page.evaluate("globalThis.letItOpen()")
    wait_until(lambda: live_page.tracks() != [], page=page)
    live_page.all_tracks_have_ended()
    live_page.button("Start camera").wait_for()


def test_a_tab_in_the_background_says_that_it_is_slow(page, app) -> None:
    url, cameras = app
    live_page = LivePage(page)
    live_page.open(url)
    live_page.button("Start camera").click()
    live_page.next_picture()
    hide = """(hidden) => {
      const configurable = true;
      Object.defineProperties(document, {
        hidden: { configurable, get: () => hidden },
        visibilityState: { configurable, get: () => (hidden ? "hidden" : "visible") },
      });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    live_page.sees("background")
    wait_until(lambda: "background" in cameras[0].notice, page=page)
    assert cameras[0].error == ""
    page.evaluate(hide, False)
    live_page.message.filter(has_not_text="background").wait_for()
    wait_until(lambda: cameras[0].notice == "", page=page)
    live_page.next_picture()


def test_a_capture_worker_that_is_forbidden_is_done_without(page, app, console) -> None:
    """As by a Content-Security-Policy that allows no workers from a blob."""
    url, _ = app
    page.add_init_script(
        "globalThis.Worker = class { constructor() {"
        "  throw new DOMException('refused', 'SecurityError'); } };"
    )
    live_page = LivePage(page)
    live_page.open(url)
    live_page.button("Start camera").click()
    live_page.next_picture(5)
    assert any("main thread" in message for message in console.messages)
    live_page.button("Stop").click()
    live_page.all_tracks_have_ended()


def test_a_browser_without_a_track_processor_captures_from_the_video(
    page, app, clip, console
) -> None:
    url, cameras = app
    page.add_init_script("delete window.MediaStreamTrackProcessor")
    live_page = LivePage(page)
    live_page.open(url)
    assert page.evaluate("typeof MediaStreamTrackProcessor") == "undefined"
    live_page.button("Start camera").click()
    numbers = {
        clip.read_number(live_page.next_picture().image[:, :, :3]) for _ in range(5)
    }
    assert len(numbers) >= 3
    assert len(page.workers) == 1
    live_page.choice("Resolution").select_option("320x240")
    wait_until(lambda: live_page.next_picture().image.shape == (240, 320, 4), page=page)
    live_page.button("Stop").click()
    live_page.all_tracks_have_ended()
    assert cameras[0].error == ""


def test_capture_happens_in_a_worker_where_the_browser_can(page, app) -> None:
    url, _ = app
    live_page = LivePage(page)
    live_page.open(url)
    live_page.button("Start camera").click()
    live_page.next_picture()
    assert len(page.workers) == 1
    live_page.button("Stop").click()
    live_page.all_tracks_have_ended()
    wait_until(lambda: page.workers == [], page=page)


def test_a_worker_that_dies_is_replaced_by_the_next_way(page, app) -> None:
    url, cameras = app
    page.add_init_script(
        """
        const Real = globalThis.Worker;
        globalThis.Worker = class extends Real {
          constructor(url, options) {
            super(url, options);
            globalThis.failWorker = () =>
              this.onmessage({ data: { failed: "EncodingError: as planned" } });
          }
        };
        """
    )
    live_page = LivePage(page)
    live_page.open(url)
    live_page.button("Start camera").click()
    live_page.next_picture()
    page.evaluate("globalThis.failWorker()")
    live_page.next_picture(5)
    wait_until(
        lambda: cameras[0].settings.get("capture") == "bitmap by frame-callback",
        page=page,
    )
    assert cameras[0].status == "streaming"
