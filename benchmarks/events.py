"""What a link's bad moments cost: how long until all is as it was.

``recover``
    The link has 1 Mbit/s for ten seconds, and then again what it had. Full quality is
    back when a picture has, on its way up, 90 % of the bytes that it had before, and as
    many are shown, both over half a second, the bytes by their median. They stand for
    quality and for scale: every page has them, whatever it tells about itself.
``stall``
    The link carries nothing for some seconds. The page is live again with the first
    picture that is younger than 1.5 times the median before, if the median of the half
    second that it begins is so, too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from statistics import median
from typing import Any

from browser import Noted, Visit, open_browser
from figures import dated_ages_of
from homes import Setup, serve
from link import MBIT, Link
from quiet import wait_for_quiet
from runs import begin, clip_for

VISITS = 3
"""To each page; the figure is the median."""

SQUEEZED = 1 * MBIT
SQUEEZE_SECONDS = 10.0

BEFORE = 4.0
"""Seconds that tell how it was before."""

AFTER = 10.0
"""Seconds after the event in which the page may become what it was."""

WINDOW = 500.0
"""Milliseconds that are looked at as one."""

ENOUGH_BYTES, ENOUGH_PICTURES, MOST_AGE = 0.9, 0.9, 1.5
"""As shares of what was before: bytes a picture, pictures, age."""

NEVER = float("inf")

Seconds = dict[str, list[float]]
Event = Callable[[Link], None]


def recover(
    setup: Setup, names: Sequence[str], *, patient: bool = False
) -> dict[str, Seconds]:
    """Time how long after a narrow link a page's quality is full again.

    Parameters
    ----------
    setup : Setup
        What all pages do. Its link is what there is before and after.
    names : sequence of str
        Of `homes.COMMANDS`.
    patient : bool
        Whether to wait, however long, for times at which other programs are idle.

    Returns
    -------
    results : dict
        Name -> `seconds`, one for each visit, infinite if it did not come back; and
        what was before: `kb_up` a picture, `fps`.
    """

    def squeeze(link: Link) -> None:
        link.squeeze(SQUEEZED)
        time.sleep(SQUEEZE_SECONDS)
        link.limit()

    def judge(before: Noted, after: Noted, event_at: float) -> dict[str, float]:
        seconds = before["seconds"]
        size = median(size for _, size in before["pictures"])
        fps = len(before["shown"]) / seconds
        found = first_window(
            event_at,
            [when for when, _ in after["pictures"]],
            lambda start, end: (
                median(b for when, b in after["pictures"] if start <= when < end)
                >= ENOUGH_BYTES * size
                and sum(start <= when < end for when, _ in after["shown"])
                >= ENOUGH_PICTURES * fps * WINDOW / 1000
            ),
        )
        return {"seconds": found, "kb_up": size / 1e3, "fps": fps}

    return _visit_all(setup, names, squeeze, judge, patient=patient)


def stall(
    setup: Setup, names: Sequence[str], seconds: float, *, patient: bool = False
) -> dict[str, Seconds]:
    """Time how long after a silent link a page's pictures are young again.

    Parameters
    ----------
    setup, names, patient
        See `recover`.
    seconds : float
        How long the link is silent.

    Returns
    -------
    results : dict
        Name -> `seconds`, one for each visit, infinite if it did not come back; and
        what was before: `age` in ms.
    """

    def hold(link: Link) -> None:
        link.hold()
        time.sleep(seconds)
        link.release()

    def judge(before: Noted, after: Noted, event_at: float) -> dict[str, float]:
        age = median(age for _, age, _ in dated_ages_of(before))
        dated = dated_ages_of(after)

        def is_live(start: float, end: float) -> bool:
            ages = [age for when, age, _ in dated if start <= when < end]
            return max(ages[0], median(ages)) < MOST_AGE * age

        found = first_window(event_at, [when for when, *_ in dated], is_live)
        return {"seconds": found, "age": age}

    return _visit_all(setup, names, hold, judge, patient=patient)


def first_window(
    event_at: float, starts: Sequence[float], holds: Callable[[float, float], bool]
) -> float:
    """Find when something begins to hold.

    Parameters
    ----------
    event_at : float
        From when on; ms.
    starts : sequence of float
        When a window may begin; ms, in order.
    holds : callable
        Of a window's start and end.

    Returns
    -------
    seconds : float
        From the event to the first such window's start; infinite if there is none.

    Examples
    --------
    >>> first_window(1000, [500, 1500, 2500], lambda start, end: start > 1000)
    0.5
    """
    for start in starts:
        if start >= event_at and holds(start, start + WINDOW):
            return (start - event_at) / 1000
    return NEVER


def describe_event(title: str, results: dict[str, Seconds]) -> str:
    """Write what `recover` or `stall` found: medians, every visit, what was before."""
    lines = [title]
    for name, figures in results.items():
        each = ", ".join(f"{seconds:.2f}" for seconds in figures["seconds"])
        before = ", ".join(
            f"{key} {median(values):.1f}"
            for key, values in figures.items()
            if key != "seconds"
        )
        middle = median(figures["seconds"])
        lines.append(f"{name:12}{middle:8.2f} s  (visits: {each}; before: {before})")
    return "\n".join(lines)


def _visit_all(
    setup: Setup,
    names: Sequence[str],
    happen: Event,
    judge: Callable[[Noted, Noted, float], dict[str, float]],
    *,
    patient: bool,
) -> dict[str, Seconds]:
    if setup.link == "open":
        setup = replace(setup, link="relay")  # which can be squeezed and held
    results: dict[str, Seconds] = {name: {} for name in names}
    with ExitStack() as stack:
        homes = [stack.enter_context(serve(name, setup)) for name in names]
        browser = stack.enter_context(open_browser(clip_for(setup, stack)))
        for _ in range(VISITS):
            for home in homes:
                if patient:
                    wait_for_quiet()
                with Visit(browser, home, setup) as visit:
                    for key, value in _visit(visit, happen, judge).items():
                        results[home.name].setdefault(key, []).append(value)
    return results


def _visit(
    visit: Visit,
    happen: Event,
    judge: Callable[[Noted, Noted, float], dict[str, float]],
) -> dict[str, Any]:
    link = visit.home.link
    assert link is not None
    begin(visit)
    before = visit.measure(BEFORE)
    # Both clocks are the machine's: when the page's began tells one by the other.
    began = visit.page.evaluate("performance.timeOrigin")
    happen(link)
    event_at = time.time() * 1000 - began
    return judge(before, visit.measure(AFTER), event_at)
