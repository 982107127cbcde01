"""What a command line names is found, or one line says why not."""

import queue
import sys
from collections.abc import Iterator

import pytest
import skimage.filters

from panel_cam import filters
from panel_cam.functions.loading import TargetError, folder_of, load


@pytest.fixture(autouse=True)
def own_modules(monkeypatch, tmp_path) -> Iterator[None]:
    """Take back what a target's import leaves behind."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = sys.modules.copy()
    yield
    for name, module in sys.modules.copy().items():
        if str(tmp_path) in (getattr(module, "__file__", None) or ""):
            del sys.modules[name]
            if name in before:
                sys.modules[name] = before[name]


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "some_filters.py") -> str:
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def complaint(target: str) -> str:
    """Return the one line that says what is wrong with a target."""
    with pytest.raises(TargetError) as caught:
        load(target, filters.get)
    text = str(caught.value)
    assert text
    assert "\n" not in text
    return text


def test_a_filter_of_ours_is_found_by_its_name() -> None:
    assert load("roberts", filters.get) is filters.get("roberts")


def test_a_function_is_found_in_a_module() -> None:
    assert load("skimage.filters:sobel", filters.get) is skimage.filters.sobel


def test_a_function_is_found_in_a_file(write) -> None:
    path = write("def twice(image):\n    return 2 * image\n")
    assert load(f"{path}:twice", filters.get)(21) == 42


def test_a_file_may_import_its_neighbour(write) -> None:
    write("FACTOR = 3\n", "neighbour_of_filters.py")
    path = write("from neighbour_of_filters import FACTOR\nthrice = FACTOR.__mul__\n")
    assert load(f"{path}:thrice", filters.get)(2) == 6


def test_a_file_and_its_neighbours_are_known_to_be_found_only_here(
    write, tmp_path
) -> None:
    write("FACTOR = 3\n", "neighbour_of_filters.py")
    (tmp_path / "package_of_filters").mkdir()
    write("SUM = 4\n", "package_of_filters/__init__.py")
    load(
        write(
            "from neighbour_of_filters import FACTOR\n"
            "from package_of_filters import SUM\n"
            "thrice = FACTOR.__mul__\n"
        )
        + ":thrice",
        filters.get,
    )
    for module in ("some_filters", "neighbour_of_filters", "package_of_filters.more"):
        assert folder_of(module) == tmp_path.resolve()
    for module in ("sys", "queue", "skimage.filters", "no_such_module"):
        assert folder_of(module) is None


def test_any_callable_will_do(write) -> None:
    path = write(
        "from functools import partial\n"
        "class Add:\n    def __call__(self, image): return image + 1\n"
        "add = Add()\n"
        "power = partial(pow, 2)\n"
    )
    assert load(f"{path}:add", filters.get)(1) == 2
    assert load(f"{path}:power", filters.get)(3) == 8


def test_a_function_from_a_file_can_be_sent_to_another_process(write) -> None:
    import pickle

    function = load(f"{write('def same(image):    return image')}:same", filters.get)
    assert pickle.loads(pickle.dumps(function)) is function


def test_a_file_named_like_a_module_does_not_take_its_place(write) -> None:
    path = write("def same(image):\n    return image\n", "queue.py")
    assert load(f"{path}:same", filters.get)(1) == 1
    assert sys.modules["queue"] is queue
    assert __import__("queue") is queue


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("robert", ["robert", "roberts"]),
        ("nothing_like_it", ["nothing_like_it", "module:function"]),
        ("", ["module:function"]),
        ("no_such_module:f", ["no_such_module"]),
        ("no_such_file.py:f", ["no_such_file.py"]),
        ("skimage.filters:no_such_function", ["no_such_function", "skimage.filters"]),
        ("math:pi", ["float"]),
        ("math:", ["math"]),
        (":f", []),
        (".relative:f", [".relative"]),
        ("a b:f", ["a b"]),
    ],
)
def test_a_wrong_target_is_one_line_that_names_it(target: str, words) -> None:
    text = complaint(target)
    for word in words:
        assert word in text


def test_a_wrong_name_in_a_file_is_told_what_is_there(write) -> None:
    path = write("from math import sqrt\ndef edges(i): ...\ndef blur(i): ...\n")
    text = complaint(f"{path}:edge")
    assert "edges" in text
    assert "blur" in text
    assert "sqrt" not in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f(:\n", ["SyntaxError"]),
        ("import no_such_module\n", ["no_such_module"]),
        ("1 / 0\n", ["ZeroDivisionError"]),
        ("raise ValueError('two\\nlines')\n", ["ValueError", "two"]),
        ("raise ValueError\n", ["ValueError"]),
        ("raise SystemExit(3)\n", ["SystemExit"]),
        ("\0", []),
    ],
)
def test_a_file_that_fails_is_one_line_that_says_how(write, text: str, words) -> None:
    path = write(text)
    found = complaint(f"{path}:f")
    for word in [path, *words]:
        assert word in found


def test_a_directory_is_no_file(tmp_path) -> None:
    (tmp_path / "folder.py").mkdir()
    assert "folder.py" in complaint(f"{tmp_path / 'folder.py'}:f")
