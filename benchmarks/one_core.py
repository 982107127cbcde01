"""Everything on one processor: a slow machine, where there is only a quick one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

ALL_CORES = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
"""What this program may run on; empty where that cannot be told."""


@contextmanager
def one_core(wanted: bool = True) -> Iterator[None]:
    """Have all processes that are started meanwhile share one processor.

    It is the last one of those that this program may use: the first one serves most
    interrupts. This program, which waits most of the time, is on it, too; what it is to
    do beside can leave it (`link`).

    Parameters
    ----------
    wanted : bool
        False changes nothing.

    Raises
    ------
    SystemExit
        Where the system is not Linux, with a text that says so.
    """
    if not wanted:
        yield
        return
    if not ALL_CORES:
        raise SystemExit("--one-core needs Linux: os.sched_setaffinity is not here")
    os.sched_setaffinity(0, {max(ALL_CORES)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, ALL_CORES)
