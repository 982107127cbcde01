"""What each filter of the catalogue costs, and the catalogue as a list.

`python -m panel_cam filters [--bench]` prints either.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np

from panel_cam.filters.channels import Bytes
from panel_cam.filters.pipeline_step import to_filter
from panel_cam.filters.registry import get, groups, names, summary
from panel_cam.functions.stateful import fresh

SHAPE = (480, 640)

_REPEATS = 15
_SECONDS = 1.0  # for one filter, beyond which two repeats are enough


@dataclass(frozen=True, slots=True)
class Cost:
    """What one filter costs.

    Parameters
    ----------
    name : str
        Of the filter.
    milliseconds : float
        The quickest of some calls with default settings: what it takes when the
        machine has nothing else to do.
    said : float or None
        What its docstring says, if that calls it slow.
    """

    name: str
    milliseconds: float
    said: float | None


def scene(shape: tuple[int, int] = SHAPE) -> Bytes:
    """Return a picture to measure with: a portrait that scikit-image brings along.

    Parameters
    ----------
    shape : tuple of int, default (480, 640)
        Rows and columns.

    Returns
    -------
    image : ndarray of shape (M, N, 3) and dtype uint8
        A fresh array.
    """
    from PIL import Image as Picture
    from skimage.data import astronaut

    side = max(shape)
    portrait = Picture.fromarray(astronaut()).resize((side, side))
    return np.array(portrait)[: shape[0], : shape[1]]


def slowness(filter: Callable[..., Any]) -> float | None:
    """Read what a filter's docstring says that it costs.

    Parameters
    ----------
    filter : callable
        Any function.

    Returns
    -------
    milliseconds : float or None
        From a paragraph that begins with "Slow" and says "about N ms"; None if there is
        no such paragraph.

    Examples
    --------
    >>> def wait(image):
    ...     '''Wait.
    ...
    ...     Slow: about 200 ms at 640x480.
    ...     '''
    >>> slowness(wait)
    200.0
    """
    found = re.search(
        r"^Slow\b[^\n]*(?:\n[^\n]+)*?about\s+(\d+)\s+ms",
        inspect.getdoc(filter) or "",
        re.MULTILINE,
    )
    return float(found[1]) if found else None


def measure(
    name: str,
    images: Sequence[Bytes] | None = None,
    *,
    clock: Callable[[], float] = perf_counter,
) -> Cost:
    """Measure one filter.

    Parameters
    ----------
    name : str
        One of `panel_cam.filters.names()`.
    images : sequence of ndarray, optional
        Given to it in turn; by default `scene`, and the same moved by two pixels.
    clock : callable, default `time.perf_counter`
        Seconds, from any start.

    Returns
    -------
    cost : Cost
        Without the first call, which imports libraries.
    """
    if images is None:
        images = [scene(), np.roll(scene(), 2, axis=1)]
    chosen = get(name)
    filter = fresh(to_filter(chosen))
    filter(images[0])
    seconds: list[float] = []
    while len(seconds) < _REPEATS:
        started = clock()
        filter(images[(len(seconds) + 1) % len(images)])
        seconds.append(clock() - started)
        if len(seconds) > 1 and sum(seconds) > _SECONDS:
            break
    return Cost(name, 1000 * min(seconds), slowness(chosen))


def table(chosen: Sequence[str] | None = None) -> Iterator[str]:
    """Measure filters, and make a table of it.

    Parameters
    ----------
    chosen : sequence of str, optional
        Which filters; by default, all.

    Yields
    ------
    line : str
        Two of heading, then one for each filter, the slowest last.
    """
    images = [scene(), np.roll(scene(), 2, axis=1)]
    costs: list[Cost] = []
    failures: list[str] = []
    for name in chosen or names():
        try:
            costs.append(measure(name, images))
        except Exception as error:  # another package's filter: the others still count
            failures.append(f"{name:20}   failed: {type(error).__name__}: {error}")
    group_of = {name: group for group, some in groups().items() for name in some}
    yield f"{'filter':20} {'ms':>7}  {'doc':>5}  group"
    yield f"{'':-<20} {'':->7}  {'':->5}  {'':-<12}"
    for cost in sorted(costs, key=lambda cost: cost.milliseconds):
        said = "" if cost.said is None else f"{cost.said:.0f}"
        ms = f"{cost.milliseconds:7.1f}"
        yield f"{cost.name:20} {ms}  {said:>5}  {group_of.get(cost.name, '')}"
    yield from failures


def listing() -> Iterator[str]:
    """Make a list of the catalogue, by groups.

    Yields
    ------
    line : str
        A group's name, or a filter's name and its first line of documentation.
    """
    for group, members in groups().items():
        yield group
        for name in members:
            try:
                yield f"  {name:20} {summary(name)}".rstrip()
            except ValueError as error:
                yield f"  {name:20} ({error})"
