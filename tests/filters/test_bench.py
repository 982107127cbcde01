"""The table of costs: complete, slowest last. No test here depends on the time."""

import re
from collections.abc import Callable, Iterator

import pytest

from panel_cam.filters import bench, get, names
from tests.filters.pictures import noise
from tests.filters.test_pipelines import Level


def _clock(*steps: float) -> Callable[[], float]:
    """A clock on which the calls take so many seconds, and then always the last."""

    def ticks() -> Iterator[float]:
        now = 0.0
        remaining = list(steps)
        while True:
            yield now
            now += remaining.pop(0) if len(remaining) > 1 else remaining[0]
            yield now

    each = ticks()
    return lambda: next(each)


def test_the_quickest_call_counts() -> None:
    cost = bench.measure(
        "invert", [noise(4, 4, 3)], clock=_clock(0.5, 0.02, 0.01, 0.03)
    )
    assert cost.name == "invert" and cost.said is None
    assert cost.milliseconds == pytest.approx(10)


def test_a_slow_filter_is_not_called_often() -> None:
    calls: list[float] = []
    clock = _clock(2.0)

    def counting() -> float:
        calls.append(clock())
        return calls[-1]

    assert bench.measure("invert", [noise(4, 4, 3)], clock=counting).milliseconds > 999
    assert len(calls) == 2 * 2


def test_the_scene_has_the_size_that_is_measured() -> None:
    assert bench.scene().shape == (480, 640, 3)
    assert bench.scene((60, 80)).shape == (60, 80, 3)


def test_the_table_has_the_slowest_last() -> None:
    heading, rule, *lines = bench.table(["skeleton", "invert", "difference"])
    assert heading.split() == ["filter", "ms", "doc", "group"]
    assert set(rule) == {"-", " "}
    costs = [float(line.split()[1]) for line in lines]
    assert costs == sorted(costs) and len(lines) == 3
    assert re.fullmatch(r"invert +\d+\.\d +colour", lines[0])
    skeleton = next(line for line in lines if line.startswith("skeleton"))
    assert re.fullmatch(r"skeleton +\d+\.\d +\d+ +morphology", skeleton)


def test_a_filter_that_fails_does_not_end_the_table() -> None:
    *_, last = bench.table(["no_such_filter", "invert"])
    assert last.startswith("no_such_filter") and "failed: ValueError" in last


def test_a_class_of_filters_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "get", lambda name: Level)
    assert bench.measure("level", [noise(4, 4, 3)]).milliseconds >= 0


def test_measuring_leaves_no_state_behind() -> None:
    bench.measure("difference", [noise(4, 4, 3)])
    assert not get("difference").state  # type: ignore[attr-defined]


def test_the_list_has_every_filter_with_its_first_line() -> None:
    lines = list(bench.listing())
    assert "edges" in lines
    assert any(
        re.fullmatch(r"  roberts +Draw the edges of the first channel.*", line)
        for line in lines
    )
    assert {line.split()[0] for line in lines if line[0] == " "} == set(names())


def test_a_slow_filter_says_so_where_it_can_be_read() -> None:
    assert bench.slowness(get("skeleton")) is not None
    assert bench.slowness(get("invert")) is None
