"""Latest wins, over any `concurrent.futures.Executor`.

A worker holds at most the frames that run and one that waits. A newer frame takes the
place of the one that waits, so a slow filter makes fewer pictures and never older ones.
"""

import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from time import monotonic
from typing import Any
from weakref import WeakMethod

from panel_cam.errors import PanelCamError
from panel_cam.imaging.frame import Frame
from panel_cam.processing.delivery import Deliver, Outbox, Outcome
from panel_cam.processing.entry import Entry
from panel_cam.processing.executors import Job, Made
from panel_cam.processing.fair_share import Player, Turn
from panel_cam.processing.pickled_function import Sealed
from panel_cam.processing.run_filter import Processed
from panel_cam.processing.shared_executor import Engine, engine_of

OVERDUE = 5.0
"""Seconds after which a job counts as one that may never end."""


def _outcome(future: Future[Made]) -> Outcome:
    if future.cancelled():
        return CancelledError("the executor cancelled the frame")
    error = future.exception()
    if error is None:
        made = future.result()
        return made.open() if isinstance(made, Sealed) else made
    if not isinstance(error, Exception):  # such as a KeyboardInterrupt in a process
        return PanelCamError(f"the frame's task ended with {type(error).__name__}")
    if isinstance(error, PanelCamError):
        # Its text says all; the traceback's frames would keep images alive for as long
        # as someone keeps the error.
        error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


class Worker:
    """Run the newest frame through its job, and deliver every frame exactly once.

    All methods may be called on any thread, and none waits for a job.

    Parameters
    ----------
    executor : optional
        Where jobs run, as `panel_cam.processing.shared_executor.engine_of` takes it.
        None: the process's shared thread pool. A callable without arguments makes an
        executor when the first frame comes; it is shut down by `close`. An executor
        that is passed in is never shut down; workers to which the same one is passed
        take turns.
    deliver : callable
        Called as `deliver(frame, outcome)`, once for every frame submitted. The outcome
        is a `Processed`, the exception that ended it, or None if it was dropped. It is
        called on a thread of the executor or on one that called a method, but never on
        two at once, and never while the worker's lock is held. It should hand over and
        return.
    slots : int or None, default 1
        How many frames may run at once. None: as many as the executor has workers.
    clock : callable, default time.monotonic
        Returns seconds.
    """

    def __init__(
        self,
        executor: Any = None,
        *,
        deliver: Deliver,
        slots: int | None = 1,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._engine = engine_of(executor)
        self._clock = clock
        self._outbox = Outbox(deliver)
        self._lock = threading.Lock()
        self._waiting: Entry | None = None
        self._running: set[Entry] = set()
        self._version = 0
        self._shown_seq = 0
        self._closed = False
        self._player = self._new_player(slots)

    def _new_player(self, slots: int | None) -> Player:
        start = WeakMethod(self._start)  # the engine may outlive the worker

        def start_if_alive(turn: Turn) -> bool:
            method = start()
            return method is not None and method(turn)

        return Player(start_if_alive, slots)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def share(self) -> int:
        """How many frames it can count on to run at once, just now."""
        share, slots = self._engine.turns.share(), self._player.at_most
        return share if slots is None else min(share, slots)

    @property
    def overdue(self) -> float:
        """Seconds for which a frame has run, or waited, if that is too long; else 0."""
        with self._lock:
            since = [each.since for each in self._running]
            if not since and self._waiting is not None:
                since = [self._waiting.since]
        seconds = self._clock() - min(since) if since else 0.0
        return seconds if seconds >= OVERDUE else 0.0

    @property
    def is_at_work(self) -> bool:
        """Whether a frame runs; else it can only wait."""
        return bool(self._running)

    def use(self, engine: Engine, slots: int | None) -> None:
        """Run later frames elsewhere, or through another function.

        The frame that waits is dropped. Those that run go on; once they are overdue,
        others run in their place where that can be done.

        Parameters
        ----------
        engine : Engine
            It may be the same.
        slots : int or None
            See the class.
        """
        with self._lock:
            self._version += 1
            self._drop_waiting()
            engine_before, player_before = self._engine, self._player
            self._player.at_most = slots
            if engine is not engine_before:
                self._engine, self._player = engine, self._new_player(slots)
        if engine is not engine_before:
            engine_before.turns.leave(player_before)
        self._outbox.empty()

    def submit(self, frame: Frame, job: Job) -> None:
        """Take a frame, and run it as soon as it is its turn. Never raises.

        Parameters
        ----------
        frame : Frame
            If another waits, the one with the lower `seq` of the two is dropped.
        job : callable
            Called as `job(frame.data)`, where the executor runs. For a process pool it
            has to be picklable: see `panel_cam.processing.pickled_function`.
        """
        with self._lock:
            where, since = (self._engine, self._player), self._clock()
            entry = Entry(frame, job, *where, since, self._outbox.stream, self._version)
            loser: Entry | None = entry
            if not self._closed:
                loser = self._waiting
                if loser is not None and loser.frame.seq > frame.seq:
                    loser = entry
                else:
                    self._waiting = entry
            if loser is not None:
                entry.since = loser.since  # of the first that has waited in vain
                self._outbox.put(loser, None)
            late = self._write_off()
        for each in late:
            each.give_up()
        if loser is not entry:
            entry.engine.turns.ask(entry.player)
        self._outbox.empty()

    def restart(self) -> None:
        """Begin a new stream: `seq` may start from 1 again.

        Frames of the old stream that wait or run are delivered as dropped.
        """
        with self._lock:
            self._end_stream()
        self._outbox.empty()

    def close(self) -> None:
        """Drop what waits, and deliver what still runs as dropped. Idempotent."""
        with self._lock:
            self._closed = True
            self._end_stream()
        self._engine.turns.leave(self._player)
        self._engine.close()
        self._outbox.empty()

    def _end_stream(self) -> None:
        """Drop the waiting frame and outdate the running ones; the lock is held."""
        self._outbox.begin_stream()
        self._shown_seq = 0
        self._drop_waiting()

    def _drop_waiting(self) -> None:
        if self._waiting is not None:
            self._outbox.put(self._waiting, None)
            self._waiting = None

    def _write_off(self) -> list[Entry]:
        """Drop running frames of an older function that are overdue; under the lock."""
        oldest = self._clock() - OVERDUE
        late = [
            each
            for each in self._running
            if each.version != self._version and each.since <= oldest
        ]
        for each in late:
            self._running.remove(each)
            each.is_written_off = True
            self._outbox.put(each, None)
        return late

    def _start(self, turn: Turn) -> bool:
        """Run the waiting frame: it is its turn; on whatever thread that came about."""
        with self._lock:
            entry = self._waiting
            if entry is None or entry.player is not turn.player:
                return False
            self._waiting = None
            entry.turn = turn
            entry.since = self._clock()
            self._running.add(entry)
        # Outside the lock: a process pool may start processes in here.
        try:
            entry.pool = entry.engine.pool()
            future = entry.pool.submit(entry.job, entry.frame.data)
        except Exception as exc:  # broken, shut down, or it cannot be made
            self._finish(entry, exc)
        else:
            future.add_done_callback(lambda done: self._finish(entry, _outcome(done)))
        return True

    def _finish(self, entry: Entry, outcome: Outcome) -> None:
        """Deliver, and let others have their turn; on whatever thread the job ended."""
        with self._lock:
            self._running.discard(entry)
            if isinstance(outcome, Processed) and entry.stream == self._outbox.stream:
                if entry.frame.seq < self._shown_seq:
                    outcome = None
                elif not entry.is_written_off:
                    self._shown_seq = entry.frame.seq
            if not entry.is_written_off:
                self._outbox.put(entry, outcome)
        entry.end(is_broken=isinstance(outcome, BrokenExecutor))
        self._outbox.empty()
