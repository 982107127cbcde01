"""A pickled function arrives, or is refused before it leaves."""

import pickle
import re
import subprocess
import sys
import threading
import types

import numpy as np
import pytest

from panel_cam.errors import ExecutorError, FilterError
from panel_cam.imaging import codec
from panel_cam.processing.pickled_function import PickledFunction
from tests.support import far_filters
from tests.support.far_filters import Counter, negative

IMAGE = np.full((2, 3, 3), 40, np.uint8)
PNG = codec.encode(IMAGE, format="png")

ELSEWHERE = """
import pickle, sys
jobs, data = pickle.load(sys.stdin.buffer)
images = [job(data).load().to_image() for job in jobs]
sys.stdout.buffer.write(pickle.dumps(images))
"""


def run_elsewhere(jobs, tmp_path) -> list[np.ndarray]:
    """Run jobs in a fresh interpreter that stands somewhere else."""
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        input=pickle.dumps((jobs, PNG)),
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return pickle.loads(done.stdout)


def make_module(name: str, text: str) -> types.ModuleType:
    """Make a module that is in no file, as `panel serve` does of an app."""
    module = types.ModuleType(name)
    exec(text, vars(module))
    return module


@pytest.fixture
def app(monkeypatch) -> types.ModuleType:
    """An app's module, with a function and a kind of setting of its own."""
    text = (
        "import enum\n"
        "Kind = enum.Enum('Kind', ['DARK', 'LIGHT'], module=__name__)\n"
        "def flat(image, kind=Kind.DARK):\n"
        "    return image * 0 + (7 if kind is Kind.DARK else 9)\n"
    )
    module = make_module("bokeh_app_1234", text)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return module


def job_of(function, pickling="pickle", **settings):
    pickled = PickledFunction(function, settings, pickling)
    return pickled.job(settings, format="png")


def test_a_function_arrives_with_its_settings(tmp_path) -> None:
    ways = ("pickle", "cloudpickle")
    jobs = [job_of(negative, pickling, strength=100) for pickling in ways]
    for image in run_elsewhere(jobs, tmp_path):
        np.testing.assert_array_equal(image, 100 - IMAGE)


def test_a_module_beside_an_app_is_found_when_the_path_is_gone(
    tmp_path, monkeypatch
) -> None:
    beside = tmp_path / "beside"
    beside.mkdir()
    (beside / "my_own_filters.py").write_text("def f(image):\n    return image + 2\n")
    with monkeypatch.context() as patch:
        patch.syspath_prepend(beside)
        from my_own_filters import f  # type: ignore[import-not-found]
    (image,) = run_elsewhere([job_of(f)], tmp_path)
    np.testing.assert_array_equal(image, IMAGE + 2)


@pytest.mark.parametrize("what", ["lambda", "local", "lock", "app", "notebook"])
def test_what_cannot_be_found_elsewhere_is_refused_with_the_cure(
    what, app, monkeypatch
) -> None:
    def local(image):
        return image

    class Locked:
        def __init__(self) -> None:
            self.lock = threading.Lock()

        def __call__(self, image):
            return image

    notebook = make_module("__main__", "def f(image):\n    return image\n")
    functions = {
        "lambda": lambda image: image,
        "local": local,
        "lock": Locked(),
        "app": app.flat,
        "notebook": notebook.f,
    }
    monkeypatch.setitem(sys.modules, "__main__", notebook)
    with pytest.raises(ExecutorError) as refusal:
        PickledFunction(functions[what], {}, "pickle")
    text = str(refusal.value)
    name = getattr(functions[what], "__name__", "Locked")
    assert name in text
    assert "pickle" in text
    assert "def in a .py file" in text


def test_a_setting_that_cannot_be_found_elsewhere_is_refused(app) -> None:
    with pytest.raises(ExecutorError, match="bokeh_app_1234"):
        PickledFunction(negative, {"strength": app.Kind.DARK}, "pickle")
    with pytest.raises(ExecutorError, match="pickle"):
        PickledFunction(negative, {}, "pickle").job({"strength": lambda: 3})


def test_cloudpickle_takes_along_what_has_no_home(app, tmp_path) -> None:
    offset = 5
    jobs = [
        job_of(lambda image: image + offset, "cloudpickle"),
        job_of(app.flat, "cloudpickle", kind=app.Kind.LIGHT),
    ]
    brighter, flat = run_elsewhere(jobs, tmp_path)
    np.testing.assert_array_equal(brighter, IMAGE + 5)
    np.testing.assert_array_equal(flat, IMAGE * 0 + 9)


def test_cloudpickle_refuses_what_nothing_can_pickle() -> None:
    lock = threading.Lock()
    with pytest.raises(ExecutorError, match="cloudpickle"):
        PickledFunction(lambda image: (lock, image)[1], {}, "cloudpickle")


def test_a_function_that_is_not_there_after_all_fails_the_frame(monkeypatch) -> None:
    job = job_of(negative)
    monkeypatch.delattr("tests.support.far_filters.negative")
    with pytest.raises(FilterError, match="cannot load negative: AttributeError"):
        job(PNG)


def test_a_process_keeps_a_function_and_each_session_has_its_own() -> None:
    filter = Counter()
    mine, yours = (PickledFunction(filter, {}, "pickle") for _ in range(2))
    for pickled, frames in ((mine, 1), (mine, 2), (yours, 1)):
        job = pickle.loads(pickle.dumps(pickled.job({}, format="png")))
        assert job(PNG).load().to_image()[0, 0] == frames
    assert filter.frames == 0


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        # CPython's pickle says "Can't get local object" at times, and "Can't pickle".
        (far_filters.tell_lambda, "local object.*lambda"),
        (far_filters.tell_unreadable, "no number"),
    ],
)
def test_a_result_that_cannot_travel_fails_its_frame_and_tells_the_cure(
    function, reason
) -> None:
    job = job_of(function)
    try:
        error = job(PNG).load()
    except FilterError as refused:
        error = refused
    assert isinstance(error, FilterError)
    assert re.search(rf"{function.__name__} returned.*{reason}", str(error))
    assert "only numbers and text" in str(error)


def test_cloudpickle_brings_back_what_has_no_home() -> None:
    job = job_of(far_filters.tell_lambda, "cloudpickle")
    (function,) = job(PNG).load().table["function"]
    assert function() == 1


@pytest.mark.parametrize("name", ["raise_reasons", "interrupt"])
def test_whatever_a_filter_raises_comes_back_as_text(name) -> None:
    with pytest.raises(FilterError, match=r"TwoReasons: dark|KeyboardInterrupt"):
        job_of(getattr(far_filters, name))(PNG)
