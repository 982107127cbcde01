"""Which keywords of a call are the component's own, and which the function's."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import param

from panel_cam.functions.signature import is_filter_class, made_with, name_of, read

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping


def _options(function: Callable[..., Any]) -> tuple[list[str], bool]:
    """Return the names of a function's options, and whether it takes others too."""
    kind = function if isinstance(function, type) else type(function)
    if issubclass(kind, param.Parameterized):
        return [name for name in kind.param if name != "name"], False
    signature = read(function)
    return [option.name for option in signature.options], signature.takes_more


def _makes(function: Callable[..., Any], keyword: str) -> bool:
    """Tell whether a keyword is one that a class of filters is made with."""
    signature = made_with(function) if is_filter_class(function) else None
    return signature is not None and keyword in signature.parameters


def split(
    function: Callable[..., Any],
    keywords: Mapping[str, Any],
    own: Collection[str],
    owner: str,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part keywords into those of a component and those of the function it shows.

    Parameters
    ----------
    function : callable
        See `panel_cam.functions.settings.settings_of`.
    keywords : mapping of str to object
        As they were passed.
    own : collection of str
        The names that the component knows.
    owner : str
        The component's name.

    Returns
    -------
    own, settings : dict of str to object
        For the component, and for `settings_of`.

    Raises
    ------
    TypeError
        If both know a name that was passed, or neither; the text says what to do.

    Examples
    --------
    >>> def soften(image, sigma: float = 1.0): ...
    >>> split(soften, {"sigma": (0, 5), "fps": 30}, ["fps", "quality"], "Live")
    ({'fps': 30}, {'sigma': (0, 5)})
    """
    options, takes_more = _options(function)
    name = name_of(function) if not isinstance(function, type) else function.__name__
    kept: dict[str, Any] = {}
    settings: dict[str, Any] = {}
    for keyword, value in keywords.items():
        if keyword in own and keyword in options:
            raise TypeError(
                f"{owner} and {name} both know {keyword!r}: pass the option as "
                f"settings={{{keyword!r}: ...}}, or set the attribute {keyword!r} of "
                f"{owner} later"
            )
        if keyword in own:
            kept[keyword] = value
        elif keyword in options or takes_more:
            settings[keyword] = value
        else:
            close = difflib.get_close_matches(keyword, [*options, *own], n=1)
            hint = f"did you mean {close[0]!r}?" if close else "misspelt?"
            if options and not close:
                hint = f"{name} has {', '.join(options)}"
            if _makes(function, keyword):
                hint = f"pass an instance, {name}({keyword}=...)"
            raise TypeError(
                f"neither {owner} nor {name} knows the keyword {keyword!r}; {hint}"
            )
    return kept, settings
