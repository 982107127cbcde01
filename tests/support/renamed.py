"""Libraries in which some names are other ones, as they may be in the next version.

    python -m tests.support.renamed NAME,NAME serve app.py

is ``panel serve app.py`` with such libraries.
"""

from __future__ import annotations

import gc
import re
import sys
from collections.abc import Iterable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, FunctionType, ModuleType
from typing import Any

from playwright.sync_api import Page, Route

LIBRARIES = ("panel", "bokeh", "tornado", "param", "pyviz_comms")


def rename(names: Iterable[str]) -> set[str]:
    """Rename attributes and globals of Panel, Bokeh and Tornado in this process.

    Of classes, modules, objects and code, whether it is loaded or still will be. Who
    else asks for one of these names finds that it is not there.

    Parameters
    ----------
    names : iterable of str
        Each becomes ``{name}_renamed``.

    Returns
    -------
    renamed : set of str
        Those that were found.
    """
    new_names = {name: f"{name}_renamed" for name in names}
    sys.meta_path.insert(0, _Finder(new_names))
    found: set[str] = set()
    for each in gc.get_objects():
        if isinstance(each, FunctionType):
            if _is_of_a_library(each.__module__):
                found |= new_names.keys() & set(each.__code__.co_names)
                each.__code__ = _renamed(each.__code__, new_names)
        elif isinstance(each, type):
            if _is_of_a_library(each.__module__):
                for old in new_names.keys() & vars(each).keys():
                    type.__setattr__(each, new_names[old], vars(each)[old])
                    type.__delattr__(each, old)
                    found.add(old)
        elif isinstance(each, ModuleType):
            if _is_of_a_library(each.__name__):
                found |= _rename_keys(vars(each), new_names)
        elif _is_of_a_library(type(each).__module__):
            found |= _rename_keys(getattr(each, "__dict__", {}), new_names)
    return found


def _is_of_a_library(module: object) -> bool:
    return isinstance(module, str) and module.partition(".")[0] in LIBRARIES


def _renamed(code: CodeType, new_names: dict[str, str]) -> CodeType:
    def constant(value: Any) -> Any:
        if isinstance(value, CodeType):
            return _renamed(value, new_names)
        # As in `hasattr`; others than private names may be names of something else.
        is_private = isinstance(value, str) and value.startswith("_")
        return new_names.get(value, value) if is_private else value

    return code.replace(
        co_names=tuple(new_names.get(name, name) for name in code.co_names),
        co_consts=tuple(map(constant, code.co_consts)),
    )


class _Finder(MetaPathFinder):
    """Finds modules of the libraries, and renames in them as they are loaded."""

    def __init__(self, new_names: dict[str, str]) -> None:
        self._new_names = new_names

    def find_spec(
        self, fullname: str, path: Any, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not _is_of_a_library(fullname):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader, self._new_names)
        return spec


class _Loader(SourceFileLoader):
    def __init__(self, loader: SourceFileLoader, new_names: dict[str, str]) -> None:
        super().__init__(loader.name, loader.path)
        self._new_names = new_names

    def get_code(self, fullname: str) -> CodeType | None:
        code = super().get_code(fullname)
        return None if code is None else _renamed(code, self._new_names)


def _rename_keys(namespace: dict[str, Any], new_names: dict[str, str]) -> set[str]:
    found = new_names.keys() & namespace.keys()
    for old in found:
        namespace[new_names[old]] = namespace.pop(old)
    return found


def rename_in_page(page: Page, names: Iterable[str]) -> set[str]:
    """Rename in BokehJS and in Panel's JavaScript; before the page is opened.

    Parameters
    ----------
    page : Page
        One that is not open yet.
    names : iterable of str
        Each becomes ``{name}_renamed``.

    Returns
    -------
    renamed : set of str
        Those that were found, once the page has been opened.
    """
    pattern = re.compile(rf"(?<!\w)({'|'.join(map(re.escape, names))})(?!\w)")
    found: set[str] = set()

    def change(route: Route) -> None:
        answer = route.fetch()
        text = answer.text()
        found.update(pattern.findall(text))
        route.fulfill(response=answer, body=pattern.sub(r"\1_renamed", text))

    page.route(re.compile(r"//127.*/(bokeh|panel)(-\w+)?(\.min)?\.js"), change)
    return found


if __name__ == "__main__":
    from panel.command import main

    import panel_cam  # noqa: F401  # which loads what is to be renamed

    asked = set(sys.argv[1].split(","))
    assert rename(asked) == asked
    sys.argv[:2] = ["panel"]
    main()
