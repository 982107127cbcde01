"""The rooms of `docs/architecture.md`: imports go up its list only, in no circle."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "panel_cam"
PLAN = (ROOT / "docs" / "architecture.md").read_text("utf-8")

ROOMS = re.findall(r"^\| `(\w+)(?:\.py|/)` \|", PLAN, flags=re.M)
"""From the ground up: the first column of the plan's table."""

APART = {"sources", "view", "controls"}
"""Side by side: none of them knows another."""

BARE = ROOMS[: ROOMS.index("transport")]
"""Without Panel: what a worker process loads is one of these."""

FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.name != "__init__.py"
}


def room_of(module: str) -> str:
    name = module.split(".")[1]
    return name if name in ROOMS else "top"


def floor_of(module: str) -> int:
    return [*ROOMS, "top"].index(room_of(module))


def imports_of(path: Path) -> Iterator[str]:
    """Yield each module of ours that a file names, also where only types need it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative"
            names = [f"{node.module}.{name.name}" for name in node.names]
            yield from (name if name in FILES else str(node.module) for name in names)


ARROWS = {
    module: {name for name in imports_of(path) if name.startswith("panel_cam.")}
    for module, path in FILES.items()
}


def test_the_plan_names_every_folder_and_no_other() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/*.py")}
    assert folders | {"errors"} == set(ROOMS)
    assert len(list(PACKAGE.glob("*.py"))) <= 10


@pytest.mark.parametrize("module", FILES)
def test_imports_go_up_the_list_only(module: str) -> None:
    floor = floor_of(module)
    assert {name for name in ARROWS[module] if floor_of(name) > floor} == set()


@pytest.mark.parametrize("module", [m for m in FILES if room_of(m) in APART])
def test_rooms_side_by_side_do_not_know_each_other(module: str) -> None:
    others = APART - {room_of(module)}
    assert {name for name in ARROWS[module] if room_of(name) in others} == set()


def test_no_file_needs_itself_by_way_of_others() -> None:
    TopologicalSorter(ARROWS).prepare()  # raises a CycleError that names them


@pytest.mark.parametrize("room", [room for room in ROOMS if room != "errors"])
def test_a_room_says_its_purpose_and_nothing_else(room: str) -> None:
    body = ast.parse((PACKAGE / room / "__init__.py").read_text("utf-8")).body
    purpose = ast.literal_eval(body[0].value) if isinstance(body[0], ast.Expr) else ""
    assert purpose.splitlines()[0].endswith(".")
    if room != "filters":  # the catalogue itself: `panel_cam.filters.canny`
        assert len(body) == 1


TESTS = [
    path
    for room in ROOMS
    for path in sorted((ROOT / "tests" / room).glob("test_*.py"))
    if path.name != "test_contract.py"  # what all of a room's modules promise
]


@pytest.mark.parametrize(
    "path", TESTS, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_test_stands_where_its_module_stands_and_begins_with_its_name(
    path: Path,
) -> None:
    module = path.stem.removeprefix("test_")  # or test_<module>_<what of it>.py
    names = [file.stem for file in (PACKAGE / path.parent.name).glob("*.py")]
    assert any(f"{module}_".startswith(f"{name}_") for name in names)


SCRIPT = """
import importlib, json, sys
found = {}
for name in sys.argv[1:]:
    importlib.import_module(name)
    found[name] = sorted({"panel", "bokeh", "tornado", "param"} & sys.modules.keys())
print(json.dumps(found))
"""


def test_rooms_below_transport_need_no_panel_and_most_of_them_no_param() -> None:
    modules = [module for module in FILES if room_of(module) in BARE]
    # Imported only where a client was passed; Dask itself brings Tornado.
    modules.remove("panel_cam.processing.dask_cluster")
    # What of `functions` deals in parameters comes last.
    modules.sort(key=lambda module: room_of(module) == "functions")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert set(found) == set(modules)
    for module, libraries in found.items():
        assert libraries in ([], ["param"]), module
        if room_of(module) != "functions":
            assert libraries == [], module
