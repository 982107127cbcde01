"""The camera's Python side: what comes from the page, and what is never trusted."""

import io
import logging
import math
import struct
import zlib

import numpy as np
import panel as pn
import PIL.Image
import pytest
from bokeh.document import Document

from panel_cam import Camera, Frame, FrameError
from panel_cam.imaging import codec
from panel_cam.sources.camera_state import STATUSES

IMAGE = np.arange(48 * 64 * 3, dtype=np.uint32).reshape(48, 64, 3) % 251
IMAGE = IMAGE.astype(np.uint8)
PNG = codec.encode(IMAGE, format="png")


def wire(seq: object = 1, data: object = PNG, **changes: object) -> dict[str, object]:
    """Return a frame as a page sends it."""
    frame = {"stream": 5, "seq": seq, "captured_at": 1.7e9, "data": data}
    return {**frame, **changes}


def gif() -> bytes:
    file = io.BytesIO()
    PIL.Image.fromarray(IMAGE).save(file, "gif")
    return file.getvalue()


def bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """Return a png of a few bytes that claims to be 3.6 gigapixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    )


NO_FRAMES = [
    None,
    0,
    "rubbish",
    b"bytes",
    [],
    [1, 2, 3],
    {},
    {"seq": 1},
    {1: 2},
    wire(seq=None),
    wire(seq="1"),
    wire(seq=0),
    wire(seq=-1),
    wire(seq=True),
    wire(seq=1.5),
    wire(seq=2**60),
    wire(captured_at=math.nan),
    wire(captured_at=math.inf),
    wire(captured_at="now"),
    wire(captured_at=None),
    wire(stream="x"),
    wire(stream=-1),
    wire(data=None),
    wire(data="text"),
    wire(data=b""),
    wire(data=[255, 216]),
    wire(data={"data": PNG}),
]

NO_IMAGES = [b"\xff", b"GIF89a", gif(), PNG[:200], bytes(1000), bomb(), b"\xff\xd8\xff"]


@pytest.fixture
def camera() -> Camera:
    return Camera()


@pytest.fixture
def decoded(monkeypatch) -> list[bytes]:
    """What has been decoded so far."""
    calls = []
    decode = codec.decode

    def noting(data: bytes, **options) -> np.ndarray:
        calls.append(data)
        return decode(data, **options)

    monkeypatch.setattr(codec, "decode", noting)
    return calls


# ---- frames


def test_a_frame_arrives_and_is_answered(camera) -> None:
    camera.receive(wire(1))
    assert camera.frame == Frame(seq=1, captured_at=1.7e9, data=PNG, stream=5)
    assert camera.answered == {"stream": 5, "seqs": [1], "lagging": [], "timing": None}
    assert camera.rejected == 0


def test_equal_frames_are_all_answered(camera) -> None:
    answers = []
    camera.param.watch(lambda event: answers.append(event.new["seqs"][-1]), "answered")
    for seq in range(1, 6):
        camera.receive(wire(seq))
    assert answers == [1, 2, 3, 4, 5]


def test_an_answer_is_repeated_in_those_that_follow(camera) -> None:
    # Several answers may travel in one message, in which only the last one stands.
    for seq in range(1, 5):
        camera.receive(wire(seq))
    assert camera.answered["seqs"] == [1, 2, 3, 4]
    for seq in range(5, 500):
        camera.receive(wire(seq))
    assert camera.answered["seqs"][-1] == 499
    assert len(camera.answered["seqs"]) < 100


@pytest.mark.parametrize("value", NO_FRAMES, ids=lambda value: repr(value)[:40])
def test_what_is_no_frame_is_counted_and_dropped(camera, value) -> None:
    seen = []
    camera.param.watch(seen.append, "frame")
    camera.receive(value)
    assert camera.rejected == 1
    assert camera.frame is None
    assert camera.image is None
    assert seen == []
    camera.receive(wire(1))
    assert camera.frame.seq == 1


@pytest.mark.parametrize(
    "value",
    [
        wire(7, data=None),
        wire(7, data="text"),
        wire(7, data=b""),
        wire(7, captured_at=None),
        wire(7, captured_at="now"),
        wire(7, captured_at=math.nan),
        {"stream": 5, "seq": 7},
    ],
    ids=lambda value: repr(value)[:60],
)
def test_a_bad_frame_that_says_its_number_is_answered(camera, value) -> None:
    camera.receive(value)
    assert camera.answered == {"stream": 5, "seqs": [7], "lagging": [], "timing": None}


def test_a_frame_that_is_too_large_is_answered_counted_and_dropped() -> None:
    camera = Camera(max_frame_bytes=len(PNG) - 1)
    camera.receive(wire(1))
    assert camera.frame is None
    assert camera.rejected == 1
    assert camera.answered["seqs"] == [1]


def test_a_frame_that_comes_late_or_twice_is_answered_counted_and_dropped(
    camera,
) -> None:
    seen = []
    camera.param.watch(lambda event: seen.append(event.new.seq), "frame")
    for seq in (1, 3, 2, 3, 4):
        camera.receive(wire(seq))
    assert seen == [1, 3, 4]
    assert camera.rejected == 2
    assert camera.answered["seqs"][-4:] == [3, 2, 3, 4]


def test_an_answer_tells_how_well_the_frame_was_timed(camera: Camera) -> None:
    frames = []
    subscription = camera.subscribe(frames.append)
    camera.receive(wire(7))
    subscription.answer(frames[0], -0.0123)
    assert camera.answered["seqs"] == [7]
    assert camera.answered["timing"] == -12.3


def test_a_new_stream_counts_from_one_again(camera) -> None:
    for seq in (1, 2, 3):
        camera.receive(wire(seq))
    camera.receive(wire(1, stream=6))
    assert camera.frame.stream == 6
    assert camera.answered == {"stream": 6, "seqs": [1], "lagging": [], "timing": None}
    assert camera.rejected == 0


def test_a_camera_counts_its_own_answers_only(camera) -> None:
    other = Camera()
    camera.receive(wire(1))
    assert other.answered["seqs"] == []
    assert other.frame is None


def test_a_frame_that_comes_the_ordinary_way_through_panel_is_checked_too(
    camera,
) -> None:
    camera._process_events({"sent_frame": "rubbish"})
    camera._process_events({"sent_frame": wire(1)})
    assert camera.rejected == 1
    assert camera.frame.seq == 1


@pytest.mark.parametrize("is_received", [True, False])
def test_a_watcher_that_fails_does_not_stop_the_stream(
    camera, caplog, is_received
) -> None:
    frames = []
    if is_received:
        camera.subscribe(frames.append)

    def fail(event) -> None:
        raise ValueError(f"cannot read {event.new.data!r}")

    camera.param.watch(fail, "frame")
    camera.receive(wire(1))
    camera.receive(wire(2))
    assert camera.answered["seqs"] == ([] if is_received else [1, 2])
    assert [frame.seq for frame in frames] == ([1, 2] if is_received else [])
    assert "ValueError" in caplog.text
    assert repr(PNG)[:20] not in caplog.text


@pytest.mark.parametrize("value", [wire(2), *NO_FRAMES[2:4], *map(wire, "ab")])
def test_no_picture_is_ever_in_a_log(camera, caplog, value) -> None:
    caplog.set_level(logging.DEBUG)

    def fail(event) -> None:
        raise ValueError("no")

    camera.param.watch(fail, "image")
    camera.receive(value)
    piece = repr(PNG[100:110])[2:-1]
    for text in (piece, PNG[100:110].hex(), "rubbish", "b'bytes'"):
        assert text not in caplog.text


# ---- the image


def test_the_image_is_the_picture_that_was_sent(camera) -> None:
    camera.receive(wire(1))
    np.testing.assert_array_equal(camera.image, IMAGE)


def test_an_image_no_one_looks_at_is_not_decoded(camera, decoded) -> None:
    for seq in range(1, 11):
        camera.receive(wire(seq))
    assert decoded == []


def test_an_image_on_a_page_is_not_decoded_either(camera, decoded) -> None:
    document = Document()
    document.add_root(
        pn.Row(camera, pn.bind(str, camera.param.status)).get_root(document)
    )
    camera.receive(wire(1))
    assert decoded == []


def test_an_image_is_decoded_once(camera, decoded) -> None:
    camera.receive(wire(1))
    assert camera.image is camera.image
    camera.snapshot()
    assert len(decoded) == 1


def test_who_watches_the_image_gets_every_one(camera, decoded) -> None:
    bound = pn.bind(
        lambda image: None if image is None else image.shape, camera.param.image
    )
    seen = []
    camera.param.watch(lambda event: seen.append(event.new), "image")
    for seq in range(1, 4):
        camera.receive(wire(seq))
    assert [image.shape for image in seen] == [(48, 64, 3)] * 3
    assert bound() == (48, 64, 3)
    assert len(decoded) == 3


@pytest.mark.parametrize("data", NO_IMAGES, ids=lambda data: repr(data)[:20])
def test_bytes_that_are_no_image_are_answered_counted_and_dropped(
    camera, caplog, data
) -> None:
    seen = []
    camera.param.watch(lambda event: seen.append(event.new), "image")
    camera.receive(wire(1))
    camera.receive(wire(2, data))
    camera.receive(wire(3))
    assert camera.answered["seqs"] == [1, 2, 3]
    assert [type(image) for image in seen] == [np.ndarray, np.ndarray]
    assert camera.rejected == 1
    assert "\\x" not in caplog.text


def test_the_last_good_image_stays_when_bytes_are_no_image(camera) -> None:
    camera.receive(wire(1))
    camera.receive(wire(2, b"GIF89a"))
    np.testing.assert_array_equal(camera.image, IMAGE)


def test_a_picture_of_too_many_pixels_is_not_decoded() -> None:
    camera = Camera(max_pixels=48 * 64 - 1)
    camera.receive(wire(1))
    assert camera.image is None


def test_a_snapshot_is_a_copy_of_the_newest_image(camera) -> None:
    camera.receive(wire(1))
    picture = camera.snapshot()
    picture[:] = 0
    np.testing.assert_array_equal(camera.image, IMAGE)


def test_a_snapshot_before_the_first_frame_says_what_to_do(camera) -> None:
    with pytest.raises(FrameError, match="start"):
        camera.snapshot()


# ---- as a component


def test_the_camera_is_not_opened_without_a_wish(camera) -> None:
    assert camera.autostart is False
    assert camera.active is False
    assert camera.status == "idle"
    assert Camera(autostart=True).active is True


def test_start_and_stop_say_whether_the_camera_is_wanted(camera) -> None:
    camera.start()
    assert camera.active is True
    camera.stop()
    assert camera.active is False


def test_every_parameter_that_was_promised_is_there_and_explained() -> None:
    promised = (
        *("image", "frame", "paused", "resolution", "fps", "quality", "format"),
        *("facing", "device_id", "devices", "mirror", "autostart", "status", "error"),
        "max_in_flight",
    )
    for name in promised:
        assert Camera.param[name].doc.strip(), name
    assert Camera.param.format.objects == ["jpeg", "webp", "png"]


def test_every_failure_has_a_name_of_its_own() -> None:
    assert {
        *("insecure-context", "permission-denied", "permission-dismissed", "no-camera"),
        *("camera-busy", "resolution-impossible", "blocked-by-policy", "unplugged"),
        *("interrupted", "no-pictures", "not-on-a-page"),
    } < set(STATUSES)
    assert len(set(STATUSES)) == len(STATUSES)


def test_a_resolution_from_the_page_is_a_pair(camera) -> None:
    camera._process_events({"resolution": [320, 240]})
    assert camera.resolution == (320, 240)


def test_a_camera_tells_itself_apart_on_the_page() -> None:
    assert Camera().key != Camera().key


def test_a_page_begins_without_an_old_frame(camera) -> None:
    camera.receive(wire(1))
    document = Document()
    root = pn.Row(camera).get_root(document)
    document.add_root(root)
    assert PNG not in [
        getattr(model, name)
        for model in root.references()
        for name in model.properties()
        if isinstance(getattr(model, name, None), bytes)
    ]
    assert all(
        not isinstance(getattr(model, name, None), dict | Frame)
        for model in root.references()
        for name in ("frame", "sent_frame")
    )


@pytest.mark.parametrize("by", ["code", "a person"])
def test_a_camera_that_left_its_page_is_wanted_again_if_code_wanted_it(
    camera, by: str
) -> None:
    document = Document()
    column = pn.Column(camera)
    document.add_root(column.get_root(document))
    if by == "code":
        camera.start()
    else:
        camera._process_events({"active": True})
    camera._process_events({"status": "streaming"})
    column.clear()
    assert (camera.status, camera.error) == ("not-on-a-page", "")
    assert camera.active is (by == "code")


def test_a_camera_on_two_pages_has_left_when_it_left_both(camera) -> None:
    columns = pn.Column(camera), pn.Column(camera)
    for column in columns:
        document = Document()
        document.add_root(column.get_root(document))
    columns[0].clear()
    assert camera.status == "idle"
    columns[1].clear()
    assert camera.status == "not-on-a-page"
