"""Run a coroutine to its end on a thread that has no event loop of its own."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import Runner
    from collections.abc import Coroutine

_threads = threading.local()


class _Loop:
    """An event loop that is closed when its thread ends."""

    def __init__(self) -> None:
        # Few filters are async, and a worker process need not load it for the others.
        from asyncio import Runner

        self.runner: Runner = Runner()

    def __del__(self) -> None:
        with suppress(Exception):  # the interpreter may be on its way out
            self.runner.close()


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine to its end, on this thread.

    To make a loop costs more than most frames do, so a thread keeps its first one.
    Tasks that the coroutine leaves behind go on at the next call.

    Parameters
    ----------
    coroutine : coroutine
        What a call of an ``async def`` returned.

    Returns
    -------
    output : object
        What it returns.

    Raises
    ------
    RuntimeError
        If an event loop runs on this thread already; the coroutine is closed.
    """
    if not hasattr(_threads, "loop"):
        _threads.loop = _Loop()
    try:
        return _threads.loop.runner.run(coroutine)
    finally:
        coroutine.close()  # it had no chance to run, if there is a loop already
