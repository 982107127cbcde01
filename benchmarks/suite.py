"""Every bar that the project sets itself, and the runs that tell whether it is met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from figures import Figures
from homes import Setup
from runs import compare, endure

MEMORY_FRAMES = 20_000
SLEEP_SECONDS = 30


@dataclass(frozen=True)
class Bar:
    """One figure and its limit.

    Parameters
    ----------
    name : str
        What is measured, with the unit.
    measured, limit : float
        In that unit.
    at_most : bool
        Whether the limit is an upper one.
    """

    name: str
    measured: float
    limit: float
    at_most: bool = True

    @property
    def met(self) -> bool:
        """Whether the figure is on the right side of its limit."""
        if self.at_most:
            return self.measured <= self.limit
        return self.measured >= self.limit

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as JSON has them."""
        return {**asdict(self), "met": self.met}


Results = dict[str, Figures]
Run = tuple[Setup, Results, list[Bar]]


def run_suite(
    setup: Setup,
    seconds: float,
    show: Callable[[Setup, Results], None],
    *,
    patient: bool = False,
) -> Iterator[Run]:
    """Run all there is, the shortest first.

    Parameters
    ----------
    setup : Setup
        The main run's; the others vary it.
    seconds : float
        How long to watch each page in each comparison.
    show : callable
        Called with each run's setup and results as soon as they are there.
    patient : bool
        See `runs.compare`.

    Yields
    ------
    run : tuple
        Setup, name -> figures, bars.
    """
    for varied, measure, judge in _plan(setup, seconds, patient):
        results = measure(varied)
        show(varied, results)
        yield varied, results, judge(results)


def _plan(
    setup: Setup, seconds: float, patient: bool
) -> Iterator[tuple[Setup, Any, Any]]:
    def both(varied: Setup) -> Results:
        return compare(varied, ["ours", "floor"], seconds, patient=patient)

    def slow(varied: Setup) -> Results:
        return {"ours": endure(varied, "ours", seconds=SLEEP_SECONDS)}

    def long(varied: Setup) -> Results:
        return {"ours": endure(varied, "ours", frames=MEMORY_FRAMES)}

    yield setup, both, _judge_main
    yield replace(setup, fps=60), both, _judge_60
    yield replace(setup, width=1280, height=720), both, _judge_720
    yield replace(setup, filter="sleep200"), slow, _judge_slow
    yield setup, long, _judge_memory


def _ratio(results: Results, key: str, percentile: str = "") -> float:
    ours, floor = results["ours"][key], results["floor"][key]
    if percentile:
        ours, floor = ours[percentile], floor[percentile]
    return float(ours / floor)


def _judge_main(results: Results) -> list[Bar]:
    ours = results["ours"]
    return [
        Bar("30 fps clip: fps", ours["fps"], 29, at_most=False),
        Bar("30 fps clip: age p50 / floor's", _ratio(results, "age", "p50"), 1.35),
        Bar("30 fps clip: age p95 / floor's", _ratio(results, "age", "p95"), 1.6),
        Bar(
            "30 fps clip: behind <video> p50 / floor's",
            _ratio(results, "behind", "p50"),
            1.35,
        ),
        Bar(
            "30 fps clip: behind <video> p95 / floor's",
            _ratio(results, "behind", "p95"),
            1.6,
        ),
        Bar(
            "30 fps clip: server CPU per picture / floor's",
            _ratio(results, "server_cpu_ms"),
            1.4,
        ),
        Bar("opening to first picture, slowest, s", max(ours["first_picture"]), 2.5),
    ]


def _judge_60(results: Results) -> list[Bar]:
    ratio = _ratio(results, "fps")
    return [Bar("60 fps clip: fps / floor's", ratio, 0.8, at_most=False)]


def _judge_720(results: Results) -> list[Bar]:
    ratio = _ratio(results, "fps")
    return [Bar("1280x720 at 30: fps / floor's", ratio, 0.85, at_most=False)]


def _judge_slow(results: Results) -> list[Bar]:
    ours = results["ours"]
    return [
        Bar("filter of 200 ms: age p95, ms", ours["age"]["p95"], 550),
        # "Responsive": nearly every refresh comes, and no delay can be noticed.
        Bar("... page refreshes per s", ours["refreshes_per_s"], 55, at_most=False),
        Bar("... longest gap between refreshes, ms", ours["longest_gap_ms"], 100),
    ]


def _judge_memory(results: Results) -> list[Bar]:
    first, *_, last = results["ours"]["memory"]
    count = f"{last['shown'] / 1000:.0f},000 frames"
    return [
        Bar(f"{count}: server grows, MB", last["server_mb"] - first["server_mb"], 20),
        Bar(f"{count}: page's JS heap, MB", last["heap_mb"] - first["heap_mb"], 20),
    ]
