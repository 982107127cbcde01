"""`wants`: who says it, who hears it, and what it outlives."""

import copy
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from typing import Any

import cloudpickle
import numpy as np
import param
import pytest
import skimage.filters

from panel_cam.controls.chain import Chain
from panel_cam.controls.filter_menu import FilterMenu
from panel_cam.filters import pipeline
from panel_cam.functions.bgr import bgr
from panel_cam.functions.parameterized import as_function
from panel_cam.functions.settings import settings_of, values
from panel_cam.functions.stateful import fresh, stateful
from panel_cam.functions.wants import NOTHING, Wants, wants, wants_of
from panel_cam.imaging.codec import encode
from panel_cam.imaging.frame import Image
from panel_cam.imaging.reduced import reduce_image
from panel_cam.imaging.result import Result
from panel_cam.imaging.shapes import Points
from panel_cam.processing.run_filter import run_filter
from panel_cam.processing.worker import Worker
from tests.support.deliveries import Inbox, frame_of

ROWS, COLUMNS = np.mgrid[:45, :61]
IMAGE = np.dstack([ROWS * 5, COLUMNS * 4, ROWS + COLUMNS]).astype(np.uint8)
SMALL_GREY = reduce_image(IMAGE, gray=True, scale=4)
WISH = Wants(gray=True, scale=4)


@wants(gray=True, scale=4)
def looked(image: Image, *, gain: int = 1) -> Image:
    """Return the image."""
    return image * np.uint8(gain)


@wants(gray=True, scale=4)
@stateful
def counted(image: Image, state: dict[str, Any]) -> Image:
    """Return the image, later ones brighter."""
    state["count"] = state.get("count", -1) + 1
    return image + np.uint8(state["count"])


@stateful
@wants(gray=True, scale=4)
def remembered(image: Image, state: dict[str, Any]) -> Image:
    """Return the image."""
    return image


@wants(gray=True, scale=4)
@bgr
def turned(image: Image) -> Image:
    """Return the image."""
    return image


@wants(gray=True, scale=4)
async def awaited(image: Image) -> Image:
    """Return the image."""
    return image


@wants(gray=True, scale=4)
class Looked:
    """Returns the image."""

    def __call__(self, image: Image) -> Image:
        """Return it."""
        return image


@wants(gray=True, scale=4)
class LookedParameterized(param.Parameterized):
    """Returns the image."""

    gain = param.Integer(default=1)

    def __call__(self, image: Image) -> Image:
        """Return it."""
        return image * np.uint8(self.gain)


def plain(image: Image, *, gain: int = 1) -> Image:
    """Return the image."""
    return image * np.uint8(gain)


def colourful(image: Image) -> Image:
    """Return the image, which has to have colours."""
    assert image.ndim == 3
    return image


WAYS: dict[str, Callable[..., Any]] = {
    "a function": looked,
    "with a memory, said of what remembers": counted,
    "with a memory, said of the function": remembered,
    "blue first": turned,
    "async": awaited,
    "a partial of it": partial(looked, gain=1),
    "a partial of a partial": partial(partial(looked), gain=1),
    "said of a partial": wants(gray=True, scale=4)(partial(plain, gain=1)),
    "said of somebody else's": wants(gray=True, scale=4)(plain),
    "blue first, somebody else's": bgr(wants(gray=True, scale=4)(plain)),
    "said of blue first": wants(gray=True, scale=4)(bgr(plain)),
    "a class": Looked,
    "its instance": Looked(),
    "said of an instance": wants(gray=True, scale=4)(type("Own", (Looked,), {})()),
    "a class with parameters": LookedParameterized,
    "its own instance": LookedParameterized(),
    "the first of a pipeline": pipeline(looked, "invert"),
    "a class, the first of a pipeline": pipeline(Looked, "invert"),
    "a pipeline in a pipeline": pipeline(pipeline(looked), "invert"),
}


def ready(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make of a filter what `Live` calls for one session."""
    return fresh(as_function(function, settings_of(function)))


# ---- who says it


@pytest.mark.parametrize("function", WAYS.values(), ids=WAYS)
def test_every_kind_of_filter_gets_what_it_wants(function: Any) -> None:
    running = ready(function)
    assert wants_of(running) == WISH
    settings = values(settings_of(function))
    processed = run_filter(IMAGE, running, settings, format="png", keep_image=True)
    first = processed.to_image()
    expected = SMALL_GREY
    if isinstance(function, type(WAYS["the first of a pipeline"])):
        expected = SMALL_GREY if len(function.steps) == 1 else 255 - SMALL_GREY
    assert np.array_equal(first, expected)


@pytest.mark.parametrize(
    "function",
    [each for name, each in WAYS.items() if not name.startswith("said of an inst")],
)
@pytest.mark.parametrize("package", [pickle, cloudpickle])
def test_it_travels_to_another_process(function: Any, package: Any) -> None:
    running = ready(function)
    assert wants_of(pickle.loads(package.dumps(running))) == WISH


@pytest.mark.parametrize("function", WAYS.values(), ids=WAYS)
def test_a_copy_wants_the_same(function: Any) -> None:
    assert wants_of(copy.deepcopy(ready(function))) == WISH


def test_somebody_elses_function_is_left_as_it_is() -> None:
    small = wants(scale=2)(skimage.filters.sobel)
    assert wants_of(small) == Wants(scale=2)
    assert wants_of(skimage.filters.sobel) == wants_of(plain) == NOTHING
    assert wants_of(wants(scale=8)(small)) == Wants(scale=8)
    assert wants_of(small) == Wants(scale=2)
    assert wants_of(wants(gray=True)(np.negative)) == Wants(gray=True)


def test_somebody_elses_class_is_left_as_it_is() -> None:
    smaller = wants(scale=8)(Looked)
    assert (wants_of(smaller), wants_of(Looked)) == (Wants(scale=8), WISH)


def test_a_function_stays_the_function_that_it_is() -> None:
    assert looked.__name__ == "looked"
    assert settings_of(looked).param["gain"].default == 1
    assert looked(IMAGE) is not None
    assert looked(IMAGE).shape == IMAGE.shape  # whoever calls it decides


def test_who_says_nothing_gets_the_image_as_it_is() -> None:
    assert wants_of(plain) == wants_of(wants()(partial(plain))) == NOTHING
    assert run_filter(IMAGE, plain, keep_image=True).shape == IMAGE.shape


@pytest.mark.parametrize("scale", [0, 3, 16, -2, 1.5, True, "2", None])
def test_a_scale_that_jpeg_does_not_have_is_refused(scale: Any) -> None:
    with pytest.raises(ValueError, match=r"expected a scale of 1, 2, 4 or 8, got"):
        wants(scale=scale)


@pytest.mark.parametrize("gray", ["yes", None, 2])
def test_a_gray_that_is_no_truth_is_refused(gray: Any) -> None:
    with pytest.raises(ValueError, match="expected gray to be True or False"):
        wants(gray=gray)


def test_what_cannot_be_called_wants_nothing() -> None:
    not_callable: Any = 3
    with pytest.raises(TypeError, match="expected a function, got int"):
        wants(scale=2)(not_callable)


# ---- what comes of it


@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
def test_a_file_is_decoded_to_what_an_array_becomes(format: str) -> None:
    data = encode(IMAGE, format=format, quality=0.95)
    image = run_filter(data, looked, keep_image=True).to_image()
    assert (image.shape, image.dtype) == ((12, 16), np.uint8)
    inner = np.abs(image.astype(int) - SMALL_GREY)[:-1, :-1]
    assert inner.mean() < 3


def test_the_filter_may_write_into_its_image() -> None:
    def darken(image: Image) -> Image:
        image //= 2
        return image

    before = IMAGE.copy()
    run_filter(IMAGE, wants(gray=True)(darken))
    run_filter(SMALL_GREY, wants(gray=True)(darken))
    assert np.array_equal(IMAGE, before)


def test_shapes_are_in_pixels_of_the_picture_that_is_shown() -> None:
    @wants(scale=4)
    def corner(image: Image) -> Result:
        rows, columns = image.shape[:2]
        return Result(image, shapes=[Points([[rows - 1, columns - 1]])])

    processed = run_filter(encode(IMAGE), corner)
    assert processed.shape[:2] == (12, 16)
    (points,) = processed.shapes
    assert np.asarray(points.points).tolist() == [[11, 15]]


# ---- one after the other


def test_later_steps_get_grey_and_no_smaller_image() -> None:
    both = pipeline(colourful, looked)
    assert wants_of(both) == NOTHING
    assert np.array_equal(both(IMAGE), reduce_image(IMAGE, gray=True))


def test_after_a_step_that_wants_grey_others_have_colours_again() -> None:
    shown = run_filter(IMAGE, pipeline(looked, colourful), keep_image=True).to_image()
    assert np.array_equal(shown, np.dstack([SMALL_GREY] * 3))


def test_a_pipeline_of_nothing_wants_nothing() -> None:
    assert wants_of(pipeline()) == NOTHING


def test_a_chain_wants_what_its_first_step_wants_that_is_on() -> None:
    menu = FilterMenu()
    chain = Chain(menu)
    name = menu.add(looked)
    step = chain.add(name)
    chain.add("invert")
    assert wants_of(chain.as_filter()) == WISH
    step.enabled = False
    assert wants_of(chain.as_filter()) == NOTHING


def test_other_processes_hear_of_it() -> None:
    inbox = Inbox()
    make = partial(ProcessPoolExecutor, 1, mp_context=get_context("spawn"))
    worker = Worker(make, deliver=inbox)
    worker.use(looked, {})
    worker.submit(frame_of(1), {}, format="png")
    inbox.wait_for(1)
    worker.use(plain, {})
    worker.submit(frame_of(2), {}, format="png")
    inbox.wait_for(2)
    worker.close()
    small, full = (each.shape for each in inbox.processed)
    assert len(small) == 2
    assert small == tuple(-(-length // 4) for length in full[:2])
