"""A chain is a filter: one step gets what the one before returned."""

import inspect
import pickle
from functools import partial
from typing import Annotated, Any, Literal

import numpy as np
import param
import pytest

from panel_cam import filters
from panel_cam.errors import ImageError
from panel_cam.filters import pipeline
from panel_cam.filters.blur import gaussian
from panel_cam.filters.edges import canny
from panel_cam.functions.ranges import Range
from panel_cam.functions.stateful import fresh, is_in_order
from panel_cam.imaging.result import Result
from panel_cam.imaging.shapes import Points
from tests.filters.pictures import disks, noise, plain, rgb


def gain(image: Any, factor: float = 2.0) -> Any:
    """Someone's filter, without bounds."""
    return image * factor


def needs_rgb(image: Any) -> Any:
    assert image.dtype == np.uint8 and image.ndim == 3 and image.shape[2] == 3
    image[:] = 7  # its own image: the promise of `process`
    return image


def measured(image: Any, *, name: str = "a", value: float = 1.0) -> Result:
    return Result(
        image, {name: value, "last": value}, shapes=[Points([(0, 0)], label=name)]
    )


IMAGE = noise(12, 15, 3)


def test_steps_follow_each_other() -> None:
    chain = pipeline("gaussian", ("canny", {"sigma": 3.0}))
    np.testing.assert_array_equal(chain(IMAGE), canny(gaussian(IMAGE), sigma=3.0))


def test_functions_names_and_chains_can_be_mixed() -> None:
    inner = pipeline("invert", gain)
    chain = pipeline(np.fliplr, inner, "otsu")
    assert chain(IMAGE).dtype == np.bool_
    assert [step.name for step in chain.steps] == ["fliplr", "pipeline", "otsu"]


def test_an_empty_chain_returns_the_image() -> None:
    assert pipeline()(IMAGE) is IMAGE


@pytest.mark.parametrize(
    "output",
    [
        np.zeros((4, 5), bool),
        np.linspace(-3, 9, 20).reshape(4, 5),
        np.full((4, 5), np.nan),
        np.zeros((4, 5, 4), np.uint8),
        np.zeros((4, 5, 1), np.float32),
        np.arange(60).reshape(4, 5, 3),
    ],
    ids=lambda output: f"{output.dtype}-{output.ndim}",
)
def test_a_step_gets_what_a_filter_is_promised(output: Any) -> None:
    chain = pipeline(lambda image: output, needs_rgb)
    assert chain(IMAGE).shape == (4, 5, 3)
    assert pipeline(lambda image: output, "median")(IMAGE).dtype == np.uint8


def test_the_last_image_is_left_as_it_is() -> None:
    output = pipeline("invert", gain)(IMAGE)
    np.testing.assert_array_equal(output, (255 - IMAGE) * 2.0)


def test_the_catalogue_works_on_one_channel_where_it_can() -> None:
    chain = pipeline("sobel", "erode")
    assert chain(IMAGE).shape == (12, 15)


def test_a_step_cannot_change_what_another_keeps() -> None:
    chain = pipeline(("trails", {"memory": 0.0}), "flip", needs_rgb)
    before = IMAGE.copy()
    chain(IMAGE)
    np.testing.assert_array_equal(before, IMAGE)


def test_values_are_merged_and_the_later_wins() -> None:
    chain = pipeline(
        measured, (measured, {"name": "b", "value": 2.0}), "invert", "flip"
    )
    result = chain(IMAGE)
    assert isinstance(result, Result)
    assert result.values == {"a": 1.0, "b": 2.0, "last": 2.0}
    assert [shape.label for shape in result.shapes] == [("a",), ("b",)]
    np.testing.assert_array_equal(result.image, (255 - IMAGE)[:, ::-1])


def test_counting_what_a_chain_leaves() -> None:
    image = disks((30, 40, 10), (80, 40, 4))
    chain = pipeline(("opening", {"radius": 6}), ("count_objects", {"smallest": 1}))
    assert chain(rgb(image)).values["objects"] == 1


def test_it_can_be_pickled() -> None:
    chain = pipeline("gaussian", (gain, {"factor": 3.0}), pipeline("otsu"))
    again = pickle.loads(pickle.dumps(chain))
    np.testing.assert_array_equal(again(IMAGE), chain(IMAGE))
    assert repr(again) == repr(chain)


def test_its_repr_is_the_call_that_makes_it() -> None:
    chain = pipeline("gaussian", ("canny", {"sigma": 2.0}), pipeline("invert"))
    text = "pipeline('gaussian', ('canny', {'sigma': 2.0}), pipeline('invert'))"
    assert repr(chain) == text
    assert repr(eval(text)) == text
    assert repr(pipeline(gain, partial(gain, factor=3))).startswith("pipeline(gain, fu")


# ---- options


def test_options_of_all_steps_are_options_of_the_chain() -> None:
    chain = pipeline("gaussian", ("gaussian", {"sigma": 5.0}), gain, "channel")
    options = inspect.signature(chain).parameters
    assert list(options) == [
        *("image", "gaussian_sigma", "gaussian_2_sigma", "gain_factor", "channel_name")
    ]
    assert options["gaussian_sigma"].default == 2.0
    assert options["gaussian_2_sigma"].default == 5.0
    bounds = Annotated[float, Range(0, 8, step=0.1)]
    assert options["gaussian_sigma"].annotation == bounds
    choices = Literal["red", "green", "blue", "hue", "saturation"]
    assert options["channel_name"].annotation == choices
    assert all(
        option.kind is option.KEYWORD_ONLY for option in list(options.values())[1:]
    )
    assert chain.options["gaussian_2_sigma"] == (1, "sigma")


def test_an_option_reaches_its_step() -> None:
    chain = pipeline(("gaussian", {"sigma": 0.0}), ("binary", {"level": 10}))
    expected = gaussian(IMAGE, sigma=4.0)
    changed = chain(IMAGE, gaussian_sigma=4.0, binary_level=128)
    np.testing.assert_array_equal(changed, pipeline(("binary", {}))(expected))
    again = chain(IMAGE)  # what was changed for one frame is not kept
    np.testing.assert_array_equal(again, pipeline(("binary", {"level": 10}))(IMAGE))


def test_steps_without_a_plain_name_have_options_too() -> None:
    chain = pipeline(lambda image, factor=1: image, partial(gain))
    assert list(inspect.signature(chain).parameters) == [
        *("image", "lambda_factor", "gain_factor")
    ]
    clash = pipeline(
        _named("a", lambda image, *, b_c=1: image),
        _named("a_b", lambda image, *, c=2: image),
    )
    assert list(clash.options) == ["a_b_c", "a_b_c_"]


def test_what_a_partial_binds_is_no_option() -> None:
    chain = pipeline(partial(partial(measured, name="b"), value=3.0))
    assert list(inspect.signature(chain).parameters) == ["image"]
    assert chain(IMAGE).values == {"b": 3.0, "last": 3.0}


def _named(name: str, function: Any) -> Any:
    function.__name__ = name
    return function


def test_what_cannot_be_chained_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="no filter is named 'gausian'"):
        pipeline("gausian")
    with pytest.raises(TypeError, match=r"gaussian: .*'sgma'"):
        pipeline(("gaussian", {"sgma": 2.0}))
    with pytest.raises(TypeError, match="expected a filter or a filter's name, got in"):
        pipeline(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="no option 'canny_sigma'"):
        pipeline("gaussian")(IMAGE, canny_sigma=1.0)


def test_a_step_that_returns_no_image_is_named() -> None:
    with pytest.raises(ImageError, match="lambda returned nothing: did you forget"):
        pipeline(lambda image: None, "invert")(IMAGE)


# ---- classes of filters


class Level(param.Parameterized):
    """A filter that is its own settings."""

    level = param.Integer(default=50, bounds=(0, 255))

    def __call__(self, image: Any) -> Any:
        return np.full(image.shape[:2], self.level, np.uint8)


class Count(Level):
    """Counts its frames."""

    in_order = True
    frames = 0

    def __call__(self, image: Any) -> Any:
        self.frames += 1
        return np.full(image.shape[:2], self.frames, np.uint8)


def test_a_class_of_filters_stands_for_an_instance() -> None:
    chain = pipeline(Level, "invert")
    assert chain(IMAGE).flat[0] == 205
    assert list(inspect.signature(chain).parameters) == ["image"]
    bright = pipeline((Level, {"level": 90}))
    for each in (bright, pickle.loads(pickle.dumps(bright))):
        assert each(IMAGE).flat[0] == 90
    assert repr(bright) == "pipeline((Level, {'level': 90}))"
    with pytest.raises(TypeError, match=r"Level: .*'levl'"):
        pipeline((Level, {"levl": 90}))


def test_each_session_gets_an_instance_of_a_class_with_a_memory() -> None:
    chain = pipeline(Count)
    assert is_in_order(chain)
    one, other = fresh(chain), fresh(chain)
    assert [each(IMAGE).flat[0] for each in (one, one, other)] == [1, 2, 1]


# ---- state


def test_a_chain_with_a_stateful_step_is_in_order() -> None:
    assert is_in_order(pipeline("grey", "difference"))
    assert is_in_order(pipeline(pipeline("difference")))
    assert not is_in_order(pipeline("grey", "invert"))


def test_each_session_gets_a_chain_of_its_own() -> None:
    chain = pipeline(("difference", {"gain": 1.0}), "invert")
    one, other = fresh(chain), fresh(chain)
    one(plain(4, 4))
    assert one(plain(4, 4, level=9)).values == {"changed": 0}
    assert one(plain(4, 4, level=99)).values == {"changed": 1}
    assert other(plain(4, 4)).values == {"changed": 0}
    assert one.steps[0].settings == {"gain": 1.0}
    one.reset()
    assert one(plain(4, 4)).values == {"changed": 0}
    plain_chain = pipeline("grey")
    assert fresh(plain_chain) is plain_chain


def test_it_is_in_the_package() -> None:
    assert filters.pipeline is pipeline
    assert isinstance(pipeline(), filters.Pipeline)
