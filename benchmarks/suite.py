"""Every bar that the project sets itself, and the runs that tell whether it is met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from events import recover, stall
from figures import Figures
from homes import Setup
from one_core import one_core
from runs import compare, endure
from traces import write_traces

MEMORY_FRAMES = 20_000
SLEEP_SECONDS = 30
STALL_SECONDS = 3.0

PSNR = 40.0
"""In dB: at which codecs are compared."""

MAX_AGE_MS = 250 + 100
"""What a stream aims at over a link that changes, and what it may miss it by."""


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
    def beside(*floors: str, home: str = "ours") -> Callable[[Setup], Results]:
        def measure(varied: Setup) -> Results:
            with one_core(varied.one_core):
                return compare(varied, [home, *floors], seconds, patient=patient)

        return measure

    def slow(varied: Setup) -> Results:
        return {"ours": endure(varied, "ours", seconds=SLEEP_SECONDS)}

    def long(varied: Setup) -> Results:
        return {"ours": endure(varied, "ours", frames=MEMORY_FRAMES)}

    yield setup, beside("floor", "video floor"), _judge_main
    yield replace(setup, one_core=True), beside("floor", "video floor"), _judge_one_core
    yield replace(setup, fps=60), beside("floor"), _judge_60
    yield replace(setup, width=1280, height=720), beside("floor"), _judge_720
    yield setup, beside("floor", home="notebook"), _judge_notebook
    for link, encoding, judge in (
        ("4mbit", setup.encoding, _judge_4_mbit),
        ("1mbit", setup.encoding, _judge_1_mbit),
        ("4mbit", "jpeg", _judge_4_mbit_jpeg),
    ):
        varied = replace(setup, link=link, encoding=encoding)
        yield varied, beside("floor", "video floor"), judge
    with TemporaryDirectory() as folder:
        for name, path in write_traces(Path(folder)).items():
            varied = replace(setup, link=f"trace:{path}")
            yield varied, beside("video floor"), partial(_judge_trace, name)
    yield replace(setup, filter="sleep200"), slow, _judge_slow
    yield setup, long, _judge_memory


def judge_events(setup: Setup, *, patient: bool = False) -> list[Bar]:
    """Measure what a link's bad moments cost, and compare with the bars.

    Parameters
    ----------
    setup : Setup
        What the page does.
    patient : bool
        See `runs.compare`.

    Returns
    -------
    bars : list of Bar
    """
    back = recover(setup, ["ours"], patient=patient)["ours"]["seconds"]
    live = stall(setup, ["ours"], STALL_SECONDS, patient=patient)["ours"]["seconds"]
    return [
        Bar("1 Mbit/s back to unlimited: full quality again, s", median(back), 5),
        Bar("a stall of 3 s: live again after it, s", median(live), 1),
    ]


def judge_codecs(setup: Setup) -> list[Bar]:
    """Compare the codecs' bytes at the same quality with the bar."""
    # Here, for it needs PyAV, which the rest can do without.
    from equal_quality import compare_codecs, ratio_of

    results = compare_codecs((setup.width, setup.height), PSNR)
    name = f"H.264, {PSNR:g} dB: kB a picture, up and down, / JPEG's"
    return [Bar(name, ratio_of(results), 0.15)]


def _ratio(results: Results, key: str, percentile: str = "") -> float:
    """Divide a figure of the first page by the JPEG floor's."""
    ours, floor = next(iter(results.values()))[key], results["floor"][key]
    if percentile:
        ours, floor = ours[percentile], floor[percentile]
    return float(ours / floor)


def _judge_main(results: Results) -> list[Bar]:
    ours = results["ours"]
    return [
        Bar("30 fps clip: fps", ours["fps"], 29, at_most=False),
        Bar("30 fps clip: age p50 / floor's", _ratio(results, "age", "p50"), 1.0),
        Bar("30 fps clip: age p95 / floor's", _ratio(results, "age", "p95"), 1.1),
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
            1.0,
        ),
        Bar("opening to first picture, slowest, s", max(ours["first_picture"]), 2.5),
    ]


def _judge_one_core(results: Results) -> list[Bar]:
    return [
        Bar("one core: fps / floor's", _ratio(results, "fps"), 0.9, at_most=False),
        Bar("one core: age p50 / floor's", _ratio(results, "age", "p50"), 1.25),
    ]


def _judge_notebook(results: Results) -> list[Bar]:
    return [
        Bar("JupyterLab: fps / floor's", _ratio(results, "fps"), 0.85, at_most=False),
        Bar("JupyterLab: age p50 / floor's", _ratio(results, "age", "p50"), 2.0),
    ]


def _judge_4_mbit(results: Results) -> list[Bar]:
    ours = results["ours"]
    return [
        Bar("4 Mbit/s: fps", ours["fps"], 28, at_most=False),
        Bar("4 Mbit/s: age p50, ms", _age(ours, "p50"), 80),
        Bar("4 Mbit/s: age p95, ms", _age(ours, "p95"), 150),
    ]


def _judge_1_mbit(results: Results) -> list[Bar]:
    ours = results["ours"]
    return [
        Bar("1 Mbit/s: fps", ours["fps"], 20, at_most=False),
        Bar("1 Mbit/s: age p95, ms", _age(ours, "p95"), 250),
    ]


def _judge_4_mbit_jpeg(results: Results) -> list[Bar]:
    ours = results["ours"]
    return [
        Bar("4 Mbit/s, jpeg: fps", ours["fps"], 15, at_most=False),
        Bar("4 Mbit/s, jpeg: age p95, ms", _age(ours, "p95"), 300),
    ]


def _judge_trace(name: str, results: Results) -> list[Bar]:
    age = _age(results["ours"], "p95")
    return [Bar(f"a link as of {name}: age p95, ms", age, MAX_AGE_MS)]


def _age(figures: Figures, percentile: str) -> float:
    """Return an age; infinite if no picture was younger than can be told."""
    return float(figures["age"][percentile]) if figures["age"] else float("inf")


def _judge_60(results: Results) -> list[Bar]:
    ratio = _ratio(results, "fps")
    return [Bar("60 fps clip: fps / floor's", ratio, 0.8, at_most=False)]


def _judge_720(results: Results) -> list[Bar]:
    ratio = _ratio(results, "fps")
    return [Bar("1280x720 at 30: fps / floor's", ratio, 1.2, at_most=False)]


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
