"""Options become parameters, by their signature and by what the caller says."""

import math
import pickle
import subprocess
import sys
from enum import Enum, IntEnum, StrEnum
from functools import partial
from typing import Annotated, Any, Literal, NewType

import numpy as np
import panel as pn
import param
import pytest

from panel_cam.filters import get, names
from panel_cam.functions.annotations import Color
from panel_cam.functions.kinds.bounds import slider_step, soft_bounds
from panel_cam.functions.kinds.choices import Choice
from panel_cam.functions.kinds.kind import HIDDEN
from panel_cam.functions.ranges import Range
from panel_cam.functions.settings import references, settings_of, values


class Mode(Enum):
    """An Enum."""

    FAST = 1
    EXACT = 2


class Level(IntEnum):
    """An Enum whose members are numbers."""

    LOW = 1
    HIGH = 2


class Edge(StrEnum):
    """An Enum whose members are text."""

    WRAP = "wrap"
    NEAREST = "nearest"


Sigma = NewType("Sigma", float)


def function(default: Any = ..., annotation: Any = ...):
    """Return a function with one option, `x`."""

    def f(image, **options):
        return image

    def g(image, x): ...

    g.__annotations__ = {} if annotation is ... else {"x": annotation}
    g.__defaults__ = None if default is ... else (default,)
    return g


def parameter(default: Any = ..., annotation: Any = ..., **overrides: Any) -> Any:
    """Return the parameter of one option, `x`."""
    return settings_of(function(default, annotation), **overrides).param.x


def value(default: Any = ..., annotation: Any = ..., **overrides: Any) -> Any:
    return settings_of(function(default, annotation), **overrides).x


# ---- from the signature


@pytest.mark.parametrize(
    ("default", "annotation", "kind"),
    [
        (1.0, float, param.Number),
        (1, float, param.Number),
        (1, int, param.Integer),
        (True, bool, param.Boolean),
        ("a", str, param.String),
        ("a", Literal["a", "b"], Choice),
        (Mode.FAST, Mode, Choice),
        ("#ff0000", str, param.Color),
        ("#ff0000", Color, param.Color),
        ("#ff0000", param.Color, param.Color),
        ("red", Annotated[str, param.Color()], param.Color),
        ((1, 2), tuple[int, int], param.NumericTuple),
        ((1, 2), Annotated[tuple[int, int], Range(0, 9)], param.Range),
        ((640, 480), tuple[int, int], param.NumericTuple),
        ((1, 2, 3), tuple[int, ...], param.NumericTuple),
        (1.0, float | int, param.Number),
        (1.0, Sigma, param.Number),
        # Without an annotation, or with one that does not fit, the default tells.
        (1.0, ..., param.Number),
        (1, ..., param.Integer),
        (True, ..., param.Boolean),
        ("a", ..., param.String),
        (Mode.FAST, ..., Choice),
        (Level.LOW, ..., Choice),
        (Edge.WRAP, ..., Choice),
        ((0.0, 1.0), ..., param.NumericTuple),
        (0.5, int, param.Number),
        (1.0, "gibberish(", param.Number),
        (1.0, Any, param.Number),
        (np.float64(1), ..., param.Number),
        (np.int64(1), ..., param.Integer),
    ],
)
def test_each_type_has_its_kind_of_parameter(default, annotation, kind) -> None:
    found = parameter(default, annotation)
    assert type(found) is kind
    assert found.default == default
    assert found.precedence is None


@pytest.mark.parametrize(
    ("default", "annotation"), [(1.0, float), (1, int), ("a", str), (True, bool)]
)
def test_what_may_be_none_allows_none(default, annotation) -> None:
    for optional in (annotation | None, annotation):
        settings = settings_of(function(None, optional))
        assert settings.x is None
        settings.x = default
        assert values(settings) == {"x": default}
    settings = settings_of(function(default, annotation | None))
    settings.x = None
    assert values(settings) == {"x": None}


def test_none_is_one_of_the_choices_that_may_be_none() -> None:
    assert parameter("a", Literal["a"] | None).objects == ["a", None]
    assert None in parameter(None, Mode | None).objects


def test_an_enums_members_are_the_choices_without_an_annotation() -> None:
    assert parameter(Level.HIGH).names == {"LOW": Level.LOW, "HIGH": Level.HIGH}
    assert parameter(Edge.WRAP).objects == list(Edge)


def test_no_choice_is_lost_because_another_one_looks_like_it() -> None:
    found = parameter(1, Literal[1, "1", True]).get_range()
    assert list(map(repr, found.values())) == ["1", "'1'", "True"]
    assert list(found) == ["1", "1 (str)", "True"]
    many = [np.arange(2000) + (np.arange(2000) == place) for place in (500, 600, 700)]
    assert [id(each) for each in parameter(x=many).get_range().values()] == [
        id(each) for each in many
    ]
    labelled = {"one": 1, "yes": True}
    assert parameter(1, x=labelled).get_range() == labelled
    assert list(parameter(1, x=[1, 2, 1]).get_range()) == ["1", "2"]
    assert list(parameter(x=list(Mode)).get_range()) == ["FAST", "EXACT"]


def test_a_range_is_the_bounds_and_the_step() -> None:
    found = parameter(1.0, Annotated[float, Range(0, 5, step=0.1)])
    assert (found.bounds, found.step, found.default) == ((0, 5), 0.1, 1.0)
    found = parameter(1, Annotated[int, Range(0.5, 5.5)] | None)
    assert (found.bounds, found.step, found.allow_None) == ((1, 5), 1, True)
    found = parameter((10, 20), Annotated[tuple[int, int], Range(0, 255)])
    assert (type(found), found.bounds, found.step) == (param.Range, (0, 255), 1)


def test_a_default_outside_of_its_bounds_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match=r"g, option 'x': .* at most 5, not 7"):
        parameter(7.0, Annotated[float, Range(0, 5)])


def test_a_default_that_is_no_choice_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"g, option 'x': .*'c'"):
        parameter("c", Literal["a", "b"])


@pytest.mark.parametrize("default", [1.0, -3.0, 0.0, 0.001, 1e6, 7, -20, 0, 255, 1e200])
def test_soft_bounds_hold_the_default_and_limit_nothing(default: float) -> None:
    settings = settings_of(function(default))
    low, high = settings.param.x.softbounds
    assert low <= default <= high
    assert low < high
    assert settings.param.x.bounds is None
    assert 0 < settings.param.x.step <= high - low
    settings.x = type(default)(10 * default)


@pytest.mark.parametrize("default", [math.inf, -math.inf, math.nan, 5e-324])
def test_numbers_without_a_size_have_soft_bounds_too(default: float) -> None:
    assert soft_bounds(default) == (-1, 1)


def test_a_slider_has_about_a_hundred_steps() -> None:
    for end in (0.3, 1, 5, 7, 255, 1e5):
        assert 50 <= end / slider_step(0, end) <= 100


def test_a_parameter_as_annotation_is_copied_with_the_options_default() -> None:
    mine = param.Number(default=2, bounds=(0, 9), doc="Mine.", label="Width")
    found = parameter(3, mine)
    assert (found.default, found.bounds, found.doc) == (3, (0, 9), "Mine.")
    assert found.label == "Width"
    assert mine.default == 2
    assert parameter(..., mine).default == 2
    assert parameter(3, Annotated[int, mine]).bounds == (0, 9)


def test_the_docstring_is_the_parameters_doc_and_its_unit_in_the_label() -> None:
    found = settings_of(get("hsv_range")).param.hue
    assert found.doc.startswith("The colour to keep")
    assert found.label == "Hue (degrees)"
    assert parameter(1, Annotated[int, "How many."]).doc == "How many."


def test_an_unknown_kind_is_hidden_and_left_to_the_function() -> None:
    found = settings_of(function(np.ones(3)))
    assert found.param.x.precedence == HIDDEN
    assert values(found) == {}
    found.x = [1, 2]
    assert values(found) == {"x": [1, 2]}
    assert values(found)["x"] is not found.x


def test_an_unknown_kind_that_the_caller_names_is_passed_on() -> None:
    mask = np.ones(3)
    assert values(settings_of(function(None), x=mask)) == {"x": mask}


def test_an_option_without_a_value_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(TypeError, match=r"g needs 'x': give it a default .* pass x="):
        settings_of(function(..., float))


def test_every_setting_of_the_catalogue_has_a_control_a_doc_and_ends() -> None:
    for name in names():
        for attribute, each in settings_of(get(name)).param.objects().items():
            if attribute != "name":
                assert each.precedence is None, (name, attribute)
                assert each.doc, (name, attribute)
                if isinstance(each, param.Number):
                    assert not isinstance(each, bool)
                    assert None not in each.get_soft_bounds()


def test_settings_are_named_after_their_function() -> None:
    assert settings_of(get("canny")).name == "canny"
    assert type(settings_of(get("hue_shift"))).__name__ == "HueShiftSettings"
    assert type(settings_of(lambda image: image)).__name__ == "LambdaSettings"


def test_an_option_may_have_a_name_that_param_needs() -> None:
    def named(image, name="a", param=1): ...

    settings = settings_of(named, name="b")
    assert (settings.name, settings.name_, settings.param_) == ("named", "b", 1)
    assert values(settings) == {"name": "b", "param": 1}


def test_two_settings_of_a_function_share_nothing() -> None:
    one, other = settings_of(get("canny")), settings_of(get("canny"))
    one.sigma = 3.0
    one.param.sigma.bounds = (0, 3)
    assert other.sigma != 3.0
    assert other.param.sigma.bounds != (0, 3)


# ---- what the caller says


def test_a_pair_is_the_bounds_and_the_default_is_brought_into_them() -> None:
    for start, end, expected in [(0.5, 5.0, 1.0), (2.0, 5.0, 2.0), (0, 0.5, 0.5)]:
        found = parameter(1.0, float, x=(start, end))
        assert found.bounds == (start, end)
        assert found.default == expected
    assert type(parameter(3, int, x=(1, 9))) is param.Integer
    assert parameter(3, int, x=(1, 9, 2)).step == 2
    assert parameter(1.0, float, x=Range(0, 2, step=0.5)).step == 0.5


def test_bounds_replace_those_of_the_annotation_and_keep_its_doc() -> None:
    settings = settings_of(get("canny"), sigma=(1, 2))
    assert settings.param.sigma.bounds == (1, 2)
    assert settings.param.sigma.doc


def test_bounds_give_a_required_option_its_middle() -> None:
    assert value(..., float, x=(0.0, 5.0)) == 2.5
    assert value(..., int, x=(0, 5)) == 2
    assert value(..., ..., x=(0, 5)) == 2
    assert type(parameter(..., ..., x=(0, 5))) is param.Integer
    assert type(parameter(..., ..., x=(0, 5.0))) is param.Number


def test_a_pair_is_the_value_of_an_option_that_takes_pairs() -> None:
    settings = settings_of(function((1, 2), tuple[int, int]), x=(3, 9))
    assert settings.x == (3, 9)
    found = parameter((1, 300), tuple[int, int], x=Range(0, 255))
    assert (found.bounds, found.default) == ((0, 255), (1, 255))


def test_bounds_may_be_numbers_of_numpy() -> None:
    found = parameter(1.0, float, x=(np.float32(0), np.float32(50)))
    assert (found.default, found.bounds) == (1.0, (0, 50))
    for default in (1, np.int64(1)):
        found = parameter(default, x=(np.int64(0), np.int64(4)))
        assert (type(found), found.bounds) == (param.Integer, (0, 4))
    pair = parameter((np.int64(1), np.int64(3)))
    assert (type(pair), list(map(type, pair.default))) == (
        param.NumericTuple,
        [int, int],
    )


def test_numbers_without_end_are_an_error_that_names_the_option() -> None:
    with pytest.raises(ValueError, match="option 'x': expected finite bounds"):
        parameter(1.0, float, x=(0, math.inf))
    with pytest.raises(ValueError, match=r"option 'x': .* too large"):
        parameter(10**400)


@pytest.mark.parametrize("bounds", [(5, 0), (1, 1), (math.nan, 1)])
def test_bounds_that_are_none_are_an_error(bounds) -> None:
    with pytest.raises(ValueError, match="start below end"):
        parameter(1.0, float, x=bounds)


def test_a_list_is_the_choices() -> None:
    found = parameter(2, int, x=[1, 2, 4])
    assert (type(found), found.objects, found.default) == (*(Choice, [1, 2, 4], 2),)
    assert value(3, int, x=[1, 2]) == 1
    assert value(..., ..., x=["a", "b"]) == "a"
    settings = settings_of(function(1.0), x={"thin": 0.5, "thick": 2.0})
    assert settings.x == 0.5
    assert settings.param.x.names == {"thin": 0.5, "thick": 2.0}
    with pytest.raises(TypeError, match="at least one choice for 'x'"):
        parameter(1, x=[])


def test_arrays_can_be_the_choices() -> None:
    flat, sharp = np.ones((3, 3)), np.eye(3)
    settings = settings_of(function(None), x=[flat, sharp])
    assert settings.x is flat
    settings.x = sharp
    assert settings.x is sharp
    with pytest.raises(ValueError):
        settings.x = np.zeros((3, 3))
    assert value(sharp, x={"flat": flat, "sharp": sharp}) is sharp
    assert value(flat + 1, x={"flat": flat, "none": None}) is flat


def test_a_list_is_the_value_of_an_option_that_takes_lists() -> None:
    assert value([1], list, x=[1, 2]) == [1, 2]
    assert value([1], list[int], x=[1, 2]) == [1, 2]


def test_a_plain_value_is_the_default_and_keeps_its_bounds() -> None:
    found = parameter(1.0, Annotated[float, Range(0, 5)], x=3)
    assert (found.default, found.bounds) == (3.0, (0, 5))
    assert parameter(1.0, float, x=20.0).softbounds == (0.0, 100.0)
    with pytest.raises(ValueError, match="at most 5"):
        parameter(1.0, Annotated[float, Range(0, 5)], x=7)
    with pytest.raises(ValueError, match=r"option 'x': .*'c'"):
        parameter("a", Literal["a", "b"], x="c")


def test_an_unbound_parameter_replaces_the_options() -> None:
    found = parameter(1.0, float, x=param.Number(default=2.0, bounds=(1, 3)))
    assert (found.default, found.bounds) == (2.0, (1, 3))


def test_an_unknown_option_is_an_error_that_names_the_closest() -> None:
    with pytest.raises(TypeError, match="canny has no option 'sigam'; did you mean 's"):
        settings_of(get("canny"), sigam=1)
    with pytest.raises(TypeError, match="roberts has no option 'sigma'; it has none"):
        settings_of(get("roberts"), sigma=1)
    with pytest.raises(TypeError, match="gaussian has no option 'qq'; it has sigma"):
        settings_of(get("gaussian"), qq=1)


def test_stars_take_any_option() -> None:
    def starred(image, **more): ...

    settings = settings_of(starred, sigma=(0.0, 4.0), mode=["a", "b"], on=True)
    assert values(settings) == {"sigma": 2.0, "mode": "a", "on": True}


def test_what_a_partial_binds_is_no_setting_unless_it_is_named() -> None:
    bound = partial(get("canny"), sigma=2.0)
    assert "sigma" not in values(settings_of(bound))
    assert values(settings_of(bound, sigma=(0, 5)))["sigma"] == 2.0


# ---- references


class Source(param.Parameterized):
    """Something to follow."""

    level = param.Number(default=3.0)


def test_a_parameter_is_followed() -> None:
    source = Source()
    settings = settings_of(get("gaussian"), sigma=source.param.level)
    assert settings.sigma == 3.0
    source.level = 99  # whoever gives the reference answers for its values
    assert values(settings) == {"sigma": 99}
    assert references(settings) == {"sigma": source.param.level}


def test_an_expression_a_bound_function_and_a_widget_are_followed() -> None:
    source = Source()
    slider = pn.widgets.FloatSlider(value=1.5, start=0, end=5)
    for reference, change in [
        (source.param.level.rx() * 2, lambda: setattr(source, "level", 1.0)),
        (param.bind(lambda x: x + 1, slider), lambda: setattr(slider, "value", 1.0)),
        (slider, lambda: setattr(slider, "value", 2.0)),
    ]:
        settings = settings_of(get("gaussian"), sigma=reference)
        assert "sigma" in references(settings)
        change()
        assert settings.sigma == 2.0


def test_references_in_a_tuple_are_followed() -> None:
    low = pn.widgets.IntSlider(value=1, end=9)
    high = pn.widgets.IntSlider(value=5, end=9)
    settings = settings_of(function((0, 1), tuple[int, int]), x=(low, high))
    assert settings.x == (1, 5)
    low.value = 3
    assert values(settings) == {"x": (3, 5)}


def test_a_reference_can_be_set_later_and_ends_with_a_plain_value() -> None:
    source = Source()
    settings = settings_of(get("gaussian"))
    settings.sigma = source.param.level
    source.level = 4.0
    assert settings.sigma == 4.0
    settings.sigma = 1.0
    source.level = 2.0
    assert settings.sigma == 1.0
    assert references(settings) == {}


def test_references_need_no_panel() -> None:
    script = (
        "import sys, param\n"
        "from panel_cam.functions.settings import settings_of\n"
        "class A(param.Parameterized):\n    x = param.Number(2.0)\n"
        "def f(image, s=1.0): ...\n"
        "assert settings_of(f, s=A().param.x).s == 2.0\n"
        "assert 'panel' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


# ---- Parameterized


class Blur(param.Parameterized):
    """A filter that is its own settings."""

    sigma = param.Number(default=1.0, bounds=(0, 5))
    size = param.Integer(default=3)
    round = param.Boolean(default=False, label="Is round", doc="A circle?")
    weights = param.List(default=None, allow_None=True)
    mode = param.Selector(default="a", objects=["a", "b"])
    go = param.Action(default=None)
    fixed = param.Number(default=1, constant=True)

    def __call__(self, image):
        return image


def test_a_parameterized_is_its_own_settings() -> None:
    blur = Blur(sigma=2.0)
    assert settings_of(blur) is blur
    assert values(blur) == {
        **{"sigma": 2.0, "size": 3, "round": False},
        **{"weights": None, "mode": "a"},
    }


def test_of_a_parameterized_class_an_instance_is_made() -> None:
    settings = settings_of(Blur, sigma=3.0)
    assert isinstance(settings, Blur)
    assert settings.sigma == 3.0
    assert settings_of(Blur, sigma=(2.0, 9.0)).sigma == 2.0


def test_what_the_caller_says_changes_the_instance_and_not_the_class() -> None:
    source = Source()
    blur = settings_of(Blur(), sigma=source.param.level, size=(5, 9), mode=["b", "c"])
    assert (blur.sigma, blur.size, blur.mode) == (3.0, 5, "b")
    assert blur.param.size.bounds == (5, 9)
    assert Blur.param.size.bounds is None
    assert blur.param.mode.objects == ["b", "c"]
    assert Blur.param.mode.objects == ["a", "b"]
    source.level = 4.0
    assert blur.sigma == 4.0


def test_the_choices_of_a_parameterized_replace_what_its_class_says() -> None:
    choices = {"lo": 0.5, "hi": 2}
    blur = settings_of(Blur, sigma=choices, size=[1, 9], round=[True], weights=[1, 2])
    assert values(blur) == {
        **{"sigma": 0.5, "size": 1, "round": True},
        **{"weights": [1, 2], "mode": "a"},
    }
    assert isinstance(blur.param.sigma, Choice)
    assert blur.param.sigma.names == choices
    assert (blur.param.round.label, blur.param.round.doc) == ("Is round", "A circle?")
    seen: list[Any] = []
    blur.param.watch(lambda event: seen.append(event.new), "sigma")
    blur.sigma = 2
    with pytest.raises(ValueError, match=r"Blur\.sigma"):
        blur.sigma = 3
    assert seen == [2]
    assert Blur(sigma=3).sigma == 3
    assert isinstance(Blur.param.sigma, param.Number)


def test_an_unbound_parameter_replaces_that_of_an_instance() -> None:
    blur = settings_of(Blur, sigma=param.Selector(objects=[1.0, 4.0], label="Width"))
    assert (blur.sigma, blur.param.sigma.label) == (1.0, "Width")
    assert blur.param.sigma.objects == [1.0, 4.0]


def test_bounds_of_a_parameterized_that_are_none_are_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match="Blur, option 'sigma': expected finite"):
        settings_of(Blur, sigma=(0, math.inf))


def test_a_parameterized_has_no_other_options() -> None:
    with pytest.raises(TypeError, match="Blur has no option 'sigmo'; did you mean 's"):
        settings_of(Blur(), sigmo=1)


def test_a_parameterized_that_is_not_callable_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"Source has no __call__\(self, image\)"):
        settings_of(Source())  # type: ignore[arg-type]


# ---- what travels


def test_values_can_be_pickled_and_enum_members_stay() -> None:
    settings = settings_of(function(Mode.FAST))
    assert pickle.loads(pickle.dumps(values(settings))) == {"x": Mode.FAST}


def test_values_are_what_they_were_when_they_were_taken() -> None:
    settings = settings_of(function([1], list))
    settings.x = [2]
    before = values(settings)
    settings.x.append(3)
    assert before == {"x": [2]}


def test_an_option_may_be_called_function() -> None:
    def apply(image, function: str = "a"): ...

    assert values(settings_of(apply, function="b")) == {"function": "b"}
