"""The command line says what it can do, does it, and says what is wrong in a line."""

import socket
import subprocess
import sys
from typing import Any

import panel as pn
import pytest

from panel_cam import Camera
from panel_cam.__main__ import main
from panel_cam.processing import memory
from tests.support.server import ROOT


@pytest.fixture(autouse=True)
def own_path(monkeypatch) -> None:
    """Take back what the command adds to Python's path."""
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def served(monkeypatch) -> list[dict[str, Any]]:
    """The calls of `pn.serve`, which here serves nothing."""
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(
        pn, "serve", lambda app, **options: calls.append({"app": app, **options})
    )
    return calls


def camera_of(served: list[dict[str, Any]]) -> Camera:
    """Return the camera in a new session's page."""
    (call,) = served
    (camera,) = call["app"]().select(Camera)
    return camera


def run(
    *arguments: str, command: tuple[str, ...] = ("-m", "panel_cam")
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, *command, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )


def test_help_explains_what_to_name_and_every_option(capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    for word in (
        *("module:function", "path.py:function", "roberts"),
        *("--port", "--show", "--no-show", "--camera-size"),
    ):
        assert word in text


def test_help_is_there_before_panel_is_imported() -> None:
    without_panel = (
        "import runpy, sys; sys.modules['panel'] = None; "
        "runpy.run_module('panel_cam', run_name='__main__')"
    )
    answer = run("--help", command=("-c", without_panel))
    assert answer.returncode == 0, answer.stderr
    assert "module:function" in answer.stdout


def test_its_server_keeps_the_memory_of_a_frame_for_the_next(
    served, monkeypatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(memory, "keep_memory", lambda: asked.append(True))
    assert main([]) == 0
    assert asked == [True]


def test_without_a_target_it_serves_the_recipes_filter(served) -> None:
    assert main([]) == 0
    (call,) = served
    assert call["port"] == 5006
    assert call["show"] is True
    assert camera_of(served).resolution == (640, 480)


def test_the_options_are_followed(served) -> None:
    arguments = ["--port", "0", "--no-show", "--camera-size", "1280x720", "roberts"]
    assert main(arguments) == 0
    (call,) = served
    assert call["port"] == 0
    assert call["show"] is False
    assert camera_of(served).resolution == (1280, 720)


def test_every_session_gets_a_page_of_its_own(served) -> None:
    main([])
    (call,) = served
    assert call["app"]() is not call["app"]()


def test_the_camera_of_the_page_waits_for_a_click(served) -> None:
    main([])
    assert camera_of(served).active is False


def test_a_target_of_the_current_directory_is_found(
    served, tmp_path, monkeypatch
) -> None:
    (tmp_path / "filters_of_mine.py").write_text("def same(image):\n    return image\n")
    monkeypatch.chdir(tmp_path)
    assert main(["filters_of_mine:same"]) == 0
    assert main(["filters_of_mine.py:same"]) == 0
    assert len(served) == 2
    del sys.modules["filters_of_mine"]


@pytest.mark.parametrize(
    "target", ["robert", "no_such_module:f", "no_such_file.py:f", "math:pi"]
)
def test_a_wrong_target_is_one_line_and_status_2(served, capsys, target) -> None:
    assert main([target]) == 2
    written = capsys.readouterr()
    (line,) = written.err.splitlines()
    assert line.startswith("panel_cam: ")
    assert target.rpartition(":")[2] in line or target.partition(":")[0] in line
    assert written.out == ""
    assert served == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["--camera-size", "big"],
        ["--camera-size", "0x0"],
        ["--camera-size", "640"],
        ["--port", "none"],
        ["--port", "-1"],
        ["--port", "65536"],
        ["--fps"],
        ["roberts", "roberts"],
    ],
)
def test_a_wrong_option_is_explained_with_status_2(served, capsys, arguments) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert arguments[-1] in capsys.readouterr().err
    assert served == []


def test_the_command_itself_ends_with_status_2_and_one_line() -> None:
    answer = run("no_such_module:f")
    assert answer.returncode == 2
    (line,) = answer.stderr.splitlines()
    assert "no_such_module" in line


def test_a_port_in_use_is_one_line_and_status_2() -> None:
    with socket.create_server(("", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = run("--no-show", "--port", port)
    assert answer.returncode == 2
    (line,) = answer.stderr.splitlines()
    assert port in line
