"""`Live` without a page: frames in, results, errors and figures out."""

import gc
import logging
import multiprocessing
import re
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import panel as pn
import pytest

from panel_cam import Camera, FrameError, Live, Result, filters
from panel_cam.imaging import codec
from tests.support.lives import IMAGE, PNG, captured_at, lives, send
from tests.support.waiting import wait_until


@pytest.fixture
def make() -> Iterator[Callable[..., Live]]:
    with lives() as make:
        yield make


def picture_of(live: Live) -> np.ndarray:
    return codec.decode(live.view.frame["data"])


# ---- what comes out


def test_the_picture_is_the_filtered_frame(make) -> None:
    live = make(lambda image: 255 - image)
    send(live, 1)
    np.testing.assert_array_equal(picture_of(live), 255 - IMAGE)
    np.testing.assert_array_equal(live.image, 255 - IMAGE)
    assert live.view.frame["seq"] == 1
    assert live.view.frame["captured_at"] == captured_at(1)
    assert live.error == ""


def test_the_recipes_filter_is_what_one_gets_without_a_function(make) -> None:
    live = make()
    assert live.filter is filters.get("roberts")
    send(live, 1)
    np.testing.assert_array_equal(live.image, filters.get("roberts")(IMAGE))


def test_a_filter_can_be_named(make) -> None:
    assert make("roberts").filter is filters.get("roberts")
    with pytest.raises(ValueError, match="roberts"):
        make("robert")


def test_numbers_come_out_beside_the_image(make) -> None:
    live = make(lambda image: Result(image, values={"mean": image.mean()}))
    seen = []
    live.param.watch(lambda event: seen.append(event.new), "result")
    send(live, 1)
    assert live.result.values == {"mean": pytest.approx(IMAGE.mean())}
    np.testing.assert_array_equal(live.result.image, IMAGE)
    assert seen == [live.result]


def test_the_image_can_be_watched_bound_and_piped(make) -> None:
    live = make(lambda image: image[:2])
    seen = []
    live.param.watch(lambda event: seen.append(event.new), "image")
    bound = pn.bind(np.shape, live.param.image)
    shape = live.param.image.rx.pipe(np.shape)
    for seq in (1, 2):
        send(live, seq)
    assert [image.shape for image in seen] == [(2, 32, 3)] * 2
    assert bound() == shape.rx.value == (2, 32, 3)


def test_the_image_is_the_filters_own_array(make) -> None:
    outputs = []

    def smooth(image: np.ndarray) -> np.ndarray:
        outputs.append(image / 300)
        return outputs[-1]

    live = make(smooth)
    send(live, 1)
    assert live.image is outputs[0]
    assert live.image.dtype == float


def test_a_snapshot_is_a_copy(make) -> None:
    live = make(lambda image: image)
    with pytest.raises(FrameError, match="start"):
        live.snapshot()
    send(live, 1)
    live.snapshot()[:] = 0
    np.testing.assert_array_equal(live.image, IMAGE)


def test_the_figures_count_what_happened(make) -> None:
    def moody(image: np.ndarray) -> np.ndarray:
        if image.shape[0] == 2:
            raise ValueError("too small")
        return image

    live = make(moody)
    send(live, 1)
    send(live, 2, codec.encode(IMAGE[:2], format="png"))
    send(live, 3)
    live._update_stats(now=True)
    assert live.stats["received"] == 3
    assert live.stats["shown"] == 2
    assert live.stats["failed"] == 1
    assert live.stats["dropped"] == 0
    assert live.stats["bytes_in"] > live.stats["bytes_out"] / 2 > 0


# ---- while it runs


def test_another_filter_can_be_assigned_at_any_time(make) -> None:
    live = make(lambda image: image)
    send(live, 1)
    live.filter = lambda image: 255 - image
    send(live, 2)
    np.testing.assert_array_equal(live.image, 255 - IMAGE)


def test_equal_frames_are_all_answered(make) -> None:
    live = make(lambda image: np.zeros((4, 4), np.uint8))
    shown = []
    live.view.param.watch(lambda event: shown.append(event.new["seq"]), "frame")
    for seq in range(1, 6):
        send(live, seq)
    assert shown == [1, 2, 3, 4, 5]


def test_a_new_stream_counts_from_one_again(make) -> None:
    live = make(lambda image: image)
    for seq in (1, 2, 3):
        send(live, seq)
    send(live, 1, stream=2)
    assert (live.view.frame["stream"], live.view.frame["seq"]) == (2, 1)


def test_while_the_filter_is_busy_only_the_newest_frame_waits(make) -> None:
    begun, go_on = threading.Semaphore(0), threading.Semaphore(0)
    seen = []

    def slow(image: np.ndarray) -> np.ndarray:
        seen.append(image.shape[1])
        begun.release()
        assert go_on.acquire(timeout=20)
        return image

    live = make(slow)
    for seq in range(1, 6):
        data = codec.encode(IMAGE[:, :seq], format="png")
        live.camera.receive({"stream": 1, "seq": seq, "captured_at": 0, "data": data})
        if seq == 1:
            assert begun.acquire(timeout=20)
    wait_until(lambda: live.camera.answered["seqs"] == [2, 3, 4])
    go_on.release(2)
    wait_until(lambda: live.camera.answered["seqs"] == [2, 3, 4, 1, 5])
    assert seen == [1, 5]


# ---- when the filter fails


class Moody:
    """A filter that raises whatever it is told to."""

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def __call__(self, image: np.ndarray) -> np.ndarray:
        if self.error is not None:
            raise self.error
        return image


def test_a_filter_that_raises_leaves_the_last_picture_and_recovers(make) -> None:
    moody = Moody()
    live = make(moody)
    send(live, 1)
    moody.error = ValueError("not today")
    send(live, 2)
    assert live.view.frame["seq"] == 1
    np.testing.assert_array_equal(live.image, IMAGE)
    assert "ValueError: not today" in live.error
    assert "raise self.error" in live.error
    moody.error = None
    send(live, 3)
    assert live.error == ""
    assert live.view.frame["seq"] == 3


@pytest.mark.parametrize("error", [SystemExit(1), RecursionError(), MemoryError()])
def test_an_unusual_error_is_told_too(make, error) -> None:
    moody = Moody()
    live = make(moody)
    moody.error = error
    send(live, 1)
    assert type(error).__name__ in live.error


def tracebacks(text: str, name: str) -> int:
    return len(re.findall(rf"^{name}: ", text, flags=re.M))


def test_the_log_has_the_whole_traceback_of_each_distinct_error_once(
    make, caplog
) -> None:
    moody = Moody()
    live = make(moody)
    seq = 0
    for _ in range(3):
        for error in (ValueError("one"), KeyError("other"), None):
            moody.error = error
            seq += 1
            send(live, seq)
    assert tracebacks(caplog.text, "ValueError") == 1
    assert tracebacks(caplog.text, "KeyError") == 1
    assert caplog.text.count("Traceback (most recent call last)") == 2


def test_an_error_that_repeats_is_shown_again_after_a_recovery(make) -> None:
    moody = Moody()
    live = make(moody)
    for seq, error in enumerate((ValueError("x"), None, ValueError("x")), start=1):
        moody.error = error
        send(live, seq)
    assert "ValueError: x" in live.error


def test_no_pixels_get_into_a_log(make, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    moody = Moody()
    live = make(moody)
    live.param.watch(lambda event: {}["missing"], "image")
    send(live, 1)
    moody.error = ValueError("x")
    send(live, 2)
    send(live, 3, PNG[:-40])
    values = ", ".join(map(str, IMAGE[0, 0]))
    for piece in (repr(PNG[80:90])[2:-1], PNG[80:90].hex(), values, "array("):
        assert piece not in caplog.text


@pytest.mark.parametrize(
    ("output", "got"),
    [
        ("text", "str"),
        (3.5, "float"),
        (np.zeros(7), "(7,) and dtype float64"),
        (np.zeros((2, 3, 4, 5)), "(2, 3, 4, 5)"),
        (np.zeros((3, 4), object), "object"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_an_output_that_is_no_image_says_what_was_expected_and_got(
    make, output, got
) -> None:
    live = make(lambda image: image)
    send(live, 1)
    live.filter = lambda image: output
    send(live, 2)
    assert got in live.error
    assert "shape (M, N)" in live.error
    assert "dtype" in live.error
    assert live.view.frame["seq"] == 1
    live.filter = lambda image: image
    send(live, 3)
    assert live.error == ""


def test_a_bad_frame_is_answered_and_is_not_called_the_filters_fault(
    make, caplog
) -> None:
    live = make(lambda image: image)
    send(live, 1)
    send(live, 2, b"GIF89a")
    assert live.view.frame["seq"] == 1
    assert "filter" not in live.error.lower()
    assert "filter" not in caplog.text.lower()
    live._update_stats(now=True)
    assert live.stats["failed"] + live.stats["dropped"] + live.camera.rejected == 1
    send(live, 3)
    assert live.view.frame["seq"] == 3


def test_a_watcher_that_fails_does_not_stop_the_stream(make, caplog) -> None:
    live = make(lambda image: image)
    live.param.watch(lambda event: 1 / 0, "image")
    for seq in (1, 2):
        send(live, seq)
    assert live.view.frame["seq"] == 2
    assert "ZeroDivisionError" in caplog.text


# ---- what a page reports is not trusted


@pytest.mark.parametrize(
    "report",
    [
        {"count": "many", "p50": 0.1, "p95": 0.2},
        {"count": 3, "p50": None, "p95": 0.2},
        {"count": 3, "p50": "long", "p95": [1]},
        {"count": 3, "p50": float("nan"), "p95": float("inf")},
        {"count": -1, "p50": -1, "p95": -1},
        {},
    ],
)
def test_a_report_that_is_none_changes_no_figure(make, report) -> None:
    live = make(lambda image: image)
    live.view.painted = {"count": 30, "p50": 50, "p95": 100}
    live.view.painted = report
    assert live.stats["age_count"] == 30
    assert live.stats["age_p50_ms"] == pytest.approx(50)
    assert live.stats["age_p95_ms"] == pytest.approx(100)


class Costly(str):
    """Text that must not be copied a thousand times."""

    def __mul__(self, times):
        raise AssertionError("repeated")

    __rmul__ = __mul__


def test_a_report_is_not_multiplied_before_it_is_checked(make) -> None:
    live = make(lambda image: image)
    live.view.painted = {"count": 1, "p50": Costly("x"), "p95": Costly("x")}


# ---- source, executor, end


def test_parameters_of_the_camera_may_be_given_to_it(make) -> None:
    live = make(autostart=True, resolution=(320, 240), fps=10, max_in_flight=3)
    camera = live.camera
    assert (camera.autostart, camera.resolution, camera.fps) == (True, (320, 240), 10)
    assert camera.max_in_flight == 3


def test_a_camera_of_ones_own_is_the_source(make) -> None:
    camera = Camera(resolution=(1280, 720), quality=0.5)
    live = make(lambda image: image, source=camera)
    assert live.camera is camera
    send(live, 1)
    np.testing.assert_array_equal(camera.image, IMAGE)
    np.testing.assert_array_equal(live.image, IMAGE)


def test_parameters_beside_a_camera_of_ones_own_are_refused(make) -> None:
    with pytest.raises(TypeError, match="fps"):
        make(source=Camera(), fps=3)


def test_the_demo_scene_can_be_the_source(make) -> None:
    assert make(source="demo").camera.source == "demo"
    with pytest.raises(ValueError, match="photograph"):
        make(source="photograph")


def test_a_misspelt_parameter_is_refused(make) -> None:
    with pytest.raises(TypeError, match="qualty"):
        make(qualty=1)


def test_start_and_stop_are_passed_on(make) -> None:
    live = make()
    live.start()
    assert live.camera.active
    live.stop()
    assert not live.camera.active


def test_format_and_quality_can_change_while_it_runs(make) -> None:
    live = make(lambda image: image)
    send(live, 1)
    live.format = "webp"
    send(live, 2)
    assert codec.format_of(live.view.frame["data"]) == "webp"
    assert live.camera.format == "webp"


def test_the_filter_runs_on_the_executor_that_was_passed(make) -> None:
    with ThreadPoolExecutor(1, thread_name_prefix="mine") as executor:
        names = []

        def note(image: np.ndarray) -> np.ndarray:
            names.append(threading.current_thread().name)
            return image

        live = make(note, executor=executor)
        send(live, 1)
        live.close()
        assert executor.submit(int).result() == 0  # it is the caller's to shut down
    assert [name.split("_")[0] for name in names] == ["mine"]


def test_the_filter_runs_in_another_process_if_one_likes(make) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        live = make("roberts", executor=executor)
        live.camera.receive({"stream": 1, "seq": 1, "captured_at": 0, "data": PNG})
        wait_until(lambda: live.image is not None, timeout=60)
        np.testing.assert_array_equal(live.image, filters.get("roberts")(IMAGE))
        np.testing.assert_array_equal(live.result.image, live.image)


def test_the_filter_does_not_run_on_the_event_loops_thread(make) -> None:
    threads = []

    def note(image: np.ndarray) -> np.ndarray:
        threads.append(threading.current_thread())
        return image

    live = make(note)
    send(live, 1)
    assert threads[0] is not threading.current_thread()


def test_closing_twice_does_no_harm_and_ends_the_work(make) -> None:
    live = make(lambda image: pytest.fail("called after the end"))
    live.close()
    live.close()
    live.camera.receive({"stream": 1, "seq": 1, "captured_at": 0, "data": PNG})
    assert live.image is None


def test_nothing_is_left_of_one_that_is_closed() -> None:
    images = []

    def note(image: np.ndarray) -> np.ndarray:
        images.append(weakref.ref(image))
        if image.shape[0] == 2:
            raise ValueError("too small")
        return image

    live = Live(note, format="png")
    left = [weakref.ref(each) for each in (live, live.camera, live.view)]
    live.__panel__()
    send(live, 1)
    send(live, 2, codec.encode(IMAGE[:2], format="png"))
    live.close()
    del live

    def all_is_gone() -> None:
        gc.collect()
        assert [each() for each in [*left, *images] if each() is not None] == []

    wait_until(all_is_gone)


def test_it_can_be_laid_out_like_anything_of_panels(make) -> None:
    live = make()
    layout = pn.Column("# Live", live)
    assert live.camera in layout.select(Camera)


def test_it_can_be_shown_in_two_places(make) -> None:
    live = make()
    for _ in range(2):
        assert pn.Row(live).get_root() is not None
