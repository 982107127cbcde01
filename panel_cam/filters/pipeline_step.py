"""One step of a pipeline: a filter, its settings, and what it may be given."""

import inspect
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from panel_cam.filters.plugins import Filter
from panel_cam.filters.registry import get
from panel_cam.functions.instances import InstanceFilter
from panel_cam.functions.signature import (
    bound,
    call_signature,
    evaluated_signature,
    innermost,
    is_filter_class,
    is_parameterized,
    name_of,
)

Part: TypeAlias = str | Filter | tuple[str | Filter, Mapping[str, Any]]
"""A filter or its name, alone or with settings."""


@dataclass(frozen=True, slots=True)
class PipelineStep:
    """One filter of a pipeline.

    Parameters
    ----------
    name : str
        The function's own, with a number from its second appearance on.
    function : callable
        The filter, as it was given.
    settings : dict
        Its keyword arguments, or those of the class.
    running : callable
        What is called: the function or, where that is a class of filters, an instance
        made with the settings.
    """

    name: str
    function: Filter
    settings: dict[str, Any]
    running: Filter

    @property
    def keywords(self) -> dict[str, Any]:
        """What it is called with: not the settings that made an instance."""
        return dict(self.settings) if self.running is self.function else {}

    @property
    def is_ours(self) -> bool:
        """Whether the catalogue's rules hold: grey is welcome, the input is left."""
        module = getattr(innermost(self.function), "__module__", None) or ""
        return module.startswith(f"{__package__}.")

    def options(self) -> list[inspect.Parameter]:
        """List what can be set by keyword.

        Returns
        -------
        options : list of inspect.Parameter
            Keyword-only, with the settings as defaults. What a `functools.partial`
            binds is settled, and none.
        """
        try:
            signature = evaluated_signature(self.running)
        except ValueError:  # a function written in C, without one
            return []
        settled = bound(self.function)
        return [
            option.replace(
                kind=inspect.Parameter.KEYWORD_ONLY,
                default=self.settings.get(option.name, option.default),
            )
            for option in list(signature.parameters.values())[1:]
            if option.kind in (option.KEYWORD_ONLY, option.POSITIONAL_OR_KEYWORD)
            and option.name not in settled
        ]


def _name(function: Filter) -> str:
    """Return a name that an option's name may begin with, `<lambda>`'s too."""
    return re.sub(r"\W", "", name_of(function)) or "step"


def to_filter(function: Filter, /, **settings: Any) -> Filter:
    """Make an instance of a class of filters.

    Parameters
    ----------
    function : callable
        Such a class, as a `param.Parameterized` with ``__call__(self, image)``; or any
        other filter.
    **settings
        What the instance is made with; or called with, if it takes them so.

    Returns
    -------
    filter : callable
        What is called with an image: any other filter itself.
    """
    # Of a ParameterizedFunction, which has `instance`, the class is called itself.
    if not is_filter_class(function) or hasattr(function, "instance"):
        return function
    kind: Any = function
    made: Filter = (
        kind(**settings) if is_parameterized(kind) else InstanceFilter(kind, settings)
    )
    return made


def to_step(part: Part, taken: list[str]) -> PipelineStep:
    """Read one part of a pipeline.

    Parameters
    ----------
    part : str, callable, or tuple of either and a mapping
        A filter or its name, alone or with settings.
    taken : list of str
        The names of the steps before.

    Returns
    -------
    step : PipelineStep
        With a name of its own.

    Raises
    ------
    TypeError
        If it is no filter, or has no such setting.
    ValueError
        If the catalogue has no filter of the name, or a class refuses a setting.
    """
    filter, settings = part if isinstance(part, tuple) else (part, {})
    function: object = get(filter) if isinstance(filter, str) else filter
    if not callable(function):
        got = type(function).__name__
        raise TypeError(f"expected a filter or a filter's name, got {got}")
    name = plain = _name(function)
    count = 1
    while name in taken:
        count += 1
        name = f"{plain}_{count}"
    try:
        step = PipelineStep(
            name, function, dict(settings), to_filter(function, **settings)
        )
        with suppress(ValueError):  # a function written in C, without a signature
            call_signature(step.running).bind_partial(None, **step.keywords)
    except TypeError as error:
        raise TypeError(f"{name}: {error}") from None
    return step
