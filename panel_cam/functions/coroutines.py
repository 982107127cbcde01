"""Run a coroutine to its end on a thread that has no event loop of its own."""

from __future__ import annotations

import threading
from contextlib import suppress
from inspect import iscoroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import Runner
    from collections.abc import Awaitable, Callable, Coroutine

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


def run(
    awaitable: Awaitable[Any], through: Callable[[Any], Coroutine[Any, Any, Any]]
) -> Any:
    """Run what an ``async def`` returned to its end, on this thread.

    To make a loop costs more than most frames do, so a thread keeps its first one.
    Tasks that the coroutine leaves behind go on at the next call.

    Parameters
    ----------
    awaitable : awaitable
        Such as a coroutine.
    through : async function
        Is called with it, and awaits it.

    Returns
    -------
    output : object
        What `through` returns.

    Raises
    ------
    RuntimeError
        If an event loop runs on this thread already.
    """
    if not hasattr(_threads, "loop"):
        _threads.loop = _Loop()
    coroutine = through(awaitable)
    try:
        return _threads.loop.runner.run(coroutine)
    finally:
        # If there is a loop already, they had no chance to run, and Python would warn.
        coroutine.close()
        if iscoroutine(awaitable):
            awaitable.close()
