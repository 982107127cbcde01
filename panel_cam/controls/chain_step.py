"""`ChainStep`: one filter of a chain on a page; and the steps that one begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import param

from panel_cam.filters.pipelines import Pipeline
from panel_cam.functions.parameterized import as_function
from panel_cam.functions.settings import Settings, option_of, values
from panel_cam.functions.stateful import fresh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from panel_cam.controls.filter_menu import FilterMenu


class ChainStep(param.Parameterized):
    """One filter of a chain, with its settings; they stay when it is off or moves.

    Parameters
    ----------
    filter : str
        Its name in the menu.
    function : callable
        The filter itself.
    settings : param.Parameterized
        What `settings_of` made of it.
    enabled : bool, default True
        Whether frames go through it.
    """

    enabled = param.Boolean(
        default=True,
        doc="""
        Whether frames go through this step. Switched on again, a filter with a memory
        begins anew.""",
    )

    def __init__(
        self,
        filter: str,
        function: Callable[..., Any],
        settings: param.Parameterized,
        *,
        enabled: bool = True,
    ) -> None:
        super().__init__(enabled=enabled)  # type: ignore[no-untyped-call]
        self.filter = filter
        self.function = function
        self.settings = settings
        self.renew()

    def renew(self) -> None:
        """Let its filter forget the frames so far."""
        self.running = fresh(as_function(self.function, self.settings))
        """What is called: of a filter with a memory, an instance of this step's own."""


def first_steps(
    function: Callable[..., Any], settings: param.Parameterized, menu: FilterMenu
) -> list[ChainStep]:
    """Make the steps that a chain begins with.

    Parameters
    ----------
    function : callable
        The filter that is at work. A `pipeline` is taken apart.
    settings : param.Parameterized
        What `settings_of` made of it. If that was told more than the function says
        itself, even a pipeline is one step.
    menu : FilterMenu
        Gets what it does not have yet.

    Returns
    -------
    steps : list of ChainStep
        They do together what the filter does.
    """
    is_plain = isinstance(settings, Settings) and not type(settings)._overridden
    if isinstance(function, Pipeline) and is_plain:
        try:
            return _take_apart(function, values(settings), menu)
        except (KeyError, TypeError, ValueError):
            pass  # one of its functions has no such settings by itself
    return [ChainStep(menu.add(function, settings), function, settings)]


def _take_apart(
    pipeline: Pipeline, chosen: Mapping[str, Any], menu: FilterMenu
) -> list[ChainStep]:
    options = [dict(step.settings) for step in pipeline.steps]
    for name, value in chosen.items():
        number, option = pipeline.options[name]
        options[number][option] = value
    made: list[ChainStep] = []
    for part, mine in zip(pipeline.steps, options, strict=True):
        name = menu.add(part.function)
        function, settings = menu.get(name, [step.settings for step in made])
        attributes = {option_of(settings, each): each for each in settings.param}
        # Set rather than made a default, so that a link says it.
        settings.param.update(**{attributes[key]: mine[key] for key in mine})
        made.append(ChainStep(name, function, settings))
    return made
