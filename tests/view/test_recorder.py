"""Every row gets into a file, whole, whatever the disk does."""

import csv
import io
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet

from panel_cam.view import row_files
from panel_cam.view.recorder import MOST_WAITING, Recorder
from tests.support.server import ROOT
from tests.support.waiting import wait_until


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file; every line of it has to be whole."""
    text = path.read_text()
    assert text.endswith("\n")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def fast(monkeypatch) -> Iterator[None]:
    """Write as often as can be."""
    monkeypatch.setattr("panel_cam.view.recorder.EVERY", 0.005)
    monkeypatch.setattr(row_files.ParquetFile, "EVERY", 0.005)
    monkeypatch.setattr(row_files.ParquetFile, "SHARE", 0)
    yield


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_all_rows_are_there_after_stop(tmp_path, kind: str) -> None:
    recorder = Recorder(tmp_path / f"run.{kind}")
    for seq in range(1, 501):
        recorder.add(seq, 1.7e9 + seq / 30, {"mean": seq / 7})
    assert recorder.stop()
    assert recorder.rows == 500 and recorder.waiting == 0 and recorder.error == ""
    if kind == "csv":
        rows = rows_of(recorder.path)
        assert list(rows[0]) == ["seq", "captured_at", "mean"]
        assert [int(row["seq"]) for row in rows] == list(range(1, 501))
        assert float(rows[6]["mean"]) == 1.0
        assert float(rows[2]["captured_at"]) == 1.7e9 + 3 / 30
    else:
        table = parquet.read_table(recorder.path)
        assert table.column_names == ["seq", "captured_at", "mean"]
        assert table["seq"].to_pylist() == list(range(1, 501))
        assert table["captured_at"][2].as_py() == 1.7e9 + 3 / 30
        assert sorted(path.name for path in tmp_path.iterdir()) == ["run.parquet"]


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_reader_meanwhile_sees_whole_rows_only(tmp_path, fast, kind: str) -> None:
    path = tmp_path / f"run.{kind}"
    seen: list[int] = []
    with Recorder(path) as recorder:
        seq = 0

        def read_more() -> bool:
            nonlocal seq
            for _ in range(50):
                seq += 1
                recorder.add(seq, 1.7e9, {"mean": 0.5, "much": 1e-7})
            if not path.exists() or path.stat().st_size == 0:
                return False
            if kind == "csv":
                rows = rows_of(path)
                assert all(row["much"] == "1e-07" for row in rows)
                count = len(rows)
            else:
                count = parquet.read_table(path).num_rows
            assert count <= seq
            seen.append(count)
            return len(set(seen)) >= 6

        wait_until(read_more, timeout=30)
    assert seen == sorted(seen)
    assert recorder.rows == seq


def test_a_new_name_begins_another_file_with_all_names(tmp_path) -> None:
    with Recorder(tmp_path / "run.csv") as recorder:
        recorder.add(1, 1.0, {})  # nothing has been measured yet
        recorder.add(2, 2.0, {"a": 1})
        recorder.add(3, 3.0, {})
        recorder.add(4, 4.0, {"b": 2})
        recorder.add(5, 5.0, {"a": 3, "seq": 9})
        recorder.add(6, 6.0, {"a": 3})
    first, second, third = (
        (tmp_path / f"run{number}.csv").read_text() for number in ("", "-2", "-3")
    )
    assert first == "seq,captured_at,a\n2,2.0,1\n3,3.0,\n"
    assert second == "seq,captured_at,a,b\n4,4.0,,2\n"
    assert third == "seq,captured_at,a,b,value_seq\n5,5.0,3,,9\n6,6.0,3,,\n"


def test_names_without_end_are_bounded_and_told(tmp_path, monkeypatch, caplog) -> None:
    monkeypatch.setattr("panel_cam.view.recorder.MOST_FOR_NAMES", 3)
    with Recorder(tmp_path / "run.csv") as recorder:
        for seq in range(1, 1501):
            recorder.add(seq, 1.0, {"mean": 0.5, f"track {seq}": 1})
    assert len(list(tmp_path.iterdir())) == 4
    assert recorder.rows == 1500 and recorder.left_out == 1496
    assert "3 files were begun for new names; 1496 values" in recorder.error
    assert "1496 values" in caplog.text
    rows = rows_of(recorder.path)
    assert list(rows[0])[3:] == ["track 1", "track 2", "track 3", "track 4"]
    assert [int(row["seq"]) for row in rows] == [*range(4, 1501)]
    assert {row["mean"] for row in rows} == {"0.5"}


def test_many_names_at_once_are_one_file(tmp_path) -> None:
    with Recorder(tmp_path / "run.csv") as recorder:
        for seq in (1, 2):
            recorder.add(seq, 1.0, {f"area {each}": each for each in range(500)})
    assert recorder.error == "" and recorder.path.name == "run.csv"
    assert rows_of(recorder.path)[1]["area 499"] == "499"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_name_that_cannot_be_encoded_is_escaped(tmp_path, kind: str) -> None:
    with Recorder(tmp_path / f"run.{kind}") as recorder:
        recorder.add(1, 1.0, {"a\udcff": 0.5, "größe": 2})
    assert recorder.error == "" and recorder.rows == 1
    if kind == "csv":
        names = list(rows_of(recorder.path)[0])
    else:
        names = parquet.read_table(recorder.path).column_names
    assert names == ["seq", "captured_at", r"a\udcff", "größe"]


def test_values_named_like_the_frames_own_columns_are_all_kept(tmp_path) -> None:
    names = ["seq", "value_seq", "value_value_seq", "captured_at", "value_sequence"]
    with Recorder(tmp_path / "run.csv") as recorder:
        recorder.add(1, 2.0, {name: n for n, name in enumerate(names, start=3)})
    assert recorder.path.read_text() == (
        "seq,captured_at,value_seq,value_value_seq,value_value_value_seq,"
        "value_captured_at,value_sequence\n1,2.0,3,4,5,6,7\n"
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_file_that_is_there_is_not_touched(tmp_path, kind: str) -> None:
    (tmp_path / f"run.{kind}").write_text("mine")
    recorders = [Recorder(tmp_path / f"run.{kind}") for _ in range(2)]
    for number, recorder in enumerate(recorders):
        recorder.add(number + 1, 1.0, {"a": 1})
        assert recorder.stop()
    assert (tmp_path / f"run.{kind}").read_text() == "mine"
    assert [each.path.name for each in recorders] == [f"run-2.{kind}", f"run-3.{kind}"]


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("run.txt", ValueError, r"\.csv or \.parquet, got run\.txt"),
        ("missing/run.csv", FileNotFoundError, "no folder .*missing"),
    ],
)
def test_what_cannot_be_is_refused_at_once(tmp_path, name, error, says) -> None:
    with pytest.raises(error, match=says):
        Recorder(tmp_path / name)


def test_without_pyarrow_the_extra_is_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(row_files, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"panel-cam\[parquet\]"):
        Recorder(tmp_path / "run.parquet")


# ---- when the disk fails


class Disk:
    """Writes to files of a test, until it is full."""

    def __init__(self, monkeypatch) -> None:
        self.room: float = float("inf")
        self._write = os.write
        monkeypatch.setattr(row_files.os, "write", self.write)

    def write(self, file: int, data: bytes) -> int:
        if self.room <= 0:
            raise OSError(28, "No space left on device")
        written = self._write(file, data[: int(min(self.room, len(data)))])
        self.room -= written
        return written


def test_on_a_full_disk_rows_wait_and_come_later(
    tmp_path, fast, monkeypatch, caplog
) -> None:
    disk = Disk(monkeypatch)
    said: list[str] = []
    with Recorder(tmp_path / "run.csv", on_error=said.append) as recorder:
        disk.room = 333  # in the middle of a row
        for seq in range(1, 101):
            recorder.add(seq, 1.5, {"a": seq})
        wait_until(lambda: recorder.error)
        wait_until(lambda: recorder.rows > 0)
        assert "run.csv: No space left on device" in recorder.error
        assert f"{recorder.waiting} rows wait in memory" in recorder.error
        kept = rows_of(tmp_path / "run.csv")
        assert 0 < len(kept) == recorder.rows < 100
        disk.room = float("inf")
        wait_until(lambda: recorder.error == "")
    assert [int(row["seq"]) for row in rows_of(tmp_path / "run.csv")] == [
        *range(1, 101)
    ]
    assert "No space" in said[0] and said[-1] == ""
    assert caplog.text == ""


def test_a_disk_that_is_full_at_the_end_keeps_no_one_waiting(
    tmp_path, fast, monkeypatch, caplog
) -> None:
    disk = Disk(monkeypatch)
    recorder = Recorder(tmp_path / "run.csv")
    disk.room = 0
    recorder.add(1, 1.5, {"a": 1})
    with caplog.at_level(logging.ERROR):
        assert not recorder.stop()
    assert "1 rows could not be written" in caplog.text
    disk.room = float("inf")
    assert recorder.stop()
    assert len(rows_of(tmp_path / "run.csv")) == 1


def test_a_size_limit_of_the_system_leaves_whole_rows(tmp_path) -> None:
    """A real one: the kernel writes what fits, and then refuses."""
    script = f"""
import resource, time
from panel_cam import Recorder
recorder = Recorder({str(tmp_path / "run.csv")!r})
resource.setrlimit(resource.RLIMIT_FSIZE, (1001, resource.RLIM_INFINITY))
for seq in range(1, 201):
    recorder.add(seq, 1.5, {{"a": seq}})
while not recorder.error:
    time.sleep(0.01)
kept = open(recorder.path).read()
assert kept.endswith("\\n") and 900 < len(kept) <= 1001, kept[-20:]
assert "File too large" in recorder.error, recorder.error
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
assert recorder.stop()
assert len(open(recorder.path).readlines()) == 201
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


class ClosingFails:
    """The first file to be closed does not get to the disk."""

    def __init__(self, monkeypatch) -> None:
        self.files: list[int] = []
        self._fsync = os.fsync
        monkeypatch.setattr(row_files.os, "fsync", self.fsync)

    def fsync(self, file: int) -> None:
        self.files.append(file)
        if len(self.files) == 1:
            raise OSError(5, "Input/output error")
        self._fsync(file)


@pytest.mark.parametrize("because", ["new name", "full"])
def test_a_file_that_closes_badly_is_told_and_the_next_one_begun(
    tmp_path, fast, monkeypatch, because: str
) -> None:
    closing = ClosingFails(monkeypatch)
    if because == "full":
        monkeypatch.setattr(row_files.CsvFile, "MOST_ROWS", 1)
    with Recorder(tmp_path / "run.csv") as recorder:
        recorder.add(1, 1.0, {"a": 1})
        wait_until(lambda: recorder.rows == 1)
        recorder.add(2, 2.0, {"b" if because == "new name" else "a": 2})
        wait_until(lambda: recorder.rows == 2)
        stranger = os.open(tmp_path / "stranger", os.O_WRONLY | os.O_CREAT)
        recorder.add(3, 3.0, {"a": 3})
        wait_until(lambda: recorder.rows == 3)
    os.write(stranger, b"still open")
    os.close(stranger)
    told = "run.csv: Input/output error while it was closed"
    assert recorder.error.startswith(told)
    rows = [row for path in sorted(tmp_path.glob("*.csv")) for row in rows_of(path)]
    assert sorted(row["seq"] for row in rows) == ["1", "2", "3"]
    assert len(closing.files) == (2 if because == "new name" else 3)


def test_a_last_file_that_closes_badly_is_told(tmp_path, monkeypatch, caplog) -> None:
    ClosingFails(monkeypatch)
    recorder = Recorder(tmp_path / "run.csv")
    recorder.add(1, 1.0, {"a": 1})
    with caplog.at_level(logging.ERROR):
        assert recorder.stop()
    assert "Not all results could be recorded. run.csv: Input/output" in caplog.text
    assert "its last rows may not be on the disk" in recorder.error
    assert len(rows_of(recorder.path)) == 1


def test_a_lasting_error_is_told_once(tmp_path, fast) -> None:
    said: list[str] = []
    with Recorder(tmp_path / "run.csv", on_error=said.append) as recorder:
        recorder.lost = 5
        for seq in range(1, 5):
            recorder.add(seq, 1.0, {"a": 1})
            wait_until(lambda count=seq: recorder.rows == count)
    assert said == [recorder.error]


def test_a_file_gives_its_number_back_once(tmp_path, monkeypatch) -> None:
    ClosingFails(monkeypatch)
    file = row_files.CsvFile(tmp_path / "run.csv", ["a"])
    with pytest.raises(OSError, match="Input/output error"):
        file.close()
    stranger = os.open(tmp_path / "stranger", os.O_WRONLY | os.O_CREAT)
    with pytest.raises(OSError, match="Bad file descriptor"):
        file.close()
    os.close(stranger)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_folder_that_vanishes_is_an_error_until_it_is_back(
    tmp_path, fast, kind: str
) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    with Recorder(folder / f"run.{kind}") as recorder:
        recorder.add(1, 1.0, {"a": 1})
        wait_until(lambda: recorder.rows == 1)
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        recorder.add(2, 2.0, {"a": 2})
        wait_until(lambda: f"run.{kind}: " in recorder.error)
        assert recorder.waiting == 1
        folder.mkdir()
        wait_until(lambda: recorder.error == "")
        assert recorder.rows == 2
        assert recorder.path.exists()


def test_too_many_rows_that_wait_are_counted_as_lost(tmp_path, monkeypatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    write = row_files.CsvFile.write

    def slow(self, rows, *, final):
        begun.set()
        assert go_on.wait(20)
        write(self, rows, final=final)

    monkeypatch.setattr(row_files.CsvFile, "write", slow)
    recorder = Recorder(tmp_path / "run.csv")
    recorder.add(0, 1.0, {"a": 1})
    assert begun.wait(20)
    for seq in range(MOST_WAITING + 4):
        recorder.add(seq, 1.0, {"a": 1})
    assert recorder.lost == 5
    go_on.set()
    assert recorder.stop()
    assert recorder.rows == MOST_WAITING
    assert "5 are lost" in recorder.error


def test_at_the_end_of_the_program_all_is_written(tmp_path) -> None:
    script = (
        "from panel_cam import Recorder\n"
        f"recorder = Recorder({str(tmp_path / 'run.csv')!r})\n"
        "for seq in range(100): recorder.add(seq, 1.0, {'a': seq})\n"
    )
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=60)
    assert len(rows_of(tmp_path / "run.csv")) == 100
