"""Jobs on a Dask cluster: the pool whose workers may be other machines.

Imported only where `distributed` is loaded already, because a client was passed.
"""

import threading
from collections.abc import Collection
from concurrent.futures import CancelledError, Future
from inspect import isawaitable
from time import monotonic
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary, WeakSet, ref

from distributed import CancelledError as DaskCancelledError
from distributed import Client, KilledWorker
from distributed.cfexecutor import ClientExecutor

from panel_cam.errors import ExecutorError
from panel_cam.imaging.frame import Image
from panel_cam.processing.executors import Job, Made, Pool
from panel_cam.processing.pickled_function import Pickling

RECOUNT = 2.0
"""Seconds after which the workers are counted again, in case nobody has told."""

_DIED = (
    "A Dask worker died with a frame at work: the filter crashed it, or the system "
    "ended it, for want of memory say. The others go on."
)


def client_of(executor: object) -> Client | None:
    """Return the client that was passed, or that an executor of Dask's works for."""
    if isinstance(executor, ClientExecutor):
        client: Client = executor._client
        return client
    return executor if isinstance(executor, Client) else None


def stands_for(executor: object) -> object:
    """Return the client instead of an executor that is nothing more than that.

    Sessions that call ``client.get_executor()`` each are to share it fairly, too.
    """
    if isinstance(executor, ClientExecutor) and not getattr(executor, "_kwargs", True):
        return client_of(executor)
    return executor


class _Watch:
    """Knows how many threads a client's workers have; hears when one comes or goes.

    Parameters
    ----------
    client : Client
        A connected one.
    """

    def __init__(self, client: Client) -> None:
        self.pools: WeakSet[DaskCluster] = WeakSet()
        self.threads = 0
        self._client = ref(client)
        self._counting = threading.Lock()
        self._counted_at = monotonic()
        self.has_counted = False
        client.subscribe_topic("all", self._on_event)  # type: ignore[no-untyped-call]

    def count(self) -> None:
        """Ask for the workers; waits for the scheduler's answer."""
        with self._counting:  # or an older answer might come after a newer one
            client = self._client()
            threads: dict[str, int] = {} if client is None else client.nthreads()  # type: ignore[no-untyped-call]
            before, self.threads = self.threads, sum(threads.values())
            self.has_counted = True
        for pool in list(self.pools) if self.threads > before else []:
            pool.on_more()

    def count_soon(self, seconds: float = 0.0) -> None:
        """Do that on another thread, unless it was done less than so long ago."""
        now = monotonic()
        if now - self._counted_at >= seconds:
            self._counted_at = now
            threading.Thread(target=self._try_to_count, daemon=True).start()

    def _try_to_count(self) -> None:
        try:
            self.count()
        except Exception:  # the scheduler has gone, and nothing can be run
            self.threads = 0

    async def _on_event(self, event: tuple[float, Any]) -> None:
        """Take an event of the cluster's; on the client's loop."""
        message = event[1]
        action = message.get("action") if isinstance(message, dict) else None
        if action in ("add-worker", "remove-worker"):
            self.count_soon()
        if action == "remove-worker":
            lost = {
                *message.get("processing-tasks", ()),
                *message.get("lost-computed-tasks", ()),
            }
            for pool in list(self.pools):
                await pool.lose(lost)


_lock = threading.Lock()
_watches: WeakKeyDictionary[Client, _Watch] = WeakKeyDictionary()


def _watch(client: Client) -> _Watch:
    with _lock:
        if client not in _watches:
            _watches[client] = _Watch(client)
        watch = _watches[client]
    if not watch.has_counted:
        watch.count()  # waits for an answer, and so does nobody else meanwhile
    return watch


class DaskCluster(Pool):
    """The workers of a `distributed.Client`, one job for each of their threads.

    Dask runs a job again on another worker when one dies. A frame is too old by then:
    the job is cancelled and fails. Where Dask has begun it again before it hears of
    that, what comes out is dropped.

    Parameters
    ----------
    executor : Client or its `get_executor()`
        Not an asynchronous one.

    Raises
    ------
    ExecutorError
        If the client is asynchronous, or does not reach its scheduler.
    """

    pickling: Pickling | None = "cloudpickle"
    is_cheap = False
    stuck_text = "It holds a thread of a Dask worker"

    def __init__(self, executor: Any) -> None:
        super().__init__(executor)
        client = client_of(executor)
        assert client is not None, "see `pool_of`"
        if client.asynchronous:
            raise ExecutorError(
                "expected a distributed.Client of the usual kind, got an asynchronous "
                "one: make it with Client(...), without await"
            )
        assert client.loop is not None, "it is connected"
        self._client, self._loop = client, client.loop
        # Private to Dask (seen in 2026.8); without it, its options are not kept.
        self._options = dict(getattr(executor, "_kwargs", {}))
        self._running: dict[str, tuple[Any, Future[Made]]] = {}
        try:
            self._watch = _watch(client)
        except Exception as error:
            raise ExecutorError(
                f"the Dask cluster does not answer: {type(error).__name__}: {error}"
            ) from None
        self._watch.pools.add(self)

    @property
    def workers(self) -> int:
        """How many jobs to hand out just now: one for each thread, one without any.

        An adaptive cluster without workers makes some only when a job waits for them.
        """
        self._watch.count_soon(RECOUNT)
        at_least = 1 if self._client.status == "running" else 0
        return max(at_least, self._watch.threads)

    def submit(self, job: Job, data: bytes | Image) -> Future[Made]:
        """Run a job; raises what the client's `submit` raises."""
        done: Future[Made] = Future()
        key = f"panel_cam-{uuid4().hex}"
        options = {**self._options, "retries": 0, "pure": False}
        task = self._client.submit(job, data, key=key, **options)
        self._running[key] = task, done
        self._loop.add_callback(self._bring, key)
        return done

    async def _bring(self, key: str) -> None:
        """Wait for a job's end; on the client's loop."""
        if key not in self._running:
            return
        task, done = self._running[key]
        result: Made | None = None
        failure: BaseException | None = None
        try:
            result = await task
        except DaskCancelledError:
            failure = CancelledError("the cluster cancelled the frame")
        except BaseException as error:
            failure = error
        if self._running.pop(key, None) is None:
            return  # it is lost, and that was told already
        if failure is not None:
            done.set_exception(failure)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    async def lose(self, keys: Collection[str]) -> None:
        """Fail the jobs of a worker that has gone; on the client's loop.

        Parameters
        ----------
        keys : collection of str
            The jobs that went with it, ours and others'.
        """
        for key in self._running.keys() & keys:
            task, done = self._running.pop(key)
            if isawaitable(cancelled := task.cancel()):
                await cancelled
            done.set_exception(ExecutorError(_DIED))

    def shutdown(self) -> None:
        """Close the client, and the cluster with it if the client has made it."""
        # Not here: closing waits, and this may be an event loop.
        threading.Thread(target=self._client.close, daemon=True).start()

    def describe_delay(self, seconds: float, *, at_work: bool) -> str:
        """Say that a frame is at work for so long, or waits for a worker."""
        if self._watch.threads == 0:
            return f"The Dask cluster has had no worker for {seconds:.0f} s."
        return super().describe_delay(seconds, at_work=at_work)

    def describe_failure(self, error: BaseException) -> str:
        """Say in plain words what happened to a job that no filter is to blame for."""
        return (
            _DIED
            if isinstance(error, KilledWorker)
            else super().describe_failure(error)
        )
