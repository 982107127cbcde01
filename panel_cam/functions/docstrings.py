"""What a numpydoc docstring says about each parameter."""

import inspect
import re
from dataclasses import dataclass

_UNIT = re.compile(
    r"\d\s*(?:-|\u2013|to)\s*[-+]?[\d.]+\s*([^\W\d_]+|%|°)|\bin ([a-z]+)\b"
)
_NO_UNITS = set("default the a an order which inclusive in of and or to".split())


@dataclass(frozen=True, slots=True)
class Described:
    """One entry of a section "Parameters".

    Parameters
    ----------
    doc : str, default ""
        The description, without its indentation and line breaks.
    unit : str, default ""
        Such as "degrees", where the type says "float, 0-360 degrees" or "float, in
        degrees".
    """

    doc: str = ""
    unit: str = ""


def _unit(kind: str) -> str:
    found = _UNIT.search(kind)
    unit = (found[1] or found[2]) if found else ""
    return "" if unit in _NO_UNITS else unit


def _section(text: str, title: str) -> list[str]:
    """Return the lines under a title that is underlined, up to the next of its kind."""
    lines = inspect.cleandoc(text).splitlines()
    inside = False
    found = []
    for line, below in zip(lines, [*lines[1:], ""], strict=False):
        if re.fullmatch(r"-{3,}", below.strip()) and not line.startswith(" "):
            inside = line.strip() == title
        elif inside and not re.fullmatch(r"-{3,}", line.strip()):
            found.append(line)
    return found


def describe(text: str | None) -> dict[str, Described]:
    """Read the sections "Parameters" and "Other Parameters".

    Parameters
    ----------
    text : str or None
        A docstring, in any style; what is not numpydoc says nothing.

    Returns
    -------
    described : dict of str to Described
        By the parameter's name, stars of ``*args`` left off.

    Examples
    --------
    >>> described = describe('''Blur.
    ...
    ... Parameters
    ... ----------
    ... angle : float, 0-360 degrees, default 0
    ...     Where to blur to.
    ... ''')
    >>> described["angle"]
    Described(doc='Where to blur to.', unit='degrees')
    """
    described: dict[str, Described] = {}
    names: list[str] = []
    for title in ("Parameters", "Other Parameters"):
        for line in _section(text or "", title):
            if line[:1].strip():  # a heading: "a, b : int"
                head, _, kind = line.partition(" :")
                names = [name.strip(" *`") for name in head.split(",")]
                described |= dict.fromkeys(names, Described(unit=_unit(kind)))
            elif line.strip():
                for name in names:
                    before = described[name]
                    doc = f"{before.doc} {line.strip()}".strip()
                    described[name] = Described(doc, before.unit)
    return described
