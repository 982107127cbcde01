"""What every filter does, in a line, before any of them is imported.

A menu shows all filters, those of other packages too. To import these for their
docstrings would load whatever they need, for filters that nobody has chosen: so their
docstrings are read from their files.
"""

import ast
import inspect
from functools import cache
from pathlib import Path
from typing import TypeAlias

from panel_cam.filters import plugins, registry
from panel_cam.functions.loading import find_module

Listing: TypeAlias = dict[str, dict[str, str]]
"""Group -> name -> summary, in the order in which a menu shows them."""

MAX_BYTES = 1_000_000
"""A longer file is not read."""


def _file(module: str) -> Path | None:
    top, *rest = module.split(".")
    if (spec := find_module(top)) is None:
        return None
    if not rest:
        return Path(spec.origin) if spec.origin else None
    for folder in spec.submodule_search_locations or ():
        place = Path(folder).joinpath(*rest)
        for file in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
            if file.is_file():
                return file
    return None


def _docstring(source: str, name: str) -> str:
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name == name:
            return inspect.cleandoc(ast.get_docstring(node) or "")
    return ""


@cache
def _of_plugin(value: str) -> str:
    """Read the summary of what an entry point names, ``module:function``."""
    module, _, name = value.partition(":")
    try:
        file = _file(module)
        if file is None or file.suffix != ".py" or file.stat().st_size > MAX_BYTES:
            return ""
        return _docstring(file.read_text(encoding="utf-8"), name).partition("\n")[0]
    except (OSError, SyntaxError, ValueError, RecursionError):
        return ""  # it is somebody else's file


def listing() -> Listing:
    """List the catalogue with what each filter does.

    Returns
    -------
    listing : dict of str to dict of str to str
        Group -> name -> summary. Our filters' files are imported, which import only
        NumPy; other packages are not, and those whose docstring cannot be read without
        have an empty summary.

    Examples
    --------
    >>> listing()["blur"]["gaussian"]
    'Blur evenly, by a Gaussian bell.'
    """
    return {
        group: {
            name: _of_plugin(plugins.value(name))
            if group == registry.PLUGINS
            else registry.summary(name)
            for name in names
        }
        for group, names in registry.groups().items()
    }
