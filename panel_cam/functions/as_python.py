"""*Copy as Python*: the lines that make the same picture in another interpreter."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import numpy as np
import param

from panel_cam.functions.dataclass_fields import parameters_of
from panel_cam.functions.instances import made_of
from panel_cam.functions.kinds.groups import is_group
from panel_cam.functions.ranges import plain_number
from panel_cam.functions.script_head import CATALOGUE, ScriptHead
from panel_cam.functions.settings import values
from panel_cam.functions.signature import (
    innermost,
    is_async,
    is_filter_class,
    name_of,
)
from panel_cam.functions.wants import NOTHING, Wants, wants_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_LINE = 88
_TIMES = (date, datetime, time, timedelta, np.datetime64, np.timedelta64)


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


def _literal(value: Any, script: ScriptHead) -> str:
    """Write a value as Python; nothing if it cannot be written."""
    if isinstance(value, Enum):
        name = script.find(type(value))
        return f"{name}.{value.name}" if name else ""
    if isinstance(value, PurePath):
        name = "Path" if isinstance(value, Path) else type(value).__name__
        return f"{script.add_import('pathlib', name)}({str(value)!r})"
    if is_group(value):
        return _dataclass(value, script)
    if type(value) in _TIMES and getattr(value, "tzinfo", None) is None:
        _, arguments = repr(value).split("(", 1)  # such as "datetime.date(2026, 1, 2)"
        return f"{script.find(type(value))}({arguments}"
    value = plain_number(value)
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
    return script.find(value) if callable(value) else ""


def _dataclass(value: Any, script: ScriptHead) -> str:
    """Write the call that makes it of its fields; nothing if that is not possible."""
    names = [each.name for each in parameters_of(type(value))]
    fields = {each: _literal(getattr(value, each), script) for each in names}
    name = script.find(type(value)) if fields and all(fields.values()) else ""
    inside = ", ".join(f"{each}={text}" for each, text in fields.items())
    return f"{name}({inside})" if name else ""


def _value(name: str, value: Any, script: ScriptHead) -> str:
    text = _literal(value, script)
    if not text:
        kind = type(value).__name__
        script.say_missing(f"the value of {name}, of type {kind}.")
    return text or "..."


def _keywords(settings: dict[str, Any], script: ScriptHead) -> list[str]:
    found = []
    for name, value in settings.items():
        text = _value(name, value, script)
        found.append(
            f"{name}={text}" if name.isidentifier() else f"**{{{name!r}: ...}}"
        )
    return found


# ---- functions


def _chain(chain: Any, script: ScriptHead) -> str:
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
    return _call(script.add_import(CATALOGUE, "pipeline"), parts)


def _reduction(wish: Wants, script: ScriptHead) -> str:
    """Write what becomes of the image before: as `reduce_image` does it."""
    if wish == NOTHING:
        return ""
    picture = f"{script.add_import('PIL', 'Image')}.fromarray(image)"
    if wish.gray:
        picture += '.convert("L")'
    if wish.scale > 1:
        picture += f".reduce({wish.scale})"
    return f"    image = {script.add_import('numpy')}.array({picture})\n"


def _function(function: Any, script: ScriptHead) -> str:
    """Write a function: its name, above which all is said that it needs."""
    if isinstance(function, partial):
        wish = wants_of(function)
        if wish != wants_of(function.func):  # the partial itself says so
            made = partial(function.func, *function.args, **function.keywords)
            plain = made if made.args or made.keywords else made.func
            script.add_import("panel_cam", "wants")
            return f"{wish}({_function(plain, script)})"
        arguments = [
            _function(function.func, script),
            *(_literal(each, script) or "..." for each in function.args),
            *_keywords(function.keywords, script),
        ]
        return _call(script.add_import("functools", "partial"), arguments)
    if hasattr(function, "steps") and hasattr(function, "options"):
        chain = _chain(function, script)  # before its name, for chains in chains
        name = script.new_name("chain")
        script.lines.append(f"{name} = {chain}")
        return name
    if isinstance(function, param.Parameterized):
        return _instance(function, script)
    if name := script.find(function):
        return name
    if isinstance(function, type):
        return _class(function, script)
    name = name_of(function)
    module = getattr(function, "__module__", None) or type(function).__module__
    if not name.isidentifier():
        code = getattr(function, "__code__", None)
        place = f", line {code.co_firstlineno}" if code else ""
        return script.miss(function, f"a lambda from {module}{place}")
    if not hasattr(function, "__code__"):
        return script.miss(function, f"an object of {name}, from {module}")
    return script.miss(function, f"{name}, from {module}", name)


def _is_equal(one: Any, other: Any) -> bool:
    try:
        return one is other or bool(np.array_equal(one, other))
    except Exception:  # a value's own comparison
        return False


def _constants(settings: param.Parameterized) -> dict[str, Any]:
    """List the constants that the instance was made with: `values` leaves them out."""
    known = type(settings).param
    return {
        name: value
        for name, parameter in settings.param.objects("existing").items()
        if parameter.constant and not parameter.readonly and name != "name"
        # Of a default, each instance has a copy: the same only by value.
        if not _is_equal(value := getattr(settings, name), known[name].default)
    }


def _class(kind: type, script: ScriptHead) -> str:
    if name := script.find(kind):
        return name
    what = f"the class {kind.__name__}, from {kind.__module__}"
    return script.miss(kind, what, kind.__name__)


def _made(name: str, settings: dict[str, Any], script: ScriptHead) -> str:
    """Write the line that makes a filter, above the function; return its name."""
    made = _call(name, _keywords(settings, script))
    new = script.new_name("my_filter")
    script.lines.append(f"{new} = {made}")
    return new


def _instance(settings: param.Parameterized, script: ScriptHead) -> str:
    """Write the call that makes a `param.Parameterized`."""
    name = _class(type(settings), script)
    if isinstance(settings, param.ParameterizedFunction):
        name = f"{name}.instance"
    return _made(name, {**_constants(settings), **values(settings)}, script)


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
        It defines ``process(image)``, which returns what the function returns, of an
        image that is made grey or smaller first if the function `wants` that. What
        another interpreter cannot import, such as a lambda or what is defined in a
        notebook, is named in a comment that begins with "# Missing:".

    Examples
    --------
    >>> from panel_cam.filters import roberts
    >>> from panel_cam.functions.settings import settings_of
    >>> print(as_python(roberts, settings_of(roberts)))
    from panel_cam.filters import roberts
    <BLANKLINE>
    <BLANKLINE>
    def process(image):
        return roberts(image)
    <BLANKLINE>
    """
    script = ScriptHead()
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
        if is_filter_class(function):
            made, chosen = made_of(function, chosen)
            name = _made(name, made, script)
    arguments = [_literal(each, script) or "..." for each in before]
    indent = "        " if waits else "    "
    call = _call(name, [*arguments, "image", *_keywords(chosen, script)], indent=indent)
    if waits:
        call = f"{script.add_import('asyncio')}.run({call})"
    running = settings if callable(settings) else function
    body = f"{_reduction(wants_of(running), script)}    return {call}\n"
    return f"{script.head()}\n\n\ndef process(image):\n{body}".lstrip()
