"""The settings of one filter in a link: by their keys, as text, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import param

from panel_cam.functions.comparing import is_exactly
from panel_cam.functions.kinds.plain import BUTTON
from panel_cam.functions.kinds.registry import kind_of
from panel_cam.functions.settings import option_of, references

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from panel_cam.functions.kinds.kind import Parameter

FILTER_KEY = "filter"
"""The key of the filter's name."""

# "theme" is Panel's own.
_RESERVED = frozenset([FILTER_KEY, "theme"])

MAX_CHARACTERS = 1000
"""The longest text that is taken from an address."""


def _key(settings: param.Parameterized, attribute: str) -> str:
    option = option_of(settings, attribute)
    return f"{option}_" if option in _RESERVED else option


# ---- to text


def to_query(settings: param.Parameterized) -> dict[str, str]:
    """Write settings for the address of a page.

    Parameters
    ----------
    settings : param.Parameterized
        Of `settings_of`.

    Returns
    -------
    query : dict of str to str
        Not quoted yet. What has its default is left out, so that the address stays
        short; so is what follows something else, what no text can hold, and text
        of more than `MAX_CHARACTERS`.

    Examples
    --------
    >>> from panel_cam.functions.settings import settings_of
    >>> def soften(image, sigma: float = 1.0, mode: str = "wrap"): ...
    >>> settings = settings_of(soften)
    >>> settings.sigma = 2.5
    >>> to_query(settings)
    {'sigma': '2.5'}
    """
    query = {}
    followers = references(settings)
    for attribute, parameter in settings.param.objects("existing").items():
        value = getattr(settings, attribute)
        if not _is_open(attribute, parameter) or attribute in followers:
            continue
        if is_exactly(value, parameter.default):
            continue
        text = kind_of(parameter).to_text(parameter, value)
        if text is not None and len(text) <= MAX_CHARACTERS:
            query[_key(settings, attribute)] = text
    return query


def _is_open(attribute: str, parameter: Parameter) -> bool:
    """Tell whether people can change a setting: what has no control, no link sets."""
    if attribute == "name" or parameter.constant or parameter.readonly:
        return False
    if kind_of(parameter) is BUTTON:  # no link presses it
        return False
    return parameter.precedence is None or parameter.precedence >= 0


def keys_of(settings: param.Parameterized) -> set[str]:
    """List the keys that settings have in an address.

    Parameters
    ----------
    settings : param.Parameterized
        Of `settings_of`.

    Returns
    -------
    keys : set of str
        Also of those that no link can set.
    """
    return {_key(settings, name) for name in settings.param if name != "name"}


# ---- from text


def shorten(text: object) -> str:
    """Quote a text of which nobody knows how long it is.

    Parameters
    ----------
    text : object
        A str, or anything.

    Returns
    -------
    quoted : str
        At most 40 characters.
    """
    quoted = repr(text[:50] if isinstance(text, str) else text)
    return quoted if len(quoted) <= 40 else f"{quoted[:37]}..."


def from_query(
    query: Mapping[str, Any],
    settings: param.Parameterized,
    began: Iterable[param.Parameterized] = (),
) -> list[str]:
    """Set what the address of a page says, as far as it makes sense.

    Nothing in an address is trusted: a link sets what has a control, to what the
    control could be set to. All is set at once, so that watchers see it together.

    Parameters
    ----------
    query : mapping of str to str
        Unquoted; keys that are no settings are someone else's.
    settings : param.Parameterized
        Of `settings_of`. What the query does not name stays as it is.
    began : iterable of param.Parameterized, optional
        Settings of the same function that the page began with: a link may say what
        they are, even where no slider goes.

    Returns
    -------
    complaints : list of str
        One sentence for each value that was not used: plain text, not HTML.

    Examples
    --------
    >>> from panel_cam.functions.settings import settings_of
    >>> def soften(image, sigma: float = 1.0): ...
    >>> settings = settings_of(soften)
    >>> from_query({"sigma": "2.5"}, settings), settings.sigma
    ([], 2.5)
    >>> from_query({"sigma": "lots"}, settings), settings.sigma
    (["sigma: expected a number from 0.0 to 5.0, got 'lots'"], 2.5)
    """
    complaints = []
    followers = references(settings)
    allowed = (settings, *began)
    with param.parameterized.batch_call_watchers(settings):
        for attribute, parameter in settings.param.objects("existing").items():
            key = _key(settings, attribute)
            text = query.get(key)
            if text is None or attribute == "name":
                continue
            if not _is_open(attribute, parameter) or attribute in followers:
                complaints.append(f"{key}: no link can set it")
                continue
            kind = kind_of(parameter)
            try:
                if not isinstance(text, str) or len(text) > MAX_CHARACTERS:
                    raise ValueError
                value = kind.from_text(parameter, text)
                if not kind.is_within(parameter, value) and value not in [
                    getattr(each, attribute) for each in allowed
                ]:
                    raise ValueError
                setattr(settings, attribute, value)
            except (ValueError, OverflowError, TypeError):
                expected, got = kind.describe(parameter), shorten(text)
                complaints.append(f"{key}: expected {expected}, got {got}")
    return complaints
