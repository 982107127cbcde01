"""`Kind`: what a kind of option says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeAlias

from panel_cam.functions.ranges import plain_number

if TYPE_CHECKING:
    from collections.abc import Callable

    import param

    from panel_cam.functions.ranges import Range

Parameter: TypeAlias = "param.Parameter[Any]"

HIDDEN = -1
"""The precedence of a parameter that gets no control."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of an option when its parameter is made.

    Parameters
    ----------
    base : type, Literal or MISSING
        The type of its values: see `panel_cam.functions.kinds.registry.base_of`.
    default : object
        None if there is none.
    range : Range or None
        The bounds, if the annotation says any.
    common : dict of str to object
        What every parameter is made with: its doc, its label, and the like.
    items : tuple
        The types in a tuple, as far as the annotation says them.
    is_colour : bool, default False
        Whether the option's name, or its annotation, says that it is a colour.
    parts : dict of str to (Kind, Parameter)
        Of a dataclass: its fields.
    """

    base: Any
    default: Any
    range: Range | None
    common: dict[str, Any]
    items: tuple[Any, ...] = ()
    is_colour: bool = False
    parts: dict[str, tuple[Kind, Parameter]] = field(default_factory=dict)


class Widget(NamedTuple):
    """The widget of a parameter, in words: nothing here imports Panel.

    Parameters
    ----------
    name : str
        Of a class in ``panel.widgets``, or of one in `panel_cam.controls.widgets`.
    properties : dict of str to object
        What it is made with, beside its value, its label and its place.
    """

    name: str
    properties: dict[str, Any]


def select(options: dict[str, Any]) -> Widget:
    """Describe a box to choose one of a few values.

    Parameters
    ----------
    options : dict of str to object
        Label -> value; None may be one of them.

    Returns
    -------
    widget : Widget
        It begins with the first.
    """
    # Without a value, Panel compares None with every one; an array takes that ill.
    first = next(iter(options.values()), None)
    return Widget("Select", {"options": options, "value": first})


class Kind:
    """A kind of option. It says nothing but what the methods below are told to say.

    To add a kind, write a class like those beside this file, and name it in
    `panel_cam.functions.kinds.registry.KINDS`: nothing else lists kinds.
    """

    parameters: ClassVar[tuple[Any, ...]]
    """The classes of parameters that hold its values."""

    types: ClassVar[tuple[tuple[type, Callable[[Any], bool]], ...]] = ()
    """The types of its values, and how to tell whether a value is of each."""

    # ---- from a signature

    def make(self, wanted: Wanted) -> Parameter | None:
        """Make the parameter of an option.

        Parameters
        ----------
        wanted : Wanted
            What is known of it.

        Returns
        -------
        parameter : param.Parameter or None
            Unbound; None if the option is of another kind.
        """
        return None

    def annotation(self, parameter: Any) -> Any:
        """Return what a signature would say of a parameter.

        Parameters
        ----------
        parameter : param.Parameter
            Of this kind.

        Returns
        -------
        annotation : object
            Only as exact as is needed to tell bounds and choices from a value.
        """
        return parameter

    # ---- on a page

    def widget(self, parameter: Any, value: Any) -> Widget | None:
        """Describe the widget of a parameter.

        Parameters
        ----------
        parameter : param.Parameter
            Of this kind.
        value : object
            What it is now.

        Returns
        -------
        widget : Widget or None
            None if no widget fits.
        """
        return None

    def to_shown(self, parameter: Any, value: Any) -> Any:
        """Return what the widget shows for a value.

        Parameters
        ----------
        parameter : param.Parameter
            Of this kind.
        value : object
            Any that the parameter takes.

        Returns
        -------
        shown : object
            The value itself, for most kinds.
        """
        return value

    def from_shown(self, parameter: Any, shown: Any) -> Any:
        """Return the value for what the widget shows.

        Parameters
        ----------
        parameter : param.Parameter
            Of this kind.
        shown : object
            The widget's value.

        Returns
        -------
        value : object
            For the parameter, which may refuse it.

        Raises
        ------
        ValueError
            If it is no value of this kind.
        """
        return shown

    # ---- in a link

    def to_text(self, parameter: Any, value: Any) -> str | None:
        """Write a value.

        Parameters
        ----------
        parameter : param.Parameter
            Of this kind.
        value : object
            Any that the parameter takes.

        Returns
        -------
        text : str or None
            For `from_text`; None if no text can hold it.
        """
        value = plain_number(value)
        if value is None:
            return "" if parameter.allow_None else None
        return self._write(parameter, value)

    def from_text(self, parameter: Any, text: str) -> Any:
        """Read a value.

        Parameters
        ----------
        parameter : param.Parameter
            Of this kind: it refuses what is none of its values.
        text : str
            From outside; nothing in it is trusted.

        Returns
        -------
        value : object
            What `to_text` has written.

        Raises
        ------
        ValueError
            If it is no value of this kind.
        """
        if text == "" and parameter.allow_None:
            return None
        return self._read(parameter, text)

    def _write(self, parameter: Any, value: Any) -> str | None:
        return None

    def _read(self, parameter: Any, text: str) -> Any:
        raise ValueError

    def is_within(self, parameter: Any, value: Any) -> bool:
        """Tell whether the control of a parameter goes as far as a value.

        A slider ends at the soft bounds, and what takes a minute beyond them is no
        surprise for those who only follow a link. A box to type in has hard bounds
        only.

        Parameters
        ----------
        parameter : param.Parameter
            Of this kind.
        value : object
            Of `from_text`.

        Returns
        -------
        is_within : bool
            True for what has no bounds.
        """
        return True

    def describe(self, parameter: Any) -> str:
        """Say which texts there are for a parameter.

        Parameters
        ----------
        parameter : param.Parameter
            Of this kind.

        Returns
        -------
        description : str
            What a text should be, such as "a number from 0.0 to 5.0".
        """
        return "no value"
