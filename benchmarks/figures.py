"""From what the probe noted to figures. Pure arithmetic, on lists of numbers.

How age is read, twice
----------------------
Each code's first moment on the page's output is the time of an animation frame, as is
that of each code's first moment on the reference video. Chromium also tells when the
camera took each of the reference's frames (`captureTime` of
`requestVideoFrameCallback`). So there are two ages for every picture shown:

``age``
    from the camera's taking the frame to the refresh that shows it processed. The
    camera's clock is free of the screen's, so it resolves about 1 ms.
``behind``
    from the refresh that shows the frame in the reference video to the one that shows
    it processed: how far the output lags behind a plain `<video>`. It comes in whole
    refreshes of 16.7 ms; its percentiles are interpolated, each value taken as spread
    evenly over one refresh around it.

A fake camera at 30 or 60 fps keeps its beat with a 60 Hz screen: as long as it is open
it takes frames at the same phase between two refreshes, and that phase alone moves an
age by up to 16.7 ms. So a page is visited several times, which meets several phases,
and in the percentiles a visit weighs as much as the phases it is the nearest to.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from browser import Noted
from clip import CODES

REFRESH = 1000 / 60
"""Milliseconds between two animation frames of a headless Chromium."""

PERCENTILES = (50, 95, 99)

MAX_AGE = 4000.0
"""Milliseconds. Beyond, a picture's number may be that of the clip's next round: at 60
frames a second it starts over after 4267 ms."""

Figures = dict[str, Any]
Floats = Sequence[float]
Camera = Sequence[tuple[float, float, int]]


def phase_of(camera: Camera) -> float | None:
    """Tell when between two refreshes the camera takes its frames.

    Parameters
    ----------
    camera : sequence of (shown, taken, code)
        What the probe noted of the reference; ms.

    Returns
    -------
    phase : float or None
        0-1, the circular mean; None if the phase drifts, or nothing was noted.
    """
    turns = [2 * math.pi * (shown - taken) / REFRESH for shown, taken, _ in camera]
    mean = sum(cmath.exp(1j * turn) for turn in turns) / max(1, len(turns))
    return cmath.phase(mean) / (2 * math.pi) % 1 if abs(mean) > 0.5 else None


def weigh_phases(phases: Sequence[float | None]) -> list[float]:
    """Share the time between two refreshes out among visits.

    Parameters
    ----------
    phases : sequence of float or None
        Of each visit; 0-1.

    Returns
    -------
    weights : list of float
        Each visit's share: half the way to both of its neighbours. All equal if a
        phase is not known.

    Examples
    --------
    >>> weigh_phases([0.0, 0.5, 0.75])
    [0.375, 0.375, 0.25]
    >>> weigh_phases([None, 0.5])
    [0.5, 0.5]
    """
    known = [phase for phase in phases if phase is not None]
    if len(known) < max(2, len(phases)):
        return [1 / len(phases)] * len(phases)
    order = sorted(range(len(known)), key=lambda index: known[index])
    weights = [0.0] * len(known)
    for index, after in pairwise([*order, order[0]]):
        gap = (known[after] - known[index]) % 1
        weights[index] += gap / 2
        weights[after] += gap / 2
    return weights


def percentile(values: Floats, weights: Floats, percent: float) -> float:
    """Weighted percentile.

    Parameters
    ----------
    values, weights : sequence of float
        At least one of each.
    percent : float
        0-100.

    Returns
    -------
    value : float
        One of `values`.

    Examples
    --------
    >>> percentile([1.0, 2.0, 3.0], [1.0, 1.0, 2.0], 50)
    2.0
    """
    order = np.argsort(values)
    reached = np.cumsum(np.asarray(weights)[order])
    index = int(np.searchsorted(reached, reached[-1] * percent / 100))
    return float(np.asarray(values)[order][min(index, len(order) - 1)])


def spread_percentile(values: Floats, weights: Floats, percent: float) -> float:
    """Weighted percentile of values that come in whole refreshes, interpolated.

    Parameters
    ----------
    values, weights : sequence of float
        At least one of each; ms.
    percent : float
        0-100.

    Returns
    -------
    value : float
        Where the share is reached if each value is spread evenly over one refresh
        around it; not below 0.

    Examples
    --------
    >>> values = [REFRESH, REFRESH, 2 * REFRESH, 2 * REFRESH]
    >>> round(spread_percentile(values, [1.0] * 4, 50), 1)
    25.0
    """
    refreshes = np.rint(np.asarray(values) / REFRESH).astype(int)
    shares = np.bincount(refreshes.clip(0), weights)
    reached = np.concatenate([[0.0], np.cumsum(shares)])
    steps = np.arange(len(reached)) - 0.5
    place = np.interp(reached[-1] * percent / 100, reached, steps)
    return max(0.0, float(place * REFRESH))


def ages_of(noted: Noted) -> tuple[list[float], list[float]]:
    """Find the ages of one segment's pictures.

    Parameters
    ----------
    noted : dict
        What the probe noted.

    Returns
    -------
    age, behind : list of float
        In ms, one of each for every picture whose code the reference showed too.
    """
    dated = dated_ages_of(noted)
    return [age for _, age, _ in dated], [behind for _, _, behind in dated]


def dated_ages_of(noted: Noted) -> list[tuple[float, float, float]]:
    """Find the ages of one segment's pictures, and when each was shown.

    Parameters
    ----------
    noted : dict
        What the probe noted.

    Returns
    -------
    dated : list of (float, float, float)
        When it was shown, its age, and how far it is behind the reference; ms.
    """
    first: dict[int, tuple[float, float]] = {}
    camera = iter([*noted["before"], *noted["camera"], (math.inf, math.inf, -1)])
    ahead = next(camera)
    dated = []
    for time, code in noted["shown"]:
        while ahead[0] <= time:
            shown, taken, number = ahead
            # Codes come again with every round of the clip; the newest is meant. A
            # frame that the video shows twice counts from its first time.
            if number not in first or shown - first[number][0] > 1000:
                first[number] = (shown, taken)
            ahead = next(camera)
        if code in first and time - first[code][0] < MAX_AGE:
            shown, taken = first[code]
            dated.append((time, time - taken, time - shown))
    return dated


def figures_of(segments: Sequence[Noted]) -> Figures:
    """Sum up the segments of one page.

    Parameters
    ----------
    segments : sequence of dict
        What the probe noted, with `cpu`.

    Returns
    -------
    figures : dict
        Plain numbers and lists of them, as JSON has them. Ages in ms.
    """

    def total(key: str) -> float:
        return sum(noted[key] for noted in segments)

    phases = [phase_of(noted["camera"]) for noted in segments]
    age: list[float] = []
    behind: list[float] = []
    weights: list[float] = []
    for noted, weight in zip(segments, weigh_phases(phases), strict=True):
        some_age, some_behind = ages_of(noted)
        age += some_age
        behind += some_behind
        weights += [weight / max(1, len(some_age))] * len(some_age)
    shown = sum(len(noted["shown"]) for noted in segments)
    taken = sum(_count_frames(noted["camera"]) for noted in segments)
    tasks = [task for noted in segments for task in noted["longTasks"]]
    seconds = total("seconds")
    frames = max(shown, 1)
    return {
        "seconds": round(seconds, 2),
        "shown": shown,
        "fps": round(shown / seconds, 2),
        "phases": [phase and round(phase, 2) for phase in phases],
        "camera_fps": round(taken / seconds, 2),
        "dropped": max(0, taken - shown),
        "age": _percentiles(percentile, age, weights),
        "behind": _percentiles(spread_percentile, behind, weights),
        "kb_up": round(total("sent") / frames / 1e3, 1),
        "kb_down": round(total("received") / frames / 1e3, 1),
        "server_cpu_ms": round(1000 * total("cpu") / frames, 2),
        "long_tasks": len(tasks),
        "longest_task_ms": round(max(tasks, default=0)),
        "refreshes_per_s": round(total("ticks") / seconds, 1),
        "longest_gap_ms": round(max(noted["longestGap"] for noted in segments), 1),
        "shown_size": "{}x{}".format(*(segments[-1]["size"] or (0, 0))),
        "others_cpus": round(total("others") / seconds, 2),
        "unreadable": int(total("unreadable")),
        "agreed": int(total("agreed")),
        "disagreed": int(total("disagreed")),
    }


def _count_frames(camera: Camera) -> int:
    """Count the frames of the camera, also those that the reference skipped."""
    codes = [code for *_, code in camera]
    return 1 + sum((new - old) % CODES for old, new in pairwise(codes)) if codes else 0


def _percentiles(
    percentile: Callable[[Floats, Floats, float], float],
    values: Floats,
    weights: Floats,
) -> dict[str, float] | None:
    if not values:
        return None
    return {f"p{q}": round(percentile(values, weights, q), 1) for q in PERCENTILES}
