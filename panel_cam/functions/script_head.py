"""What stands above the function of *Copy as Python*: imports, and names for things."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from pickle import whichmodule  # type: ignore[attr-defined]  # not in its stubs
from types import BuiltinFunctionType
from typing import Any

from panel_cam.functions.loading import find_module, folder_of

CATALOGUE = "panel_cam.filters"
"""Where the catalogue's filters are imported from."""


@dataclass(slots=True)
class ScriptHead:
    """Collects what stands above the function, where no name means two things.

    Parameters
    ----------
    lines : list of str
        What is made before the function is called, each line with a `new_name`.
    """

    lines: list[str] = field(default_factory=list)
    _missing: list[str] = field(default_factory=list)
    _imports: dict[tuple[str, str], str] = field(default_factory=dict)
    """(module, name) -> its name in the script."""
    _missed: dict[int, str] = field(default_factory=dict)
    """The id of what no import finds -> its name in the script."""
    _taken: set[str] = field(default_factory=lambda: {"process", "image", "float"})
    """All names; these are in every script, or may be."""

    def new_name(self, wanted: str) -> str:
        """Take a name that means nothing else in the script.

        Parameters
        ----------
        wanted : str
            The name, if it is free.

        Returns
        -------
        name : str
            With a number if it is not, such as "gaussian_2".
        """
        name, count = wanted, 1
        while name in self._taken:
            count += 1
            name = f"{wanted}_{count}"
        self._taken.add(name)
        return name

    def add_import(self, module: str, name: str = "") -> str:
        """Import a module, or something from it.

        Parameters
        ----------
        module, name : str
            As in ``from module import name``; without a name, the module itself.

        Returns
        -------
        name : str
            What it is called in the script.
        """
        if (module, name) not in self._imports:
            self._imports[module, name] = self.new_name(name or module)
            if folder := folder_of(module):
                top = module.partition(".")[0]
                self.say_missing(
                    f"the module {top}, unless this script is in {folder}."
                )
        return self._imports[module, name]

    def find(self, wanted: Any) -> str:
        """Import a function or class from where it is defined.

        Parameters
        ----------
        wanted : object
            Anything.

        Returns
        -------
        name : str
            What it is called in the script; nothing if no import finds it.
        """
        path = getattr(wanted, "__qualname__", None) or getattr(wanted, "__name__", "")
        module = getattr(wanted, "__module__", None) or ""
        if not module and isinstance(wanted, BuiltinFunctionType):
            module = whichmodule(wanted, path)
        top = module.partition(".")[0]
        if isinstance(path, str) and path and find_module(top):
            public = module
            if module.startswith(f"{CATALOGUE}."):
                is_listed = _is_same(_find(CATALOGUE, path), wanted)
                public = CATALOGUE if is_listed else module
            if _is_same(_find(public, path), wanted):
                outer, dot, inner = path.partition(".")
                return f"{self.add_import(public, outer)}{dot}{inner}"
        return ""

    def miss(self, wanted: Any, what: str, name: str = "my_filter") -> str:
        """Ask the reader for a function or class that no import finds.

        Parameters
        ----------
        wanted : object
            The function or class; asked for once.
        what : str
            What to call it in the comment.
        name : str, default "my_filter"
            Its name in the script, if that is free.

        Returns
        -------
        name : str
            What it is called in the script.
        """
        key = id(_inner(wanted))
        if key not in self._missed:
            name = self._missed[key] = self.new_name(name)
            is_own = getattr(wanted, "__name__", None) == name
            called = "" if is_own else f"; call it {name}"
            self.say_missing(f"{what}{called}. Put it here.")
        return self._missed[key]

    def say_missing(self, what: str) -> None:
        """Add a comment on what the script lacks.

        Parameters
        ----------
        what : str
            One or more sentences; said once.
        """
        line = f"# Missing: {what}"
        if line not in self._missing:
            self._missing.append(line)

    def head(self) -> str:
        """Write it down.

        Returns
        -------
        text : str
            Imports, comments and lines, with an empty line between.
        """
        imports = []
        for module in sorted({module for module, _ in self._imports}):
            names = {
                name: _as(name or module, known)
                for (place, name), known in self._imports.items()
                if place == module
            }
            if "" in names:
                imports.append(f"import {names.pop('')}")
            if names:
                listed = ", ".join(names[name] for name in sorted(names))
                imports.append(f"from {module} import {listed}")
        blocks = ["\n".join(each) for each in (imports, self._missing, self.lines)]
        return "\n\n".join(block for block in blocks if block)


def _as(name: str, known: str) -> str:
    return name if name == known else f"{name} as {known}"


def _find(module: str, path: str) -> Any:
    try:
        found: Any = import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError):
        return None
    return found


def _inner(function: Any) -> Any:
    # A session works on a copy of its own of a function that was decorated.
    return getattr(function, "__wrapped__", function)


def _is_same(found: Any, wanted: Any) -> bool:
    inner = _inner(wanted)
    return found is wanted or getattr(found, "__wrapped__", None) is inner
