"""Find a function by the name that a command line gives it, or a module by its own."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

from panel_cam.errors import PanelCamError

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_folders: set[Path] = set()
"""Of the files that were loaded: on the path of this interpreter alone."""


class TargetError(PanelCamError):
    """A target names nothing that can be called."""


def load(
    target: str, catalogue: Callable[[str], Callable[..., Any]]
) -> Callable[..., Any]:
    """Import the function that `target` names.

    Parameters
    ----------
    target : str
        ``module:function``, ``path/to/file.py:function``, or a name of the catalogue.
    catalogue : callable
        Returns the function of a name; raises ValueError if it knows none.

    Returns
    -------
    function : callable
        The user's function.

    Raises
    ------
    TargetError
        With one line that says what was looked for and what is there instead.
    """
    place, colon, name = target.rpartition(":")
    if not colon:
        try:
            return catalogue(target)
        except ValueError as error:
            raise TargetError(
                f"{error} (or name your own as module:function or path.py:function)"
            ) from None
    module = _import_file(Path(place)) if place.endswith(".py") else _import(place)
    function = getattr(module, name, None)
    if function is None:
        there = [key for key, value in vars(module).items() if _is_own(value, module)]
        raise TargetError(
            f"{place} has no function {name!r}; it has {', '.join(there) or 'none'}"
        )
    if not callable(function):
        raise TargetError(f"{target} is a {type(function).__name__}, not a function")
    return function  # type: ignore[no-any-return]


def find_module(name: str) -> ModuleSpec | None:
    """Look where a fresh interpreter would import a module from; nothing is imported.

    Parameters
    ----------
    name : str
        Of a module that is in no package. What was run as a script is no module.

    Returns
    -------
    spec : ModuleSpec or None
        None if there is none of that name.
    """
    if name == "__main__":
        return None
    for finder in sys.meta_path:
        try:
            if (spec := finder.find_spec(name, None)) is not None:
                return spec
        except (ImportError, ValueError):
            continue
    return None


def folder_of(module: str) -> Path | None:
    """Say where a module is that only this interpreter finds.

    Parameters
    ----------
    module : str
        Its full name.

    Returns
    -------
    folder : Path, optional
        The folder of a file that `load` was told to run, if the module is in it.
    """
    top = sys.modules.get(module.partition(".")[0])
    if not (file := getattr(top, "__file__", None)):  # built in
        return None
    folder = Path(file).parents[hasattr(top, "__path__")].resolve()
    return folder if folder in _folders else None


def _is_own(value: object, module: ModuleType) -> bool:
    return callable(value) and getattr(value, "__module__", None) == module.__name__


def _import(name: str) -> ModuleType:
    try:
        return import_module(name)
    except (Exception, SystemExit) as error:
        raise TargetError(f"cannot import {name!r}: {_explain(error)}") from error


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise TargetError(f"there is no file {path}")
    # Known by its name, so that its functions can be pickled for other processes; but
    # it must not take the place of a module that others import.
    name = path.stem if _is_free(path.stem) else f"_panel_cam_{path.stem}"
    spec = spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise TargetError(f"{path} is not a Python file")
    module = module_from_spec(spec)
    sys.modules[name] = module
    folder = path.parent.resolve()
    if str(folder) not in sys.path:
        _folders.add(folder)
    sys.path.insert(0, str(folder))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise TargetError(f"cannot run {path}: {_explain(error)}") from error
    return module


def _is_free(name: str) -> bool:
    try:
        return name not in sys.modules and find_spec(name) is None
    except ValueError:  # not a name that can be imported
        return False


def _explain(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0]
