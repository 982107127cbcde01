"""The list of filters at work: what changes it, and what stays."""

import pickle
from typing import Any

import numpy as np
import param
import pytest

from panel_cam import stateful
from panel_cam.controls.chain import MAX_STEPS, Chain
from panel_cam.controls.filter_menu import FilterMenu
from panel_cam.filters import pipeline
from panel_cam.functions.parameterized import as_function
from panel_cam.functions.settings import settings_of, values
from panel_cam.functions.stateful import fresh, is_in_order
from panel_cam.imaging.result import Result
from panel_cam.processing.run_filter import run_filter

IMAGE = np.random.default_rng(7).integers(0, 256, (24, 32, 3)).astype(np.uint8)


def add(image: Any, *, by: int = 1) -> Any:
    """Add to every value."""
    return image + np.uint8(by)


def double(image: Any) -> Any:
    return image * np.uint8(2)


async def later(image: Any, *, by: int = 3) -> Any:
    return image + np.uint8(by)


@stateful
def count(image: Any, state: dict[str, Any], *, start: int = 0) -> Any:
    state["count"] = state.get("count", 0) + 1
    return np.full(image.shape[:2], start + state["count"], np.uint8)


class Flat(param.Parameterized):
    """A filter that is its own settings."""

    level = param.Integer(default=50, bounds=(0, 255))

    def __call__(self, image: Any) -> Any:
        return np.full(image.shape[:2], self.level, np.uint8)


def chain_of(*functions: Any) -> Chain:
    """Return a chain of the page's own functions."""
    menu = FilterMenu()
    chain = Chain(menu)
    for function in functions:
        chain.add(menu.add(function))
    return chain


def names(chain: Chain) -> list[str]:
    return [step.filter for step in chain.steps]


def level(chain: Chain) -> int:
    """Send a black image through the chain, and return the value it has then."""
    output = chain(np.zeros((2, 3, 3), np.uint8))
    assert not isinstance(output, Result)
    return int(output.flat[0])


def test_a_chain_does_what_a_pipeline_does() -> None:
    chain = Chain()
    chain.add("gaussian").settings.sigma = 1.5
    chain.add("canny")
    expected = pipeline(("gaussian", {"sigma": 1.5}), "canny")(IMAGE)
    np.testing.assert_array_equal(chain(IMAGE), expected)


def test_an_empty_chain_returns_the_image() -> None:
    np.testing.assert_array_equal(Chain()(IMAGE), IMAGE)


def test_steps_are_added_moved_and_removed() -> None:
    chain = chain_of(add, double)
    assert level(chain) == 2
    chain.move(chain.steps[1], -1)
    assert (names(chain), level(chain)) == (["double", "add"], 1)
    chain.move(chain.steps[0], -1)
    chain.move(chain.steps[1], 5)
    assert names(chain) == ["double", "add"]
    chain.remove(chain.steps[0])
    assert (names(chain), level(chain)) == (["add"], 1)


def test_a_step_that_moves_or_is_off_keeps_its_settings() -> None:
    chain = chain_of(add, double)
    step = chain.steps[0]
    step.settings.by = 7
    chain.move(step, 1)
    assert level(chain) == 7
    step.enabled = False
    assert level(chain) == 0
    step.settings.by = 9
    assert level(chain) == 0
    step.enabled = True
    assert level(chain) == 9


def test_a_filter_may_be_there_twice_with_settings_of_each() -> None:
    chain = chain_of(add, add, Flat, Flat)
    assert names(chain) == ["add", "add", "Flat", "Flat"]
    first, second, third, fourth = (step.settings for step in chain.steps)
    first.by, second.by = 3, 40
    assert (first.by, second.by) == (3, 40)
    third.level, fourth.level = 10, 20
    assert level(chain) == 20
    chain.remove(chain.steps[3])
    chain.remove(chain.steps[2])
    assert level(chain) == 43


def test_a_filter_that_comes_back_has_its_defaults() -> None:
    bright = Flat(level=90)
    chain = chain_of(add, bright)
    for step, name in zip(list(chain.steps), ("by", "level"), strict=True):
        setattr(step.settings, name, 7)
        chain.remove(step)
    assert chain.add("add").settings.by == 1
    again = chain.add("Flat").settings
    assert (again.level, bright.level) == (90, 7)


def test_all_kinds_of_functions_can_be_steps() -> None:
    chain = chain_of(later, Flat, lambda image: image + np.uint8(2))
    chain.steps[0].settings.by = 4
    assert level(chain) == 52
    chain.remove(chain.steps[1])
    assert level(chain) == 6


def test_a_memory_stays_when_other_steps_change() -> None:
    chain = chain_of(count, add)
    level(chain)
    assert level(chain) == 3
    chain.steps[1].settings.by = 10
    assert level(chain) == 13
    chain.steps[0].settings.start = 20
    assert level(chain) == 34
    chain.add("add")
    assert level(chain) == 36
    chain.steps[1].enabled = False
    assert level(chain) == 27


def test_a_memory_begins_anew_when_its_step_is_switched_on() -> None:
    chain = chain_of(count)
    level(chain)
    chain.steps[0].enabled = False
    chain.steps[0].enabled = True
    assert level(chain) == 1


def test_two_chains_share_no_memory() -> None:
    one, other = chain_of(count), chain_of(count)
    level(one)
    assert level(other) == 1


def test_a_frame_has_the_settings_it_left_with() -> None:
    chain = chain_of(add, Flat)
    chain.remove(chain.steps[1])
    settings: Any = settings_of(chain)
    function = fresh(as_function(chain, settings))
    sent = values(settings)
    chain.steps[0].settings.by = 99
    chain.add("Flat")
    assert function(np.zeros((2, 2, 3), np.uint8), **sent).flat[0] == 1


def test_all_settings_of_a_frame_are_of_one_moment() -> None:
    chain = chain_of(add, add)
    seen = []
    chain.param.watch(lambda event: seen.append(event.new), "chosen")
    chain.steps[0].settings.param.update(by=5)
    assert seen == [({"by": 5}, {"by": 1})]


def test_frames_come_in_order_only_where_a_step_that_is_on_remembers() -> None:
    chain = chain_of(add, count)
    assert is_in_order(chain.as_filter())
    chain.steps[1].enabled = False
    assert not is_in_order(chain.as_filter())


def test_it_works_in_another_process() -> None:
    chain = chain_of(add, Flat)
    chain.steps[1].settings.level = 30
    function, sent = pickle.loads(pickle.dumps((chain.as_filter(), chain.chosen)))
    assert function(IMAGE, chosen=sent).flat[0] == 30


def test_a_chain_is_full_at_some_time() -> None:
    chain = chain_of(*[add] * MAX_STEPS)
    with pytest.raises(ValueError, match=f"at most {MAX_STEPS}"):
        chain.add("add")
    assert len(chain.steps) == MAX_STEPS


def test_a_name_that_is_not_on_the_menu_changes_nothing() -> None:
    chain = chain_of(add)
    with pytest.raises(ValueError, match=r"os\.system"):
        chain.add("os.system")
    assert names(chain) == ["add"]


def test_a_removed_step_changes_nothing_any_more() -> None:
    chain = chain_of(add, double)
    step = chain.steps[0]
    chain.remove(step)
    before = chain.revision
    step.settings.by, step.enabled = 8, False
    assert (chain.revision, chain.chosen) == (before, ({},))


def test_an_error_is_told_from_the_users_own_line_on() -> None:
    def broken(image: Any) -> Any:
        raise RuntimeError("no luck")

    from panel_cam.errors import FilterError
    from panel_cam.imaging.codec import encode

    chain = chain_of(add, broken)
    with pytest.raises(FilterError) as caught:
        run_filter(encode(IMAGE), chain.as_filter(), {"chosen": chain.chosen})
    first = caught.value.details.splitlines()[1]
    assert "test_chain.py" in first
    assert "no luck" in str(caught.value)
    nothing = chain_of(lambda image: None)
    with pytest.raises(FilterError, match="lambda returned nothing"):
        run_filter(encode(IMAGE), nothing.as_filter(), {"chosen": nothing.chosen})
