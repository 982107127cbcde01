"""Measure how old the processed picture is, from the camera to the page.

    python benchmarks/glass_to_glass.py          # 640x480 at 30 fps, Roberts edges
    python benchmarks/glass_to_glass.py --fps 60 --json figures.json
    python benchmarks/glass_to_glass.py --notebook  # the same in JupyterLab
    python benchmarks/glass_to_glass.py --video --link 4mbit,200ms
    python benchmarks/glass_to_glass.py --video --recover  # or --stall 3
    python benchmarks/glass_to_glass.py --one-core --encoding jpeg
    python benchmarks/glass_to_glass.py --browser firefox  # beside Chromium; or webkit
    python benchmarks/glass_to_glass.py --suite  # every bar; about 40 minutes

A clip with a time code in its top rows is the camera of a headless Chromium. The code
is read on a second ``<video>`` of the same camera and on the page's output at every
animation frame. Beside the page, in turns with it, the same is done to a floor: the
least that JPEG both ways over a bare WebSocket can cost, with the same filter; with
--video also to one of H.264 both ways. Absolute
figures depend on the machine and what else it does; the ratio to the floor does much
less. README.md beside this file tells what each figure means.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path

import report
from clip import parse_size
from events import describe_event, recover, stall
from filters import FILTERS
from homes import COMMANDS, FLOORS, Setup
from link import parse_link
from one_core import one_core
from runs import compare, endure
from suite import Bar, Results, judge_codecs, judge_events, run_suite


def _link(text: str) -> str:
    parse_link(text)  # complains about what is none
    return text


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--fps", type=int, default=30, help="of the camera; whole numbers")
    add("--size", type=parse_size, default=(640, 480), help="of the camera: 640x480")
    add("--seconds", type=float, default=15, help="to watch each page (15)")
    add("--filter", choices=FILTERS, default="roberts")
    add("--executor", default="threads", help="of ours: threads, processes:2, dask:2")
    add("--quality", type=float, default=0.85, help="of JPEG both ways (0.85)")
    add("--encoding", default="default", help="of ours: jpeg, png, h264, auto, ...")
    links = "each way: 4mbit; 1mbit,200ms (there and back); trace:FILE"
    add("--link", default="open", type=_link, help=links)
    add("--one-core", action="store_true", help="server and browser on one; Linux")
    add("--video", action="store_true", help="a floor of H.264 both ways, too")
    add("--recover", action="store_true", help="after 1 Mbit/s: quality back, s")
    add(
        "--stall", type=float, metavar="S", help="after S silent seconds: live again, s"
    )
    add("--only", choices=COMMANDS, help="one page alone")
    add("--notebook", action="store_true", help="in JupyterLab, beside the floor")
    add("--browser", choices=("firefox", "webkit"), help="beside Chromium, by less")
    add("--frames", type=int, help="watch one page for so many pictures; its memory")
    add("--suite", action="store_true", help="run every bar; exit status 1 if missed")
    add("--check", action="store_true", help="compare painted events with the page")
    add(
        "--patient", action="store_true", help="wait while others keep the machine busy"
    )
    add("--json", type=Path, metavar="FILE", help="write everything as JSON, too")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : list of str
        Without the program's name.

    Returns
    -------
    status : int
        0, or 1 if a bar was missed.
    """
    options = _parse(arguments)
    width, height = options.size
    setup = Setup(
        *(width, height, options.fps, options.filter, options.quality),
        executor=options.executor,
        encoding=options.encoding,
        link=options.link,
        one_core=options.one_core,
    )
    with one_core(options.one_core):
        return _run(options, setup)


def _run(options: argparse.Namespace, setup: Setup) -> int:
    ours = "notebook" if options.notebook else "ours"
    floors = FLOORS if options.video else FLOORS[:1]
    names = [options.only] if options.only else [ours, *floors]
    facts = report.machine()
    bars: list[Bar] = []
    runs = []

    def note(setup: Setup, results: Results) -> None:
        print(report.describe(setup, results), end="\n\n", flush=True)
        runs.append({**asdict(setup), "results": results})

    if options.suite:
        for _, _, judged in run_suite(
            setup, options.seconds, note, patient=options.patient
        ):
            bars += judged
        bars += judge_events(setup, patient=options.patient) + judge_codecs(setup)
        print(report.describe_bars(bars))
    elif options.browser:
        # Here, for it needs more packages than the rest.
        from engines import compare_engines, judge_engines

        engines = compare_engines(
            [options.browser, "chromium"],
            *(setup, options.seconds),
            patient=options.patient,
        )
        print(report.describe_engines(setup, engines), end="\n\n")
        bars = judge_engines(engines)
        print(report.describe_bars(bars))
        runs.append({**asdict(setup), "results": engines})
    elif options.frames:
        name = options.only or "ours"
        note(setup, {name: endure(setup, name, frames=options.frames)})
    elif options.recover or options.stall:
        if options.recover:
            title = f"{report.title_of(setup)}: full quality after 1 Mbit/s"
            results = recover(setup, names, patient=options.patient)
        else:
            title = f"{report.title_of(setup)}: live after {options.stall:g} silent s"
            results = stall(setup, names, options.stall, patient=options.patient)
        print(describe_event(title, results))
        runs.append({**asdict(setup), "event": title, "results": results})
    else:
        results = compare(
            setup,
            names,
            options.seconds,
            check=options.check,
            patient=options.patient,
        )
        note(setup, results)
    if options.json:
        content = {"machine": facts, "runs": runs}
        content |= {"bars": [bar.as_dict() for bar in bars]} if bars else {}
        report.write_json(options.json, content)
    return int(not all(bar.met for bar in bars))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
