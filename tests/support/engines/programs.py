"""Programs of the tests' own, with all that they start, ended by their ids."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class NoEngineError(Exception):
    """A browser is not there, or does not start; the text says what was tried.

    Parameters
    ----------
    text : str
        What was tried, and what to do.
    package : str
        Of Debian, that has what is missing; "" if something else is wrong.
    """

    def __init__(self, text: str, package: str = "") -> None:
        super().__init__(text)
        self.package = package


def find_program(places: Iterable[str], package: str) -> str:
    """Return the first of the paths, or names, that is a program.

    Raises
    ------
    NoEngineError
        If none is.
    """
    places = tuple(places)
    for place in places:
        if path := shutil.which(place):
            return path
    raise NoEngineError(
        f"none of {', '.join(places)} is here; Debian has it in {package}, and "
        "scripts/test installs it there, or leaves it out: --browsers chromium",
        package,
    )


class Program:
    """A process, and a group of its own for what it starts.

    Parameters
    ----------
    command : sequence of str
        The program and its arguments.
    env : mapping, optional
        Variables beside those that there are.
    **options
        For `subprocess.Popen`.
    """

    def __init__(
        self, command: Sequence[str], *, env: Mapping[str, str] = {}, **options: Any
    ) -> None:
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            **options,
        )

    def stop(self, timeout: float = 10.0) -> None:
        """Ask all of them to end; kill those that will not."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            pass
        self._signal(signal.SIGKILL)
        self.process.wait()

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass  # they have all ended
