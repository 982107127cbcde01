"""What it costs to move a slider, and how soon a change of a setting is seen.

    python benchmarks/controls.py                 # 640x480 at 30 fps, 30 moves a second
    python benchmarks/controls.py --fps 60 --moves 60 --json controls.json

One page of `panel serve` in a headless Chromium, as in `glass_to_glass.py`. It is
watched with and without moves of its slider, in turns in one session; then single
changes are timed, from the key that makes one to the refresh of the screen that shows
it. Exit status 1 if a bar is missed. README.md tells what the figures mean.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import report
from browser import Noted, Visit, open_browser
from clip import Clip, parse_size
from figures import Figures, figures_of
from homes import Setup, serve
from quiet import QUIET, wait_for_quiet
from suite import Bar

HAND = Path(__file__).with_name("controls.js")

TURNS = 6
"""Of each kind, so that what else the machine does falls on both."""

CHANGES = 60

# A frame that comes a hair late at the end of a turn is no lost frame.
SAME = 0.01


def measure(setup: Setup, seconds: float, moves: float, *, patient: bool) -> Any:
    """Watch one page with and without moves, then time single changes.

    Parameters
    ----------
    setup : Setup
        What is measured; its filter has one slider.
    seconds : float
        How long to watch with moves, and without, in sum.
    moves : float
        Per second.
    patient : bool
        Whether to wait until other programs are idle, and repeat what they disturbed.

    Returns
    -------
    results : dict of str to Figures
        "moved" and "still".
    changes : ndarray
        Milliseconds that each change took.
    age : Figures
        Of the same time.
    """
    segments: dict[str, list[Noted]] = {"moved": [], "still": []}
    with ExitStack() as stack:
        path = Path(stack.enter_context(TemporaryDirectory())) / "clip.y4m"
        Clip(setup.width, setup.height, setup.fps).write(path)
        home = stack.enter_context(serve("ours", setup))
        browser = stack.enter_context(open_browser(path))
        visit = stack.enter_context(Visit(browser, home, setup, scripts=[HAND]))
        first = visit.first_picture()
        visit.watch_camera()
        visit.measure(2)
        while min(map(len, segments.values())) < TURNS:
            for name, rate in (("still", 0.0), ("moved", moves)):
                if patient:
                    wait_for_quiet()
                visit.page.evaluate("(rate) => hand.move(rate)", rate)
                visit.measure(0.5)
                noted = visit.measure(seconds / TURNS)
                if not patient or noted["others"] < QUIET * noted["seconds"]:
                    segments[name].append(noted)
        visit.page.evaluate("hand.move(0)")
        visit.measure(1)
        changes, noted = visit.during("(count) => hand.change(count)", CHANGES)
    results = {
        name: {**figures_of(segments[name]), "first_picture": [first]}
        for name in ("moved", "still")
    }
    return results, np.array(changes), figures_of([noted])


def judge(
    setup: Setup, results: dict[str, Figures], changes: Any, during: Figures
) -> list[Bar]:
    """Compare what was measured with the bars."""
    frame = 1000 / setup.fps
    age = during["age"]
    ratio = results["moved"]["fps"] / results["still"]["fps"]
    return [
        Bar("fps with moves, over without", ratio, 1 - SAME, at_most=False),
        *(
            Bar(
                f"change seen p{percent}, ms; limit: age p{percent} + 1 frame",
                float(np.percentile(changes, percent)),
                round(age[f"p{percent}"] + frame, 1),
            )
            for percent in (50, 95)
        ),
    ]


def main(arguments: list[str]) -> int:
    """Run the command line; return 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--fps", type=int, default=30, help="of the camera; whole numbers")
    add("--size", type=parse_size, default=(640, 480), help="of the camera: 640x480")
    add("--seconds", type=float, default=30, help="with moves, and without (30)")
    add("--moves", type=float, default=30, help="of the slider, per second (30)")
    add("--patient", action="store_true", help="wait while others are busy")
    add("--json", type=Path, metavar="FILE", help="write everything as JSON, too")
    options = parser.parse_args(arguments)
    setup = Setup(*options.size, options.fps, filter="patch")
    facts = report.machine()
    results, changes, during = measure(
        setup, options.seconds, options.moves, patient=options.patient
    )
    bars = judge(setup, results, changes, during)
    print(report.describe(setup, results), end="\n\n")
    print(report.describe_bars(bars))
    if options.json:
        content = {"machine": facts, **asdict(setup), "results": results}
        content |= {"changes_ms": changes.tolist(), "age": during["age"]}
        content |= {"bars": [bar.as_dict() for bar in bars]}
        report.write_json(options.json, content)
    return int(not all(bar.met for bar in bars))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
