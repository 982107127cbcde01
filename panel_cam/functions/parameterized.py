"""A `param.Parameterized` as a filter: each frame with the settings it came with."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Self

import param

from panel_cam.functions.instances import InstanceFilter
from panel_cam.functions.settings import values
from panel_cam.functions.signature import is_filter_class
from panel_cam.functions.wants import Wants, wants_of

if TYPE_CHECKING:
    from collections.abc import Callable

# Where an instance keeps its values and watchers. Private to param (seen in 2.1 to
# 2.4): setting the values by name would run the user's watchers on another thread.
_PRIVATE = "_param__private"


class ParameterizedFilter:
    """Calls a `param.Parameterized` that others, on the page, change meanwhile.

    Each frame is processed by a shadow of the instance: of its class, with the frame's
    settings and the instance's attributes, and without its watchers. So a slider that
    moves in the middle of a frame changes nothing, and what goes to another process is
    no widget. Attributes that the call sets are set on the instance too, for the next
    frame; each process keeps its own (see `panel_cam.stateful` for a memory).
    Parameters that it sets, others do not see: return a `Result`.

    Parameters
    ----------
    kind : type
        The class.
    attributes : dict
        The instance's own dictionary, or a copy.
    chosen : dict
        Parameter -> value, of those that differ from the class.
    """

    def __init__(
        self,
        kind: type[param.Parameterized],
        attributes: dict[str, Any],
        chosen: dict[str, Any],
    ) -> None:
        self.kind = kind
        self.__name__ = kind.__name__
        self.__doc__ = kind.__doc__
        self._attributes = attributes
        self._chosen = chosen

    @classmethod
    def of(cls, instance: param.Parameterized) -> Self:
        """Make a filter that works on an instance.

        Parameters
        ----------
        instance : param.Parameterized
            With ``__call__(self, image)``.

        Returns
        -------
        filter : ParameterizedFilter
            Shares the instance's attributes.
        """
        private = instance.__dict__[_PRIVATE]
        return cls(type(instance), instance.__dict__, private.values)

    @property
    def in_order(self) -> bool:
        """Whether it asks for one frame at a time: see `panel_cam.stateful`."""
        found = self._own().get("in_order", getattr(self.kind, "in_order", False))
        return bool(found)

    @property
    def _panel_cam_wants(self) -> Wants:
        own = self._own().get("_panel_cam_wants")
        return own if isinstance(own, Wants) else wants_of(self.kind)

    def _own(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self._attributes.copy().items()
            if name != _PRIVATE
        }

    def _shadow(self, settings: dict[str, Any]) -> Any:
        # Not by the class itself: a ParameterizedFunction is called when it is made.
        shadow: Any = object.__new__(self.kind)
        # The base class's own, whatever the class has made of it for its pickles.
        param.Parameterized.__setstate__(shadow, self._own())
        shadow.__dict__[_PRIVATE].values.update(self._chosen | settings)
        return shadow

    def __call__(self, image: Any, /, **settings: Any) -> Any:
        """Process one frame.

        Parameters
        ----------
        image : ndarray
            The frame.
        **settings
            Values of its parameters; the instance's own hold for the others.

        Returns
        -------
        output : ndarray or Result
            What ``__call__(self, image)`` returns.
        """
        shadow = self._shadow(settings)
        before = dict(shadow.__dict__)
        output = shadow(image)
        if hasattr(output, "__await__"):
            return self._await(output, shadow, before)
        self._keep(shadow, before)
        return output

    async def _await(self, output: Any, shadow: Any, before: dict[str, Any]) -> Any:
        output = await output
        self._keep(shadow, before)
        return output

    def _keep(self, shadow: Any, before: dict[str, Any]) -> None:
        """Set on the instance the attributes that a call has set on its shadow."""
        for name, value in shadow.__dict__.items():
            if name not in before or before[name] is not value:
                self._attributes[name] = value

    def fresh(self) -> Self:
        """Make a filter with attributes of its own, for one session.

        Returns
        -------
        filter : ParameterizedFilter
            It has seen no frame: the class's `reset`, if it has one, was called.
        """
        own: dict[str, Any] = copy.deepcopy(self._own())
        other = type(self)(self.kind, own, dict(self._chosen))
        other.reset()
        return other

    def reset(self) -> None:
        """Forget all frames so far, by the class's own `reset` if it has one."""
        if callable(getattr(self.kind, "reset", None)):
            shadow = self._shadow({})
            before = dict(shadow.__dict__)
            shadow.reset()
            self._keep(shadow, before)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the class's name, the attributes and the values: no watchers."""
        return type(self), (self.kind, self._own(), dict(self._chosen))


def as_function(
    function: Callable[..., Any], settings: param.Parameterized
) -> Callable[..., Any]:
    """Return what to call with each frame and its settings.

    Parameters
    ----------
    function : callable
        The user's.
    settings : param.Parameterized
        What `settings_of` made of it.

    Returns
    -------
    function : callable
        The same, unless it is a `param.Parameterized` or a class of these: then a
        `ParameterizedFilter`, or what it makes itself, as a `Chain` does. Of any other
        class of filters, an `InstanceFilter`.
    """
    if callable(make := getattr(settings, "as_filter", None)):
        made: Callable[..., Any] = make()
        return made
    if callable(settings):
        return ParameterizedFilter.of(settings)
    if is_filter_class(function):
        return InstanceFilter(function, values(settings))
    return function
