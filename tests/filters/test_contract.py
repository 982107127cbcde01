"""What every filter of the catalogue promises, whatever it does.

The filters are taken from the registry, and their options and bounds from their
signatures: a new filter is tested as soon as it is named.
"""

import inspect
import pickle
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
import pytest

from panel_cam.filters import GROUPS, get, names
from panel_cam.functions.ranges import Range
from panel_cam.functions.stateful import fresh, is_in_order
from panel_cam.imaging.pixels import to_uint8
from panel_cam.imaging.result import Result
from tests.filters.pictures import Bytes, noise, plain, scene

OURS = [name for group in GROUPS.values() for name in group]

every_filter = pytest.mark.parametrize("name", OURS)

IMAGES = {
    "scene": scene(),
    "grey scene": scene()[:, :, 1],
    "noise": noise(33, 31, 3),
    "grey noise": noise(33, 31),
    "tiny": noise(7, 5, 3),
    "grey tiny": noise(7, 5),
    "one pixel": noise(1, 1, 3),
    "grey pixel": noise(1, 1),
    "one row": noise(1, 9, 3),
    "one column": noise(9, 1, 3),
    "black": plain(33, 31, 3),
    "grey black": plain(33, 31),
    "white": plain(33, 31, 3, level=255),
    "grey white": plain(33, 31, level=255),
    "wide": noise(20, 650, 3),  # more pixels a side than some filters work on
    "turned": np.swapaxes(noise(12, 9, 3), 0, 1),  # not contiguous
}


def _options(name: str) -> dict[str, Any]:
    """Option -> its annotation."""
    function = get(name)
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())
    assert parameters[0].name == "image"
    assert all(option.kind is option.KEYWORD_ONLY for option in parameters[1:])
    return {option.name: hints[option.name] for option in parameters[1:]}


def _range(hint: Any) -> Range:
    return next(item for item in get_args(hint) if isinstance(item, Range))


def _ends(hint: Any) -> tuple[Any, ...]:
    """The values at the ends of what an option may be; all of a choice."""
    if hint is bool:
        return False, True
    if get_origin(hint) is Literal:
        return get_args(hint)
    kind, bounds = get_args(hint)[0], _range(hint)
    return kind(bounds.start), kind(bounds.end)


def _settings(name: str) -> Iterator[dict[str, Any]]:
    """The defaults; all options at their first ends, all at their last; each alone."""
    ends = {option: _ends(hint) for option, hint in _options(name).items()}
    yield {}
    if ends:
        yield {option: values[0] for option, values in ends.items()}
        yield {option: values[-1] for option, values in ends.items()}
    for option, values in ends.items():
        for value in values:
            yield {option: value}


def _run(name: str, image: Bytes, settings: dict[str, Any]) -> list[object]:
    """Two frames through a filter that has seen none."""
    filter = fresh(get(name))
    return [filter(frame, **settings) for frame in (image, np.roll(image, 1, axis=0))]


def _split(output: object) -> tuple[Any, dict[str, float]]:
    if isinstance(output, Result):
        return output.image, dict(output.values)
    return output, {}


@every_filter
@pytest.mark.parametrize("picture", IMAGES)
def test_every_image_gives_a_picture_at_every_setting(name: str, picture: str) -> None:
    image = IMAGES[picture]
    for settings in _settings(name):
        for output in _run(name, image, settings):
            pixels, values = _split(output)
            assert isinstance(pixels, np.ndarray), settings
            assert to_uint8(pixels).size, settings
            assert all(np.isfinite(value) for value in values.values()), settings


@every_filter
@pytest.mark.parametrize("picture", ["scene", "grey scene", "tiny"])
def test_the_same_image_gives_the_same_answer(name: str, picture: str) -> None:
    image = IMAGES[picture]
    for once, again in zip(_run(name, image, {}), _run(name, image, {}), strict=True):
        pixels, values = _split(once)
        np.testing.assert_array_equal(pixels, _split(again)[0])
        assert values == _split(again)[1]


@every_filter
@pytest.mark.parametrize("picture", ["scene", "grey scene"])
def test_the_image_is_left_as_it_is(name: str, picture: str) -> None:
    for settings in _settings(name):
        image = IMAGES[picture].copy()
        image.setflags(write=False)
        fresh(get(name))(image, **settings)
        image = IMAGES[picture].copy()  # one that a C function might write into
        fresh(get(name))(image, **settings)
        np.testing.assert_array_equal(image, IMAGES[picture])


@every_filter
def test_the_layout_in_memory_does_not_matter(name: str) -> None:
    image = scene()[::-1, ::2]
    for one, other in zip(
        _run(name, image, {}), _run(name, image.copy(), {}), strict=True
    ):
        np.testing.assert_array_equal(_split(one)[0], _split(other)[0])


@every_filter
def test_grey_in_three_channels_is_seen_as_grey(name: str) -> None:
    grey = scene()[:, :, 1]
    for one, three in zip(
        _run(name, grey, {}), _run(name, np.stack([grey] * 3, axis=2), {}), strict=True
    ):
        one, three = (
            to_uint8(_split(output)[0]).astype(int) for output in (one, three)
        )
        if three.ndim > one.ndim:
            assert np.ptp(three, axis=2).max() == 0
            three = three[:, :, 0]
        # Where regions meet, the sum of the weights' last bit may decide.
        assert np.mean(np.abs(one - three) > 1) < 0.03


# ---- how it is written


@every_filter
def test_every_option_has_bounds_or_a_choice_and_a_default(name: str) -> None:
    parameters = inspect.signature(get(name)).parameters
    for option, hint in _options(name).items():
        default = parameters[option].default
        assert default is not inspect.Parameter.empty, option
        if hint is bool:
            assert isinstance(default, bool), option
        elif get_origin(hint) is Literal:
            assert default in get_args(hint), option
        else:
            assert get_origin(hint) is Annotated, option
            kind = get_args(hint)[0]
            assert kind in (int, float), option
            assert type(default) is kind, option
            assert default in _range(hint), option


@every_filter
def test_every_option_is_explained_with_its_bounds(name: str) -> None:
    doc = inspect.getdoc(get(name)) or ""
    assert re.match(r"[A-Z][^\n]{10,78}\.\n\n", doc + "\n\n")
    assert "\nParameters\n----------\n" in doc
    assert "\nReturns\n-------\n" in doc
    assert name == "roberts" or "\nSource: " in doc
    parameters = inspect.signature(get(name)).parameters
    for option, hint in _options(name).items():
        found = re.search(rf"^(?:\w+, )*{option}(?:, \w+)* : (.*)\n +\S", doc, re.M)
        assert found, option
        said = found[1]
        if get_origin(hint) is Literal:
            kind = "{" + ", ".join(f'"{choice}"' for choice in get_args(hint)) + "}"
        elif hint is bool:
            kind = "bool"
        else:
            bounds = _range(hint)
            kind = f"{get_args(hint)[0].__name__}, {bounds.start}-{bounds.end}"
        assert said.startswith(kind), option
        default = parameters[option].default
        shown = f'"{default}"' if isinstance(default, str) else f"{default:g}"
        shown = str(default) if isinstance(default, bool) else shown
        assert re.search(rf"(default|and) {re.escape(shown)}\b|{shown}$", said), option


@every_filter
def test_what_it_does_is_tested(name: str) -> None:
    group = next(group for group, members in GROUPS.items() if name in members)
    text = (Path(__file__).parent / f"test_{group}.py").read_text()
    assert f"{name}(" in text


@every_filter
def test_its_module_says_that_it_is_there(name: str) -> None:
    function = get(name)
    group = next(group for group, members in GROUPS.items() if name in members)
    assert function.__module__ == f"panel_cam.filters.{group}"
    assert getattr(sys.modules[function.__module__], name) is function


@every_filter
def test_it_reaches_another_process(name: str) -> None:
    function = get(name)
    again = pickle.loads(pickle.dumps(function))
    assert again is function or is_in_order(again)
    np.testing.assert_array_equal(
        _split(again(scene()))[0], _split(fresh(function)(scene()))[0]
    )


def test_no_name_is_used_twice_nor_hides_a_file() -> None:
    assert len(set(OURS)) == len(OURS)
    here = Path(inspect.getfile(get)).parent
    assert not {path.stem for path in here.glob("*.py")} & set(OURS)
    assert set(OURS) <= set(names())
