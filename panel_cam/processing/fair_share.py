"""Whose turn it is on the workers of one executor: round robin over its users.

Nothing here runs or waits. An executor is handed no more jobs than it has workers, so
that none queues in there, where it would grow old.
"""

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

LINGER = 2.0
"""Seconds for which one that has asked for a turn is still reckoned with."""


@dataclass(eq=False, slots=True)
class Player:
    """One of those who take turns: a session, say.

    Parameters
    ----------
    start : callable
        Called with a `Turn` when it is its turn, on the thread that asked or that ended
        another turn. It starts a job and returns True, or returns False if it has none
        any more.
    at_most : int or None
        How many turns it may have at once. None: as many as there are workers.
    """

    start: Callable[["Turn"], bool]
    at_most: int | None = None
    running: int = field(default=0, init=False)
    """How many turns it has."""
    last_turn: int = field(default=0, init=False)
    """The number of the last one, over all players."""
    seen_at: float = field(default=-math.inf, init=False)

    def __post_init__(self) -> None:
        """Refuse what could never run."""
        if self.at_most is not None and self.at_most < 1:
            raise ValueError(f"expected at least 1 slot, got {self.at_most}")

    def lacks(self, share: int) -> int:
        """Return how many turns it is short of `share`."""
        wanted = share if self.at_most is None else min(share, self.at_most)
        return max(0, wanted - self.running)


@dataclass(eq=False, slots=True)
class Turn:
    """A worker that a player has, from `start` until `Turns.done`."""

    player: Player
    is_over: bool = False
    is_written_off: bool = False


class Turns:
    """Hand out the workers of an executor, in turns. Thread-safe.

    - The next worker goes to the player, of those who have asked, whose last turn began
      the longest ago. How often one has asked does not matter.
    - Every player has the same share of the workers, at least one. It may have more
      only while enough are free for the shares of all others who were seen lately. So
      one whose jobs take long never holds the workers that the others need, unless
      there are more players than workers.

    Parameters
    ----------
    capacity : callable
        Returns how many workers there are just now.
    clock : callable, default time.monotonic
        Returns seconds.
    """

    def __init__(
        self, capacity: Callable[[], int], clock: Callable[[], float] = monotonic
    ) -> None:
        self._capacity = capacity
        self._clock = clock
        self._lock = threading.Lock()
        self._queue: dict[Player, None] = {}  # in the order in which they asked
        self._seen: dict[Player, None] = {}
        self._running = 0
        self._turns = 0

    def ask(self, player: Player) -> None:
        """Join the queue: there is something to run.

        Parameters
        ----------
        player : Player
            Its `start` may be called before this returns.
        """
        with self._lock:
            player.seen_at = self._clock()
            self._seen[player] = None
            self._queue.setdefault(player)
        self.hand_out()

    def done(self, turn: Turn) -> None:
        """Give back a worker: a job has ended. Idempotent.

        Parameters
        ----------
        turn : Turn
            What `start` was called with.
        """
        with self._lock:
            self._end(turn)
        self.hand_out()

    def _end(self, turn: Turn) -> None:
        if not turn.is_over:
            turn.is_over = True
            self._running -= 1
            if not turn.is_written_off:
                turn.player.running -= 1

    def write_off(self, turn: Turn) -> None:
        """Reckon a turn no longer as its player's, which may have another instead.

        The worker stays taken until `done` is called.

        Parameters
        ----------
        turn : Turn
            Whose job does not end.
        """
        with self._lock:
            if not turn.is_over and not turn.is_written_off:
                turn.is_written_off = True
                turn.player.running -= 1
        self.hand_out()

    def leave(self, player: Player) -> None:
        """Want no more turns; those that one has go on.

        Parameters
        ----------
        player : Player
            One who has asked, or not.
        """
        with self._lock:
            self._queue.pop(player, None)
            self._seen.pop(player, None)
        self.hand_out()

    def share(self) -> int:
        """Return how many workers each player can count on, at least 1."""
        with self._lock:
            self._forget_old()
            return max(1, self._capacity() // max(1, len(self._seen)))

    def hand_out(self) -> None:
        """Start all those whose turn it is; call it when there are more workers."""
        while (turn := self._next()) is not None:
            if not turn.player.start(turn):
                with self._lock:
                    self._end(turn)

    def _next(self) -> Turn | None:
        with self._lock:
            free = self._capacity() - self._running
            if free <= 0 or not self._queue:
                return None
            self._forget_old()
            share = max(1, self._capacity() // len(self._seen))
            able = [each for each in self._queue if self._may_start(each, share, free)]
            if not able:
                return None
            player = min(able, key=lambda each: each.last_turn)
            del self._queue[player]
            player.running += 1
            self._running += 1
            self._turns += 1
            player.last_turn = self._turns
            return Turn(player)

    def _may_start(self, player: Player, share: int, free: int) -> bool:
        if player.at_most is not None and player.running >= player.at_most:
            return False
        if player.running < share:
            return True
        others = (each.lacks(share) for each in self._seen if each is not player)
        return free > sum(others)

    def _forget_old(self) -> None:
        """Drop who has gone without a word; the lock is held."""
        if len(self._seen) > 1:
            oldest = self._clock() - LINGER
            for player in list(self._seen):
                idle = player not in self._queue and player.running == 0
                if idle and player.seen_at < oldest:
                    del self._seen[player]
