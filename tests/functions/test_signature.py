"""What can be read from a function's signature and docstring."""

from __future__ import annotations

from functools import partial, wraps
from typing import TYPE_CHECKING

import pytest

from panel_cam.filters import pipeline
from panel_cam.functions.docstrings import Described, describe
from panel_cam.functions.signature import MISSING, Option, is_async, name_of, read
from panel_cam.functions.stateful import stateful

if TYPE_CHECKING:
    from nowhere import Unknown


def soften(image, sigma: float = 1.0, *, mode: str = "wrap"):
    """Blur.

    Parameters
    ----------
    image : ndarray
        Any.
    sigma : float, 0-5 pixels, default 1
        How wide
        the bell is.

    Returns
    -------
    mode : str
        Not an option.
    """
    return image


def names(function) -> list[str]:
    return [option.name for option in read(function).options]


# ---- options


def test_all_but_the_image_are_options_in_their_order() -> None:
    found = read(soften)
    assert found.name == "soften"
    assert found.options == (
        Option("sigma", float, 1.0, "How wide the bell is.", "pixels"),
        Option("mode", str, "wrap"),
    )
    assert not found.takes_more


def test_the_image_may_have_any_name_and_be_positional_only() -> None:
    assert names(lambda picture, gain=1: picture) == ["gain"]

    def only(picture, /, gain=1): ...

    assert names(only) == ["gain"]


def test_the_image_may_come_through_stars() -> None:
    def starred(*images, gain=1, **more): ...

    assert names(starred) == ["gain"]
    assert read(starred).takes_more


@pytest.mark.parametrize("function", [lambda: None, lambda *, gain=1: None])
def test_a_function_without_an_argument_takes_no_image(function) -> None:
    with pytest.raises(TypeError, match=r"<lambda> takes no image"):
        read(function)


def test_an_option_that_can_only_be_given_by_position_is_left_to_its_default() -> None:
    def positional(image, gain=1, /, bias=0): ...

    assert names(positional) == ["bias"]


def test_a_second_image_is_an_error_that_names_it() -> None:
    def blend(image, other, /): ...

    with pytest.raises(TypeError, match=r"blend needs a second argument .* 'other'"):
        read(blend)


def test_no_function_is_an_error() -> None:
    with pytest.raises(TypeError, match="expected a function, got int"):
        read(3)  # type: ignore[arg-type]


def test_a_builtin_without_a_signature_has_no_options() -> None:
    assert read(max).options == ()


# ---- what else can be called


def test_what_a_partial_binds_is_fixed() -> None:
    inner = partial(soften, sigma=2.0)
    options = read(partial(inner, mode="mirror")).options
    assert [(each.name, each.default, each.fixed) for each in options] == [
        ("sigma", 2.0, True),
        ("mode", "mirror", True),
    ]
    assert [each.fixed for each in read(inner).options] == [True, False]


def test_a_partial_that_binds_the_first_argument_takes_the_image_as_the_second():
    def weigh(weight, image, gain=1): ...

    assert names(partial(weigh, 0.5)) == ["gain"]


def test_an_option_with_an_underscore_is_fixed() -> None:
    assert read(lambda image, _cache=None: image).options[0].fixed


class Threshold:
    """Split.

    Parameters
    ----------
    level : int
        Where.
    """

    def __call__(self, image, level=128): ...

    def method(self, image, gain: float = 1.0): ...


def test_a_callable_object_is_described_by_its_class() -> None:
    assert read(Threshold()).options == (Option("level", MISSING, 128, "Where."),)
    assert read(Threshold()).name == "Threshold"


def test_a_bound_method_is_a_function() -> None:
    assert read(Threshold().method).options == (Option("gain", float, 1.0),)


def test_a_decorated_function_has_the_signature_of_what_it_wraps() -> None:
    @wraps(soften)
    def timed(*args, **kwargs):
        return soften(*args, **kwargs)

    assert read(timed).options == read(soften).options


def test_a_stateful_function_has_its_options_and_no_state() -> None:
    @stateful
    def remember(image, state, *, memory: float = 0.5): ...

    assert read(remember).options == (Option("memory", float, 0.5),)


def test_a_chain_has_the_options_of_its_steps_and_their_docs() -> None:
    options = {each.name: each for each in read(pipeline(soften, soften)).options}
    assert list(options) == [
        *("soften_sigma", "soften_mode", "soften_2_sigma", "soften_2_mode")
    ]
    assert options["soften_2_sigma"].doc == "How wide the bell is."


# ---- annotations


def test_an_annotation_that_only_a_type_checker_knows_is_as_if_not_there() -> None:
    def odd(image, unknown: Unknown = 1, gain: float = 1.0): ...

    assert read(odd).options == (
        Option("unknown", MISSING, 1),
        Option("gain", float, 1.0),
    )


# ---- async


def test_async_is_seen_through_partials_and_objects() -> None:
    async def wait(image): ...

    class Waiting:
        async def __call__(self, image): ...

    assert is_async(wait)
    assert is_async(partial(wait))
    assert is_async(Waiting())
    assert not is_async(soften)
    assert not is_async(Threshold())
    assert not is_async(max)


@pytest.mark.parametrize(
    ("function", "name"),
    [(soften, "soften"), (partial(soften), "soften"), (Threshold(), "Threshold")],
)
def test_everything_has_a_name(function, name: str) -> None:
    assert name_of(function) == name


# ---- docstrings


def test_several_names_share_a_description() -> None:
    described = describe("X.\n\nParameters\n----------\nx, y : float\n    Where.\n")
    assert described == {"x": Described("Where."), "y": Described("Where.")}


def test_other_parameters_and_stars_are_read() -> None:
    text = """X.

    Other Parameters
    ----------------
    *args
        All.
    **more : dict
        More,

        after a gap.
    """
    assert describe(text) == {
        "args": Described("All."),
        "more": Described("More, after a gap."),
    }


@pytest.mark.parametrize("heading", ["x : int", "x: int", "x", "x :int"])
@pytest.mark.parametrize("line", ["---", "---------", "------------  "])
def test_people_type_titles_and_names_as_they_like(heading: str, line: str) -> None:
    text = f"X.\n\nParameters\n{line}\n{heading}\n    Where.\n"
    assert describe(text) == {"x": Described("Where.")}


@pytest.mark.parametrize("text", [None, "", "Google.\n\nArgs:\n    x: Where.", "---"])
def test_what_is_not_numpydoc_says_nothing(text: str | None) -> None:
    assert describe(text) == {}


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("float, 0-360 degrees, default 0", "degrees"),
        ("float, -180 to 180 degrees", "degrees"),
        ("int, 1-50 pixels", "pixels"),
        ("float, in seconds", "seconds"),
        ("int, 0-100 %", "%"),
        ("float, 0-1, default 0.5", ""),
        ("int, 3-9 in the order of rows", ""),
        ("ndarray of shape (M, N, 3)", ""),
        ("{'a', 'b'}, default 'a'", ""),
    ],
)
def test_the_unit_stands_behind_the_range(kind: str, unit: str) -> None:
    text = f"X.\n\nParameters\n----------\nx : {kind}\n    Doc.\n"
    assert describe(text)["x"].unit == unit
