"""A class whose instances are filters: each session calls one of its own."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Self

from panel_cam.functions.comparing import is_exactly
from panel_cam.functions.dataclass_fields import parameters_of
from panel_cam.functions.signature import (
    call_signature,
    evaluated_signature,
    made_with,
)
from panel_cam.functions.wants import Wants, wants_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def made_of(kind: Any, settings: Mapping[str, Any]) -> tuple[dict[str, Any], ...]:
    """Part settings into those that an instance is made with, and is called with.

    Parameters
    ----------
    kind : type
        A class of filters.
    settings : mapping
        By name.

    Returns
    -------
    made, called : dict of str to object
        What both take, an instance is made with; so is what neither takes.
    """
    signature = made_with(kind)
    makes = set() if signature is None else set(signature.parameters)
    options = call_signature(kind).parameters.values()
    takes_more = any(each.kind is each.VAR_KEYWORD for each in options)
    calls = {each.name for each in options} - makes
    called = {
        name: value
        for name, value in settings.items()
        if name in calls or (takes_more and name not in makes)
    }
    made = {name: value for name, value in settings.items() if name not in called}
    return made, called


class InstanceFilter:
    """Calls an instance of a class, made here, with each frame and its settings.

    The fields of a dataclass are settings. When they change, a copy of the instance
    gets them, so that they never change in the middle of a frame; what else it
    remembers, it keeps. A dataclass with ``__post_init__``, which may compute something
    of its fields, is made anew. What a call sets on the instance is there for the next
    frame; a field, too, until its setting changes. In another process it is made there.

    Parameters
    ----------
    kind : type
        A class whose instances are called with an image.
    settings : mapping, optional
        What an instance is made with, and called with.

    Raises
    ------
    TypeError
        If no instance can be made of that.
    """

    def __init__(self, kind: Any, settings: Mapping[str, Any] | None = None) -> None:
        self.kind = kind
        self.__name__ = kind.__name__
        self.__doc__ = kind.__doc__
        self.__signature__ = evaluated_signature(kind)
        self._settings = dict(settings or {})
        self._made, self._called = made_of(kind, self._settings)
        self._defaults = {each.name: each.default for each in parameters_of(kind)}
        self._instance = self._make({})
        self._fields: dict[str, Any] = self._made
        """What the fields of the instance were set to."""
        self._is_used = False

    def _make(self, fields: dict[str, Any]) -> Any:
        chosen = {**self._made, **fields}
        signature = made_with(self.kind)
        try:
            if signature is not None:
                signature.bind(**chosen)
        except TypeError as error:
            name = self.__name__
            raise TypeError(
                f"{name} cannot be made: {error}; give that a default in its "
                f"__init__, or pass an instance, {name}(...), which all sessions share"
            ) from None
        return self.kind(**chosen)

    @property
    def in_order(self) -> bool:
        """Whether it asks for one frame at a time: see `panel_cam.stateful`."""
        return bool(getattr(self._instance, "in_order", False))

    @property
    def _panel_cam_wants(self) -> Wants:
        return wants_of(self.kind)

    def __call__(self, image: Any, /, **settings: Any) -> Any:
        """Process one frame.

        Parameters
        ----------
        image : ndarray
            The frame.
        **settings
            Options of the call, and fields; what is not named is as it was made.

        Returns
        -------
        output : ndarray or Result
            What ``__call__(self, image)`` returns.
        """
        self._is_used = True
        names = self._defaults.keys() & settings.keys()
        fields = {name: settings.pop(name) for name in names}
        instance = self._with(fields)
        return instance(image, **{**self._called, **settings})

    def _with(self, fields: dict[str, Any]) -> Any:
        """Return the instance with these fields; on any thread."""
        instance, before = self._instance, self._fields
        begun = {name: self._defaults[name] for name in before.keys() & self._defaults}
        wanted = {**begun, **self._made, **fields}
        changed = {
            name: value
            for name, value in wanted.items()
            if name not in before or not is_exactly(before[name], value)
        }
        if not changed:
            return instance
        if hasattr(self.kind, "__post_init__"):
            instance = self._make(wanted)
        else:
            instance = copy.copy(instance)
            for name, value in changed.items():
                object.__setattr__(instance, name, value)  # of a frozen one, too
        self._instance, self._fields = instance, wanted
        return instance

    def fresh(self) -> Self:
        """Return one that has seen no frame: this one, if that is so."""
        return type(self)(self.kind, self._settings) if self._is_used else self

    def reset(self) -> None:
        """Forget all frames so far."""
        self._instance, self._fields = self._make({}), self._made

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the class's name and what an instance is made with."""
        return type(self), (self.kind, self._settings)
