"""Named numbers into a file while the stream runs: its own thread, no frame waits."""

from __future__ import annotations

import atexit
import logging
import re
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from panel_cam.view.row_files import Row, RowFile, kind_of

logger = logging.getLogger(__name__)

EVERY = 0.2  # seconds between two writes
MOST_WAITING = 20_000  # rows: eleven minutes at 30 a second
MOST_FOR_NAMES = 20  # files begun because of a new name

# Names that get another "value_" before them: the frame's own, and what those become.
_TAKEN = re.compile("(value_)*(seq|captured_at)")


def _no_one(error: str) -> None:
    pass


def _column(name: str) -> str:
    """Return a value's column: text that can be encoded, and a name of its own."""
    name = name.encode(errors="backslashreplace").decode()
    return f"value_{name}" if _TAKEN.fullmatch(name) else name


class Recorder:
    r"""Append rows of seq, captured_at and named numbers to a CSV or Parquet file.

    The columns are those of the first row that has values. A name that comes later
    begins another file with all names so far: ``run.csv``, then ``run-2.csv``. A name
    that a row does not have is an empty cell. A file that is there already is never
    touched: the next number is taken. After `MOST_FOR_NAMES` files for new names, the
    values of names newer still are left out, and `error` says so.

    The file can be read while it is written: a CSV grows by whole lines, about five
    times a second; a Parquet file is replaced by a longer one about every two seconds.

    While rows cannot be written, `error` says why, and up to `MOST_WAITING` of them
    wait in memory; they are tried again all the time. Use it as a context manager, or
    call `stop`.

    Parameters
    ----------
    path : str or Path
        Ends in .csv or .parquet; its folder has to be there.
    on_error : callable, optional
        Called as ``on_error(text)`` on the recorder's thread whenever `error` changes.

    Raises
    ------
    ValueError
        If the name ends otherwise.
    ImportError
        If pyarrow is missing, for .parquet.
    FileNotFoundError
        If there is no such folder.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Recorder(Path(folder.name) / "run.csv") as recorder:
    ...     recorder.add(1, 1700000000.0, {"mean": 0.5})
    >>> recorder.path.read_text()
    'seq,captured_at,mean\n1,1700000000.0,0.5\n'
    >>> folder.cleanup()
    """

    def __init__(
        self, path: str | Path, *, on_error: Callable[[str], None] = _no_one
    ) -> None:
        self._path = Path(path).absolute()
        self._kind = kind_of(self._path)
        if not self._path.parent.is_dir():
            raise FileNotFoundError(f"there is no folder {self._path.parent}")
        self._on_error = on_error
        self._file: RowFile | None = None
        self._latest = self._path
        self._badly_closed = ""
        self._columns: dict[str, None] = {}  # in the order of the files
        self._begun_for_names = 0
        self._wake = threading.Condition()
        self._fresh: list[Row] = []
        self._waiting: list[Row] = []
        self._stopping = False
        self._writing = threading.Lock()
        self.rows = 0
        """How many rows are in files."""
        self.lost = 0
        """How many rows were given up, because too many waited."""
        self.left_out = 0
        """How many values were given up, because too many names were new."""
        self.error = ""
        """What is wrong just now; empty when all is well."""
        self._thread = threading.Thread(
            target=self._run, name=f"recorder {self._path.name}", daemon=True
        )
        atexit.register(self.stop)
        self._thread.start()

    @property
    def path(self) -> Path:
        """The file that is being written; before the first row, the one asked for."""
        return self._latest

    @property
    def stopped(self) -> bool:
        """Whether it takes no more rows."""
        return self._stopping

    @property
    def waiting(self) -> int:
        """How many rows are not in a file yet."""
        return len(self._fresh) + len(self._waiting)

    def add(self, seq: int, captured_at: float, values: Mapping[str, float]) -> None:
        """Take a row; on any thread. Never waits for the disk, and never raises.

        Parameters
        ----------
        seq : int
            The frame's.
        captured_at : float
            Seconds since the epoch.
        values : mapping of str to float
            The numbers; while no row had any, a row without is left out.
        """
        row: Row = {"seq": seq, "captured_at": captured_at}
        row.update((_column(name), value) for name, value in values.items())
        with self._wake:
            if self._stopping or not (values or self._columns or self._fresh):
                return
            if self.waiting >= MOST_WAITING:
                self.lost += 1
            else:
                self._fresh.append(row)

    def stop(self, *, wait: bool = True, timeout: float = 10.0) -> bool:
        """Take no more rows, and write those that are there. Idempotent.

        Parameters
        ----------
        wait : bool, default True
            Return when that is done; otherwise it is done on the recorder's thread.
        timeout : float, default 10
            Seconds to wait at most.

        Returns
        -------
        done : bool
            Whether all rows are in files. If not, `error` says why, and another call
            tries again.
        """
        with self._wake:
            again, self._stopping = self._stopping, True
            self._wake.notify()
        if not wait:
            return not self.waiting
        self._thread.join(timeout)
        if again and self.waiting and not self._thread.is_alive():
            self._write(final=True)
        return not self.waiting

    def __enter__(self) -> Self:
        """Return the recorder."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    # ---- on the recorder's thread

    def _run(self) -> None:
        stopping = False
        while not stopping:
            with self._wake:
                if not self._stopping:
                    self._wake.wait(EVERY)
                stopping = self._stopping
            self._write(final=stopping)
        if not self.waiting:
            atexit.unregister(self.stop)

    def _write(self, *, final: bool) -> None:
        with self._writing:
            with self._wake:
                self._waiting += self._fresh
                self._fresh.clear()
            problem = ""
            try:
                self._write_all(final=final)
                if final:
                    self._close()
            except OSError as error:
                problem = f"{self.path.name}: {error.strerror or error}."
                if isinstance(error, FileNotFoundError) and self._file is not None:
                    file, self._file = self._file, None
                    with suppress(OSError):
                        file.close()  # the next attempt makes another
            except Exception as error:  # such as pyarrow's own
                problem = f"{self.path.name}: {error}"
            self._tell(problem, final=final)

    def _write_all(self, *, final: bool) -> None:
        while self._waiting:
            if self._begun_for_names >= MOST_FOR_NAMES:
                self._leave_out_new_names()
            news = [name for name in self._waiting[0] if name not in self._columns]
            if self._file is not None and (news or self._file.full):
                self._close()
            if self._file is None:
                self._begun_for_names += bool(news and self._columns)
                self._columns.update(dict.fromkeys(news))
                self._file = self._kind(self._path, list(self._columns))
                self._latest = self._file.path
            known = self._columns.keys()
            end = next(
                (n for n, each in enumerate(self._waiting) if each.keys() - known),
                len(self._waiting),
            )
            batch = self._waiting[:end]
            before = len(batch)
            try:
                self._file.write(batch, final=final or end < len(self._waiting))
            finally:
                written = before - len(batch)
                del self._waiting[:written]
                self.rows += written
            if batch:  # not due yet
                return

    def _leave_out_new_names(self) -> None:
        # Names without end, such as one for each thing that comes and goes, would make
        # a file for each of them, every one wider than the one before.
        for row in self._waiting:
            for name in row.keys() - self._columns.keys():
                del row[name]
                self.left_out += 1

    def _close(self) -> None:
        # Given up before it is closed: a second attempt would close whatever file of
        # somebody else's has got its number since.
        file, self._file = self._file, None
        try:
            if file is not None:
                file.close()
        except OSError as error:
            reason = error.strerror or error
            self._badly_closed = (
                f" {self.path.name}: {reason} while it was closed; "
                "its last rows may not be on the disk."
            )

    def _tell(self, problem: str, *, final: bool) -> None:
        if problem and final:
            problem += f" {self.waiting} rows could not be written; stop() tries again."
        elif problem:
            problem += f" {self.waiting} rows wait in memory, and are tried again."
        problem += self._badly_closed
        if self.lost:
            problem += f" Too many rows were waiting: {self.lost} are lost."
        if self.left_out:
            problem += (
                f" {MOST_FOR_NAMES} files were begun for new names; {self.left_out} "
                "values of names newer still are left out. Use the same names in all "
                "frames."
            )
        problem = problem.strip()
        if problem and final:
            logger.error("Not all results could be recorded. %s", problem)
        if problem != self.error:
            self.error = problem
            self._on_error(problem)
