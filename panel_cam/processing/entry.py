"""A frame on its way through a worker, and the turn that it has on an engine."""

from dataclasses import dataclass, field

from panel_cam.imaging.frame import Frame
from panel_cam.processing.executors import Job, Pool
from panel_cam.processing.fair_share import Player, Turn
from panel_cam.processing.shared_executor import Engine


@dataclass(slots=True, eq=False)
class Entry:
    """One frame, what to do with it, and where.

    Parameters
    ----------
    frame : Frame
        The frame.
    job : callable
        Called with its bytes.
    engine, player
        Where it runs, and who has to have a turn there.
    since : float
        Seconds, by the worker's clock: when it, or the first frame whose place it took,
        began to wait; then, when it began to run.
    stream, version : int
        Of the frames, and of the function.
    """

    frame: Frame
    job: Job
    engine: Engine
    player: Player
    since: float
    stream: int
    version: int
    turn: Turn | None = field(default=None, init=False)
    pool: Pool | None = field(default=None, init=False)
    """What runs it."""
    is_written_off: bool = field(default=False, init=False)
    """Whether it was delivered as dropped while it ran."""

    def give_up(self) -> None:
        """Leave what runs it to itself, and let its player have another turn."""
        assert self.turn is not None, "it runs"
        if self.pool is not None and self.engine.leave(self.pool):
            self.engine.turns.done(self.turn)
        else:
            self.engine.turns.write_off(self.turn)

    def end(self, *, is_broken: bool) -> None:
        """Give the turn back: what ran has ended.

        Parameters
        ----------
        is_broken : bool
            Whether its pool broke over it, and has to be replaced.
        """
        assert self.turn is not None, "it ran"
        if self.pool is not None:
            self.pool.has_answered = True
            if is_broken:
                self.engine.replace(self.pool)
        self.engine.turns.done(self.turn)
