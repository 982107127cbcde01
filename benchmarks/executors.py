"""Measure what other processes, and a Dask cluster on loopback, give and cost.

    python benchmarks/executors.py --patient       # about six minutes
    python benchmarks/executors.py --only hold60   # more cores, more frames
    python benchmarks/executors.py --only take12   # what the way there costs

Pages of the same kind in a real browser, visited in turns: see glass_to_glass.py. The
exit status is 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, replace
from pathlib import Path

import report
from homes import Setup
from runs import compare_setups
from suite import Bar, Results

EXECUTORS = {
    "hold60": ("processes:1", "processes:2", "dask:1", "dask:2"),
    "take12": ("threads", "processes:2", "dask:2"),
}
"""Filter -> where it runs."""


def judge_hold60(results: Results) -> list[Bar]:
    """Compare two workers with one, for a filter that keeps Python's lock."""
    fps = {name: figures["fps"] for name, figures in results.items()}
    bars = []
    for kind, limit in (("processes", 1.7), ("dask", 1.5)):
        ratio = fps[f"{kind}:2"] / fps[f"{kind}:1"]
        name = f"a filter that holds the lock for 60 ms: fps of {kind}:2 / {kind}:1"
        bars.append(Bar(name, ratio, limit, at_most=False))
    return bars


def judge_take12(results: Results) -> list[Bar]:
    """Compare ages, for a filter of 12 ms; a limit for Dask was never set."""
    age = {name: figures["age"]["p50"] for name, figures in results.items()}
    more = "a filter of 12 ms: age p50 more than with threads, ms: "
    dask = age["dask:2"] - age["threads"]
    return [
        Bar(more + "processes:2", age["processes:2"] - age["threads"], 10),
        Bar(more + "dask:2", dask, float("inf")),
    ]


JUDGES = {"hold60": judge_hold60, "take12": judge_take12}


def main() -> int:
    """Run the command line; return 0, or 1 if a bar was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--only", choices=EXECUTORS, help="one filter alone")
    add("--seconds", type=float, default=16, help="to watch each page (16)")
    add("--fps", type=int, default=30, help="of the camera (30)")
    add("--patient", action="store_true", help="wait while others are busy")
    add("--json", type=Path, metavar="FILE", help="write everything as JSON, too")
    options = parser.parse_args()
    bars: list[Bar] = []
    runs = []
    for filter in [options.only] if options.only else EXECUTORS:
        setup = Setup(fps=options.fps, filter=filter)
        setups = {name: replace(setup, executor=name) for name in EXECUTORS[filter]}
        results = compare_setups(
            setups, ["ours"] * len(setups), options.seconds, patient=options.patient
        )
        print(report.describe(setup, results), end="\n\n", flush=True)
        bars += JUDGES[filter](results)
        runs.append({**asdict(setup), "results": results})
    print(report.describe_bars(bars))
    if options.json:
        facts = {"machine": report.machine(), "runs": runs}
        facts["bars"] = [bar.as_dict() for bar in bars]
        report.write_json(options.json, facts)
    return int(not all(bar.met for bar in bars))


if __name__ == "__main__":
    sys.exit(main())
