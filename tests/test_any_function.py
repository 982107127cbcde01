"""What a user's function may be: whatever people write, a row of tests each."""

import dataclasses
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
import param
import pytest
import scipy.special

from panel_cam import Live, Range, filters, stateful
from panel_cam.controls.chain import Chain
from panel_cam.controls.compound import NumbersInput
from panel_cam.controls.controls import Controls
from panel_cam.controls.filter_menu import FilterMenu
from panel_cam.controls.link_settings import from_query, to_query
from panel_cam.controls.widgets import GroupInput
from panel_cam.functions.as_python import as_python
from panel_cam.functions.parameterized import as_function
from panel_cam.functions.settings import settings_of, values
from panel_cam.processing.pickled_function import PickledFunction, PickledResult

IMAGE = np.full((8, 8, 3), 100, np.uint8)


def run(function: Callable[..., Any], settings: Any) -> Any:
    """Call a filter as a session does, with its settings as they are now."""
    return as_function(function, settings)(IMAGE.copy(), **values(settings))


def run_script(script: str) -> Any:
    names: dict[str, Any] = {}
    exec(script, names)
    return names["process"](IMAGE.copy())


def over_a_link(one: Any, other: Any) -> None:
    """Bring what was changed from one session's page to another's."""
    query = to_query(one)
    assert query
    assert from_query(query, other) == []
    assert values(other) == values(one)


# ---- a plain class


class Counter:
    """Counts its frames."""

    def __init__(self) -> None:
        self.frames = 0

    def __call__(self, image, step: int = 1):
        self.frames += step
        return np.full(image.shape[:2], self.frames, np.uint8)


class OfSize:
    """Needs a size."""

    def __init__(self, size) -> None:
        self.size = size

    def __call__(self, image):
        return image[: self.size]


def test_each_session_has_an_instance_of_a_class() -> None:
    one, other = Live(Counter), Live(Counter, step=5)
    assert list(one.controls.widgets) == ["step"]
    functions = [live._stream.worker._function for live in (one, other)]
    assert functions[0] is not None and functions[1] is not None
    seen = [functions[0](IMAGE)[0, 0], functions[0](IMAGE)[0, 0]]
    assert seen == [1, 2]
    assert functions[1](IMAGE, **values(other.settings))[0, 0] == 5
    assert functions[1] is not functions[0]


def test_a_class_that_needs_arguments_is_refused_with_what_to_do() -> None:
    with pytest.raises(TypeError, match=r"OfSize cannot be made: .*'size'.* pass an i"):
        Live(OfSize)
    with pytest.raises(TypeError, match=r"pass an instance, OfSize\(size=\.\.\.\)"):
        Live(OfSize, size=3)
    assert len(filters.pipeline((OfSize, {"size": 3}))(IMAGE)) == 3
    assert Live(OfSize(3)).filter.size == 3


def test_a_class_can_be_assigned_chained_and_chosen_from_the_menu() -> None:
    live = Live("roberts")
    live.filter = Counter
    assert list(live.settings.param) == ["name", "step"]
    pipeline = filters.pipeline(Counter, (Counter, {"step": 4}))
    assert list(pipeline.options) == ["Counter_step", "Counter_2_step"]
    assert [int(pipeline(IMAGE).flat[0]) for _ in range(2)] == [4, 8]
    menu = FilterMenu()
    chain = Chain(menu)
    for name in (menu.add(Counter), menu.add(Counter), "invert"):
        chain.add(name)
    assert [step.filter for step in chain.steps] == ["Counter", "Counter", "invert"]
    assert chain.steps[0].running is not chain.steps[1].running
    assert chain(IMAGE).flat[0] == 254


# ---- a dataclass


@dataclasses.dataclass
class Threshold:
    """White where it is bright.

    Parameters
    ----------
    level : int
        How bright.
    """

    level: Annotated[int, Range(0, 255)] = 128
    invert: bool = False
    size: tuple[int, int] = (3, 5)
    frames: int = dataclasses.field(default=0, init=False)
    seen: list[int] = dataclasses.field(default_factory=list)

    def __call__(self, image, gain: float = 1.0):
        self.frames += 1
        self.seen.append(self.level)
        white = image.mean(axis=2) * gain > self.level
        return np.where(white != self.invert, 255, 0).astype(np.uint8)


@dataclasses.dataclass(frozen=True, slots=True)
class Frozen:
    """Nothing of it can be set."""

    level: int = 10

    def __call__(self, image):
        return np.full(image.shape, self.level, np.uint8)


@dataclasses.dataclass
class Computed:
    """Computes something of its field."""

    level: int = 10

    def __post_init__(self) -> None:
        self.twice = 2 * self.level

    def __call__(self, image):
        return np.full(image.shape, self.twice, np.uint8)


def test_the_fields_of_a_dataclass_are_options_with_controls() -> None:
    live = Live(Threshold, invert=True)
    assert list(live.controls.widgets) == ["level", "invert", "size", "gain"]
    assert live.settings.param.level.bounds == (0, 255)
    assert live.settings.param.level.doc == "How bright."
    settings: Any = live.settings
    assert run(Threshold, settings)[0, 0] == 255
    settings.level = 50
    assert run(Threshold, settings)[0, 0] == 0
    settings.gain = 0.1
    assert run(Threshold, settings)[0, 0] == 255


def test_a_session_keeps_its_instance_of_a_dataclass_and_shares_nothing() -> None:
    one, other = settings_of(Threshold), settings_of(Threshold)
    first: Any = as_function(Threshold, one)
    second: Any = as_function(Threshold, other)
    for level in (128, 128, 90, 128):
        one.level = level  # type: ignore[attr-defined]
        first(IMAGE, **values(one))
    second(IMAGE, **values(other))
    assert (first._instance.frames, second._instance.frames) == (4, 1)
    assert (first._instance.seen, second._instance.seen) == ([128, 128, 90, 128], [128])
    assert (other.level, Threshold.level) == (128, 128)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("kind", "factor"), [(Frozen, 1), (Computed, 2)])
def test_a_frame_has_the_fields_it_came_with(kind: Any, factor: int) -> None:
    filter = as_function(kind, settings_of(kind))
    for level in (10, 20, 10):
        assert filter(IMAGE, level=level).flat[0] == factor * level
    assert filter(IMAGE).flat[0] == factor * 10
    assert filters.pipeline((kind, {"level": 7}))(IMAGE).flat[0] == factor * 7


def test_a_dataclass_can_be_linked_and_written_as_python() -> None:
    one, other = settings_of(Threshold), settings_of(Threshold)
    one.param.update(level=90, size=(5, 3), gain=0.5)
    over_a_link(one, other)
    script = as_python(Threshold, one)
    assert "Missing" not in script
    np.testing.assert_array_equal(run_script(script), run(Threshold, one))
    chain = filters.pipeline("invert", (Threshold, {"level": 160}))
    script = as_python(chain, settings_of(chain))
    np.testing.assert_array_equal(run_script(script), chain(IMAGE))


@pytest.mark.parametrize("function", [Counter, Threshold, Computed, cv2.medianBlur])
def test_the_new_kinds_of_functions_run_in_another_process(function: Any) -> None:
    overrides = {"ksize": 5} if function is cv2.medianBlur else {}
    settings = settings_of(function, **overrides)
    filter = as_function(function, settings)
    job = PickledFunction(filter, values(settings), "pickle").job(
        values(settings), format="png"
    )
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        done: PickledResult = pool.submit(job, IMAGE).result(60)
    processed: Any = done.load()
    expected = filter(IMAGE, **values(settings))
    np.testing.assert_array_equal(processed.to_image(), expected)


# ---- what yields


def generator(image):
    yield image


async def async_generator(image):
    yield image


class Yields:
    """Yields."""

    def __call__(self, image):
        yield image


class ParameterizedYields(param.Parameterized):
    """Yields."""

    def __call__(self, image):
        yield image


@pytest.mark.parametrize(
    "function",
    [
        *(generator, async_generator, partial(generator), Yields, Yields()),
        *(ParameterizedYields, ParameterizedYields()),
    ],
    ids=str,
)
def test_what_yields_is_refused_at_once(function: Any) -> None:
    message = r"yields; return the image instead, or keep state with `pc\.stateful`"
    with pytest.raises(TypeError, match=message):
        Live(function)
    live = Live("roberts")
    with pytest.raises(TypeError, match=message):
        live.filter = function
    with pytest.raises(TypeError, match=message):
        filters.pipeline("roberts", function)


def test_what_yields_with_a_state_is_refused_too() -> None:
    with pytest.raises(TypeError, match="remember yields; return the image instead"):

        @stateful
        def remember(image, state):
            yield image


# ---- functions that Python cannot read


def test_keywords_are_passed_to_a_function_that_python_cannot_read() -> None:
    noisy = IMAGE.copy()
    noisy[4, 4] = 255
    live = Live(cv2.medianBlur, ksize=5)
    assert values(live.settings) == {"ksize": 5}
    assert list(live.controls.widgets) == ["ksize"]
    assert cv2.medianBlur(noisy, **values(live.settings)).max() == 100
    assert live.settings.param.ksize.default == 5
    blur = Live(cv2.GaussianBlur, ksize=(3, 5), sigmaX=(0.5, 2.0), fps=10)
    assert values(blur.settings) == {"ksize": (3, 5), "sigmaX": (0.5, 2.0)}
    choice = settings_of(cv2.medianBlur, ksize=[3, 5, 7])
    assert list(choice.param.ksize.objects) == [3, 5, 7]
    chain = filters.pipeline((cv2.medianBlur, {"ksize": 5}))
    assert chain(noisy).max() == 100


@pytest.mark.parametrize("function", [cv2.medianBlur, partial(cv2.medianBlur, ksize=3)])
def test_such_a_function_is_written_as_python(function: Any) -> None:
    settings = settings_of(function, ksize=5)
    script = as_python(function, settings)
    assert script.startswith("from cv2 import medianBlur")
    np.testing.assert_array_equal(run_script(script), IMAGE)


@pytest.mark.parametrize(
    "function", [np.invert, np.sqrt, partial(np.maximum, 128), scipy.special.expit]
)
def test_a_ufunc_has_no_controls(function: Any) -> None:
    live = Live(function)
    assert list(live.controls.widgets) == []
    assert values(live.settings) == {}
    assert list(filters.pipeline(function).options) == []


def test_a_ufunc_takes_what_the_caller_says_and_only_one_image() -> None:
    halves = settings_of(np.sqrt, dtype="float32")
    assert np.sqrt(IMAGE, **values(halves)).dtype == np.float32
    with pytest.raises(TypeError, match="add needs a second argument by position"):
        Live(np.add)


# ---- numbers and colours


def shaped(
    image,
    size: tuple[int, int] = (3, 5),
    ends: Annotated[tuple[int, int], Range(0, 255)] = (10, 20),
    both: Annotated[tuple[float, float], param.Range(bounds=(0, 1))] = (0.2, 0.4),
    pair=(0.25, 0.5),
    perhaps: tuple[int, int] | None = None,
    mixed: tuple[int, float] = (3, 1),
):
    return image


def test_two_numbers_are_two_numbers_unless_they_are_a_range() -> None:
    controls = Controls(settings_of(shaped))
    settings: Any = controls.settings
    kinds = {name: type(each).__name__ for name, each in controls.widgets.items()}
    assert kinds == {
        "size": "NumbersInput",
        "ends": "IntRangeSlider",
        "both": "RangeSlider",
        "pair": "NumbersInput",
        "perhaps": "LiteralInput",
        "mixed": "NumbersInput",
    }
    size = controls.widgets["size"]
    assert isinstance(size, NumbersInput)
    size.widgets["1"].value = 5
    size.widgets["2"].value = 3
    assert settings.size == (5, 3)
    settings.size = (7, 1)
    assert [box.value for box in size.widgets.values()] == [7, 1]
    size.widgets["1"].value = None
    assert (settings.size, size.widgets["1"].value) == ((7, 1), 7)
    assert size.error == "Size: expected a number"
    mixed = controls.widgets["mixed"]
    assert isinstance(mixed, NumbersInput)
    mixed.widgets["1"].value = 4
    mixed.widgets["2"].value = 1.5
    assert repr(settings.mixed) == "(4, 1.5)"
    over_a_link(settings, settings_of(shaped))
    controls.widgets["perhaps"].value = (1, 2)
    assert settings.perhaps == (1, 2)
    controls.reset()
    assert values(settings) == values(settings_of(shaped))
    assert size.value == (3, 5)
    settings.param.update(size=(5, 3), pair=(0.5, 0.25), perhaps=(9, 1))
    over_a_link(settings, settings_of(shaped))


def painted(
    image,
    color: tuple[int, int, int] = (255, 136, 0),
    line_colour: tuple[float, float, float] = (1, 0.5, 0),
    tint: Annotated[tuple[int, int, int], param.Color] = (1, 2, 3),
    color_space: tuple[int, int, int] = (1, 2, 3),
    colour=(0, 300, 0),
):
    return np.full(image.shape, color, np.uint8)


def test_three_numbers_that_say_colour_are_picked_as_one() -> None:
    controls = Controls(settings_of(painted))
    settings: Any = controls.settings
    shown = {
        name: widget.value
        for name, widget in controls.widgets.items()
        if type(widget).__name__.endswith("ColorPicker")
    }
    expected = {"color": "#ff8800", "line_colour": "#ff8000", "tint": "#010203"}
    assert shown == expected
    for name in expected:
        controls.widgets[name].value = "#336699"
    assert settings.color == settings.tint == (51, 102, 153)
    assert settings.line_colour == (0.2, 0.4, 0.6)
    assert run(painted, settings)[0, 0].tolist() == [51, 102, 153]
    settings.color = (np.uint8(0), np.uint8(255), np.uint8(0))
    assert controls.widgets["color"].value == "#00ff00"
    over_a_link(settings, settings_of(painted))
    assert run_script(as_python(painted, settings))[0, 0].tolist() == [0, 255, 0]
    controls.reset()
    assert values(settings) == values(settings_of(painted))


@pytest.mark.parametrize("text", ["1,2", "1,2,256", "-1,0,0", "nan,0,0", "#ff", "a"])
def test_a_link_sets_no_colour_that_is_none(text: str) -> None:
    settings: Any = settings_of(painted)
    (complaint,) = from_query({"color": text}, settings)
    assert "color: expected red, green and blue, such as 255,136,0" in complaint
    assert settings.color == (255, 136, 0)


def test_a_colour_that_the_caller_gives_is_no_bound() -> None:
    def starred(image, **more): ...

    for function in (painted, starred, cv2.medianBlur):
        settings: Any = settings_of(function, color=(0, 0, 255))
        assert settings.color == (0, 0, 255)


# ---- paths, and dataclasses as options


@dataclasses.dataclass(frozen=True)
class Blur:
    """How to blur.

    Parameters
    ----------
    sigma : float, 0-5 pixels
        How wide.
    """

    sigma: Annotated[float, Range(0, 5)] = 1.0
    size: tuple[int, int] = (3, 5)
    color: tuple[int, int, int] = (255, 0, 0)
    kernel: Any = None


@dataclasses.dataclass
class Options:
    """Has another in it."""

    blur: Blur = dataclasses.field(default_factory=Blur)
    count: int = 3


def optional(
    image,
    logo: Path = Path("logo.png"),
    mask: Path | None = None,
    blur: Blur = Blur(),
    options: Options = Options(),  # noqa: B008 - as people write it
    kernel=None,
):
    options.count += 1  # what a rude function does
    return image


def test_a_path_is_typed() -> None:
    controls = Controls(settings_of(optional))
    settings: Any = controls.settings
    assert type(controls.widgets["logo"]).__name__.endswith("TextInput")
    assert controls.widgets["logo"].value == "logo.png"
    controls.widgets["logo"].value = "other/logo.png"
    controls.widgets["mask"].value = "mask.png"
    assert (settings.logo, settings.mask) == (Path("other/logo.png"), Path("mask.png"))
    over_a_link(settings, settings_of(optional))
    assert "logo=Path('other/logo.png')" in as_python(optional, settings)
    controls.widgets["mask"].value = ""
    assert settings.mask is None


def test_the_fields_of_a_dataclass_are_a_group() -> None:
    controls = Controls(settings_of(optional))
    settings: Any = controls.settings
    group = controls.widgets["blur"]
    assert isinstance(group, GroupInput)
    assert list(group.widgets) == ["sigma", "size", "color"]
    assert group.widgets["sigma"].label == "Sigma (pixels)"
    group.widgets["sigma"].value = 2.0
    group.widgets["color"].value = "#00ff00"
    assert settings.blur == Blur(sigma=2.0, color=(0, 255, 0))
    settings.blur = Blur(sigma=4.0)
    assert group.widgets["sigma"].value == 4.0
    inner = controls.widgets["options"].widgets["blur"]  # type: ignore[union-attr]
    inner.widgets["sigma"].value = 0.5
    assert settings.options == Options(Blur(0.5))
    controls.reset()
    assert values(settings) == values(settings_of(optional))
    assert group.widgets["sigma"].value == 1.0


def test_a_group_travels_in_a_link_to_another_process_and_into_a_script() -> None:
    settings: Any = settings_of(optional)
    settings.param.update(
        blur=Blur(2.0, (5, 3)), options=Options(Blur(color=(1, 2, 3)), count=7)
    )
    over_a_link(settings, settings_of(optional))
    assert pickle.loads(pickle.dumps(values(settings))) == values(settings)
    script = as_python(optional, settings)
    assert "Missing: the value" not in script
    assert "sigma=2.0, size=(5, 3)" in script


@pytest.mark.parametrize(
    "text", ["", "1", "[]", '{"sigma":"9"}', '{"sigma":1}', '{"x":"1"}', "[" * 999]
)
def test_a_link_sets_of_a_group_what_its_controls_could(text: str) -> None:
    settings: Any = settings_of(optional)
    (complaint,) = from_query({"blur": text}, settings)
    assert complaint.startswith("blur: expected some of sigma, size, color")
    assert settings.blur == Blur()


def test_what_a_function_does_to_a_group_reaches_no_other_session() -> None:
    one, other = settings_of(optional), settings_of(optional)
    run(optional, one)
    run(optional, one)
    assert values(one)["options"].count == values(other)["options"].count == 3


def test_what_stays_without_a_control_is_said_in_one_line() -> None:
    controls = Controls(settings_of(optional))
    texts = [each.object for each in controls._layout if each is controls._missing]
    assert controls._missing.visible
    assert ">Without a control: blur.kernel, options.blur.kernel, kernel<" in texts[0]
    controls.settings = settings_of(filters.get("gaussian"))
    assert not controls._missing.visible
    given = Controls(settings_of(optional, kernel=np.ones(3)))
    assert "options.blur.kernel<" in given._missing.object
    alone = Controls(settings_of(lambda image, kernel=None: image))
    assert alone._layout.visible and not alone._reset.visible
