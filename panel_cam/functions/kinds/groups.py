"""A dataclass as an option: its fields, as a group."""

from __future__ import annotations

import json
from dataclasses import is_dataclass, replace
from typing import TYPE_CHECKING, Any

import param

from panel_cam.functions.comparing import is_exactly
from panel_cam.functions.kinds.kind import HIDDEN, Kind, Widget

if TYPE_CHECKING:
    from panel_cam.functions.kinds.kind import Parameter, Wanted


def check_field(parameter: Any, value: Any) -> None:
    """Refuse what a field's parameter does not take.

    Parameters
    ----------
    parameter : param.Parameter
        Of `own_fields`.
    value : object
        Any.

    Raises
    ------
    ValueError
        The text names the field.
    """
    parameter.owner(**{parameter.name: value})


def own_fields(name: str, parameters: dict[str, Parameter]) -> None:
    """Give the parameters of fields a class: they check values in one only.

    Parameters
    ----------
    name : str
        Of the dataclass.
    parameters : dict of str to param.Parameter
        By field.
    """
    attributes = {
        f"{field}_" if hasattr(param.Parameterized, field) else field: each
        for field, each in parameters.items()
    }
    type(name, (param.Parameterized,), attributes)


class Group(param.ClassSelector):  # type: ignore[type-arg]  # a plain class while it runs
    """Holds an instance of a dataclass.

    Parameters
    ----------
    default : object, optional
        Of the dataclass.
    parts : dict of str to (Kind, Parameter), optional
        What each field is.
    **params
        Of any parameter.
    """

    __slots__ = ("parts",)

    def __init__(
        self, default: Any = None, *, parts: Any = None, **params: Any
    ) -> None:
        self.parts = parts or {}
        kind = object if default is None else type(default)
        # A copy of the default would be another one where classes do not compare.
        super().__init__(default=default, class_=kind, instantiate=False, **params)


class _Group(Kind):
    parameters = (Group,)

    def make(self, wanted: Wanted) -> Parameter | None:
        if not wanted.parts:
            return None
        return Group(default=wanted.default, parts=wanted.parts, **wanted.common)

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        return Widget("GroupInput", {"parts": parameter.parts})

    def _write(self, parameter: Any, value: Any) -> str | None:
        texts = {}
        for name, (kind, part) in parameter.parts.items():
            field = getattr(value, name)
            if not is_exactly(field, part.default):
                texts[name] = kind.to_text(part, field)
        found = {name: text for name, text in texts.items() if text is not None}
        return json.dumps(found, ensure_ascii=False, separators=(",", ":"))

    def _read(self, parameter: Any, text: str) -> Any:
        try:
            texts = json.loads(text)
        except RecursionError:
            raise ValueError from None
        if not isinstance(texts, dict) or not texts.keys() <= parameter.parts.keys():
            raise ValueError
        changes = {}
        for name, each in texts.items():
            kind, part = parameter.parts[name]
            if not isinstance(each, str) or part.precedence == HIDDEN:
                raise ValueError
            changes[name] = kind.from_text(part, each)
            check_field(part, changes[name])
            if not kind.is_within(part, changes[name]):
                raise ValueError
        return replace(parameter.default, **changes)

    def describe(self, parameter: Any) -> str:
        return f"some of {', '.join(parameter.parts)}, as JSON of texts"


def is_group(value: Any) -> bool:
    """Tell whether a value is an instance of a dataclass.

    Parameters
    ----------
    value : object
        Any.

    Returns
    -------
    is_group : bool
        False for the class itself.
    """
    return is_dataclass(value) and not isinstance(value, type)


GROUP = _Group()
