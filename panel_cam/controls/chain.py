"""`Chain`: filters in a list that people change on a page while the stream runs.

What is fixed, and written in Python, is a `panel_cam.filters.pipeline`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import param

from panel_cam.controls.chain_step import ChainStep
from panel_cam.controls.filter_menu import FilterMenu
from panel_cam.controls.running_chain import RunningChain
from panel_cam.filters.pipelines import Pipeline
from panel_cam.functions.as_python import as_python
from panel_cam.functions.settings import values

if TYPE_CHECKING:
    from collections.abc import Iterable

    from panel_cam.imaging.frame import Image
    from panel_cam.imaging.result import Result

MAX_STEPS = 16
"""How many filters a chain takes: a link is a line of text, and quickly written."""


class Chain(param.Parameterized):
    """A list of filters to add to, remove from, reorder, and switch on and off.

    Is a filter itself, and its own settings: what every step is set to travels with a
    frame as one value, `chosen`. One for each session. All on the event loop, but the
    filter that `as_filter` returns.

    Parameters
    ----------
    menu : FilterMenu, optional
        Where names are looked up; by default, the catalogue.

    Examples
    --------
    >>> chain = Chain()
    >>> chain.add("gaussian").settings.sigma = 1.5
    >>> chain.add("canny", enabled=False).filter
    'canny'
    >>> chain.chosen
    ({'sigma': 1.5},)
    """

    steps: param.List[Any] = param.List(
        default=[],
        item_type=ChainStep,
        constant=True,
        precedence=-1,
        doc="""
        The steps in their order: see `add`, `remove`, `move` and `replace`.""",
    )
    chosen: param.Parameter[Any] = param.Parameter(
        default=(),
        precedence=-1,
        doc="""
        The keyword arguments of every step that is on, a tuple of dictionaries.""",
    )
    revision = param.Integer(
        default=0,
        constant=True,
        precedence=-1,
        doc="""
        Counts the changes of what `as_filter` returns: of the steps, their order and
        whether they are on, and not of their settings.""",
    )

    def __init__(self, menu: FilterMenu | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.menu = FilterMenu() if menu is None else menu
        self._watchers: dict[ChainStep, list[tuple[Any, Any]]] = {}
        self._running = RunningChain()

    # ---- what people do with it

    def make(
        self,
        filter: str,
        *,
        enabled: bool = True,
        beside: Iterable[ChainStep] | None = None,
    ) -> ChainStep:
        """Make a step that is not part of the chain yet.

        Parameters
        ----------
        filter : str
            A name of the menu.
        enabled : bool, default True
            Whether it is on.
        beside : iterable of ChainStep, optional
            The steps it will be together with, and share no settings; by default, those
            of this chain.

        Returns
        -------
        step : ChainStep
            With its defaults.

        Raises
        ------
        ValueError
            If the menu has no such filter, or it cannot be imported.
        """
        others = self.steps if beside is None else beside
        used = [step.settings for step in others]
        function, settings = self.menu.get(filter, used)
        return ChainStep(filter, function, settings, enabled=enabled)

    def add(self, filter: str, *, enabled: bool = True) -> ChainStep:
        """Append a filter.

        Parameters
        ----------
        filter : str
            A name of the menu.
        enabled : bool, default True
            Whether it is on.

        Returns
        -------
        step : ChainStep
            The new one.

        Raises
        ------
        ValueError
            If the menu has no such filter, or the chain is full.
        """
        if len(self.steps) >= MAX_STEPS:
            raise ValueError(f"a chain takes at most {MAX_STEPS} filters")
        step = self.make(filter, enabled=enabled)
        self.replace([*self.steps, step])
        return step

    def remove(self, step: ChainStep) -> None:
        """Take a step away."""
        self.replace([each for each in self.steps if each is not step])

    def move(self, step: ChainStep, by: int) -> None:
        """Move a step along the chain, as far as there are others.

        Parameters
        ----------
        step : ChainStep
            Of this chain.
        by : int
            How many places: below 0, towards the camera.
        """
        others = [each for each in self.steps if each is not step]
        place = max(0, self.steps.index(step) + by)
        self.replace([*others[:place], step, *others[place:]])

    def replace(self, steps: Iterable[ChainStep]) -> None:
        """Make these the steps, all at once.

        Parameters
        ----------
        steps : iterable of ChainStep
            Each one once.

        Raises
        ------
        ValueError
            If there are more than `MAX_STEPS`.
        """
        steps = list(steps)
        if len(steps) > MAX_STEPS:
            raise ValueError(f"a chain takes at most {MAX_STEPS} filters")
        for step in [each for each in self._watchers if each not in steps]:
            for owner, watcher in self._watchers.pop(step):
                owner.param.unwatch(watcher)
        for step in steps:
            if step not in self._watchers:
                self._watch(step)
        self._update(steps=steps)

    # ---- what becomes of it

    def _watch(self, step: ChainStep) -> None:
        names = [name for name in step.settings.param if name != "name"]
        self._watchers[step] = [
            (step, step.param.watch(self._on_enabled, "enabled")),
            *(
                [(step.settings, step.settings.param.watch(self._collect, names))]
                if names
                else []
            ),
        ]

    def _on_enabled(self, event: param.parameterized.Event) -> None:
        if event.new:
            event.obj.renew()
        self._update()

    def _working(self) -> list[ChainStep]:
        return [step for step in self.steps if step.enabled]

    def _chosen(self) -> tuple[dict[str, Any], ...]:
        return tuple(values(step.settings) for step in self._working())

    def _collect(self, *events: param.parameterized.Event) -> None:
        self.chosen = self._chosen()

    def _update(self, **changes: Any) -> None:
        with param.parameterized.batch_call_watchers(self):
            with param.edit_constant(self):
                self.param.update(**changes, revision=self.revision + 1)
            self._running = RunningChain(*(step.running for step in self._working()))
            self.chosen = self._chosen()

    def as_filter(self) -> RunningChain:
        """Return what to call with each frame, and with `chosen` as it is then.

        Returns
        -------
        filter : RunningChain
            Of the steps that are on; another one after every change of `revision`. It
            can be pickled if its filters can.
        """
        return self._running

    def as_python(self) -> str:
        """Write the script that makes the same picture, of the steps that are on.

        Returns
        -------
        script : str
            See `panel_cam.as_python`. Filters with a memory begin with none.

        Examples
        --------
        >>> chain = Chain()
        >>> chain.add("gaussian").settings.sigma = 1.5
        >>> _ = chain.add("roberts")
        >>> print(chain.as_python())
        from panel_cam.filters import gaussian, pipeline, roberts
        <BLANKLINE>
        chain = pipeline((gaussian, {'sigma': 1.5}), roberts)
        <BLANKLINE>
        <BLANKLINE>
        def process(image):
            return chain(image)
        <BLANKLINE>
        """
        steps = self._working()
        if len(steps) == 1:
            return as_python(steps[0].function, steps[0].settings)
        parts = [
            (step.settings, {})
            if callable(step.settings)
            else (step.function, values(step.settings))
            for step in steps
        ]
        # Its settings are in the call that makes it.
        return as_python(Pipeline(*parts), param.Parameterized())

    def __call__(self, image: Image) -> Image | Result:
        """Send an image through the steps that are on.

        Parameters
        ----------
        image : ndarray
            Any that can be shown.

        Returns
        -------
        output : ndarray or Result
            See `Pipeline`.
        """
        return self._running(image, chosen=self.chosen)
