"""`Live` over a real Dask cluster: other processes, reached over loopback."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterator

import dask
import numpy as np
import pytest
from distributed import Client, LocalCluster

from panel_cam import ExecutorError, Live
from panel_cam.processing.shared_executor import shared_executor
from tests.support import far_filters
from tests.support.lives import PATIENCE
from tests.support.sender import Sender, senders
from tests.support.waiting import wait_until


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    """Two worker processes of one thread each, which the whole run shares."""
    # A worker that is killed twice within 15 s counts as lost to a `LocalCluster`, and
    # is not restarted. On a busy machine that happens.
    with (
        dask.config.set({"distributed.deploy.lost-worker-timeout": "1 hour"}),
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def make(client: Client) -> Iterator[Callable[..., Sender]]:
    with senders(client) as make:
        yield make


@pytest.mark.parametrize("kind", ["client", "executor"])
def test_frames_run_on_both_workers_and_are_shown_in_order(make, client, kind) -> None:
    executor = client if kind == "client" else client.get_executor()
    sender = make(far_filters.linger, executor)
    assert sender.live.camera.max_in_flight == 3
    sender.send_until(lambda: len(sender.shown) > 20)
    sender.check_order()
    sender.answer_all()
    sender.live.filter = far_filters.where
    ids = sender.watch_processes()
    sender.send_until(lambda: len(set(ids)) == 2)
    assert set(ids) == set(client.run(os.getpid).values())
    assert sender.errors == []


def test_a_function_of_a_notebook_can_be_sent(make) -> None:
    offset = 7
    sender = make(lambda image: image + offset)
    seq = sender.send()
    sender.answer_all()
    np.testing.assert_array_equal(sender.live.image, np.full((2, 4, 3), seq + 7))


def test_a_function_that_cannot_be_sent_is_refused_at_once(make) -> None:
    lock = threading.Lock()
    with pytest.raises(ExecutorError, match="cloudpickle"):
        make(lambda image: (lock, image)[1])
    sender = make(far_filters.negative)
    with pytest.raises(ExecutorError, match="cloudpickle"):
        sender.live.filter = lambda image: (lock, image)[1]
    assert sender.live.filter is far_filters.negative


def test_an_asynchronous_client_is_refused_with_the_cure(client) -> None:
    async def run() -> None:
        address = client.scheduler.address
        async with Client(address, asynchronous=True, set_as_default=False) as other:
            with pytest.raises(ExecutorError, match=r"without\s+await"):
                Live(executor=other)

    asyncio.run(run())


def test_an_error_of_the_filter_comes_back(make) -> None:
    def broken(image):
        raise ZeroDivisionError("no light")

    sender = make(broken)
    sender.send()
    sender.answer_all()
    assert sender.live.error.endswith("ZeroDivisionError: no light")


def test_a_worker_that_is_killed_under_load_is_told_and_the_stream_goes_on(
    make, client
) -> None:
    sender = make(far_filters.where)
    ids = sender.watch_processes()
    sender.send_until(lambda: len(ids) > 5)
    victim = ids[-1]
    os.kill(victim, signal.SIGKILL)
    sender.send_until(lambda: not sender.live.error and len(set(ids)) > 2)  # replaced
    assert victim not in ids[-3:]
    sender.check_order()
    sender.answer_all()


def test_a_filter_that_kills_its_worker_is_told(make, client) -> None:
    sender = make(far_filters.die)
    sender.send()
    wait_until(lambda: sender.errors, timeout=PATIENCE)
    assert "Dask worker died" in sender.errors[0]
    sender.live.filter = far_filters.negative
    sender.send_until(lambda: sender.shown)
    sender.answer_all()
    assert sender.live.error == ""


def test_frames_that_wait_go_on_when_the_workers_are_back(make, client) -> None:
    sender = make(far_filters.where)
    sender.send_until(lambda: sender.shown)
    sender.answer_all()
    for process in client.run(os.getpid).values():
        os.kill(process, signal.SIGKILL)
    for _ in range(sender.live.camera.max_in_flight):
        sender.send()
    sender.answer_all()  # nothing more is sent that could wake it up
    last = sender.shown[-1]
    sender.send_until(lambda: sender.shown[-1] > last)
    sender.answer_all()


def test_sessions_share_a_client_fairly(make, client) -> None:
    mine = make(far_filters.negative)
    yours = make(far_filters.negative, client.get_executor())
    for sender in (mine, yours):
        sender.send()
        sender.answer_all()
    assert shared_executor(client) is shared_executor(client.get_executor())
    assert mine.live._stream.worker.share == 1


def test_an_adaptive_cluster_makes_workers_for_the_first_frame(monkeypatch) -> None:
    with (
        LocalCluster(
            n_workers=0, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
        senders(client) as make,
    ):
        sender = make(far_filters.where)
        sender.send()
        monkeypatch.setattr("panel_cam.processing.worker.OVERDUE", 0.0)
        sender.send()
        assert "The Dask cluster has had no worker for 0 s" in sender.live.error
        monkeypatch.undo()
        cluster.adapt(minimum=0, maximum=1, interval="100ms")
        sender.send_until(lambda: sender.shown and not sender.live.error)
        sender.answer_all()
