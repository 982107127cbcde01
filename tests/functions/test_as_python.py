"""*Copy as Python*, run in a fresh interpreter."""

import asyncio
import datetime
import math
import os
import subprocess
import sys
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import param
import pytest
import skimage.filters

from panel_cam import filters
from panel_cam.functions.as_python import as_python
from panel_cam.functions.loading import load
from panel_cam.functions.parameterized import as_function
from panel_cam.functions.settings import settings_of
from panel_cam.functions.stateful import fresh, stateful
from panel_cam.functions.wants import wants
from panel_cam.imaging.frame import Image
from panel_cam.imaging.result import Result
from panel_cam.processing.run_filter import run_filter
from tests.support import namesakes

ROOT = Path(__file__).parents[2]
GRADIENT = np.add.outer(np.arange(40), np.arange(50)).astype(np.uint8)
IMAGE = np.dstack([GRADIENT * 2, GRADIENT, np.full_like(GRADIENT, 80)])
IMAGE[10:20, 10:30] = 200


class Tint(Enum):
    """Which colour."""

    RED = 0
    GREEN = 1


class Tools:
    """A place of functions."""

    @staticmethod
    def shift(image: Image, *, tint: Tint = Tint.RED, by: tuple[int, int] = (0, 5)):
        return np.roll(image[:, :, tint.value], by, (0, 1))


def limits(image: Image, *, low: float = -math.inf, weights: Any = None):
    return np.where(image > low, image, 0)


async def later(image: Image, *, by: int = 10):
    await asyncio.sleep(0)
    return image + np.uint8(by)


def weigh(weight: float, image: Image, *, bias: float = 0.0):
    return image * weight + bias


@stateful
def remember(image: Image, state: dict[str, Any], *, memory: float = 0.5):
    state["image"] = state.get("image", image) * memory + image * (1 - memory)
    return state["image"]


def shade(
    image: Image,
    *,
    day: Annotated[datetime.date, param.CalendarDate()] = datetime.date(2026, 1, 2),
):
    return image // np.uint8(day.day)


def value_of(image: Image, *, value: Any = None):
    return value


class Brighter(param.Parameterized):
    """Add to every value."""

    by = param.Integer(default=10)

    def __call__(self, image: Image):
        return image + np.uint8(self.by)


class Weighted(param.Parameterized):
    """Has parameters that are settled when it is made."""

    weight: Any = param.Integer(default=1, constant=True)
    kernel: Any = param.Parameter(default=np.ones(3), constant=True)
    kind: Any = param.String(default="fixed", readonly=True)
    bias: Any = param.Integer(default=2)

    def __call__(self, image: Image):
        return image // np.uint8(self.weight) + np.uint8(self.bias + self.kernel.size)


class add(param.ParameterizedFunction):  # noqa: N801 - they are named like functions
    """Add, as a function that has parameters."""

    by = param.Integer(default=10)

    def __call__(self, image: Image, **params: Any):
        return image + np.uint8(self.by)


class Subtract:
    """An object that no import finds."""

    def __call__(self, image: Image, by: int = 1):
        return image - np.uint8(by)


@wants(gray=True, scale=2)
def small(image: Image, *, gain: int = 1):
    return np.asarray(image * np.uint8(gain))


@wants(scale=4)
async def small_later(image: Image):
    await asyncio.sleep(0)
    return image


def run(*scripts: str, folder: Path) -> list[Image]:
    """Run `process` of each script on the image, all in one fresh interpreter."""
    np.save(folder / "image.npy", IMAGE)
    lines = [
        "import numpy as np",
        f"image = np.load({str(folder / 'image.npy')!r})",
    ]
    for number, script in enumerate(scripts):
        (folder / f"script_{number}.py").write_text(script)
        lines += [
            f"from script_{number} import process",
            "output = process(image.copy())",
            f"np.save('output_{number}.npy', getattr(output, 'image', output))",
        ]
    (folder / "main.py").write_text("\n".join(lines))
    subprocess.run(
        [sys.executable, "-W", "error", "main.py"],
        cwd=folder,
        # With its variables: they may choose another OpenBLAS, which rounds otherwise.
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        timeout=110,
    )
    return [np.load(folder / f"output_{number}.npy") for number in range(len(scripts))]


def picture(output: Image | Result) -> Image:
    return output.image if isinstance(output, Result) else output


def test_every_filter_of_the_catalogue_gives_the_same_array(tmp_path: Path) -> None:
    functions = [filters.get(name) for name in filters.names()]
    scripts = []
    for function in functions:
        settings: Any = settings_of(function)
        if "gain" in settings.param:
            settings.gain = 4.0
        scripts.append(as_python(fresh(function), settings))
    for script in scripts:
        assert "Missing" not in script
        assert script.startswith("from panel_cam.filters import ")
        assert max(map(len, script.splitlines())) <= 88
    outputs = run(*scripts, folder=tmp_path)
    for function, script, output in zip(functions, scripts, outputs, strict=True):
        change = {"gain": 4.0} if "gain=" in script else {}
        expected = picture(fresh(function)(IMAGE.copy(), **change))
        np.testing.assert_array_equal(output, expected, err_msg=script)


CHAIN = filters.pipeline(("gaussian", {"sigma": 2.0}), limits, filters.pipeline("flip"))
CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "enum_in_a_class": (Tools.shift, {"tint": Tint.GREEN, "by": (3, 9)}),
    "not_finite": (limits, {"low": math.inf}),
    "async": (later, {"by": 20}),
    "partial": (partial(weigh, 0.5, bias=3.0), {}),
    "overridden_partial": (partial(partial(weigh, 0.5), bias=3.0), {"bias": 7.0}),
    "stateful": (remember, {"memory": 0.25}),
    "chain": (CHAIN, {"gaussian_sigma": 1.0, "limits_low": 90.0}),
    "chain_of_partials": (filters.pipeline(partial(weigh, 0.5), "invert"), {}),
    "parameterized": (Brighter(by=30), {}),
    "parameterized_with_a_constant": (Weighted(weight=7, bias=3), {}),
    "parameterized_function": (add.instance(by=30), {}),
    "named_process": (namesakes.process, {}),
    "named_image": (namesakes.image, {}),
    "named_float": (namesakes.float, {"low": -math.inf}),
    "named_asyncio": (namesakes.asyncio, {}),
    "chain_of_namesakes": (
        filters.pipeline(
            filters.pipeline("flip"),
            namesakes.chain,
            skimage.filters.gaussian,
            namesakes.gaussian,
            "gaussian",
            namesakes.pipeline,
            partial(namesakes.partial, factor=8),
        ),
        {},
    ),
    "date": (shade, {"day": datetime.date(2026, 1, 9)}),
    "a_value_of_no_kind": (limits, {"weights": {"a": [1, 2.5, None], 3: (True,)}}),
}


def test_whatever_can_be_imported_gives_the_same_array(tmp_path: Path) -> None:
    made = {
        name: (function, settings_of(function, **overrides))
        for name, (function, overrides) in CASES.items()
    }
    scripts = [as_python(*each) for each in made.values()]
    for script in scripts:
        assert "Missing" not in script
    outputs = run(*scripts, folder=tmp_path)
    for name, script, output in zip(CASES, scripts, outputs, strict=True):
        function, overrides = CASES[name]
        expected = fresh(function)(IMAGE.copy(), **overrides)
        if asyncio.iscoroutine(expected):
            expected = asyncio.run(expected)
        np.testing.assert_array_equal(output, picture(expected), err_msg=script)


def test_the_script_shows_every_setting() -> None:
    canny = filters.get("canny")
    assert as_python(canny, settings_of(canny, sigma=2.0, low=0.1, high=0.25)) == (
        "from panel_cam.filters import canny\n"
        "\n"
        "\n"
        "def process(image):\n"
        "    return canny(image, sigma=2.0, low=0.1, high=0.25)\n"
    )


def test_an_async_function_is_run_by_asyncio() -> None:
    script = as_python(later, settings_of(later))
    assert script.startswith("import asyncio\n")
    assert "asyncio.run(later(image, by=10))" in script


@pytest.mark.parametrize(
    ("function", "missing"),
    [
        (lambda image: image, "a lambda from tests.functions.test_as_python, line "),
        (Subtract(), "an object of Subtract, from tests.functions.test_as_python"),
    ],
)
def test_what_has_no_name_is_said_to_be_missing(function: Any, missing: str) -> None:
    script = as_python(function, settings_of(function))
    assert f"# Missing: {missing}" in script
    assert "; call it my_filter. Put it here.\n" in script
    assert "return my_filter(image" in script
    compile(script, "script", "exec")


def test_what_a_notebook_defines_is_said_to_be_missing() -> None:
    def mine(image, gain: float = 2.0): ...

    for module in ("__main__", "bokeh_app_1234", "_panel_cam_file"):
        mine.__module__, mine.__qualname__ = module, "mine"
        script = as_python(mine, settings_of(mine))
        assert script.startswith(f"# Missing: mine, from {module}. Put it here.\n")
        assert "return mine(image, gain=2.0)" in script


def test_what_only_its_own_folder_finds_is_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    path = tmp_path / "filters_of_a_folder.py"
    path.write_text("def same(image): return image\ndef dark(image): return image // 2")
    same = load(f"{path}:same", filters.get)
    chain = filters.pipeline(same, sys.modules[path.stem].dark)
    script = as_python(chain, settings_of(chain))
    assert "from filters_of_a_folder import dark, same\n" in script
    missing = f"the module filters_of_a_folder, unless this script is in {tmp_path}."
    assert script.count(f"# Missing: {missing}\n") == script.count("Missing") == 1
    np.testing.assert_array_equal(run(script, folder=tmp_path)[0], IMAGE // 2)


def test_a_local_class_is_said_to_be_missing() -> None:
    class Local(Brighter):
        pass

    script = as_python(Local(), settings_of(Local(by=3)))
    assert "# Missing: the class Local, from tests.functions.test_as_python." in script
    assert "my_filter = Local(by=3)" in script


def test_a_value_that_cannot_be_written_is_said_to_be_missing() -> None:
    script = as_python(limits, settings_of(limits, weights=np.ones(3)))
    assert "# Missing: the value of weights, of type ndarray." in script
    assert "weights=..." in script
    compile(script, "script", "exec")


def test_two_filters_of_one_name_are_told_apart() -> None:
    one = filters.pipeline("flip")
    both = filters.pipeline(one, filters.pipeline("invert"))
    script = as_python(both, settings_of(both))
    assert "chain = pipeline(flip)\nchain_2 = pipeline(invert)\n" in script
    assert "chain_3 = pipeline(chain, chain_2)" in script


def test_what_is_missing_has_a_name_of_its_own_too() -> None:
    def gaussian(image): ...

    one = lambda image: image  # noqa: E731 - it is about lambdas
    other = Subtract()
    chain = filters.pipeline("gaussian", gaussian, one, other, one)
    script = as_python(chain, settings_of(chain))
    assert (
        "from tests.functions.test_as_python; call it gaussian_2. Put it here."
        in script
    )
    assert "; call it my_filter. Put it here." in script
    assert "; call it my_filter_2. Put it here." in script
    assert script.count("# Missing:") == 3
    assert "gaussian_2, my_filter, " in script


@pytest.mark.parametrize(
    "value",
    [
        datetime.datetime(2026, 1, 2, 3, 4, 5, 6),
        datetime.time(3, 4),
        datetime.timedelta(days=2, seconds=3),
        np.datetime64("2026-01-02T03:04:05.123456789"),
        np.timedelta64(5, "s"),
        (datetime.date(2026, 1, 2), datetime.date(2026, 1, 9)),
    ],
)
def test_a_time_is_written_with_its_import(value: Any) -> None:
    settings: Any = settings_of(value_of)
    settings.value = value
    names: dict[str, Any] = {}
    exec(as_python(value_of, settings), names)
    found = names["process"](None)
    assert (type(found), found) == (type(value), value)


def test_a_time_of_a_place_is_said_to_be_missing() -> None:
    day = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)
    script = as_python(limits, settings_of(limits, weights=day))
    assert "# Missing: the value of weights, of type datetime." in script
    compile(script, "script", "exec")


def test_a_constant_is_written_if_it_is_not_the_default() -> None:
    script = as_python(limits, Weighted(bias=3))
    assert "my_filter = Weighted(bias=3)\n" in script
    script = as_python(limits, Weighted(weight=7, kernel=np.zeros(3)))
    assert "my_filter = Weighted(weight=7, kernel=..., bias=2)\n" in script
    assert "# Missing: the value of kernel, of type ndarray." in script


@wants(gray=True, scale=2)
class SmallParameterized(param.Parameterized):
    """Adds to every value, of a smaller image."""

    by = param.Integer(default=10)

    def __call__(self, image: Image):
        return image + np.uint8(self.by)


SMALL = {
    "with parameters": SmallParameterized(by=3),
    "a function": small,
    "async": small_later,
    "somebody else's": wants(gray=True, scale=4)(skimage.filters.sobel),
    "of some settings": wants(scale=4)(partial(filters.gaussian, sigma=1.0)),
    "the first of a pipeline": filters.pipeline(small, "invert"),
    "the last of a pipeline": filters.pipeline("invert", wants(gray=True)(np.flipud)),
}


def test_what_a_filter_wants_becomes_of_the_image_first(tmp_path: Path) -> None:
    scripts = [as_python(each, settings_of(each)) for each in SMALL.values()]
    outputs = run(*scripts, folder=tmp_path)
    for name, function, output in zip(SMALL, SMALL.values(), outputs, strict=True):
        running = as_function(function, settings_of(function))
        shown = run_filter(IMAGE, running, keep_image=True).to_image()
        assert np.array_equal(output, shown), name
