"""The fields of a dataclass, as the parameters of the call that makes one."""

from __future__ import annotations

import inspect
import sys
from dataclasses import MISSING as NO_DEFAULT
from dataclasses import Field, fields, is_dataclass
from typing import Any

_EMPTY: Any = inspect.Parameter.empty


def names_of(kind: type) -> dict[str, Any]:
    """Return the names that a class's annotations may use.

    Parameters
    ----------
    kind : type
        Any class.

    Returns
    -------
    names : dict of str to object
        Of the modules of the class and of its bases.
    """
    found: dict[str, Any] = {}
    for each in reversed(kind.__mro__):
        if module := sys.modules.get(each.__module__):
            found |= vars(module)
    return found


def evaluate(annotation: Any, names: dict[str, Any]) -> Any:
    """Return what an annotation that is text means.

    Parameters
    ----------
    annotation : object
        As it was written.
    names : dict of str to object
        That it may use.

    Returns
    -------
    annotation : object
        `inspect.Parameter.empty` if nobody can tell.
    """
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, names)
    except Exception:  # a name imported only for type checkers: as if it were not there
        return _EMPTY


def _default(field: Field[Any]) -> Any:
    if field.default is not NO_DEFAULT:
        return field.default
    make = field.default_factory
    return _EMPTY if make is NO_DEFAULT else make()


def parameters_of(kind: Any) -> list[inspect.Parameter]:
    """List the fields that a dataclass is made with.

    Parameters
    ----------
    kind : type
        Any class.

    Returns
    -------
    parameters : list of inspect.Parameter
        Keyword-only, annotations evaluated, each with a default of its own if a factory
        makes that. None if the class is no dataclass, or cannot be made of its fields.
    """
    if not (isinstance(kind, type) and is_dataclass(kind)):
        return []
    known = {field.name: field for field in fields(kind) if field.init}
    wanted = inspect.signature(kind).parameters.values()
    if any(each.name not in known and each.default is _EMPTY for each in wanted):
        return []
    names = names_of(kind)
    return [
        inspect.Parameter(
            each.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=_default(known[each.name]),
            annotation=evaluate(known[each.name].type, names),
        )
        for each in wanted
        if each.name in known
    ]
