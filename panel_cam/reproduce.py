"""*Copy as Python*: the lines that make the same picture in another interpreter."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import param

from panel_cam.settings import values
from panel_cam.signature import innermost, is_async, name_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_CATALOGUE = "panel_cam.filters"
_LINE = 88


@dataclass(slots=True)
class _Script:
    """Collects what stands above the function."""

    imports: dict[str, set[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def add_import(self, module: str, name: str = "") -> None:
        self.imports.setdefault(module, set()).update([name] if name else [])

    def head(self) -> str:
        imports = [
            f"from {module} import {', '.join(sorted(names))}"
            if names
            else f"import {module}"
            for module, names in sorted(self.imports.items())
        ]
        blocks = ["\n".join(imports), "\n".join(self.missing), "\n".join(self.lines)]
        return "\n\n".join(block for block in blocks if block)


# ---- what has a name that can be imported


def _can_import(module: str) -> bool:
    """Tell whether a fresh interpreter finds a module; not what was run as a script."""
    top = module.partition(".")[0]
    if top == "__main__":
        return False
    for finder in sys.meta_path:
        try:
            if finder.find_spec(top, None) is not None:
                return True
        except (ImportError, ValueError):
            continue
    return False


def _find(module: str, path: str) -> Any:
    try:
        found: Any = import_module(module)
        for part in path.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError, ValueError):
        return None
    return found


def _is_same(found: Any, wanted: Any) -> bool:
    # A session works on a copy of its own of a function that was decorated.
    inner = getattr(wanted, "__wrapped__", wanted)
    return found is wanted or getattr(found, "__wrapped__", None) is inner


def _import(wanted: Any, script: _Script) -> str:
    """Import a function or class; return its name there, or nothing if it has none."""
    module = getattr(wanted, "__module__", None) or ""
    path = getattr(wanted, "__qualname__", None) or getattr(wanted, "__name__", "")
    if isinstance(path, str) and path and _can_import(module):
        public = module
        if module.startswith(f"{_CATALOGUE}."):
            public = _CATALOGUE if _is_same(_find(_CATALOGUE, path), wanted) else module
        if _is_same(_find(public, path), wanted):
            script.add_import(public, path.partition(".")[0])
            return path
    return ""


# ---- values


def _call(name: str, arguments: Iterable[str], indent: str = "") -> str:
    arguments = list(arguments)
    line = f"{name}({', '.join(arguments)})"
    if len(indent) + len("return ") + len(line) <= _LINE and "\n" not in line:
        return line
    inner = "".join(f"{indent}    {argument},\n" for argument in arguments)
    return f"{name}(\n{inner}{indent})"


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else f'float("{value}")'


def _literal(value: Any, script: _Script) -> str:
    """Write a value as Python; nothing if it cannot be written."""
    if isinstance(value, Enum):
        name = _import(type(value), script)
        return f"{name}.{value.name}" if name else ""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        value = value.item()  # one of NumPy's numbers
    if isinstance(value, float):
        return _number(float(value))
    if value is None or type(value) in (bool, int, str, bytes):
        return repr(value)
    if type(value) in (list, tuple, set):
        items = [_literal(each, script) for each in value]
        if all(items) and (items or type(value) is not set):
            inside = ", ".join(items)
            if isinstance(value, tuple):
                return f"({inside},)" if len(items) == 1 else f"({inside})"
            return f"[{inside}]" if isinstance(value, list) else f"{{{inside}}}"
    if type(value) is dict:
        pairs = [
            (_literal(key, script), _literal(each, script))
            for key, each in value.items()
        ]
        if all(key and each for key, each in pairs):
            return "{" + ", ".join(f"{key}: {each}" for key, each in pairs) + "}"
    return _import(value, script) if callable(value) else ""


def _value(name: str, value: Any, script: _Script) -> str:
    text = _literal(value, script)
    if not text:
        kind = type(value).__name__
        script.missing.append(f"# Missing: the value of {name}, of type {kind}.")
    return text or "..."


def _keywords(settings: dict[str, Any], script: _Script) -> list[str]:
    found = []
    for name, value in settings.items():
        text = _value(name, value, script)
        found.append(
            f"{name}={text}" if name.isidentifier() else f"**{{{name!r}: ...}}"
        )
    return found


# ---- functions


def _chain(chain: Any, script: _Script) -> str:
    """Write the call that makes a `pipeline`."""
    parts = []
    for step in chain.steps:
        part = _function(step.function, script)
        if step.settings:
            pairs = [
                f"{name!r}: {_value(name, value, script)}"
                for name, value in step.settings.items()
            ]
            part = f"({part}, {{{', '.join(pairs)}}})"
        parts.append(part)
    script.add_import(_CATALOGUE, "pipeline")
    return _call("pipeline", parts)


def _new_name(name: str, script: _Script) -> str:
    taken = {line.partition(" = ")[0] for line in script.lines}
    count = 1
    new = name
    while new in taken:
        count += 1
        new = f"{name}_{count}"
    return new


def _function(function: Any, script: _Script) -> str:
    """Write a function: its name, above which all is said that it needs."""
    if isinstance(function, partial):
        script.add_import("functools", "partial")
        arguments = [
            _function(function.func, script),
            *(_literal(each, script) or "..." for each in function.args),
            *_keywords(function.keywords, script),
        ]
        return _call("partial", arguments)
    if hasattr(function, "steps") and hasattr(function, "options"):
        made = _chain(function, script)  # before its name, for chains in chains
        name = _new_name("chain", script)
        script.lines.append(f"{name} = {made}")
        return name
    if isinstance(function, param.Parameterized):
        return _instance(function, script)
    if name := _import(function, script):
        return name
    name = name_of(function)
    module = getattr(function, "__module__", None) or type(function).__module__
    what = f"{name}, from {module}"
    if not name.isidentifier():
        code = getattr(function, "__code__", None)
        place = f", line {code.co_firstlineno}" if code else ""
        what, name = f"a lambda from {module}{place}; call it my_filter", "my_filter"
    elif not hasattr(function, "__code__"):
        what, name = f"my_filter, an object of {name}, from {module}", "my_filter"
    script.missing.append(f"# Missing: {what}. Put it here.")
    return name


def _instance(settings: param.Parameterized, script: _Script) -> str:
    """Write the call that makes a `param.Parameterized`."""
    kind = type(settings)
    name = _import(kind, script)
    if not name:
        name = kind.__name__
        what = f"the class {name}, from {kind.__module__}"
        script.missing.append(f"# Missing: {what}. Put it here.")
    if isinstance(settings, param.ParameterizedFunction):
        name = f"{name}.instance"
    made = _call(name, _keywords(values(settings), script))
    new = _new_name("my_filter", script)
    script.lines.append(f"{new} = {made}")
    return new


def as_python(function: Callable[..., Any], settings: param.Parameterized) -> str:
    """Write the script that makes the same picture of the same image.

    Parameters
    ----------
    function : callable
        The user's: as it was given to `settings_of`.
    settings : param.Parameterized
        What `settings_of` made of it, as it is now.

    Returns
    -------
    script : str
        It defines ``process(image)``, which returns what the function returns. What
        another interpreter cannot import, such as a lambda or what is defined in a
        notebook, is named in a comment that begins with "# Missing:".

    Examples
    --------
    >>> from panel_cam.filters import roberts
    >>> from panel_cam.settings import settings_of
    >>> print(as_python(roberts, settings_of(roberts)))
    from panel_cam.filters import roberts
    <BLANKLINE>
    <BLANKLINE>
    def process(image):
        return roberts(image)
    <BLANKLINE>
    """
    script = _Script()
    before: tuple[Any, ...] = ()
    if callable(settings):
        name, chosen = _instance(settings, script), {}
        waits = is_async(settings)
    else:
        chosen = values(settings)
        waits = is_async(function)
        # A partial of a named function is that function with more settings.
        if isinstance(function, partial):
            before = function.args
            chosen = {**function.keywords, **chosen}
        name = _function(innermost(function), script)
    arguments = [_literal(each, script) or "..." for each in before]
    indent = "        " if waits else "    "
    call = _call(name, [*arguments, "image", *_keywords(chosen, script)], indent=indent)
    if waits:
        script.add_import("asyncio")
        call = f"asyncio.run({call})"
    return f"{script.head()}\n\n\ndef process(image):\n    return {call}\n".lstrip()
