"""The executors that the benchmarks compare, by name; made once in a process."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import Any

KINDS = ("threads", "processes", "dask")


@cache
def executor_of(name: str) -> Any:
    """Make the executor that a name stands for.

    Parameters
    ----------
    name : str
        "threads" for the one that `Live` has by itself; "processes:2", "dask:2": so
        many processes on this machine.

    Returns
    -------
    executor : Executor, distributed.Client or None
        For `Live`; all sessions share it.
    """
    kind, _, count = name.partition(":")
    if kind == "threads":
        return None
    if kind == "processes":
        return ProcessPoolExecutor(int(count), mp_context=get_context("forkserver"))
    if kind == "dask":
        from distributed import Client, LocalCluster

        cluster = LocalCluster(
            n_workers=int(count), threads_per_worker=1, dashboard_address=":0"
        )
        return Client(cluster)
    raise ValueError(f"expected one of {', '.join(KINDS)}, got {name!r}")
