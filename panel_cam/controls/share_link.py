"""A chain of filters in the address of a page, so that a link shows the same picture.

Such as ``?filter=gaussian&gaussian.sigma=3&filter=canny,off``: the steps in their
order, behind each one the settings that do not have their defaults. ``filter=`` alone
is a chain without steps; keys of others stay where they are.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl, urlencode

from panel_cam.controls.chain import MAX_STEPS
from panel_cam.controls.filter_menu import FilterMenu
from panel_cam.controls.link_settings import (
    FILTER_KEY,
    from_query,
    keys_of,
    shorten,
    to_query,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from panel_cam.controls.chain import Chain
    from panel_cam.controls.chain_step import ChainStep

Pairs: TypeAlias = list[tuple[str, str]]
"""Keys and values, not quoted yet."""

_OFF = ",off"

MAX_CHARACTERS = 8000
"""Of a longer address, only so much is read: servers and chats cut them anyway."""


# ---- to text


def to_pairs(chain: Chain) -> Pairs:
    """Write a chain.

    Parameters
    ----------
    chain : Chain
        As it is now.

    Returns
    -------
    pairs : list of (str, str)
        For `to_search`.

    Examples
    --------
    >>> from panel_cam.controls.chain import Chain
    >>> chain = Chain()
    >>> chain.add("gaussian").settings.sigma = 3.5
    >>> _ = chain.add("canny", enabled=False)
    >>> to_pairs(chain)
    [('filter', 'gaussian'), ('gaussian.sigma', '3.5'), ('filter', 'canny,off')]
    """
    pairs: Pairs = []
    for step in chain.steps:
        pairs.append((FILTER_KEY, step.filter + ("" if step.enabled else _OFF)))
        settings = to_query(step.settings)
        pairs += [(f"{step.filter}.{key}", text) for key, text in settings.items()]
    return pairs or [(FILTER_KEY, "")]


def _read(search: str) -> Pairs:
    return parse_qsl(search.removeprefix("?"), keep_blank_values=True)


def _split(key: str) -> tuple[str, str]:
    """Return a filter's name, in which a dot may be, and a setting's."""
    name, _, option = key.rpartition(".")
    return name, option


def _is_ours(key: str, menu: FilterMenu) -> bool:
    return key == FILTER_KEY or _split(key)[0] in menu


def to_search(pairs: Pairs, before: str, menu: FilterMenu) -> str:
    """Put a chain into an address.

    Parameters
    ----------
    pairs : list of (str, str)
        Of `to_pairs`; none takes the chain out of the address.
    before : str
        What stands behind the page's path now: "" or "?key=value".
    menu : FilterMenu
        Whose filters' settings are the chain's, and not someone else's.

    Returns
    -------
    search : str
        What others have in the address, and the chain.

    Examples
    --------
    >>> to_search([("filter", "canny")], "?theme=dark&filter=sobel", FilterMenu())
    '?theme=dark&filter=canny'
    """
    others = [pair for pair in _read(before) if not _is_ours(pair[0], menu)]
    text = urlencode([*others, *pairs], safe=",:/")
    return f"?{text}" if text else ""


# ---- from text


def _begin(
    value: str, chain: Chain, steps: list[ChainStep], complaints: list[str]
) -> ChainStep | None:
    """Make the step that a value names; None if there is no such filter."""
    name, enabled = value.removesuffix(_OFF), not value.endswith(_OFF)
    if name not in chain.menu:
        close = difflib.get_close_matches(name[:40], chain.menu.names(), n=1)
        hint = f"; did you mean {shorten(close[0])}?" if close else ""
        complaints.append(f"{FILTER_KEY}: there is none named {shorten(name)}{hint}")
        return None
    try:
        return chain.make(name, enabled=enabled, beside=steps)
    except Exception as error:  # of another package, which may do anything
        complaints.append(f"{FILTER_KEY}: {shorten(name)} cannot be used: {error}")
        return None


def _collect(
    pairs: Pairs, chain: Chain, complaints: list[str]
) -> list[tuple[ChainStep, dict[str, str]]]:
    """Find the steps that an address names, and what it says of each."""
    if not any(key == FILTER_KEY for key, _ in pairs):
        found = [(step, dict[str, str]()) for step in chain.steps]
    else:
        found = []
    surplus, skipped = 0, ""
    for key, value in pairs:
        name, option = _split(key)
        if key == FILTER_KEY:
            skipped = ""
            if not value:
                continue
            if len(found) >= MAX_STEPS:
                surplus += 1
                skipped = value.removesuffix(_OFF)
                continue
            step = _begin(value, chain, [each for each, _ in found], complaints)
            if step is None:
                skipped = value.removesuffix(_OFF)
            else:
                found.append((step, {}))
        elif name in chain.menu and name != skipped:
            mine = [settings for step, settings in found if step.filter == name]
            if mine:
                mine[-1][option] = value
            else:
                complaints.append(f"{shorten(key)}: {name} is not in the link")
    if surplus:
        complaints.append(
            f"{FILTER_KEY}: a chain takes at most {MAX_STEPS}; {surplus} were left out"
        )
    return found


def from_search(search: str, chain: Chain) -> list[str]:
    """Make of a chain what an address says, as far as that makes sense.

    Nothing in an address is trusted: it chooses among the filters of the chain's menu,
    and sets what has a control to what the control could be set to.

    Parameters
    ----------
    search : str
        What stands behind the page's path: "" or "?key=value".
    chain : Chain
        As the page began with it; stays so if the address says nothing of it.

    Returns
    -------
    complaints : list of str
        One sentence for each thing that was not used: plain text, not HTML.

    Examples
    --------
    >>> from panel_cam.controls.chain import Chain
    >>> chain = Chain()
    >>> from_search("?filter=gaussian&gaussian.sigma=3&filter=os.system", chain)
    ["filter: there is none named 'os.system'"]
    >>> [step.filter for step in chain.steps], chain.chosen
    (['gaussian'], ({'sigma': 3.0},))
    """
    complaints: list[str] = []
    if len(search) > MAX_CHARACTERS:
        complaints.append(
            f"the link has {len(search)} characters; only the first {MAX_CHARACTERS} "
            "were read"
        )
        search = search[:MAX_CHARACTERS].rpartition("&")[0]
    pairs = _read(search)
    if not any(_is_ours(key, chain.menu) for key, _ in pairs):
        return complaints
    found = _collect(pairs, chain, complaints)
    for step, query in found:
        known = keys_of(step.settings)
        unknown = [key for key in query if key not in known]
        began = [each.settings for each in chain.steps if each.filter == step.filter]
        complaints += _prefixed(
            step.filter,
            [
                *(f"{key[:40]}: there is no such setting" for key in unknown),
                *from_query(query, step.settings, began),
            ],
        )
    chain.replace([step for step, _ in found])
    return complaints


def _prefixed(name: str, complaints: Iterable[str]) -> list[str]:
    return [f"{name}.{complaint}" for complaint in complaints]
