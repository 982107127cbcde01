"""Measure a quick session beside one whose filter takes a second.

    python benchmarks/fairness.py --patient        # about two minutes

Two pages of one server in one browser: the first runs `sleep1000`, the second Roberts'
edges, which is watched as in glass_to_glass.py. They share the default threads, then a
pool of two processes. The exit status is 1 if the quick one gets less than 15 fps.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import report
from browser import Visit, open_browser
from clip import Clip
from figures import Figures, figures_of
from homes import Setup, serve
from quiet import wait_for_quiet
from runs import WARM_UP
from suite import Bar

EXECUTORS = ("threads", "processes:2")
SLOW = "sleep1000"
LEAST_FPS = 15.0


def measure(setup: Setup, seconds: float, *, patient: bool) -> dict[str, Figures]:
    """Watch the quick page beside the slow one.

    Parameters
    ----------
    setup : Setup
        Of the quick page, and of the server.
    seconds : float
        How long.
    patient : bool
        Whether to wait until other programs are idle.

    Returns
    -------
    figures : dict
        "slow" and "quick" -> as of `runs.compare`.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        Clip(setup.width, setup.height, setup.fps).write(folder / "clip.y4m")
        home = stack.enter_context(serve("ours", setup))
        other = replace(home, name="slow", url=f"{home.url}?filter={SLOW}")
        browser = stack.enter_context(open_browser(folder / "clip.y4m"))
        visits = {}
        firsts = {}
        for name, each in (("slow", other), ("quick", home)):
            visits[name] = stack.enter_context(Visit(browser, each, setup))
            firsts[name] = visits[name].first_picture()
            visits[name].watch_camera()
        if patient:
            wait_for_quiet()
        visits["quick"].measure(WARM_UP)
        visits["slow"].page.evaluate("glassToGlass.reset()")
        noted = {"quick": visits["quick"].measure(seconds)}
        noted["slow"] = {
            **visits["slow"].page.evaluate("glassToGlass.take()"),
            "cpu": 0.0,
            "others": noted["quick"]["others"],
        }
        return {
            name: {**figures_of([noted[name]]), "first_picture": [firsts[name]]}
            for name in ("slow", "quick")
        }


def main() -> int:
    """Run the command line; return 0, or 1 if the bar was missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--seconds", type=float, default=20, help="to watch the quick page (20)")
    add("--patient", action="store_true", help="wait while others are busy")
    options = parser.parse_args()
    bars: list[Bar] = []
    for executor in EXECUTORS:
        setup = Setup(executor=executor)
        results = measure(setup, options.seconds, patient=options.patient)
        print(f"{executor}, shared; the slow page's filter is {SLOW}")
        print(report.describe(setup, results), end="\n\n", flush=True)
        fps = results["quick"]["fps"]
        name = f"{executor}: fps beside a filter of 1 s"
        bars.append(Bar(name, fps, LEAST_FPS, at_most=False))
    print(report.describe_bars(bars))
    return int(not all(bar.met for bar in bars))


if __name__ == "__main__":
    sys.exit(main())
