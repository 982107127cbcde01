"""Files that rows are appended to, and that can be read at any time meanwhile."""

from __future__ import annotations

import csv
import io
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, float]

EXTRA = 'python -m pip install "panel-cam[parquet]"'


def _names(path: Path) -> Any:
    """Yield ``run.csv``, ``run-2.csv``, ``run-3.csv`` and so on."""
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1


class RowFile(ABC):
    """A file of rows whose columns are fixed.

    Parameters
    ----------
    path : Path
        Where; a file that is there already is left alone, and the next free one of
        ``run.csv``, ``run-2.csv``, ... is taken.
    columns : sequence of str
        Their names, in this order.

    Attributes
    ----------
    path : Path
        Where it really is.
    """

    MOST_ROWS: float = float("inf")

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self.count = 0
        for each in _names(path):
            try:
                self._create(each)
            except FileExistsError:
                continue
            self.path: Path = each
            return

    @property
    def full(self) -> bool:
        """Whether further rows belong into another file."""
        return self.count >= self.MOST_ROWS

    @abstractmethod
    def _create(self, path: Path) -> None:
        """Claim a name, or raise FileExistsError."""

    @abstractmethod
    def write(self, rows: list[Row], *, final: bool) -> None:
        """Write rows, and remove from the list those that are written.

        Parameters
        ----------
        rows : list of dict
            A name without a value is an empty cell.
        final : bool
            Write all of them now; otherwise some may be left for the next call.

        Raises
        ------
        OSError
            If that fails. What was written before remains whole.
        """

    @abstractmethod
    def close(self) -> None:
        """Give the file back; what was written stays."""


class CsvFile(RowFile):
    """Whole lines, each batch of them in one write; the first has the names."""

    def _create(self, path: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND
        self._file = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666)
        self._has_header = False

    def write(self, rows: list[Row], *, final: bool) -> None:
        """Write all rows; a line that did not fit is taken back."""
        if os.fstat(self._file).st_nlink == 0:
            raise FileNotFoundError(2, "somebody has removed the file", str(self.path))
        if not self._has_header:
            self._write_whole(self._line(self.columns))
            self._has_header = True
        while rows:
            batch = rows[:1000]
            lines = [
                self._line([row.get(name, "") for name in self.columns])
                for row in batch
            ]
            try:
                self._write_whole(b"".join(lines))
                written = len(batch)
            except _PartlyError as error:
                written, size = 0, 0
                while size + len(lines[written]) <= error.size:
                    size += len(lines[written])
                    written += 1
                self._take_back(error.size - size)
                del rows[:written]
                self.count += written
                raise error.reason from None
            del rows[:written]
            self.count += written

    def _write_whole(self, data: bytes) -> None:
        done = 0
        try:
            while done < len(data):
                done += os.write(self._file, data[done:])
        except OSError as error:
            if not self._has_header:
                self._take_back(done)
                raise
            raise _PartlyError(done, error) from error

    def _take_back(self, size: int) -> None:
        if size:
            os.ftruncate(self._file, os.fstat(self._file).st_size - size)

    @staticmethod
    def _line(cells: Sequence[object]) -> bytes:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(cells)
        return text.getvalue().encode()

    def close(self) -> None:
        """Wait until it is on the disk, and close it, even if that wait fails."""
        file, self._file = self._file, -1  # its number may soon be another file's
        try:
            with suppress(PermissionError):  # some file systems know no fsync
                os.fsync(file)
        finally:
            os.close(file)


class _PartlyError(Exception):
    """A write ended in the middle."""

    def __init__(self, size: int, reason: OSError) -> None:
        super().__init__(size)
        self.size = size
        self.reason = reason


class ParquetFile(RowFile):
    """A valid file at any time: written anew beside the last one, then put in place.

    Parquet has its index at the end and cannot be appended to. The rows of a file are
    kept in memory for that (eight bytes a number); after `MOST_ROWS` of them, there is
    another file. Writing takes at most a twentieth of the time.

    Each file begins with the very bytes of the one before it: pandas and others open a
    file twice, for the index and for the rows, and it may have been replaced between.
    """

    MOST_ROWS = 500_000
    EVERY = 2.0  # seconds
    SHARE = 20

    def _create(self, path: Path) -> None:
        part = path.with_name(f"{path.name}.part")
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
        if path.exists():
            part.unlink()
            raise FileExistsError(path)
        self._part = part
        self._batches: list[Any] = []
        self._due = 0.0

    def write(self, rows: list[Row], *, final: bool) -> None:
        """Write the file anew, if it is time to."""
        import pyarrow as pa
        from pyarrow import parquet

        started = time.monotonic()
        if not rows or not (final or started >= self._due):
            return
        self._due = started + self.EVERY
        taken = len(rows)
        kinds = [(n, pa.int64() if n == "seq" else pa.float64()) for n in self.columns]
        schema = pa.schema(kinds)
        batches = [*self._batches, pa.Table.from_pylist(rows, schema=schema)]
        if self._batches and not self.path.exists():
            raise FileNotFoundError(2, "somebody has removed the file", str(self.path))
        options = {"use_dictionary": False, "write_statistics": False}
        with parquet.ParquetWriter(self._part, schema, **options) as writer:
            for batch in batches:
                writer.write_table(batch)
        self._part.replace(self.path)
        self._batches = batches
        self.count += taken
        del rows[:taken]
        self._due = time.monotonic() + max(
            self.EVERY, self.SHARE * (time.monotonic() - started)
        )

    def close(self) -> None:
        """Remove what was never finished."""
        self._part.unlink(missing_ok=True)


def kind_of(path: Path) -> type[RowFile]:
    """Return what writes a file of this name.

    Parameters
    ----------
    path : Path
        Ends in .csv or .parquet.

    Returns
    -------
    kind : type

    Raises
    ------
    ValueError
        If it ends otherwise.
    ImportError
        If it is .parquet, and pyarrow is not there.
    """
    kind = {".csv": CsvFile, ".parquet": ParquetFile}.get(path.suffix.lower())
    if kind is None:
        raise ValueError(f"expected a name ending in .csv or .parquet, got {path.name}")
    if kind is ParquetFile and find_spec("pyarrow") is None:
        raise ImportError(f"to write {path.name}, pyarrow is needed: {EXTRA}")
    return kind
