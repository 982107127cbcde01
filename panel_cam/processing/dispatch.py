"""Where a filter runs, and what is sent there with each frame."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from panel_cam.functions.stateful import is_in_order
from panel_cam.processing.pickled_function import Parcel
from panel_cam.processing.run_filter import process
from panel_cam.processing.shared_executor import Engine, engine_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from panel_cam.processing.executors import Job, Pool
    from panel_cam.processing.worker import Worker


class Dispatch:
    """Turns a filter and its settings into jobs for an executor.

    A filter that remembers runs in a thread of this process, one frame at a time, even
    if the executor is elsewhere: what it remembers has to be in one place, and to carry
    that to and fro with each frame would cost more than most such filters do.

    Parameters
    ----------
    executor : optional
        See `panel_cam.processing.shared_executor.engine_of`.

    Raises
    ------
    TypeError
        If it is no executor.
    """

    def __init__(self, executor: Any = None) -> None:
        self._own = engine_of(executor)
        self.engine: Engine = self._own
        """Where the filter runs."""
        self.slots: int | None = 1
        """How many of its frames may run at once; None: as many as there are workers.
        """
        self._function: Callable[..., Any] = process
        self._parcel: Parcel | None = None
        # The kind of executor decides what can be sent: not to be found out later.
        self._pool: Pool = self._own.pool()

    @property
    def is_here(self) -> bool:
        """Whether the filter runs in a thread of this process."""
        return self._pool.is_here

    @property
    def is_parallel(self) -> bool:
        """Whether several frames may run at once."""
        return self.slots is None

    def use(self, function: Callable[..., Any], settings: Mapping[str, Any]) -> None:
        """Take another filter.

        Parameters
        ----------
        function : callable
            The filter.
        settings : mapping
            Its settings as they are now.

        Raises
        ------
        ExecutorError
            If it cannot be sent to where it would run; then nothing has changed.
        """
        remembers = is_in_order(function)
        engine = self._own
        if remembers and not engine.pool().is_here:
            engine = engine_of()
        pool = engine.pool()
        parcel = None
        if pool.pickling is not None:
            parcel = Parcel(function, settings, pool.pickling)
        self._function, self._parcel = function, parcel
        self.engine, self._pool = engine, pool
        # All sessions share the default threads, and Python's lock: one each is best.
        self.slots = 1 if remembers or engine is engine_of() else None

    def job(self, settings: Mapping[str, Any], **options: Any) -> Job:
        """Return what to do with one frame.

        Parameters
        ----------
        settings : mapping
            The filter's keyword arguments.
        **options
            Of `process`.

        Returns
        -------
        job : callable
            For `Worker.submit`.

        Raises
        ------
        ExecutorError
            If the settings cannot be sent.
        """
        if self._parcel is not None:
            return self._parcel.job(settings, **options)
        return partial(
            process,
            function=self._function,
            settings=settings,
            keep_image=self.is_here,
            **options,
        )

    def late(self, worker: Worker) -> str:
        """Say that a frame is overdue.

        Parameters
        ----------
        worker : Worker
            Whose frames they are.

        Returns
        -------
        text : str
            A sentence or two; "" if none is.
        """
        if not (seconds := worker.overdue):
            return ""
        pool = self.engine.latest or self._pool
        return pool.late(seconds, at_work=worker.is_at_work)

    def explain(self, error: Exception) -> str:
        """Say in plain words what happened to a frame that no filter is to blame for.

        Parameters
        ----------
        error : Exception
            The outcome of a job.

        Returns
        -------
        text : str
            A sentence or two, perhaps with the exception's own.
        """
        return self._pool.explain(error)

    def close(self) -> None:
        """Shut the executor down if it was made here."""
        self._own.close()
