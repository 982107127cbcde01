"""What a `Live` takes frames from: cameras, shared ones too, and any other source."""

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from panel_cam import Camera, Frame, Live
from panel_cam.sources.base import Source
from tests.support.lives import IMAGE, PNG, captured_at, lives, send
from tests.support.waiting import wait_until


@pytest.fixture
def make() -> Iterator[Callable[..., Live]]:
    with lives() as make:
        yield make


def receive(camera: Camera, seq: int) -> None:
    camera.receive(
        {"stream": 1, "seq": seq, "captured_at": captured_at(seq), "data": PNG}
    )


class Made(Source):
    """A source of arrays: no page, no bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[int] = []

    def start(self) -> None:
        self.status = "streaming"

    def stop(self) -> None:
        self.status = "idle"

    def on_answered(self, frame: Frame, timing: float | None) -> None:
        self.answered.append(frame.seq)


def test_after_the_end_the_users_own_camera_is_answered_again(make) -> None:
    camera = Camera()
    live = make(lambda image: image, source=camera)
    send(live, 1)
    live.close()
    receive(camera, 2)
    assert camera.answered["seqs"] == [1, 2]


def test_a_camera_of_two_is_answered_when_both_are_done(make) -> None:
    camera = Camera()
    turn = threading.Event()
    quick = make(lambda image: image, source=camera)
    slow = make(lambda image: turn.wait(30) and image, source=camera)
    receive(camera, 1)
    wait_until(lambda: quick.view.frame.get("seq") == 1)
    assert camera.answered["seqs"] == []
    assert camera.answered["lagging"] == [1]
    turn.set()
    wait_until(lambda: camera.answered["seqs"] == [1])
    assert slow.view.frame["seq"] == 1
    assert camera.answered["lagging"] == []


def test_a_slow_one_holds_up_no_quick_one(make) -> None:
    camera = Camera()
    turn = threading.Event()
    quick = make(lambda image: image, source=camera)
    slow = make(lambda image: turn.wait(30) and image, source=camera)
    for seq in range(1, 10):
        receive(camera, seq)
        wait_until(lambda seq=seq: quick.view.frame.get("seq") == seq)
    # The first is at work, the last waits; those between were dropped for it.
    assert camera.answered["lagging"] == [1, 9]
    turn.set()
    wait_until(lambda: slow.view.frame.get("seq") == 9)
    assert camera.stats == {"published": 9, "answered": 9, "held": 0}


def test_each_gets_its_own_filter_and_figures(make) -> None:
    camera = Camera()
    plain = make(lambda image: image, source=camera)
    negative = make(lambda image: 255 - image, source=camera)
    receive(camera, 1)
    wait_until(lambda: camera.answered["seqs"] == [1])
    np.testing.assert_array_equal(plain.image, IMAGE)
    np.testing.assert_array_equal(negative.image, 255 - IMAGE)
    plain.close()
    receive(camera, 2)
    wait_until(lambda: camera.answered["seqs"] == [1, 2])
    assert negative.view.frame["seq"] == 2
    assert plain.view.frame["seq"] == 1


def test_a_filter_may_change_its_array_and_others_see_nothing_of_it(make) -> None:
    camera = Camera()

    def wipe(image: np.ndarray) -> np.ndarray:
        image[:] = 0
        return image

    made = [make(f, source=camera) for f in (wipe, lambda image: image, wipe)]
    receive(camera, 1)
    wait_until(lambda: camera.answered["seqs"] == [1])
    np.testing.assert_array_equal(made[1].image, IMAGE)


def test_a_limit_that_was_set_stays_whatever_the_filters_can_use(make) -> None:
    camera = Camera(max_in_flight=3)
    make(lambda image: image, source=camera)
    assert camera.max_in_flight == 3
    assert make(lambda image: image, max_in_flight=5).camera.max_in_flight == 5


def test_what_is_no_source_is_refused_with_what_was_expected() -> None:
    with pytest.raises(TypeError, match="expected a Source or its name as source"):
        Live(source=3)
    with pytest.raises(TypeError, match="set fps on the camera"):
        Live(source=Camera(), fps=3)


def test_frames_may_be_arrays_from_a_source_without_a_page(make) -> None:
    source = Made()
    live = make(lambda image: 255 - image, source=source)
    live.start()
    assert source.status == "streaming"
    source.publish(Frame(seq=1, captured_at=captured_at(1), data=IMAGE.copy()))
    wait_until(lambda: source.answered == [1])
    np.testing.assert_array_equal(live.image, 255 - IMAGE)
    assert source.view is None
    assert live.__panel__() is not None
    with pytest.raises(AttributeError, match="the source is a Made"):
        _ = live.camera
    live.stop()
    assert source.status == "idle"
