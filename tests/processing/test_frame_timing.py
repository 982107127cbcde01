"""How well frames are timed is told from when they come and when others end."""

import pytest

from panel_cam.imaging.frame import Frame
from panel_cam.processing.frame_timing import FrameTiming


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def frame(seq: int) -> Frame:
    return Frame(seq=seq, captured_at=1.0, data=b"-", stream=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def at(clock: Clock, seconds: float) -> None:
    clock.now = 100 + seconds


def test_the_first_frame_tells_nothing(clock: Clock) -> None:
    timing = FrameTiming(clock=clock)
    timing.receive(frame(1))
    assert timing.finish(frame(1)) is None


def test_a_frame_that_comes_while_another_runs_has_waited(clock: Clock) -> None:
    timing = FrameTiming(clock=clock)
    timing.receive(frame(1))
    at(clock, 0.05)
    timing.receive(frame(2))
    at(clock, 0.2)
    timing.finish(frame(1))
    at(clock, 0.4)
    assert timing.finish(frame(2)) == pytest.approx(0.15)


def test_a_frame_that_comes_late_was_waited_for(clock: Clock) -> None:
    timing = FrameTiming(clock=clock)
    timing.receive(frame(1))
    at(clock, 0.2)
    timing.finish(frame(1))
    at(clock, 0.23)
    timing.receive(frame(2))
    at(clock, 0.43)
    assert timing.finish(frame(2)) == pytest.approx(-0.03)


def test_with_two_slots_the_one_before_last_counts(clock: Clock) -> None:
    timing = FrameTiming(slots=2, clock=clock)
    for seq in (1, 2, 3):
        timing.receive(frame(seq))
    at(clock, 0.2)
    assert timing.finish(frame(1)) is None
    at(clock, 0.25)
    assert timing.finish(frame(2)) is None
    at(clock, 0.4)
    assert timing.finish(frame(3)) == pytest.approx(0.2)


def test_dropped_frames_and_strangers_tell_nothing(clock: Clock) -> None:
    timing = FrameTiming(clock=clock)
    for seq in (1, 2, 3):
        timing.receive(frame(seq))
    at(clock, 0.1)
    timing.finish(frame(1))
    assert timing.finish(frame(2), dropped=True) is None
    at(clock, 0.2)
    assert timing.finish(frame(3)) == pytest.approx(0.1)
    assert timing.finish(frame(99)) is None
