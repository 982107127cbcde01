"""What a `Live` passes on beside the picture: shapes, tables, numbers, and files."""

import csv
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from panel_cam import Boxes, Live, Result
from panel_cam.imaging.shape_packet import pack
from tests.support.lives import IMAGE, PNG, captured_at, lives, send
from tests.support.results import box_it
from tests.support.waiting import wait_until


@pytest.fixture
def make() -> Iterator[Callable[..., Live]]:
    with lives() as make:
        yield make


def test_shapes_travel_in_the_same_value_as_their_picture(make) -> None:
    live = make(box_it)
    send(live, 1)
    assert live.view.frame["seq"] == 1
    assert live.view.frame["overlay"] == pack(live.result.shapes)
    assert live.result.shapes[0].boxes.tolist() == [[1, 2, 3, 4]]
    live.filter = lambda image: image
    send(live, 2)
    assert "overlay" not in live.view.frame


def test_all_of_it_comes_back_from_another_process(make) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        live = make(box_it, executor=executor)
        send(live, 1)
        assert live.error == ""
        assert live.view.frame["overlay"] == pack(
            [Boxes([(1, 2, 3, 4)], fields={"area": [4]})]
        )
        assert live.readout.values == {"mean": pytest.approx(IMAGE.mean())}
        assert live.readout.table["area"].tolist() == [30, 40]


def test_numbers_and_tables_are_to_be_had_by_anyone(make) -> None:
    live = make(box_it)
    seen = []
    live.readout.param.watch(lambda event: seen.append(event.new), "values")
    send(live, 1)
    assert seen == [{"mean": pytest.approx(IMAGE.mean())}]
    assert live.result.table["area"].tolist() == [30, 40]
    assert live.readout.table is live.result.table
    assert live.readout.series.window.names == ["mean"]


def test_a_new_filter_begins_with_an_empty_readout(make) -> None:
    live = make(box_it)
    send(live, 1)
    assert len(live.readout.__panel__()) == 2
    live.filter = lambda image: image
    assert live.readout.values == {} and live.readout.table is None
    assert len(live.readout.__panel__()) == 0
    send(live, 2)
    assert len(live.readout.__panel__()) == 0


def test_what_the_last_filter_still_has_at_work_is_not_in_the_readout(make) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def measure(image):
        begun.set()
        assert go_on.wait(20)
        return Result(image, values={"old": 1}, table={"old": [1]})

    live = make(measure)
    frame = {"stream": 1, "seq": 1, "captured_at": captured_at(1), "data": PNG}
    live.camera.receive(frame)
    assert begun.wait(20)
    live.filter = lambda image: Result(image, values={"new": 2})
    go_on.set()
    wait_until(lambda: live.view.frame.get("seq") == 1)
    wait_until(lambda: live.camera.answered["seqs"] == [1])
    assert live.readout.values == {} and live.readout.table is None
    send(live, 2)
    assert live.readout.values == {"new": 2}
    send(live, 1, stream=2)
    assert live.result.values == {"new": 2}
    assert live.readout.series.window.names == ["new"]


def test_a_shape_that_is_wrong_is_the_filters_error(make) -> None:
    live = make(lambda image: Result(image, shapes=[Boxes([(1, 2)])]))
    send(live, 1)
    assert "expected boxes of shape (N, 4), got (1, 2)" in live.error


def test_results_are_recorded_until_it_is_stopped(make, tmp_path) -> None:
    live = make(box_it)
    send(live, 1)
    with live.record_results(tmp_path / "run.csv") as recorder:
        for seq in (2, 3, 4):
            send(live, seq)
    send(live, 5)
    with open(recorder.path, newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["seq"] for row in rows] == ["2", "3", "4"]
    assert float(rows[0]["captured_at"]) == captured_at(2)
    assert float(rows[0]["mean"]) == IMAGE.mean()
    assert live.recordings.error == ""


def test_the_end_of_the_session_loses_no_row(make, tmp_path) -> None:
    live = make(box_it)
    recorder = live.record_results(tmp_path / "run.csv")
    for seq in range(1, 6):
        send(live, seq)
    live.close()
    wait_until(lambda: recorder.rows == 5)


def test_a_recording_that_fails_says_so_and_the_stream_goes_on(make, tmp_path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    live = make(box_it)
    with live.record_results(folder / "run.csv"):
        folder.rmdir()
        send(live, 1)
        wait_until(lambda: "No such file" in live.recordings.error)
        send(live, 2)
        assert live.view.frame["seq"] == 2 and live.error == ""
        folder.mkdir()
        wait_until(lambda: live.recordings.error == "")
    assert len((folder / "run.csv").read_text().splitlines()) == 3


def test_a_recording_that_ends_leaves_nothing_in_the_stream(make, tmp_path) -> None:
    live = make(box_it)
    live.record_results(tmp_path / "run.csv").stop()
    send(live, 1)
    live.record_results(tmp_path / "run.csv").stop()
    assert len(live.recordings._recorders) == 1
