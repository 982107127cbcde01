"""Places in the file system."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import param

from panel_cam.functions.kinds.kind import Kind, Widget

if TYPE_CHECKING:
    from panel_cam.functions.kinds.kind import Parameter, Wanted


class FilePath(param.ClassSelector):  # type: ignore[type-arg]  # a plain class while it runs
    """Holds a path of `pathlib`, whether there is something or not."""

    __slots__ = ()

    def __init__(self, default: Any = None, **params: Any) -> None:
        super().__init__(default=default, class_=PurePath, **params)


class _Path(Kind):
    parameters = (FilePath,)
    types = ((PurePath, lambda value: isinstance(value, PurePath)),)

    def make(self, wanted: Wanted) -> Parameter | None:
        is_path = isinstance(wanted.base, type) and issubclass(wanted.base, PurePath)
        return FilePath(default=wanted.default, **wanted.common) if is_path else None

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        return Widget("TextInput", {})

    def to_shown(self, parameter: Any, value: Any) -> Any:
        return "" if value is None else str(value)

    def from_shown(self, parameter: Any, shown: Any) -> Any:
        if not shown and parameter.allow_None:
            return None
        kind = Path if parameter.default is None else type(parameter.default)
        return kind(shown)

    def _write(self, parameter: Any, value: Any) -> str | None:
        return str(value)

    def _read(self, parameter: Any, text: str) -> Any:
        return self.from_shown(parameter, text)

    def describe(self, parameter: Any) -> str:
        return "a path"


PATH = _Path()
