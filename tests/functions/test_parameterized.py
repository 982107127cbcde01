"""A `param.Parameterized` as a filter: consistent, with memory, in other processes."""

import asyncio
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

import numpy as np
import panel as pn
import param
import pytest

from panel_cam.filters import get
from panel_cam.functions.parameterized import ParameterizedFilter, as_function
from panel_cam.functions.settings import settings_of, values
from panel_cam.functions.stateful import fresh, is_in_order
from panel_cam.imaging.codec import encode
from panel_cam.processing.run_filter import run_filter

IMAGE = np.full((2, 3), 100, np.uint8)
FRAME = encode(np.full((6, 8, 3), 100, np.uint8), format="png")


class Brighter(param.Parameterized):
    """Add to every value, and count frames."""

    by = param.Integer(default=10, bounds=(0, 50))
    fixed = param.Integer(default=1, constant=True)

    def __init__(self, **params: Any) -> None:
        super().__init__(**params)
        self.frames = 0
        self.changes = 0

    @param.depends("by", watch=True)
    def _count(self) -> None:
        self.changes += 1

    def __call__(self, image):
        self.frames += 1
        return image + np.uint8(self.by)


class Remembering(Brighter):
    """A filter with memory."""

    in_order = True

    def reset(self) -> None:
        self.frames = 0


class Waiting(Brighter):
    """A filter that waits."""

    async def __call__(self, image):  # type: ignore[override]
        await asyncio.sleep(0)
        self.frames += 1
        return image + np.uint8(self.by)


class add(param.ParameterizedFunction):  # noqa: N801 - they are named like functions
    """Add, as a function that has parameters."""

    by = param.Integer(default=10)

    def __call__(self, image, **params):
        return image + np.uint8(param.ParamOverrides(self, params).by)


def made(settings: Any) -> ParameterizedFilter:
    function = as_function(settings, settings)
    assert isinstance(function, ParameterizedFilter)
    return function


def test_a_plain_function_stays_as_it_is() -> None:
    gaussian = get("gaussian")
    assert as_function(gaussian, settings_of(gaussian)) is gaussian


def test_a_frame_is_processed_with_the_settings_it_came_with() -> None:
    brighter = Brighter(by=20)
    function = made(brighter)
    assert (function(IMAGE) == 120).all()
    before = values(brighter)
    brighter.by = 30
    assert (function(IMAGE, **before) == 120).all()
    assert (function(IMAGE, **values(brighter)) == 130).all()
    assert brighter.by == 30


def test_a_slider_that_moves_in_the_middle_of_a_frame_changes_nothing() -> None:
    entered, moved = threading.Event(), threading.Event()

    class Slow(Brighter):
        def __call__(self, image):
            first = self.by
            entered.set()
            assert moved.wait(10)
            return np.array([[first, self.by]], np.uint8)

    slow = Slow()
    function, seen = made(slow), []
    thread = threading.Thread(target=lambda: seen.append(function(IMAGE)))
    thread.start()
    assert entered.wait(10)
    slow.by = 50
    moved.set()
    thread.join(10)
    np.testing.assert_array_equal(seen[0], [[10, 10]])


def test_a_frame_runs_no_watcher_of_the_instance() -> None:
    brighter = Brighter()
    seen: list[Any] = []
    brighter.param.watch(seen.append, "by")
    made(brighter)(IMAGE, by=20)
    assert (seen, brighter.changes, brighter.by) == ([], 0, 10)


def test_attributes_that_a_call_sets_stay_and_can_be_set_from_outside() -> None:
    brighter = Brighter()
    function = made(brighter)
    function(IMAGE)
    function(IMAGE)
    assert brighter.frames == 2
    brighter.frames = 10
    function(IMAGE)
    assert brighter.frames == 11


def test_bounds_of_the_instance_hold_and_not_those_of_the_class() -> None:
    brighter = settings_of(Brighter(), by=(0, 100))
    brighter.by = 90  # type: ignore[attr-defined]
    assert (made(brighter)(IMAGE, **values(brighter)) == 190).all()


def test_a_class_and_a_parameterized_function_are_called_too() -> None:
    for kind in (Brighter, add):
        settings = settings_of(kind, by=(5, 7))
        function = as_function(kind, settings)
        assert (function(IMAGE, **values(settings)) == 107).all()


def test_a_parameterized_may_be_async() -> None:
    waiting = Waiting()
    processed = run_filter(FRAME, made(waiting), {"by": 20}, keep_image=True)
    assert processed.image is not None
    assert (processed.image == 120).all()
    assert waiting.frames == 1


def test_it_can_be_pickled_while_widgets_watch_it() -> None:
    brighter = Brighter(by=20)
    pn.Param(brighter)
    brighter.param.watch(lambda event: None, "by")
    other = pickle.loads(pickle.dumps(made(brighter)))
    assert (other(IMAGE) == 120).all()
    assert (other(IMAGE, by=30) == 130).all()
    assert other.__name__ == "Brighter"


def test_it_runs_in_another_process() -> None:
    brighter = Brighter(by=20)
    pn.Param(brighter)
    job = partial(run_filter, FRAME, made(brighter), {"by": 25}, keep_image=True)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        processed = executor.submit(job).result(timeout=100)
    assert processed.image is not None
    assert (processed.image == 125).all()


def test_a_filter_with_memory_asks_for_order_and_has_one_for_each_session() -> None:
    remembering = Remembering(by=20)
    pn.Param(remembering)
    function = made(remembering)
    assert is_in_order(function)
    assert not is_in_order(made(Brighter()))
    function(IMAGE)
    session: Any = fresh(function)
    assert (session(IMAGE) == 120).all()
    session(IMAGE)
    assert remembering.frames == 1
    assert session._attributes["frames"] == 2
    function.reset()
    assert remembering.frames == 0


def test_what_it_raises_reaches_the_caller_and_keeps_what_was_set() -> None:
    class Broken(Brighter):
        def __call__(self, image):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        made(Broken())(IMAGE)
