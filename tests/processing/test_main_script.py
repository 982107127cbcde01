"""Worker processes import the filter's module, and nothing else of the page."""

import json
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import spawn
from pathlib import Path
from urllib.request import urlopen

import pytest

from panel_cam.processing import main_script
from panel_cam.processing.main_script import describe_main, without_main
from tests.support.server import ROOT, ServerProcess
from tests.support.waiting import wait_until

PATIENCE = 100.0

FILTER = """
import json, os, sys
from pathlib import Path

def note_modules(image):
    note = Path(__file__).with_name(f"process_{os.getpid()}")
    note.write_text(json.dumps(sorted(sys.modules)))
    note.rename(note.with_suffix(".json"))
    return image
"""

# Every page that is opened sends a frame to each of its streams by itself.
APP = """
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
import numpy as np
import panel as pn
from panel_cam import Live
from panel_cam.imaging import codec
from noting import note_modules

def passed(start):
    make = partial(ProcessPoolExecutor, 1, mp_context=get_context(start))
    return pn.state.as_cached(start, make)

data = codec.encode(np.zeros((4, 4, 3), np.uint8))
frame = {"stream": 1, "seq": 1, "captured_at": 1.7e9, "data": data}
owned = partial(ProcessPoolExecutor, 1)
for executor in (owned, passed("spawn"), passed("forkserver")):
    live = Live(note_modules, executor=executor)
    live.servable()
    live.camera.receive(frame)
"""


def test_a_worker_of_an_app_that_the_panel_command_serves_has_no_panel(
    serve_command: Callable[..., ServerProcess], tmp_path: Path
) -> None:
    (tmp_path / "noting.py").write_text(FILTER)
    app = tmp_path / "app.py"
    app.write_text(APP)
    command = Path(sysconfig.get_path("scripts")) / "panel"
    arguments = ("serve", str(app), "--port", "{port}", "--address", "127.0.0.1")
    server = serve_command(str(command), *arguments, path="/app")
    urlopen(server.url).close()

    def find_notes() -> list[Path]:
        notes = list(tmp_path.glob("*.json"))
        assert len(notes) == 3, server.log
        return notes

    for note in wait_until(find_notes, timeout=PATIENCE):
        modules = set(json.loads(note.read_text()))
        assert {"noting", "numpy"} <= modules
        assert {"panel", "bokeh", "tornado", "param"} & modules == set()


def told_keys() -> set[str]:
    """Return what a process that is started here and now is told of the script."""
    return {key for key in spawn.get_preparation_data("") if key.startswith("init_")}


def test_only_the_thread_that_wants_it_starts_processes_without_the_script() -> None:
    assert told_keys() != set(), "pytest's own"
    with without_main(), ThreadPoolExecutor(1) as threads:
        assert told_keys() == set()
        assert threads.submit(told_keys).result(PATIENCE) != set()
    assert told_keys() != set()


def test_where_python_names_things_otherwise_the_script_is_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(spawn, "get_preparation_data")
    main_script._watch_preparation.cache_clear()
    with without_main():
        assert describe_main() == ()
    assert not hasattr(spawn, "get_preparation_data")
    main_script._watch_preparation.cache_clear()


SCRIPT = """
import sys, threading
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
import numpy as np
from panel_cam.imaging.frame import Frame
from panel_cam.processing.worker import Worker
from doubling import double, is_main_there

class Halve:
    def __call__(self, image):
        return image // 2

def prepare():
    pass

if __name__ == "__main__":
    pool = partial(ProcessPoolExecutor, 1, mp_context=get_context({start!r}))
    ended = threading.Semaphore(0)

    def deliver(frame, outcome):
        print(outcome.to_image()[0, 0, 0], flush=True)
        ended.release()

    worker = Worker({executor}, deliver=deliver)
    for seq, function in enumerate([double, Halve(), is_main_there], start=1):
        worker.use(function, {{}})
        image = np.full((4, 4, 3), 10, np.uint8)
        worker.submit(Frame(seq, 1.0, image), {{}}, format="png")
        ended.acquire()
    worker.close()
"""

MODULE = """
import sys

def double(image):
    image[:] = 20 if hasattr(sys.modules["__main__"], "Halve") else 21
    return image

def is_main_there(image):
    image[:] = hasattr(sys.modules["__main__"], "Halve")
    return image
"""


@pytest.mark.parametrize("start", ["spawn", "forkserver"])
@pytest.mark.parametrize(
    ("executor", "is_there_at_once"),
    [
        ("pool", False),
        ("partial(pool, initializer=prepare)", True),
        ("pool()", True),
    ],
    ids=["owned", "with initializer", "passed"],
)
def test_a_function_of_the_main_script_is_found_and_others_do_without(
    tmp_path: Path, start: str, executor: str, is_there_at_once: bool
) -> None:
    (tmp_path / "doubling.py").write_text(MODULE)
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(start=start, executor=executor))
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["20" if is_there_at_once else "21", "5", "1"]
