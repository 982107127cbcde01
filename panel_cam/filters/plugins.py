"""Filters of other packages, named in the entry-point group ``panel_cam.filters``.

They are listed without being imported. One that turns out to be broken when it is
chosen is logged, and not listed any more: the others go on.
"""

import logging
from collections.abc import Callable, Container
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

logger = logging.getLogger(__name__)

Filter: TypeAlias = Callable[..., Any]

ENTRY_POINTS = "panel_cam.filters"
"""The entry-point group."""


@cache
def _found() -> dict[str, "EntryPoint"]:
    """Return the entry points by name; looked for once in a process."""
    # Imported late: a page that shows one filter never needs it.
    from importlib.metadata import entry_points

    found: dict[str, EntryPoint] = {}
    # Sorted, because the order of installed packages is not ours to rely on.
    for entry in sorted(entry_points(group=ENTRY_POINTS)):
        if entry.name in found:
            _warn(entry, f"{found[entry.name].value} has its name")
        elif "," in entry.name:
            _warn(entry, "no link can name it, for the comma")
        else:
            found[entry.name] = entry
    return found


def _warn(entry: "EntryPoint", reason: str) -> None:
    logger.warning("Skipped the filter %r (%s): %s", entry.name, entry.value, reason)


def names(taken: Container[str] = ()) -> tuple[str, ...]:
    """List the filters of other packages.

    Parameters
    ----------
    taken : container of str
        Names that are in use; an entry point of that name is skipped, and logged.

    Returns
    -------
    names : tuple of str
        In alphabetical order.
    """
    for name in [name for name in _found() if name in taken]:
        _warn(_found().pop(name), "panel_cam has one of that name")
    return tuple(_found())


def value(name: str) -> str:
    """Say where a filter of another package is, without importing it.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    value : str
        ``module:function``, as its package names it.
    """
    return _found()[name].value


def load(name: str) -> Filter:
    """Import a filter of another package.

    Parameters
    ----------
    name : str
        One of `names()`.

    Returns
    -------
    filter : callable
        What the entry point names.

    Raises
    ------
    ValueError
        If it cannot be imported or is no callable; it is not listed any more then.
    """
    entry = _found()[name]
    try:
        filter: object = entry.load()
        if not callable(filter):
            raise TypeError(f"expected a callable, got {type(filter).__name__}")
    except (Exception, SystemExit) as error:  # a module may end Python at its import
        _found().pop(name, None)
        reason = f"{type(error).__name__}: {error}"
        _warn(entry, reason)
        text = f"the filter {name!r} ({entry.value}) cannot be used: {reason}"
        raise ValueError(text) from error
    return filter
