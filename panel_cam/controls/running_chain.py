"""`RunningChain`: what the steps of a chain that are on become, to call with frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from panel_cam.filters.pipelines import Pipeline

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class RunningChain(Pipeline):
    """A `Pipeline` whose settings come with each frame, for all of its steps at once.

    Parameters
    ----------
    *functions : callable
        The filters.
    """

    def __init__(self, *functions: Callable[..., Any]) -> None:
        super().__init__(*functions)
        # An error of the last step's picture is told under this name.
        self.__name__ = self.steps[-1].name if self.steps else "chain"

    def _settings(self, changes: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [dict(settings) for settings in changes["chosen"]]

    def fresh(self) -> Self:
        """Return this chain: its steps are one session's own, and remember on purpose.

        When a step is added, those that were there keep what they have seen.
        """
        return self

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """Pickle the functions."""
        return type(self), tuple(step.function for step in self.steps)
