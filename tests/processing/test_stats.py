"""Counts, sums and what is made of them, by a clock that the tests turn."""

import json
import math
import threading
from typing import Any

import pytest

from panel_cam.processing.run_filter import Processed
from panel_cam.processing.stats import FPS_WINDOW, Stats


class _Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _processed(size: int = 10, **seconds: float) -> Processed:
    times = {"decode_s": 0.0, "filter_s": 0.0, "encode_s": 0.0, **seconds}
    return Processed(bytes(size), "jpeg", (4, 4), {}, **times)


@pytest.fixture
def clock() -> _Clock:
    """A clock at a thousand seconds."""
    return _Clock()


@pytest.fixture
def stats(clock: _Clock) -> Stats:
    """Empty stats on the clock."""
    return Stats(clock)


def _show(stats: Stats, clock: _Clock, fps: float, seconds: float) -> None:
    for _ in range(round(fps * seconds)):
        clock.now += 1 / fps
        stats.add_shown(_processed())


def test_at_first_every_figure_is_zero(stats: Stats) -> None:
    assert set(stats.snapshot().values()) == {0}


def test_every_frame_is_counted(stats: Stats) -> None:
    for size in (100, 200, 300):
        stats.add_received(size)
    stats.add_shown(_processed(50))
    stats.add_dropped()
    stats.add_failed()
    figures = stats.snapshot()
    counts = {name: figures[name] for name in ("received", "shown", "dropped")}
    assert counts == {"received": 3, "shown": 1, "dropped": 1}
    assert figures["failed"] == 1
    assert (figures["bytes_in"], figures["bytes_out"]) == (600, 50)


def test_the_stages_are_means_in_milliseconds_over_the_pictures_shown(
    stats: Stats,
) -> None:
    stats.add_shown(_processed(decode_s=0.001, filter_s=0.010, encode_s=0.002))
    stats.add_shown(_processed(decode_s=0.003, filter_s=0.030, encode_s=0.002))
    figures = stats.snapshot()
    assert figures["decode_ms"] == pytest.approx(2)
    assert figures["filter_ms"] == pytest.approx(20)
    assert figures["encode_ms"] == pytest.approx(2)


@pytest.mark.parametrize("fps", [1.5, 10, 30, 59.94])
@pytest.mark.parametrize("seconds", [2, 10])
def test_fps_is_the_rate_of_the_pictures_shown(
    stats: Stats, clock: _Clock, fps: float, seconds: float
) -> None:
    _show(stats, clock, fps, seconds)
    assert stats.snapshot()["fps"] == pytest.approx(fps)


def test_fps_follows_a_change_within_its_window(stats: Stats, clock: _Clock) -> None:
    _show(stats, clock, 30, 10)
    _show(stats, clock, 10, FPS_WINDOW + 0.1)
    assert stats.snapshot()["fps"] == pytest.approx(10)


def test_fps_of_a_stream_that_stopped_is_zero(stats: Stats, clock: _Clock) -> None:
    _show(stats, clock, 30, 10)
    clock.now += FPS_WINDOW + 0.1
    assert stats.snapshot()["fps"] == 0


def test_fps_of_pictures_at_the_same_moment_is_no_division_by_zero(
    stats: Stats,
) -> None:
    stats.add_shown(_processed())
    stats.add_shown(_processed())
    assert stats.snapshot()["fps"] == 0


def test_taking_the_figures_changes_nothing(stats: Stats, clock: _Clock) -> None:
    _show(stats, clock, 30, 1)
    assert stats.snapshot() == stats.snapshot()


def test_memory_does_not_grow_with_the_stream(stats: Stats, clock: _Clock) -> None:
    _show(stats, clock, 60, 100)
    assert len(stats._shown_at) <= 60 * FPS_WINDOW + 1


def test_seconds_run_from_the_last_reset(stats: Stats, clock: _Clock) -> None:
    clock.now += 5
    stats.reset()
    clock.now += 2.5
    assert stats.snapshot()["seconds"] == 2.5


def test_a_reset_forgets_everything(stats: Stats, clock: _Clock) -> None:
    stats.add_received(10)
    _show(stats, clock, 30, 1)
    stats.set_age({"count": 3, "p50": 30, "p95": 40})
    stats.reset()
    assert set(stats.snapshot().values()) == {0}


def test_ages_of_the_browser_are_passed_on(stats: Stats) -> None:
    stats.set_age({"count": 30, "p50": 33.5, "p95": 36})
    figures = stats.snapshot()
    assert figures["age_count"] == 30
    assert (figures["age_p50_ms"], figures["age_p95_ms"]) == (33.5, 36)


@pytest.mark.parametrize(
    "age",
    [
        None,
        "soon",
        [1, 2, 3],
        {},
        {"count": 1, "p50": 1},
        {"count": 1, "p50": "1", "p95": 1},
        {"count": True, "p50": 1, "p95": 1},
        {"count": 1, "p50": math.nan, "p95": 1},
        {"count": 1, "p50": 1, "p95": math.inf},
        {"count": 1, "p50": -1, "p95": 1},
        {"count": None, "p50": 1, "p95": 1},
    ],
    ids=repr,
)
def test_ages_that_are_none_are_ignored(stats: Stats, age: Any) -> None:
    stats.set_age({"count": 30, "p50": 33, "p95": 36})
    before = stats.snapshot()
    stats.set_age(age)
    assert stats.snapshot() == before


def test_figures_are_plain_numbers_that_json_takes(stats: Stats, clock: _Clock) -> None:
    _show(stats, clock, 30, 1)
    figures = stats.snapshot()
    assert json.loads(json.dumps(figures)) == figures


def test_no_count_is_lost_between_threads(stats: Stats) -> None:
    def count() -> None:
        for _ in range(2000):
            stats.add_received(1)
            stats.add_shown(_processed(1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures = stats.snapshot()
    assert figures["received"] == figures["shown"] == figures["bytes_out"] == 8000


def test_it_is_told_when_every_picture_fails(stats: Stats, clock: _Clock) -> None:
    _show(stats, clock, 30, 1)
    stats.add_failed()
    assert stats.snapshot()["failing"] == 0  # some were shown, just now
    clock.now += FPS_WINDOW + 0.1
    assert stats.snapshot()["failing"] == 0  # a stream that has stopped does not fail
    stats.add_failed()
    assert stats.snapshot()["failing"] == 1
    stats.add_shown(_processed())
    assert stats.snapshot()["failing"] == 0
