"""What is wrong with the recorders of a session is told as long as it concerns them."""

from panel_cam.imaging.frame import Frame
from panel_cam.view.recorder import Recorder
from panel_cam.view.recordings import Recordings


def failed(recordings: Recordings, folder) -> Recorder:
    """Return a recorder that was stopped before its row could be written."""
    folder.mkdir()
    recorder = recordings.start(folder / "run.csv")
    folder.rmdir()
    recordings.add(Frame(1, 1.0, b""), {"a": 1})
    assert not recorder.stop()
    assert "1 rows could not be written; stop() tries again" in recordings.error
    return recorder


def test_a_stopped_recorders_old_trouble_is_not_the_next_ones(tmp_path) -> None:
    recordings = Recordings(lambda callback: callback())
    recorder = recordings.start(tmp_path / "run.csv")
    recorder.lost = 5
    recorder.stop()
    assert "5 are lost" in recordings.error
    with recordings.start(tmp_path / "run.csv"):
        assert recordings.error == ""


def test_rows_that_could_not_be_written_are_told_until_they_are(tmp_path) -> None:
    recordings = Recordings(lambda callback: callback())
    folder = tmp_path / "results"
    first = failed(recordings, folder)
    with recordings.start(tmp_path / "run.csv") as second:
        assert "1 rows could not be written" in recordings.error
        recordings.add(Frame(2, 2.0, b""), {"a": 2})
    assert second.rows == 1
    assert "1 rows could not be written" in recordings.error
    folder.mkdir()
    assert first.stop()
    assert recordings.error == ""
