"""Several filters, one after the other, as one filter."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from inspect import isawaitable
from typing import Any, Self

from panel_cam.errors import ImageError
from panel_cam.filters.channels import to_rgb
from panel_cam.filters.pipeline_step import Part, PipelineStep, to_step
from panel_cam.functions import coroutines
from panel_cam.functions.stateful import fresh, is_in_order
from panel_cam.functions.wants import NOTHING, Wants, wants_of
from panel_cam.imaging.frame import Image
from panel_cam.imaging.pixels import to_uint8
from panel_cam.imaging.reduced import reduce_image
from panel_cam.imaging.result import Result
from panel_cam.imaging.returned import to_result
from panel_cam.imaging.shapes import Shape


class Pipeline:
    """Several filters as one: what `pipeline` makes.

    It is called like any filter and may be pickled if its filters may. Every option of
    every step is an option of the pipeline, named `<step>_<option>`: its signature says
    so, and controls can be made from it.

    Parameters
    ----------
    *parts : str, callable, or tuple of either and a mapping
        See `pipeline`.
    """

    __name__ = "pipeline"

    def __init__(self, *parts: Part) -> None:
        steps: list[PipelineStep] = []
        for part in parts:
            steps.append(to_step(part, [step.name for step in steps]))
        self.steps = tuple(steps)
        self._wants = [wants_of(step.running) for step in steps]
        self.options: dict[str, tuple[int, str]] = {}
        """Option -> the number of its step from 0, and its name there."""
        image = inspect.Parameter("image", inspect.Parameter.POSITIONAL_ONLY)
        parameters = [image]
        for number, step in enumerate(self.steps):
            for option in step.options():
                name = f"{step.name}_{option.name}"
                while name in self.options:
                    name += "_"
                self.options[name] = (number, option.name)
                parameters.append(option.replace(name=name))
        self.__signature__ = inspect.Signature(parameters)

    @property
    def _panel_cam_wants(self) -> Wants:
        """The first step's; see `panel_cam.wants`."""
        return self._wants[0] if self._wants else NOTHING

    @property
    def in_order(self) -> bool:
        """Whether a step keeps state, so that frames have to come one at a time."""
        return any(is_in_order(step.running) for step in self.steps)

    def _settings(self, changes: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return each step's settings, with the changes put in."""
        settings = [step.keywords for step in self.steps]
        for name, value in changes.items():
            if name not in self.options:
                raise TypeError(f"pipeline has no option {name!r}")
            number, option = self.options[name]
            settings[number][option] = value
        return settings

    def __call__(self, image: Image, /, **changes: Any) -> Image | Result:
        """Send an image through all steps.

        Parameters
        ----------
        image : ndarray
            Any that can be shown.
        **changes
            Options such as ``gaussian_sigma=2.0``; those not named keep the step's
            setting, or the filter's default.

        Returns
        -------
        output : ndarray or Result
            What the last step returns; a `Result` if any step returned one.

        Raises
        ------
        ImageError
            If a step returns something that the next cannot take.
        TypeError
            If there is no such option.
        """
        output: Any = image
        values: dict[str, float] = {}
        table: object = None
        shapes: list[Shape] = []
        is_result = False
        settings = self._settings(changes)
        before = ""
        for step, chosen, wish in zip(self.steps, settings, self._wants, strict=True):
            given = _prepare(output, step, before, wish)
            output = step.running(given, **chosen)
            if isawaitable(output):
                output = coroutines.run(output, _finish)
            is_result = is_result or isinstance(output, Result | tuple)
            output = result = to_result(output, name=step.name, shape=given.shape)
            values.update(result.values)
            table = table if result.table is None else result.table
            shapes += result.shapes
            before = step.name
        if not isinstance(output, Result):  # there was no step
            untouched: Image = output
            return untouched
        if not is_result:
            last: Image = output.image
            return last
        shown = None if output.is_painted else output.image
        return Result(shown, values, table, shapes, output.labels)

    def reset(self) -> None:
        """Let every step forget the frames so far."""
        for step in self.steps:
            function: object = step.running
            if is_in_order(function) and callable(
                reset := getattr(function, "reset", None)
            ):
                reset()

    def fresh(self) -> Self:
        """Make a pipeline of the same filters and settings that has seen no frame.

        Returns
        -------
        pipeline : Pipeline
            For one session: see `panel_cam.functions.stateful.fresh`.
        """
        steps = ((fresh(step.function), step.settings) for step in self.steps)
        return type(self)(*steps)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Part, ...]]:
        """Pickle the parts; the rest follows from them."""
        parts = tuple((step.function, step.settings) for step in self.steps)
        return type(self), parts

    def __repr__(self) -> str:
        """Return the call that makes it; a catalogue's filter is shown by its name."""
        return f"pipeline({', '.join(_describe(step) for step in self.steps)})"


async def _finish(output: Awaitable[Any]) -> Any:
    return await output


def _prepare(image: Any, step: PipelineStep, before: str, wish: Wants) -> Image:
    """Turn what one step returned into what the next one was promised."""
    try:
        # Of labels, what the page would show.
        picture = image.to_picture() if isinstance(image, Result) else image
        pixels = to_uint8(picture)
    except ImageError as error:
        giver = f"{before} returned no image" if before else "pipeline got no image"
        raise ImageError(f"{giver}: {error}") from None
    if pixels.ndim == 3:
        if wish.gray:
            return reduce_image(pixels, gray=True)
        pixels = pixels[:, :, :3]
    elif not step.is_ours and not wish.gray:
        return to_rgb(pixels)
    # Someone else's function may write into its image, which the step before may have
    # kept for the next frame.
    return pixels if step.is_ours or not before else pixels.copy()


def _describe(step: PipelineStep) -> str:
    function = step.function
    name = getattr(function, "__name__", "")
    if isinstance(function, Pipeline):
        shown = repr(function)
    elif step.is_ours and not isinstance(function, partial):
        shown = repr(name)
    else:
        shown = getattr(function, "__qualname__", "") or repr(function)
    return f"({shown}, {step.settings!r})" if step.settings else shown


def pipeline(*parts: Part) -> Pipeline:
    """Chain filters: each one gets what the one before returned.

    Between two steps, an image is brought to what a filter is promised: uint8, without
    an alpha channel (a pixel that was NaN is black), and of three channels, unless the
    next filter is one of the catalogue, all of which take one channel too. What the
    last step returns is left as it is. A step that `wants` grey gets luminance; all
    steps work on an image as small as the first one wants.

    Parameters
    ----------
    *parts : str, callable, or tuple of either and a mapping
        The filters in their order: functions, names of the catalogue, other pipelines,
        classes whose instances are filters, or pairs of one of these and its settings.

    Returns
    -------
    pipeline : Pipeline
        A filter. It returns a `Result` if one of its filters does. That has the named
        values of all steps, and where two steps use a name, the later one wins; the
        shapes of all; the table of the last that has one; the labels of the last step,
        while those of others are painted for the next. Shapes are in pixels of the
        step that gave them: put a step that moves pixels before it.

    Raises
    ------
    TypeError
        If a part is no filter, or has no such setting.
    ValueError
        If the catalogue has no filter of a name.

    Examples
    --------
    >>> import numpy as np
    >>> both = pipeline("roberts", np.fliplr)
    >>> both(np.array([[0, 0, 255], [0, 0, 255]], np.uint8))[:, :, 0]
    array([[255,   0, 255],
           [255,   0, 255]], dtype=uint8)
    >>> both
    pipeline('roberts', fliplr)
    """
    return Pipeline(*parts)
