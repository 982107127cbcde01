"""Figures and bars as text, and as JSON with the facts of the machine."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from browser import browser_version
from figures import Figures
from homes import FLOORS, Setup
from suite import Bar

PACKAGES = ("panel", "bokeh", "numpy", "pillow", "scikit-image", "tornado", "av")

# Label -> how to find the number; a dot goes one level down.
ROWS = {
    "fps shown": "fps",
    "fps of the camera": "camera_fps",
    "dropped": "dropped",
    "age p50, ms": "age.p50",
    "age p95, ms": "age.p95",
    "age p99, ms": "age.p99",
    "behind a <video> p50, ms": "behind.p50",
    "behind a <video> p95, ms": "behind.p95",
    "behind a <video> p99, ms": "behind.p99",
    "kB up per picture": "kb_up",
    "kB down per picture": "kb_down",
    "server CPU per picture, ms": "server_cpu_ms",
    "page: tasks over 50 ms": "long_tasks",
    "page: longest of them, ms": "longest_task_ms",
    "page: refreshes per s": "refreshes_per_s",
    "page: longest gap, ms": "longest_gap_ms",
    "page: size of the picture, px": "shown_size",
    "other programs: processors busy": "others_cpus",
}

ENGINE_ROWS = {
    "pictures painted per s": "fps",
    "age p50, ms": "age_p50",
    "age p95, ms": "age_p95",
    "page: main thread busy, %": "busy",
    "... with capture, %": "capture",
    "server CPU per picture, ms": "server_cpu_ms",
    "other programs: processors busy": "others_cpus",
}


def find(figures: Figures, path: str) -> Any:
    """Find a figure by its dotted path; None where there is none."""
    value: Any = figures
    for key in path.split("."):
        value = value.get(key) if value else None
    return value


def describe(setup: Setup, results: dict[str, Figures]) -> str:
    """Write the figures of pages as a table, one column each.

    Parameters
    ----------
    setup : Setup
        What was measured.
    results : dict
        Name -> figures. The ratios of the first to the floors make further columns; if
        there are two, so does the ratio of these.

    Returns
    -------
    text : str
        Several lines.
    """
    names = list(results)
    # The first one's figures are set against the second's, or each floor's.
    others = names[1:] if len(names) == 2 else [n for n in names[1:] if n in FLOORS]
    over = ["ratio"] if len(others) == 1 else [f"/ {name}" for name in others]
    lines = [["", *names, *over]]
    for label, path in ROWS.items():
        values = {name: find(figures, path) for name, figures in results.items()}
        ratios = [_ratio(values[names[0]], values[other]) for other in others]
        lines.append([label, *(_show(value) for value in values.values()), *ratios])
    firsts = [figures["first_picture"] for figures in results.values()]
    lines.append(["first picture, first visit, s", *(f"{f[0]:.2f}" for f in firsts)])
    lines.append(["first picture, slowest, s", *(f"{max(f):.2f}" for f in firsts)])
    text = [title_of(setup), *_columns(lines)]
    for name, figures in results.items():
        if figures["agreed"] or figures["disagreed"]:
            counts = f"{figures['agreed']} agreed, {figures['disagreed']} did not"
            text.append(f"{name}: said to be painted and seen on the page: {counts}")
        if "memory" in figures:
            rows = [[str(value) for value in row.values()] for row in figures["memory"]]
            text += [f"{name}: memory", *_columns([list(figures["memory"][0]), *rows])]
    return "\n".join(text)


def title_of(setup: Setup) -> str:
    """Say in a line what was measured."""
    text = f"{setup.size} at {setup.fps} fps, {setup.filter}, quality {setup.quality}"
    parts = [text, *([] if setup.encoding == "default" else [setup.encoding])]
    # Of a trace's path, its name is enough.
    link = re.sub(r"trace:.*/", "trace:", setup.link)
    parts += [] if link == "open" else [f"link {link}"]
    return ", ".join(parts + ["all on one core"] * setup.one_core)


def describe_engines(setup: Setup, results: dict[str, dict[str, float]]) -> str:
    """Write the figures of two browsers as a table, with their ratio.

    Parameters
    ----------
    setup : Setup
        What was measured.
    results : dict
        Name of the browser -> figures, as of `engines.compare_engines`.

    Returns
    -------
    text : str
        Several lines.
    """
    lines = [["", *results, "ratio"]]
    for label, key in ENGINE_ROWS.items():
        values = [figures[key] for figures in results.values()]
        lines.append([label, *(_show(value) for value in values), _ratio(*values)])
    return "\n".join(
        [f"{title_of(setup)}; the browsers' own pictures", *_columns(lines)]
    )


def describe_bars(bars: Iterable[Bar]) -> str:
    """Write bars as a table: what, measured, limit, met."""
    lines = [["bar", "measured", "limit", "met"]]
    for bar in bars:
        sign = "<=" if bar.at_most else ">="
        met = "yes" if bar.met else "NO"
        lines.append([bar.name, f"{bar.measured:.2f}", f"{sign} {bar.limit:g}", met])
    return "\n".join(_columns(lines))


def machine() -> dict[str, Any]:
    """Tell what the figures depend on; nothing that names the machine or its paths."""
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return {
        "cpus": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "system": platform.system(),
        "processor": platform.machine(),
        "load_at_start": round(os.getloadavg()[0], 2)
        if hasattr(os, "getloadavg")
        else None,
        "python": platform.python_version(),
        "browser": browser_version(),
        **versions,
    }


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write the results for other programs."""
    path.write_text(json.dumps(content, indent=2) + "\n")


def _ratio(ours: Any, floor: Any) -> str:
    numbers = all(isinstance(value, int | float) for value in (ours, floor))
    return f"{ours / floor:.2f}" if numbers and ours and floor else ""


def _show(value: float | str | None) -> str:
    if value is None:
        return "-"
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _columns(lines: Sequence[Sequence[str]]) -> list[str]:
    """Align: the first column to the left, numbers to the right."""
    count = max(len(line) for line in lines)
    full = [[*line, *[""] * (count - len(line))] for line in lines]
    widths = [max(len(line[index]) for line in full) for index in range(count)]
    return [
        "  ".join(
            text.ljust(width) if index == 0 else text.rjust(width)
            for index, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in full
    ]
