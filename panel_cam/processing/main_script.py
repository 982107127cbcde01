"""Start worker processes without the script that this process runs.

`multiprocessing` has each new process run the main script as a module, in case a
function of it is wanted there. Where that is the `panel` command, each worker would
import all of Panel, which takes seconds, and use none of it.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from multiprocessing import parent_process, spawn
from typing import Any

_KEYS = ("init_main_from_name", "init_main_from_path")
"""What a new process is told of the script (seen in Python 3.11 to 3.14)."""

_here = threading.local()


def _find_preparation() -> Callable[[str], dict[str, Any]] | None:
    """Return what tells a new process about this one, if it is still named so."""
    return getattr(spawn, "get_preparation_data", None)


@cache
def _watch_preparation() -> None:
    """Let `without_main` leave those keys out, on the thread that asks for it."""
    original = _find_preparation()
    if original is None:
        return  # the script is imported then, and all works as well, but later

    def get_preparation_data(name: str) -> dict[str, Any]:
        data: dict[str, Any] = original(name)
        if getattr(_here, "is_without_main", False):
            for key in _KEYS:
                data.pop(key, None)
        return data

    spawn.get_preparation_data = get_preparation_data


@contextmanager
def without_main() -> Iterator[None]:
    """Start processes that do not import the main script, from this thread."""
    _watch_preparation()
    _here.is_without_main = True
    try:
        yield
    finally:
        _here.is_without_main = False


def defines_nothing() -> bool:
    """Return whether no pickle can name anything that the main script defines.

    The scripts of commands, such as `panel`, only import something and call it.
    """
    things = list(vars(sys.modules["__main__"]).values())
    return all(getattr(each, "__module__", None) != "__main__" for each in things)


def describe_main() -> tuple[tuple[str, str], ...]:
    """Return what another process needs to `load_main`; empty if there is no script."""
    prepare = _find_preparation()
    data = {} if prepare is None else prepare("")
    return tuple((key, data[key]) for key in _KEYS if key in data)


def load_main(description: tuple[tuple[str, str], ...]) -> None:
    """Run the main script as a module, in a worker process that began without it.

    Parameters
    ----------
    description : tuple
        From `describe_main`. Does nothing if it was run before.
    """
    if parent_process() is not None:
        spawn.prepare(dict(description))
