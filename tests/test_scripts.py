"""The commands in scripts/ take what their help says, and find a Python that runs."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.server import ROOT

# As a version manager's, for a version that is there and not chosen.
NOT_FOUND = """#!/bin/sh
echo "$0: command not found" >&2
exit 127
"""

# This Python, which says that it is another.
PRETENDS = """#!/bin/sh
exec "{python}" -c '
import sys
sys.version_info, sys.executable = ({version}, 1), "{path}"
exec(sys.argv[1])' "$2"
"""


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """`put(place, version=None) -> Path` of a Python, or of one that does not start."""

    def put(place: str, version: tuple[int, int] | None = None) -> Path:
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        if version is None:
            path.write_text(NOT_FOUND)
        else:
            numbers = ", ".join(map(str, version))
            path.write_text(
                PRETENDS.format(python=sys.executable, version=numbers, path=path)
            )
        path.chmod(0o755)
        return path

    return put


def run(*command: str, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess:
    here = {**os.environ, **env}
    return subprocess.run(
        command, cwd=cwd, env=here, capture_output=True, text=True, timeout=60
    )


def test_the_help_names_every_option() -> None:
    done = run("scripts/test", "--help")
    assert done.returncode == 0
    for word in ("--quick", "--python", "PYTHON", "--browsers", "pytest"):
        assert word in done.stdout


@pytest.mark.parametrize("option", ["--python", "--browsers"])
def test_an_option_without_its_value_is_an_error(option: str) -> None:
    done = run("scripts/test", option)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option} needs a value" in done.stderr


def test_the_packages_of_browsers_that_are_not_here_are_named(tmp_path) -> None:
    def missing(names: str, path: str) -> str:
        command = [sys.executable, "-m", "tests.support.engines", names]
        done = run(*command, PATH=path)
        return done.stdout + done.stderr

    nowhere = str(tmp_path)
    assert missing("chromium", nowhere) == ""
    assert "firefox-esr" in missing("chromium,firefox", nowhere)
    assert "webkit2gtk-driver" in missing("webkit", nowhere)
    for name in ("WebKitWebDriver", "MiniBrowser", "firefox"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    assert missing("webkit,firefox", nowhere) == "xvfb\n"
    assert "netscape is none of" in missing("netscape", nowhere)


@pytest.mark.parametrize("way", ["option", "option=", "variable"])
@pytest.mark.parametrize(
    ("version", "words"),
    [(None, "command not found"), ((3, 10), "this is 3.10.1")],
)
def test_a_python_that_will_not_do_is_an_error_and_no_other_is_taken(
    put, tmp_path, way: str, version, words: str
) -> None:
    path = put("some/python", version)
    options = {"option": ["--python", "some/python"], "option=": [f"--python={path}"]}
    env = {"PYTHON": "some/python"} if way == "variable" else {"PYTHON": ""}
    script = str(ROOT / "scripts" / "test")
    done = run(script, *options.get(way, []), cwd=tmp_path, **env)
    assert done.returncode == 1
    assert done.stderr.startswith(f"test: {path}: ")
    assert words in done.stderr
    assert done.stdout == ""


def test_a_python_that_is_not_there_is_an_error_too() -> None:
    done = run("scripts/test", "--python", "no_such_python")
    assert (done.returncode, done.stderr) == (1, "test: there is no no_such_python\n")


def find_other(tmp_path: Path, own: str) -> str:
    path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
    done = run(
        *("/bin/sh", "-c", f". scripts/environment.sh; find_other_python {own}"),
        **{"PATH": path, "PYENV_ROOT": str(tmp_path / "pyenv")},
    )
    return done.stdout.strip()


def test_the_newest_other_python_is_one_that_starts(put, tmp_path) -> None:
    for version in ("3.12", "3.13", "3.14"):  # whatever the machine has in /usr/bin
        put(f"bin/python{version}")
    assert find_other(tmp_path, "3.11") == ""
    old = put("pyenv/versions/3.12.9/bin/python", (3, 12))
    assert find_other(tmp_path, "3.11") == str(old)
    put("pyenv/versions/3.14.0/bin/python")
    put("pyenv/versions/3.13.0/bin/python", (3, 10))
    assert find_other(tmp_path, "3.11") == str(old)
    new = put("bin/python3.13", (3, 13))
    assert find_other(tmp_path, "3.11") == str(new)
    assert find_other(tmp_path, "3.13") == str(old)


# ---- what an installation says

PIP = """#!/bin/sh
echo "Collecting numpy"
echo "WARNING: nobody needs to read this" >&2
echo "Installing collected packages: numpy"
exit {status}
"""


def install(tmp_path: Path, status: int, **streams: int) -> subprocess.Popen[str]:
    """Begin an installation by a pip that ends with a status."""
    pip = tmp_path / "python"
    pip.write_text(PIP.format(status=status))
    pip.chmod(0o755)
    command = f". scripts/environment.sh; python={pip}; set -eu; install_project ."
    return subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(tmp_path)},  # where there is no uv
        text=True,
        **streams,
    )


def test_an_installation_that_goes_well_says_nothing_to_a_log(tmp_path) -> None:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = install(tmp_path, 0, **pipes)
    assert process.communicate(timeout=30) == ("", "")
    assert process.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["python"]


def test_an_installation_that_fails_says_all_that_it_said(tmp_path) -> None:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = install(tmp_path, 3, **pipes)
    said, complaint = process.communicate(timeout=30)
    assert (process.returncode, said) == (3, "")
    for words in ("Collecting numpy", "WARNING: nobody", "Installing collected"):
        assert words in complaint
    assert [path.name for path in tmp_path.iterdir()] == ["python"]


def test_on_a_terminal_an_installation_is_one_line_that_changes(tmp_path) -> None:
    ours, theirs = pty.openpty()
    process = install(tmp_path, 0, stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b""
    try:
        while part := os.read(ours, 1000):
            seen += part
    except OSError:  # so a terminal of Linux says that nobody writes there any more
        pass
    os.close(ours)
    assert process.wait(timeout=30) == 0
    assert b"\n" not in seen
    assert b"Collecting numpy" in seen
    assert seen.endswith(b"\r\033[K")  # and it is gone at the end
