"""What people may choose on a page: the catalogue, and functions of the page's own."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from panel_cam.filters import get, names
from panel_cam.filters.summaries import listing
from panel_cam.functions.settings import Settings, settings_of, values
from panel_cam.functions.signature import innermost, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import param

    from panel_cam.filters.summaries import Listing

OWN = "yours"
"""The group of the page's own functions."""


class FilterMenu:
    """Names that stand for filters. What has no name here, no page and no link reaches.

    Examples
    --------
    >>> menu = FilterMenu()
    >>> menu.add(abs)
    'abs'
    >>> "abs" in menu, "gaussian" in menu, "os.system" in menu
    (True, True, False)
    """

    def __init__(self) -> None:
        self._own: dict[str, tuple[Callable[..., Any], param.Parameterized]] = {}
        self._began: dict[str, dict[str, Any]] = {}

    def add(
        self,
        function: Callable[..., Any],
        settings: param.Parameterized | None = None,
    ) -> str:
        """Let people choose a function.

        Parameters
        ----------
        function : callable
            See `Live`. One of the catalogue is there already, and is not added.
        settings : param.Parameterized, optional
            What `settings_of` made of it; by default that is done now.

        Returns
        -------
        name : str
            What it is called here: as it is called in Python, unless that is taken.
        """
        for name, (known, _) in self._own.items():
            if known is function:
                return name
        settings = settings_of(function) if settings is None else settings
        name = name_of(function)
        is_taken = name in names()
        if is_taken and get(name) is function and _is_plain(settings):
            return name
        plain = name = f"my_{name}" if is_taken else name
        count = 1
        while name in self:
            count += 1
            name = f"{plain}_{count}"
        self._own[name] = (function, settings)
        self._began[name] = values(settings)
        return name

    def __contains__(self, name: object) -> bool:
        """Tell whether there is a filter of a name."""
        return name in self._own or name in names()

    def names(self) -> tuple[str, ...]:
        """List the names: the page's own first."""
        return (*self._own, *names())

    def get(
        self, name: str, used: Iterable[param.Parameterized] = ()
    ) -> tuple[Callable[..., Any], param.Parameterized]:
        """Find a filter, and settings for it.

        Parameters
        ----------
        name : str
            Of this menu.
        used : iterable of param.Parameterized
            Settings that belong to somebody already.

        Returns
        -------
        function : callable
            As it was added.
        settings : param.Parameterized
            Those it was added with, if they are not used and as they were; else new
            ones that are so.

        Raises
        ------
        ValueError
            If there is none of that name, or it cannot be imported.
        """
        if name not in self._own:
            function = get(name)
            return function, settings_of(function)
        function, settings = self._own[name]
        began = self._began[name]
        if any(settings is each for each in used) or not _is_at(settings, began):
            settings = _again(settings, began)
        return function, settings

    def listing(self) -> Listing:
        """List all there is, in groups.

        Returns
        -------
        listing : dict of str to dict of str to str
            Group -> name -> what it does, in a line; the page's own group first.
        """
        own = {
            name: (inspect.getdoc(innermost(function)) or "").partition("\n")[0]
            for name, (function, _) in self._own.items()
        }
        return {OWN: own, **listing()} if own else listing()


def _is_plain(settings: param.Parameterized) -> bool:
    """Tell whether nothing was said of a function's options but what it says itself."""
    return not isinstance(settings, Settings) or not type(settings)._overridden


def _is_at(settings: param.Parameterized, began: dict[str, Any]) -> bool:
    try:
        return bool(values(settings) == began)
    except ValueError:  # arrays, of which nobody knows
        return False


def _again(settings: param.Parameterized, began: dict[str, Any]) -> param.Parameterized:
    """Make other settings of the same function, as they began."""
    kind = type(settings)
    if isinstance(settings, Settings):
        # Its class has what the page said of the options, but for what they follow.
        return kind()
    again = settings_of(kind)
    again.param.update(**began)
    return again
