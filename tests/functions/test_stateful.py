"""State across frames: one session, one state, one frame after the other."""

import copy
import inspect
import pickle
from functools import partial
from typing import Annotated, Any, get_type_hints

import numpy as np
import pytest

from panel_cam.functions.ranges import Range
from panel_cam.functions.stateful import State, Stateful, fresh, is_in_order, stateful
from panel_cam.processing.run_filter import run_filter


@stateful
def total(
    image: Any, state: State, *, weight: Annotated[float, Range(0, 2)] = 1.0
) -> Any:
    """Add up all frames.

    More about it.
    """
    state["sum"] = state.get("sum", 0) + weight * image
    return state["sum"]


class _Counter:
    """A user's own class."""

    in_order = True

    def __init__(self) -> None:
        self.seen: list[int] = []

    def __call__(self, image: Any) -> Any:
        self.seen.append(1)
        return image * len(self.seen)

    def reset(self) -> None:
        self.seen.clear()


ONE = np.ones((2, 3))


def test_state_stays_from_frame_to_frame() -> None:
    mine = fresh(total)
    assert [mine(ONE)[0, 0] for _ in range(3)] == [1, 2, 3]


def test_a_session_has_a_state_of_its_own() -> None:
    one, other = fresh(total), fresh(total)
    one(ONE)
    assert other(ONE)[0, 0] == 1
    assert not total.state


def test_reset_forgets() -> None:
    mine = total.fresh()
    mine(ONE)
    mine.reset()
    assert mine(ONE)[0, 0] == 1


@pytest.mark.parametrize("other", [np.ones((3, 2)), np.ones((2, 3, 3))])
def test_an_image_of_another_shape_starts_anew(other: Any) -> None:
    mine = total.fresh()
    mine(ONE)
    assert mine(other).max() == 1
    assert mine(ONE)[0, 0] == 1


def test_settings_may_differ_from_frame_to_frame() -> None:
    mine = total.fresh()
    mine(ONE, weight=0.5)
    assert mine(ONE, weight=2.0)[0, 0] == 2.5


def test_it_says_what_the_function_says_but_for_the_state() -> None:
    assert str(inspect.signature(total)).startswith("(image: Any, *, weight: ")
    assert inspect.signature(total).parameters["weight"].default == 1.0
    hints = get_type_hints(total, include_extras=True)
    assert hints["weight"] == Annotated[float, Range(0, 2)]
    assert total.__name__ == "total" and inspect.getdoc(total) == (
        "Add up all frames.\n\nMore about it."
    )
    assert "test_stateful.total" in repr(total)


@pytest.mark.parametrize(
    "duplicate", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_a_copy_goes_on_by_itself(duplicate: Any) -> None:
    mine = total.fresh()
    mine(ONE)
    other = duplicate(mine)
    assert isinstance(other, Stateful)
    assert other(ONE)[0, 0] == 2
    assert other(ONE)[0, 0] == 3
    assert mine(ONE)[0, 0] == 2
    assert other(np.ones((5, 5)))[0, 0] == 1


def test_a_function_without_a_place_can_be_copied_too() -> None:
    mine = stateful(lambda image, state: state.setdefault("first", image))
    mine(ONE)
    assert copy.deepcopy(mine)(ONE * 5)[0, 0] == 1


def test_it_asks_for_frames_in_order() -> None:
    assert is_in_order(total) and is_in_order(partial(total, weight=0.5))
    assert is_in_order(_Counter())
    assert not is_in_order(np.fliplr) and not is_in_order(partial(np.rot90, k=2))


def test_a_filter_without_state_is_shared() -> None:
    turned = partial(np.rot90, k=2)
    assert fresh(np.fliplr) is np.fliplr
    assert fresh(turned) is turned


def test_a_partial_is_made_fresh_with_its_settings() -> None:
    half = partial(total, weight=0.5)
    one, other = fresh(half), fresh(half)
    assert [one(ONE)[0, 0] for _ in range(2)] == [0.5, 1]
    assert other(ONE)[0, 0] == 0.5


def test_an_object_of_ones_own_is_copied_and_reset() -> None:
    counter = _Counter()
    counter(ONE)
    mine = fresh(counter)
    assert mine is not counter
    assert mine(ONE)[0, 0] == 1 and mine(ONE)[0, 0] == 2
    assert len(counter.seen) == 1


def test_a_class_is_left_as_it_is() -> None:
    assert fresh(_Counter) is _Counter


def test_it_goes_through_process_as_any_filter() -> None:
    from panel_cam.imaging.codec import encode

    mine = total.fresh()
    data = encode(np.full((8, 8, 3), 100, np.uint8), format="png")
    seen = [run_filter(data, mine, {"weight": 0.5}, keep_image=True) for _ in range(2)]
    assert [item.image.max() for item in seen if item.image is not None] == [50, 100]
