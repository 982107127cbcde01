"""Who may use the workers of one executor next: round robin over its members.

Nothing here runs or waits. An executor is handed no more jobs than it has workers, so
that none queues in there, where it would grow old.
"""

import threading
from collections.abc import Callable
from time import monotonic
from typing import Protocol
from weakref import WeakKeyDictionary

LINGER = 2.0
"""Seconds for which a member that asked for a worker is still reckoned with."""


class Member(Protocol):
    """One of those who share the executor: the `Worker` of a stream."""

    @property
    def at_most(self) -> int | None:
        """How many workers it may use at once; None: as many as there are."""

    def start(self, fair_share: "FairShare", lease: int) -> bool:
        """Start a job now; return False if there is none any more.

        Called on the thread that asked for a worker, or that gave one back. When the
        job has ended, the number of the lease goes to `fair_share.release`.
        """


class FairShare:
    """Lend the workers of an executor to its members. Thread-safe.

    - The next worker goes to the member, of those who have asked, whose last lease
      began the longest ago. How often one has asked does not matter.
    - Every member has the same share of the workers, at least one. It may have more
      only while enough are free for the shares of all others that were seen lately. So
      one whose jobs take long never holds the workers that the others need, unless
      there are more members than workers.

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
        self._waiting: dict[Member, None] = {}  # in the order in which they asked
        self._leases: dict[int, Member | None] = {}
        """Who uses the workers that are not free; None: written off."""
        self._count = 0
        # Weak, for a member may go without a word.
        self._last_lease: WeakKeyDictionary[Member, int] = WeakKeyDictionary()
        self._seen_at: WeakKeyDictionary[Member, float] = WeakKeyDictionary()

    def request(self, member: Member) -> None:
        """Ask for a worker: there is something to run.

        Parameters
        ----------
        member : Member
            Its `start` may be called before this returns.
        """
        with self._lock:
            self._seen_at[member] = self._clock()
            self._waiting.setdefault(member)
        self.distribute()

    def release(self, lease: int) -> None:
        """Give a worker back: its job has ended. Idempotent.

        Parameters
        ----------
        lease : int
            What `start` was called with.
        """
        with self._lock:
            self._leases.pop(lease, None)
        self.distribute()

    def write_off(self, lease: int) -> None:
        """Let a member have another worker beside one whose job does not end.

        That one stays taken until it is released.

        Parameters
        ----------
        lease : int
            What `start` was called with.
        """
        with self._lock:
            if lease in self._leases:
                self._leases[lease] = None
        self.distribute()

    def leave(self, member: Member) -> None:
        """Ask for nothing any more; jobs that run go on.

        Parameters
        ----------
        member : Member
            One that has asked, or not.
        """
        with self._lock:
            self._waiting.pop(member, None)
            self._seen_at.pop(member, None)
        self.distribute()

    def share(self) -> int:
        """Return how many workers each member can count on, at least 1."""
        with self._lock:
            return self._share()

    def distribute(self) -> None:
        """Lend the workers that are free; call it when there are more of them."""
        while (chosen := self._choose()) is not None:
            member, lease = chosen
            if not member.start(self, lease):
                with self._lock:
                    del self._leases[lease]

    def _choose(self) -> tuple[Member, int] | None:
        """Lend a worker to the member that it is due to; None if there is none."""
        with self._lock:
            free = self._capacity() - len(self._leases)
            if free <= 0 or not self._waiting:
                return None
            share = self._share()
            able = [
                each for each in self._waiting if self._may_start(each, share, free)
            ]
            if not able:
                return None
            member = min(able, key=lambda each: self._last_lease.get(each, 0))
            del self._waiting[member]
            self._count += 1
            self._leases[self._count] = member
            self._last_lease[member] = self._count
            return member, self._count

    # ---- reckoning; the lock is held

    def _used_by(self, member: Member) -> int:
        return sum(each is member for each in self._leases.values())

    def _lacks(self, member: Member, share: int) -> int:
        wanted = share if member.at_most is None else min(share, member.at_most)
        return max(0, wanted - self._used_by(member))

    def _may_start(self, member: Member, share: int, free: int) -> bool:
        used = self._used_by(member)
        if member.at_most is not None and used >= member.at_most:
            return False
        if used < share:
            return True
        others = (
            self._lacks(each, share) for each in self._seen_at if each is not member
        )
        return free > sum(others)

    def _share(self) -> int:
        self._forget_old()
        return max(1, self._capacity() // max(1, len(self._seen_at)))

    def _forget_old(self) -> None:
        """Reckon no longer with those who were not seen for a while."""
        oldest = self._clock() - LINGER
        for member, seen_at in list(self._seen_at.items()):
            is_idle = member not in self._waiting and self._used_by(member) == 0
            if is_idle and seen_at < oldest:
                del self._seen_at[member]
