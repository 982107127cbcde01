"""`Live` over process pools: refused, parallel, in order, killed, fair, stuck."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest

from panel_cam import Camera, ExecutorError, Live, Result, stateful
from panel_cam.imaging import codec
from tests.support import far_filters
from tests.support.lives import PATIENCE
from tests.support.sender import Sender, senders
from tests.support.waiting import wait_until

DIED = "worker process died"

# As `Live` makes them itself.
make_processes = partial(ProcessPoolExecutor, 2, mp_context=get_context("spawn"))


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Two real processes, which the tests of this file share."""
    with make_processes() as executor:
        yield executor


@pytest.fixture
def make() -> Iterator[Callable[..., Sender]]:
    with senders() as make:
        yield make


# ---- what may be passed


@pytest.mark.parametrize("executor", [3, "processes", object(), lambda: "pool"])
def test_what_is_no_executor_is_refused_at_once(executor) -> None:
    with pytest.raises(TypeError, match=r"Executor.*Client.*got (int|str|object)"):
        Live(executor=executor)


def test_a_function_that_cannot_be_sent_is_refused_at_once(make, processes) -> None:
    with pytest.raises(ExecutorError, match=r"pickle.*\.py file"):
        Live(lambda image: image, executor=processes)
    with pytest.raises(ExecutorError, match=r"pickle.*\.py file"):
        Live(lambda image: image, executor=lambda: processes)


def test_a_refused_filter_leaves_the_stream_as_it_was(make, processes) -> None:
    sender = make(far_filters.negative, processes)
    settings = sender.live.settings
    with pytest.raises(ExecutorError):
        sender.live.filter = lambda image: image
    assert sender.live.filter is far_filters.negative
    assert sender.live.settings is settings
    sender.send()
    sender.answer_all()
    assert sender.shown == [1]
    assert sender.live.error == ""


@pytest.mark.parametrize(
    ("executor", "params", "in_flight"),
    [
        (None, {}, 2),
        (partial(ThreadPoolExecutor, 1), {}, 2),
        (partial(ThreadPoolExecutor, 4), {}, 5),
        (partial(ThreadPoolExecutor, 4), {"max_in_flight": 3}, 3),
        (partial(ProcessPoolExecutor, 2), {}, 3),
        (partial(ThreadPoolExecutor, 100), {}, 64),
    ],
)
def test_frames_in_flight_follow_the_workers(make, executor, params, in_flight) -> None:
    sender = make("roberts", executor, **params)
    assert sender.live.camera.max_in_flight == in_flight


def test_a_camera_of_ones_own_keeps_its_frames_in_flight(make) -> None:
    for executor in (None, partial(ThreadPoolExecutor, 4)):
        sender = make("roberts", executor, source=Camera(max_in_flight=3), format="png")
        assert sender.live.camera.max_in_flight == 3
    sender = make("roberts", partial(ThreadPoolExecutor, 4), source=Camera())
    assert sender.live.camera.max_in_flight == 5


def test_who_sets_the_frames_in_flight_later_is_left_alone(make) -> None:
    with ThreadPoolExecutor(4) as threads:
        sender = make("roberts", threads)
        sender.live.camera.max_in_flight = 2
        sender.send()
        sender.answer_all()
        assert sender.live.camera.max_in_flight == 2


def test_processes_of_our_making_are_not_forked(make) -> None:
    sender = make(far_filters.where, ProcessPoolExecutor)
    executor = sender.live._stream.worker._own.pool().executor
    assert executor._mp_context.get_start_method() != "fork"


# ---- frames


def test_frames_run_in_both_processes_and_are_shown_in_order(make, processes) -> None:
    sender = make(far_filters.linger, processes)
    sender.send_until(lambda: len(sender.shown) > 20)
    sender.check_order()
    sender.answer_all()
    sender.live.filter = far_filters.where
    ids = sender.watch_processes()
    sender.send_until(lambda: len(set(ids)) == 2)
    assert os.getpid() not in ids


def test_settings_travel_with_each_frame(make, processes) -> None:
    sender = make(far_filters.negative, processes, strength=(0, 255))
    for strength in (255, 200):
        sender.live.settings.strength = strength
        seq = sender.send()
        sender.answer_all()
        assert sender.live.image[0, 0, 0] == strength - seq


def test_the_image_is_decoded_only_if_somebody_looks(
    make, processes, monkeypatch
) -> None:
    sender = make(far_filters.negative, processes)
    decoded = []
    decode = codec.decode

    def note(data, **options):
        decoded.append(threading.current_thread())
        return decode(data, **options)

    monkeypatch.setattr("panel_cam.processing.run_filter.decode", note)
    sender.send()
    sender.answer_all()
    assert decoded == []
    assert isinstance(sender.live.result, Result)
    np.testing.assert_array_equal(sender.live.image, np.full((2, 4, 3), 254))
    assert sender.live.image is sender.live.image


def test_a_filter_that_remembers_runs_here_and_one_frame_at_a_time(
    make, processes
) -> None:
    busy = threading.Lock()
    places = []

    @stateful
    def count(image, state):
        assert busy.acquire(blocking=False)
        state["frames"] = state.get("frames", 0) + 1
        places.append(os.getpid())
        busy.release()
        return np.full((2, 2), state["frames"], np.uint8)

    sender = make(count, processes)
    assert sender.live.camera.max_in_flight == 2
    sender.send_until(lambda: len(sender.shown) >= 5)
    sender.answer_all()
    assert sender.errors == []
    assert set(places) == {os.getpid()}
    assert sender.live.image[0, 0] == len(places)
    sender.live.filter = far_filters.negative
    assert sender.live.camera.max_in_flight == 3
    count_before = len(places)
    sender.send()
    sender.answer_all()
    assert len(places) == count_before


def test_a_filter_that_remembers_runs_on_threads_that_were_passed(make) -> None:
    names = set()

    @stateful
    def note(image, state):
        names.add(threading.current_thread().name.split("_")[0])
        return image

    with ThreadPoolExecutor(4, thread_name_prefix="mine") as threads:
        sender = make(note, threads)
        assert sender.live.camera.max_in_flight == 2
        sender.send()
        sender.answer_all()
    assert names == {"mine"}


# ---- the death of a worker


@pytest.mark.parametrize("is_owned", [True, False], ids=["owned", "passed"])
def test_a_process_that_is_killed_is_told_and_the_stream_goes_on(
    make, is_owned, caplog
) -> None:
    executor: Executor | Callable[[], Executor]
    executor = make_processes if is_owned else make_processes()
    sender = make(far_filters.where, executor)
    ids = sender.watch_processes()
    sender.send_until(lambda: len(ids) > 5)
    victim = ids[-1]
    os.kill(victim, signal.SIGKILL)
    sender.send_until(lambda: any(DIED in error for error in sender.errors))
    sender.send_until(lambda: not sender.live.error)
    ids.clear()
    sender.send_until(lambda: len(ids) > 5)
    assert victim not in ids
    sender.check_order()
    sender.answer_all()
    assert DIED in caplog.text
    assert "\\x" not in caplog.text
    if isinstance(executor, Executor):
        executor.shutdown()


def test_the_processes_of_a_session_end_with_it(make) -> None:
    sender = make(far_filters.where, make_processes)
    sender.send()
    sender.answer_all()
    process = far_filters.read_where(sender.live.image)
    sender.live.filter = far_filters.never  # even so
    sender.send()
    sender.live.close()

    def is_gone() -> bool:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        return False

    wait_until(is_gone, timeout=PATIENCE)


@pytest.mark.parametrize("name", ["tell_unreadable", "tell_lambda", "raise_reasons"])
def test_what_cannot_come_back_breaks_no_pool(make, name) -> None:
    with make_processes() as executor:
        sender = make(getattr(far_filters, name), executor)
        sender.send()
        sender.answer_all()
        assert name in sender.errors[0]
        sender.live.filter = far_filters.negative
        sender.send()
        sender.answer_all()
        assert sender.live.error == ""
        assert executor.submit(abs, -1).result(PATIENCE) == 1


# ---- a filter that does not return


class Stuck:
    """A filter that returns when it is told to."""

    def __init__(self) -> None:
        self.entered = threading.Semaphore(0)
        self.may_return = threading.Event()

    def __call__(self, image):
        self.entered.release()
        assert self.may_return.wait(PATIENCE)
        return image


@pytest.mark.parametrize("executor", [None, partial(ThreadPoolExecutor, 1)])
def test_a_filter_that_does_not_return_is_told_and_can_be_replaced(
    make, executor, monkeypatch
) -> None:
    stuck = Stuck()
    sender = make(stuck, executor)
    sender.send()
    assert stuck.entered.acquire(timeout=PATIENCE)
    sender.send()
    assert sender.live.error == ""
    monkeypatch.setattr("panel_cam.processing.worker.OVERDUE", 0.0)
    sender.send()
    assert "The filter has not returned for 0 s" in sender.live.error
    assert "Python cannot end the thread" in sender.live.error
    sender.live.filter = far_filters.negative
    seq = sender.send()
    sender.send_until(lambda: seq in sender.shown)
    sender.answer_all()
    monkeypatch.undo()
    stuck.may_return.set()  # what it returns now, nobody wants
    sender.send()
    sender.answer_all()
    assert sender.live.error == ""
    assert sender.shown == sorted(set(sender.shown))
    assert 1 not in sender.shown


def test_a_process_that_is_stuck_is_ended_if_it_is_the_sessions_own(
    make, monkeypatch
) -> None:
    sender = make(far_filters.never, partial(ProcessPoolExecutor, 1))
    sender.send()
    monkeypatch.setattr("panel_cam.processing.worker.OVERDUE", 0.0)
    sender.send()
    assert "the workers are still starting" in sender.live.error
    sender.live.filter = far_filters.negative
    sender.send_until(lambda: sender.shown)
    sender.answer_all()
    assert 1 not in sender.shown


def test_who_waits_for_a_filter_of_another_session_is_told_so(
    make, monkeypatch
) -> None:
    stuck = Stuck()
    with ThreadPoolExecutor(1) as threads:
        mine, yours = make(far_filters.negative, threads), make(stuck, threads)
        yours.send()
        assert stuck.entered.acquire(timeout=PATIENCE)
        monkeypatch.setattr("panel_cam.processing.worker.OVERDUE", 0.0)
        mine.send()
        assert "No worker has been free" in mine.live.error
        monkeypatch.undo()
        stuck.may_return.set()
        mine.answer_all()
        yours.answer_all()
    assert mine.live.error == ""


# ---- several sessions


def noting(order: list[str], name: str) -> Callable[[np.ndarray], np.ndarray]:
    def note(image):
        order.append(name)
        return image

    return note


def test_sessions_that_share_an_executor_share_it_fairly(make) -> None:
    order: list[str] = []
    with ThreadPoolExecutor(1) as threads:
        senders = {}
        for name in "abc":
            senders[name] = make(noting(order, name), threads)
        gate = threading.Event()
        threads.submit(gate.wait, PATIENCE)  # so that all have asked
        for sender in senders.values():
            for _ in range(3):
                sender.send()
        gate.set()
        for sender in senders.values():
            sender.answer_all()
    # The first of "a" ran at once; each other waits with its newest frame only.
    assert order == ["a", "b", "c", "a"]
    assert [sender.shown for sender in senders.values()] == [[1, 3], [3], [3]]
