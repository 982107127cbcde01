"""A source and those who hold on to it: everyone gets every frame, and nobody waits."""

import logging
from collections.abc import Callable

import pytest

from panel_cam import Frame
from panel_cam.sources.base import MOST_HELD, Source, Subscription


def frame(seq: int, stream: int = 1) -> Frame:
    return Frame(seq=seq, captured_at=1.7e9 + seq, data=b"-", stream=stream)


class Recording(Source):
    """A source that notes what it hears of its frames."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[tuple[int, float | None]] = []
        self.capacities: list[int] = []

    def on_answered(self, frame: Frame, timing: float | None) -> None:
        self.answers.append((frame.seq, timing))

    def on_capacity(self) -> None:
        self.capacities.append(self.capacity)

    @property
    def lags(self) -> list[int]:
        return [frame.seq for frame in self.lagging]


class Receiver:
    """Takes frames, and answers them when it is told to."""

    def __init__(self, source: Source) -> None:
        self.frames: dict[int, Frame] = {}
        self.subscription: Subscription = source.subscribe(self.receive)

    def receive(self, frame: Frame) -> None:
        self.frames[frame.seq] = frame

    def answer(self, *seqs: int, timing: float | None = None) -> None:
        for seq in seqs:
            self.subscription.answer(self.frames[seq], timing)

    @property
    def seqs(self) -> list[int]:
        return list(self.frames)


@pytest.fixture
def source() -> Recording:
    return Recording()


@pytest.fixture
def join(source) -> Callable[[], Receiver]:
    return lambda: Receiver(source)


def test_a_frame_that_nobody_wants_is_answered_at_once(source) -> None:
    source.publish(frame(1))
    assert source.answers == [(1, None)]
    assert source.stats == {"published": 1, "answered": 1, "held": 0}


def test_every_receiver_gets_every_frame_from_when_it_joined(source, join) -> None:
    first = join()
    source.publish(frame(1))
    second = join()
    source.publish(frame(2))
    assert first.seqs == [1, 2]
    assert second.seqs == [2]


def test_a_frame_is_done_with_when_the_last_one_has_answered(source, join) -> None:
    first, second = join(), join()
    source.publish(frame(1))
    first.answer(1)
    assert source.answers == []
    second.answer(1)
    assert source.answers == [(1, None)]


def test_to_answer_twice_or_for_a_stranger_does_no_harm(source, join) -> None:
    first, second = join(), join()
    source.publish(frame(1))
    first.answer(1, 1)
    first.subscription.answer(frame(7))
    first.subscription.answer(frame(1, stream=2))
    assert source.answers == []
    second.answer(1, 1)
    assert source.answers == [(1, None)]


def test_what_only_a_slower_one_holds_is_lagging(source, join) -> None:
    quick, slow = join(), join()
    for seq in (1, 2):
        source.publish(frame(seq))
    assert source.lags == []
    quick.answer(1)
    assert source.lags == [1]
    quick.answer(2)
    assert source.lags == [1, 2]
    slow.answer(1)
    assert source.lags == [2]
    slow.answer(2)
    assert source.lags == []


def test_nothing_lags_where_all_are_equally_slow(source, join) -> None:
    first, second = join(), join()
    source.publish(frame(1))
    source.publish(frame(2))
    first.answer(1)
    second.answer(1)
    assert source.lags == []


def test_the_quickest_ones_timing_counts(source, join) -> None:
    timings = []
    source.on_lagging = lambda frame, timing: timings.append(timing)
    quick, slow = join(), join()
    source.publish(frame(1))
    quick.answer(1, timing=-0.01)
    slow.answer(1, timing=0.3)
    assert timings == [-0.01]
    assert source.answers == [(1, None)]


def test_who_dropped_a_frame_leaves_its_timing_to_another(source, join) -> None:
    first, second = join(), join()
    source.publish(frame(1))
    first.answer(1)
    second.answer(1, timing=0.2)
    assert source.answers == [(1, 0.2)]


def test_who_leaves_lets_go_of_its_frames(source, join) -> None:
    first, second = join(), join()
    source.publish(frame(1))
    first.answer(1)
    second.subscription.close()
    second.subscription.close()
    assert second.subscription.closed
    assert source.answers == [(1, None)]
    source.publish(frame(2))
    assert second.seqs == [1]
    assert not first.subscription.closed


def test_after_the_last_one_has_left_frames_are_answered_at_once(source, join) -> None:
    with join().subscription:
        source.publish(frame(1))
        assert source.answers == []
    source.publish(frame(2))
    assert [seq for seq, _ in source.answers] == [1, 2]


def test_who_answers_nothing_is_given_no_more_in_the_end(source, join) -> None:
    stuck, other = join(), join()
    for seq in range(1, 200):
        source.publish(frame(seq))
        other.answer(seq)
    assert stuck.seqs == list(range(1, MOST_HELD + 1))
    assert other.seqs == list(range(1, 200))
    stuck.answer(1)
    source.publish(frame(200))
    assert 200 in stuck.frames


def test_the_capacity_is_that_of_the_one_who_can_use_most(source, join) -> None:
    first, second = join(), join()
    second.subscription.capacity = 5
    assert source.capacity == 5
    second.subscription.close()
    assert source.capacity == first.subscription.capacity == 2
    assert source.capacities == [2, 2, 5, 2]


def test_a_capacity_of_none_is_refused(source, join) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        join().subscription.capacity = 0


def test_a_receiver_that_fails_stops_nobody_and_shows_no_picture(
    source, join, caplog
) -> None:
    def fail(frame: Frame) -> None:
        raise ValueError(f"cannot read {frame.data!r} of secrets")

    caplog.set_level(logging.DEBUG)
    source.subscribe(fail)
    other = join()
    source.publish(frame(1))
    other.answer(1)
    assert source.answers == [(1, None)]
    assert "ValueError" in caplog.text
    assert "secrets" not in caplog.text


def test_a_receiver_may_answer_before_it_returns(source, join) -> None:
    at_once = source.subscribe(lambda frame: at_once.answer(frame))
    other = join()
    source.publish(frame(1))
    assert source.lags == [1]
    other.answer(1)
    assert source.answers == [(1, None)]


def test_a_source_that_cannot_be_started_says_so(source) -> None:
    for call in (source.start, source.stop):
        with pytest.raises(NotImplementedError):
            call()
    assert source.view is None


def test_a_source_tells_what_the_first_of_its_receivers_is_at(source, join) -> None:
    first, second = join(), join()
    second.subscription.preparing = "Starting 2 worker processes …"
    assert source.preparing == "Starting 2 worker processes …"
    first.subscription.preparing = "Reading a model …"
    assert source.preparing == "Reading a model …"
    first.subscription.close()
    assert source.preparing == "Starting 2 worker processes …"
    second.subscription.preparing = ""
    assert source.preparing == ""
