"""One of a few values, or some of them."""

from __future__ import annotations

from enum import Enum
from itertools import chain, count
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

import param

from panel_cam.functions.comparing import is_among, is_exactly, is_same
from panel_cam.functions.kinds.kind import Kind, Widget, select
from panel_cam.functions.kinds.plain import read_literal

if TYPE_CHECKING:
    from panel_cam.functions.kinds.kind import Parameter, Wanted


def _name_all(values: list[Any]) -> dict[str, Any]:
    """Name each value as param does, and by its type or a number if that is taken."""
    found: dict[str, Any] = {}
    for value in values:
        name = str(getattr(value, "name", getattr(value, "__name__", value)))
        if name in found and is_same(found[name], value):
            continue
        more = (f"{name} ({each})" for each in chain([type(value).__name__], count(2)))
        found[next(each for each in chain([name], more) if each not in found)] = value
    return found


class Choice(param.Selector):  # type: ignore[type-arg]
    """A `param.Selector` of any values.

    They may be arrays, which param cannot look up; and none is lost because another
    one looks like it, as text or to a dictionary.
    """

    __slots__ = ()

    def _validate_value(self, value: Any, *more: Any, **options: Any) -> None:
        if not is_among(value, self.objects):
            super()._validate_value(value, *more, **options)  # type: ignore[no-untyped-call]

    def get_range(self) -> dict[str, Any]:
        """Return the values by the labels that people see."""
        return dict(self.names) if self.names else _name_all(self.objects)


def _labels(parameter: Any) -> dict[str, Any]:
    return {str(label): each for label, each in parameter.get_range().items()}


class _Choice(Kind):
    parameters = (param.Selector,)

    def make(self, wanted: Wanted) -> Parameter | None:
        base = wanted.base
        if get_origin(base) is Literal:
            objects: Any = list(get_args(base))
        elif isinstance(base, type) and issubclass(base, Enum):
            objects = {member.name: member for member in base}
        else:
            return None
        if wanted.common.get("allow_None"):
            if isinstance(objects, dict):
                objects = {**objects, "none": None}
            elif None not in objects:
                objects = [*objects, None]
        return Choice(default=wanted.default, objects=objects, **wanted.common)

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        return select(parameter.get_range())

    def to_text(self, parameter: Any, value: Any) -> str | None:
        labels = _labels(parameter).items()
        return next((label for label, each in labels if is_exactly(each, value)), None)

    def from_text(self, parameter: Any, text: str) -> Any:
        labels = _labels(parameter)
        if text not in labels:
            raise ValueError
        return labels[text]

    def describe(self, parameter: Any) -> str:
        return f"one of {', '.join(_labels(parameter))}"


class _Choices(_Choice):
    """Any number of them; no signature asks for it."""

    parameters = (param.ListSelector,)

    def make(self, wanted: Wanted) -> Parameter | None:
        return None

    def annotation(self, parameter: Any) -> Any:
        return list

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        return Widget("MultiChoice", {"options": parameter.get_range()})

    def to_text(self, parameter: Any, value: Any) -> str | None:
        if not isinstance(value, list):
            return super().to_text(parameter, value)
        picked = [super(_Choices, self).to_text(parameter, each) for each in value]
        return None if None in picked else repr(picked)

    def from_text(self, parameter: Any, text: str) -> Any:
        picked = read_literal(text)
        if not isinstance(picked, list):
            raise ValueError
        labels = _labels(parameter)
        if any(each not in labels for each in picked):
            raise ValueError
        return [labels[label] for label in picked]

    def describe(self, parameter: Any) -> str:
        return f"a list of some of {', '.join(_labels(parameter))}"


CHOICE = _Choice()
CHOICES = _Choices()
