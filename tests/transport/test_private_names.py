"""What Panel, Bokeh, Tornado and param do not promise is listed, and in one room."""

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import panel_cam
from panel_cam.transport.private_names import JAVASCRIPT, PYTHON, has

PACKAGE = Path(panel_cam.__file__).parent
FILES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text("utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}
SCRIPTS = {
    path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8")
    for path in sorted(PACKAGE.rglob("*.js"))
}
LISTED = {each.name for each in PYTHON}
LISTED_JAVASCRIPT = {each.name for each in JAVASCRIPT}

# What the documentation of Panel and of IPython tells to define.
PROMISED = {"_template", "_scripts", "_stylesheets", "_repr_mimebundle_"}

# Which of them other rooms may use: those that know nothing of Panel.
ELSEWHERE = {"functions/kinds/choices.py": {"_validate_value"}}


def allowed_in(path: str) -> set[str]:
    is_here = path.startswith("transport/")
    return PROMISED | (LISTED if is_here else ELSEWHERE.get(path, set()))


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def names_of(tree: ast.AST) -> Iterator[str]:
    """Yield each private name that some code defines or assigns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr


OURS = {name for tree in FILES.values() for name in names_of(tree)} - LISTED


# `processing` knows none of these libraries, and guards what it uses of Python's own.
@pytest.mark.parametrize("path", [p for p in FILES if p.split("/")[0] != "processing"])
def test_a_private_name_is_ours_or_it_is_listed_and_in_its_room(path: str) -> None:
    attributes = [n for n in ast.walk(FILES[path]) if isinstance(n, ast.Attribute)]
    used = {each.attr for each in attributes} | set(names_of(FILES[path]))
    assert {name for name in used if is_private(name)} - OURS <= allowed_in(path)


# ---- what is overridden, perhaps without a thought of it


def is_of_a_library(kind: type) -> bool:
    return kind.__module__.split(".")[0] in ("panel", "bokeh", "tornado", "param")


def heirs() -> Iterator[tuple[str, type]]:
    """Yield each class of ours that has one of a library's above it, and its file."""
    for path in FILES:
        module = "panel_cam." + path.removesuffix(".py").replace("/", ".")
        name = module.removesuffix(".__init__").removesuffix("__init__").rstrip(".")
        for each in vars(importlib.import_module(name)).values():
            if isinstance(each, type) and each.__module__ == name:
                if any(map(is_of_a_library, each.__mro__)):
                    yield path, each


@cache
def classes_in(module: str) -> dict[str, ast.ClassDef]:
    tree = ast.parse(Path(str(sys.modules[module].__file__)).read_text("utf-8"))
    return {
        node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    }


@cache
def private_names_of(kind: type) -> frozenset[str]:
    """Return what a class defines, and what its methods assign to ``self``."""
    node = classes_in(kind.__module__).get(kind.__name__)
    return frozenset(filter(is_private, () if node is None else names_of(node)))


HEIRS = {f"{path}:{kind.__name__}": (path, kind) for path, kind in heirs()}


@pytest.mark.parametrize("heir", HEIRS)
def test_a_class_overrides_nothing_private_that_is_not_listed(heir: str) -> None:
    path, kind = HEIRS[heir]
    theirs: set[str] = set()
    for base in filter(is_of_a_library, kind.__mro__):
        theirs |= private_names_of(base)
    assert private_names_of(kind) & theirs <= allowed_in(path)


def test_there_are_classes_to_look_at() -> None:
    assert {"sources/camera.py:Camera", "view/series.py:Series"} <= set(HEIRS)


# ---- the lists


def test_every_name_of_the_list_is_used() -> None:
    text = "".join(
        ast.unparse(tree)
        for path, tree in FILES.items()
        if path != "transport/private_names.py"
    )
    script = "".join(SCRIPTS.values())
    unused = {name for name in LISTED if not re.search(rf"\b{name}\b", text)}
    unused |= {n for n in LISTED_JAVASCRIPT if not re.search(rf"\b{n}\b", script)}
    assert unused == set()


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_script_uses_no_private_name_that_is_not_listed(path: str) -> None:
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", SCRIPTS[path], flags=re.S)
    used = set(re.findall(r"(?<!\.)\.(\w+)", text))
    if path.startswith("transport/"):
        assert {name for name in used if is_private(name)} <= LISTED_JAVASCRIPT
    else:
        assert {name for name in used if is_private(name)} == set()
        # Tracks have a `stop`, too.
        assert used & LISTED_JAVASCRIPT <= {"stop"}


def test_a_name_is_there_or_it_is_not() -> None:
    class Some:
        _socket = None

    assert has(Some(), "_socket")
    assert not has(Some(), "_socket", "_models")
