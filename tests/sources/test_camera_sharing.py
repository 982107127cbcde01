"""A camera that another one on its page gives its frames to."""

import pytest
from bokeh.document import Document

from panel_cam import Camera, Frame
from tests.sources.test_camera import wire


@pytest.fixture
def cameras() -> tuple[Camera, Camera]:
    """Two of one page, the second of which has the frames of the first."""
    first, second = beside(Camera(), Camera())
    second.shares = first.key
    return first, second


def beside(*cameras: Camera) -> tuple[Camera, ...]:
    doc = Document()
    for camera in cameras:
        doc.add_root(camera.get_root(doc))
    return cameras


def seqs_of(frames: list[Frame]) -> list[int]:
    return [frame.seq for frame in frames]


def test_each_frame_is_sent_once_and_given_to_both(cameras) -> None:
    first, second = cameras
    taken: dict[str, list[Frame]] = {"first": [], "second": []}
    mine = first.subscribe(taken["first"].append)
    yours = second.subscribe(taken["second"].append)
    first.receive(wire(1))
    assert seqs_of(taken["first"]) == seqs_of(taken["second"]) == [1]
    assert second.frame is first.frame
    assert (second.image == first.image).all()
    mine.answer(taken["first"][0])
    assert first.answered["seqs"] == []  # one of them still holds it
    assert first.answered["lagging"] == [1]
    yours.answer(taken["second"][0])
    assert first.answered["seqs"] == [1]
    assert second.answered["seqs"] == []  # it sent none


def test_the_page_is_told_no_more_than_it_needs(cameras) -> None:
    first, second = cameras
    taken: list[Frame] = []
    first.subscribe(lambda frame: None)  # it keeps all, and is slower than any
    receivers = [each.subscribe(taken.append) for each in (first, second, first)]
    told: list[dict] = []
    first.param.watch(lambda event: told.append(event.new), "answered")
    first.receive(wire(1))
    for receiver in receivers:
        receiver.answer(taken[0])
    assert [each["lagging"] for each in told] == [[1]]


def test_as_many_are_in_flight_as_either_can_use(cameras) -> None:
    first, second = cameras
    with second.subscribe(lambda frame: None) as subscription:
        subscription.capacity = 5
        assert first.max_in_flight == 5


def test_who_shares_no_more_lets_go_of_all(cameras) -> None:
    first, second = cameras
    second.subscribe(lambda frame: None)  # answers none
    first.receive(wire(1))
    assert first.answered["seqs"] == []
    second.shares = ""
    assert first.answered["seqs"] == [1]
    first.receive(wire(2))
    assert second.frame.seq == 1
    second.receive(wire(1, stream=9))
    assert second.frame.stream == 9


def test_one_that_left_its_page_shares_nothing(cameras) -> None:
    _, second = cameras
    second.on_left_page()
    assert second.shares == ""


def test_no_other_page_gets_a_picture() -> None:
    first, second = Camera(), Camera()
    beside(first)
    beside(second)
    second.shares = first.key
    first.receive(wire(1))
    assert second.frame is None


@pytest.mark.parametrize("key", ["", "rubbish", "itself", "each other"])
def test_a_page_cannot_make_frames_go_in_circles(key: str) -> None:
    first, second = beside(Camera(), Camera())
    if key == "each other":
        first.shares = second.key
    second.shares = {"itself": second.key, "each other": first.key}.get(key, key)
    taken: list[Frame] = []
    second.subscribe(taken.append)
    second.receive(wire(1))
    assert seqs_of(taken) == [1]
