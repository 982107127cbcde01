"""Yes or no, text, buttons, and what is typed as Python writes it."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, Any

import param

from panel_cam.functions.comparing import is_exactly
from panel_cam.functions.kinds.kind import HIDDEN, Kind, Widget, select

if TYPE_CHECKING:
    from panel_cam.functions.kinds.kind import Parameter, Wanted


def read_literal(text: str) -> Any:
    """Read a list, a dictionary or the like; nothing in it is called.

    Parameters
    ----------
    text : str
        From outside; nothing in it is trusted.

    Returns
    -------
    value : object
        What Python would make of it.

    Raises
    ------
    ValueError
        If it is no literal.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a backslash in somebody's text
            return ast.literal_eval(text)
    except (SyntaxError, TypeError, MemoryError, RecursionError):
        raise ValueError from None


class _Button(Kind):
    """What is pressed, and has no value."""

    parameters = (param.Action, param.Event)

    def press(self, settings: param.Parameterized, name: str) -> None:
        """Do what a button is for.

        Parameters
        ----------
        settings : param.Parameterized
            Whose parameter it is.
        name : str
            The parameter's.
        """
        if isinstance(settings.param[name], param.Event):
            settings.param.trigger(name)
        elif (action := getattr(settings, name)) is not None:
            action(settings)


class _Switch(Kind):
    parameters = (param.Boolean,)
    types = ((bool, lambda value: isinstance(value, bool)),)

    def make(self, wanted: Wanted) -> Parameter | None:
        if wanted.base is not bool:
            return None
        return param.Boolean(default=wanted.default, **wanted.common)

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        if parameter.allow_None:
            return select({"none": None, "yes": True, "no": False})
        return Widget("Checkbox", {})

    def _write(self, parameter: Any, value: Any) -> str | None:
        return "true" if value else "false"

    def _read(self, parameter: Any, text: str) -> Any:
        return {"true": True, "false": False}.get(text, text)  # the text is refused

    def describe(self, parameter: Any) -> str:
        return "true or false"


class _Text(Kind):
    parameters = (param.String,)
    types = ((str, lambda value: isinstance(value, str)),)

    def make(self, wanted: Wanted) -> Parameter | None:
        if wanted.base is not str:
            return None
        return param.String(default=wanted.default, **wanted.common)

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        return Widget("TextInput", {})

    def _write(self, parameter: Any, value: Any) -> str | None:
        return str(value)

    def _read(self, parameter: Any, text: str) -> Any:
        return text

    def describe(self, parameter: Any) -> str:
        return "text"


class _Literal(Kind):
    """What a box shows as Python writes it; no signature asks for it."""

    parameters = (param.Tuple, param.List, param.Dict)

    def _type(self, parameter: Any) -> type:
        types = {param.List: list, param.Dict: dict}
        return next(
            (types[each] for each in types if isinstance(parameter, each)), tuple
        )

    def annotation(self, parameter: Any) -> Any:
        kind = self._type(parameter)
        return parameter if kind is tuple else kind

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        return Widget("LiteralInput", {"type": self._type(parameter)})

    def _write(self, parameter: Any, value: Any) -> str | None:
        text = repr(value)
        try:
            return text if is_exactly(read_literal(text), value) else None
        except ValueError:
            return None

    def _read(self, parameter: Any, text: str) -> Any:
        return read_literal(text)

    def describe(self, parameter: Any) -> str:
        return f"a {type(parameter).__name__.lower()} as Python writes it"


class _Other(Kind):
    """What no other kind knows: passed on to the function, without a control."""

    parameters = (param.Parameter,)

    def make(self, wanted: Wanted) -> Parameter | None:
        # If it followed references, a function would be taken for one.
        common = {**wanted.common, "allow_refs": False}
        return param.Parameter(default=wanted.default, precedence=HIDDEN, **common)


BUTTON = _Button()
SWITCH = _Switch()
TEXT = _Text()
LITERAL = _Literal()
OTHER = _Other()
