"""What a numpydoc docstring says about each parameter."""

import inspect
import re
from dataclasses import dataclass

_UNIT = re.compile(
    r"\d\s*(?:-|\u2013|to)\s*[-+]?[\d.]+\s*([^\W\d_]+|%|°)|\bin ([a-z]+)\b"
)
_NO_UNITS = set("default the a an order which inclusive in of and or to".split())
_TITLE = re.compile(r"^(\S.*)\n-{3,}[ \t]*$", re.MULTILINE)


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


def _underline(title: re.Match[str]) -> str:
    """Draw a line as long as its title: the parser knows no other."""
    return f"{title[1]}\n{'-' * len(title[1].rstrip())}"


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
    # Imported late: a worker process asks for a function's name, and for no docstring.
    from docstring_parser import DocstringStyle, parse

    text = _TITLE.sub(_underline, inspect.cleandoc(text or ""))
    described: dict[str, Described] = {}
    for each in parse(text, style=DocstringStyle.NUMPYDOC).params:
        if each.args[0] in ("param", "other_param"):
            doc = " ".join((each.description or "").split())
            for name in each.arg_name.split(","):
                unit = _unit(each.type_name or "")
                described[name.strip(" *`")] = Described(doc, unit)
    return described
