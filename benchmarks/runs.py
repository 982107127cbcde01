"""The two ways to measure: pages side by side, and one page for long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from browser import Noted, Visit, open_browser
from clip import Clip
from figures import Figures, figures_of
from homes import Home, Setup, serve
from link import parse_link
from quiet import QUIET, wait_for_quiet

VISITS = 8
"""To each page. Every visit opens the camera at another phase; see `figures`."""

WARM_UP = 0.7
"""Seconds of running before a segment."""

SETTLE = 5.0
"""The same over a link: a stream has to find out what it bears, and queues to fill."""

LINK_VISITS = 4
"""To each page over a link, as settling takes long; one if it changes, so that all
pages see the same of it."""

FIRST_FRAMES = 1000


def compare(
    setup: Setup,
    names: Sequence[str],
    seconds: float,
    *,
    check: bool = False,
    patient: bool = False,
) -> Figures:
    """Measure pages in turns, with one browser and one camera at a time.

    Parameters
    ----------
    setup : Setup
        What all of them do.
    names : sequence of str
        Of `homes.COMMANDS`. The first one's first visit is its server's first, too.
    seconds : float
        How long to watch each of them, in sum.
    check : bool
        Whether to compare what pages say they painted with what they show.
    patient : bool
        Whether to wait, however long, for times at which other programs are idle.

    Returns
    -------
    figures : dict
        Name -> figures; `first_picture` holds the seconds of every visit, in order.
    """
    return compare_setups(
        dict.fromkeys(names, setup), names, seconds, check=check, patient=patient
    )


def compare_setups(
    setups: Mapping[str, Setup],
    homes_of: Sequence[str],
    seconds: float,
    *,
    check: bool = False,
    patient: bool = False,
) -> Figures:
    """Measure pages that differ in what they do, in the same way as `compare`.

    Parameters
    ----------
    setups : mapping
        Name of the result -> what that page does. The camera is the first one's.
    homes_of : sequence of str
        The home of each, in the same order.
    seconds, check, patient
        See `compare`.

    Returns
    -------
    figures : dict
        As of `compare`.
    """
    segments: dict[str, list[Noted]] = {name: [] for name in setups}
    firsts: dict[str, list[float]] = {name: [] for name in setups}
    with ExitStack() as stack:
        homes = [
            replace(stack.enter_context(serve(home, setup)), name=name)
            for home, (name, setup) in zip(homes_of, setups.items(), strict=True)
        ]
        setup = next(iter(setups.values()))
        browser = stack.enter_context(open_browser(clip_for(setup, stack)))
        visits = _visits_over(setup)
        while waiting := [home for home in homes if len(segments[home.name]) < visits]:
            for home in waiting:
                if patient:
                    wait_for_quiet()
                with Visit(browser, home, setup, check=check) as visit:
                    firsts[home.name].append(round(begin(visit), 2))
                    noted = visit.measure(seconds / visits)
                if not patient or noted["others"] < QUIET * noted["seconds"]:
                    segments[home.name].append(noted)
    return {
        name: {**figures_of(segments[name]), "first_picture": firsts[name]}
        for name in setups
    }


def endure(setup: Setup, name: str, *, frames: int = 0, seconds: float = 0) -> Figures:
    """Watch one page for long, in one session.

    Parameters
    ----------
    setup : Setup
        What it does.
    name : str
        Of `homes.COMMANDS`.
    frames : int
        How many pictures it has to show.
    seconds : float
        How long it has to run, if that is longer.

    Returns
    -------
    figures : dict
        As of `compare`, for the whole time; and under `memory` one row for every 1000
        pictures: how many were shown, MB of the server and of the page's JS heap
        (after a garbage collection) and of the browser's page process.
    """
    segments: list[Noted] = []
    memory: list[dict[str, float]] = []
    shown, watched, next_row = 0, 0.0, FIRST_FRAMES
    with ExitStack() as stack:
        home = stack.enter_context(serve(name, setup))
        browser = stack.enter_context(open_browser(clip_for(setup, stack)))
        visit = stack.enter_context(Visit(browser, home, setup))
        first = round(begin(visit), 2)
        while shown < frames or watched < seconds:
            noted = visit.measure(5)
            segments.append(noted)
            shown += len(noted["shown"])
            watched += noted["seconds"]
            if not noted["shown"]:
                raise RuntimeError(f"{name} stopped after {shown} pictures")
            if shown >= next_row:
                memory.append(_weigh(home, visit, shown))
                next_row += FIRST_FRAMES
        memory.append(_weigh(home, visit, shown))
    return {**figures_of(segments), "first_picture": [first], "memory": memory}


def begin(visit: Visit) -> float:
    """Wait until a page's pictures come, as they will come.

    A link is open until the first picture, and begins then: how long a page takes to
    load over it is another question.

    Parameters
    ----------
    visit : Visit
        Just opened.

    Returns
    -------
    seconds : float
        Until the first picture.
    """
    first = visit.first_picture()
    visit.watch_camera()
    link = visit.home.link
    if link is not None:
        link.limit()
    visit.measure(WARM_UP if link is None else SETTLE)
    return first


def _visits_over(setup: Setup) -> int:
    if setup.link == "open":
        return VISITS
    return 1 if parse_link(setup.link).changes else LINK_VISITS


def _weigh(home: Home, visit: Visit, shown: int) -> dict[str, float]:
    return {
        "shown": shown,
        "server_mb": round(home.memory_mb(), 2),
        "heap_mb": round(visit.heap_mb(), 2),
        "renderer_mb": round(visit.renderer_mb(), 2),
    }


def clip_for(setup: Setup, stack: ExitStack) -> Path:
    """Make the camera's clip, a file that goes with the stack."""
    path = Path(stack.enter_context(TemporaryDirectory())) / "clip.y4m"
    Clip(setup.width, setup.height, setup.fps).write(path)
    return path
