"""`bgr`: whatever is called with images has blue first, and is else as it was."""

import inspect
import pickle
from functools import partial
from typing import Annotated, Any

import cloudpickle
import numpy as np
import param
import pytest

from panel_cam.functions.bgr import BlueFirst, bgr
from panel_cam.functions.parameterized import as_function
from panel_cam.functions.ranges import Range
from panel_cam.functions.settings import settings_of
from panel_cam.functions.signature import name_of
from panel_cam.functions.stateful import fresh, is_in_order, stateful

IMAGE = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
RED_ONLY = IMAGE * np.array([1, 0, 0], np.uint8)


def last(image: Any, *, gain: Annotated[int, Range(1, 5)] = 1) -> Any:
    """Keep the last channel, which is red.

    Parameters
    ----------
    image : ndarray
        BGR.
    gain : int
        How much brighter.
    """
    image[:, :, :2] = 0
    return image * np.uint8(gain)


@bgr
def decorated(image: Any, *, gain: Annotated[int, Range(1, 5)] = 1) -> Any:
    """Keep the last channel, which is red."""
    return last(image, gain=gain)


@bgr
@stateful
def remembered(image: Any, state: dict[str, Any], *, gain: int = 1) -> Any:
    """Count frames in the first channel, which is blue."""
    state["count"] = state.get("count", 0) + gain
    image = image.copy()
    image[:, :, 0] = state["count"]
    return image


@bgr
class Last(param.Parameterized):
    """Keep the last channel, which is red."""

    gain = param.Integer(default=1, bounds=(1, 5))

    def __call__(self, image: Any) -> Any:
        """Do it."""
        return last(image, gain=self.gain)


def test_the_image_itself_is_left_alone() -> None:
    before = IMAGE.copy()
    np.testing.assert_array_equal(bgr(last)(IMAGE), RED_ONLY)
    np.testing.assert_array_equal(IMAGE, before)


def test_its_options_have_controls_with_bounds_and_words() -> None:
    for function in (bgr(last), decorated):
        assert name_of(function) in ("last", "decorated")
        settings = settings_of(function)
        assert settings.param["gain"].bounds == (1, 5)
        np.testing.assert_array_equal(function(IMAGE, gain=3), RED_ONLY * 3)
    assert "How much brighter" in settings_of(bgr(last)).param["gain"].doc
    assert repr(bgr(last)) == "bgr(last)"


def test_alpha_stays_and_what_has_no_colours_too() -> None:
    rgba = np.dstack([IMAGE, IMAGE[:, :, 0] + 100])
    np.testing.assert_array_equal(bgr(lambda image: image)(rgba), rgba)
    for given in (IMAGE[:, :, 0], np.zeros((2, 4, 2)), None, "text", (), (None, 1)):
        assert bgr(lambda image, given=given: given)(IMAGE) is given or given == (
            None,
            1,
        )


@pytest.mark.parametrize("pickler", [pickle, cloudpickle])
@pytest.mark.parametrize("function", [bgr(last), decorated, partial(decorated, gain=2)])
def test_it_can_be_pickled_decorated_or_not(pickler: Any, function: Any) -> None:
    again = pickle.loads(pickler.dumps(function))
    np.testing.assert_array_equal(again(IMAGE), function(IMAGE))


def test_what_only_cloudpickle_can_send_it_sends() -> None:
    def here(image: Any) -> Any:
        return last(image)

    again = pickle.loads(cloudpickle.dumps(bgr(here)))
    np.testing.assert_array_equal(again(IMAGE), RED_ONLY)
    module = inspect.getmodule(last)
    cloudpickle.register_pickle_by_value(module)
    try:
        data = cloudpickle.dumps(decorated)
    finally:
        cloudpickle.unregister_pickle_by_value(module)
    assert b"_find" not in data
    np.testing.assert_array_equal(pickle.loads(data)(IMAGE), RED_ONLY)


def test_each_session_has_a_memory_of_its_own() -> None:
    assert is_in_order(remembered) and not is_in_order(decorated)
    one, other = fresh(remembered), fresh(remembered)
    for count in (1, 2, 3):
        assert (one(IMAGE)[:, :, 2] == count).all()
    assert (other(IMAGE)[:, :, 2] == 1).all()
    one.reset()
    assert (one(IMAGE)[:, :, 2] == 1).all()
    assert list(settings_of(remembered).param.values()) is not None
    assert "gain" in settings_of(remembered).param


def test_a_class_stays_one() -> None:
    instance = Last(gain=2)
    assert isinstance(Last, type) and Last.__name__ == "Last"
    np.testing.assert_array_equal(instance(IMAGE), RED_ONLY * 2)
    filter = as_function(instance, settings_of(instance))
    again = pickle.loads(pickle.dumps(filter))
    np.testing.assert_array_equal(again(IMAGE, gain=3), RED_ONLY * 3)
    with pytest.raises(TypeError, match=r"pc\.bgr\(Last\)\(\.\.\.\)"):
        bgr(instance)
    with pytest.raises(TypeError, match=r"needs __call__\(self, image\)"):
        bgr(type("Nothing", (), {}))
    with pytest.raises(TypeError, match="expected a function, got int"):
        bgr(3)


def test_a_function_written_in_c_is_one_too() -> None:
    import cv2

    blurred = bgr(cv2.medianBlur)
    assert isinstance(blurred, BlueFirst)
    np.testing.assert_array_equal(
        blurred(IMAGE, ksize=3), cv2.medianBlur(IMAGE, ksize=3)
    )
    assert name_of(blurred) == "medianBlur"
