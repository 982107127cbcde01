"""How busy other programs keep the machine: they are the main source of error."""

from __future__ import annotations

import time
from contextlib import suppress

import psutil

QUIET = 0.2
"""How many processors other programs may keep busy while a patient run measures."""


def others_seconds() -> float:
    """Sum the processor time of all programs but this one and what it started.

    Returns
    -------
    seconds : float
        Since some time in the past; only differences mean something.
    """
    times = psutil.cpu_times()
    busy = sum(times) - times.idle - getattr(times, "iowait", 0)
    # Linux counts guests' time twice: as theirs and as their user's.
    busy -= getattr(times, "guest", 0) + getattr(times, "guest_nice", 0)
    this = psutil.Process()
    for process in (this, *this.children(recursive=True)):
        with suppress(psutil.Error):  # it may have ended meanwhile
            busy -= sum(process.cpu_times()[:2])
    return float(busy)


def wait_for_quiet(seconds: float = 2.0) -> None:
    """Wait until other programs have been nearly idle for so long."""
    while True:
        before = others_seconds()
        time.sleep(seconds)
        if others_seconds() - before < QUIET * seconds:
            return
