"""The newest of named numbers, over time, and what of them a page lacks."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping
from itertools import islice

import numpy as np

MOST_POINTS = 600
MOST_NAMES = 12


class SeriesWindow:
    """Numbers over time, as many as fit; the oldest go first.

    A page keeps a window of its own, and `news` is what it appends: each number is sent
    once. For that, moments have numbers, which count up from 0 in each run; another run
    begins with each `clear`. Any thread may call anything: in a notebook, numbers come
    on one, while a cell that shows them runs on another.

    Parameters
    ----------
    most : int, default 600
        How many moments are kept.
    """

    def __init__(self, most: int = MOST_POINTS) -> None:
        self._most = most
        self._lock = threading.RLock()
        self._rows: deque[tuple[float, dict[str, float]]] = deque()
        self._counts: dict[str, int] = {}  # of the rows that have a name
        self._start = 0.0
        self._run = 0
        self._first = 0  # the number of the oldest row
        self._messages = 0
        self._sent = 0  # all rows before this number
        self._sent_of: dict[str, int] = {}  # and all values of a name before this one

    def __len__(self) -> int:
        """Return how many moments are kept."""
        return len(self._rows)

    @property
    def names(self) -> list[str]:
        """The names that any kept moment has, in the order in which they came."""
        return list(self._counts)

    def add(self, at: float, values: Mapping[str, float]) -> None:
        """Add the numbers of one moment.

        Parameters
        ----------
        at : float
            Seconds, by any clock. Where time goes back, another stream has begun: the
            window begins anew.
        values : mapping of str to float
            Those that are missing are a gap in the line.
        """
        with self._lock:
            if self._rows and at < self._rows[-1][0]:
                self.clear()
            if not self._rows:
                self._start = at
            self._rows.append((at, dict(values)))
            for name in values:
                self._counts[name] = self._counts.get(name, 0) + 1
            if len(self._rows) > self._most:
                self._forget_oldest()

    def _forget_oldest(self) -> None:
        self._first += 1
        _, values = self._rows.popleft()
        for name in values:
            self._counts[name] -= 1
            if not self._counts[name]:
                del self._counts[name]
                self._sent_of.pop(name, None)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._rows.clear()
            self._counts.clear()
            self._run += 1
            self._first = self._sent = 0
            self._sent_of.clear()

    def _since(self, number: int) -> list[tuple[float, dict[str, float]]]:
        return list(islice(self._rows, max(0, number - self._first), None))

    def _seconds(self, since: int = 0) -> np.ndarray:
        return np.array([at for at, _ in self._since(since)]) - self._start

    def _numbers(self, name: str, since: int = 0) -> np.ndarray:
        missing = float("nan")
        rows = self._since(since)
        return np.array([values.get(name, missing) for _, values in rows])

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the numbers as arrays.

        Returns
        -------
        arrays : dict of str to ndarray of shape (N,) and dtype float64
            Under "seconds" the time since the beginning, then one for each name; NaN
            where there was no such number.
        """
        with self._lock:
            numbers = {name: self._numbers(name) for name in self._counts}
            return {"seconds": self._seconds()} | numbers

    # ---- what a page lacks

    def _newest_names(self) -> list[str]:
        """Return those that the newest moments have, in the order of `names`.

        Names may come and go, as those of things that are tracked; each comes with a
        line of its own, and what is there now is what one wants to see.
        """
        newest: dict[str, None] = {}
        for _, values in reversed(self._rows):
            newest.update(dict.fromkeys(values))
            if len(newest) >= min(MOST_NAMES, len(self._counts)):
                break
        chosen = set(list(newest)[:MOST_NAMES])
        # In another order, lines would change their colours with each name that comes.
        return [name for name in self._counts if name in chosen]

    def _first_unsent(self, name: str) -> int:
        """Return the number of the first row that has a value which was not sent."""
        known = max(self._first, self._sent_of.get(name, 0))
        rows = enumerate(self._since(known), known)
        end = self._first + len(self._rows)
        return next((number for number, (_, values) in rows if name in values), end)

    def news(self) -> dict[str, object]:
        """Return what was not sent yet; from now on, it was.

        Returns
        -------
        news : dict
            run; first and end, the numbers of the oldest row that is kept and of the
            row after the newest; names, of the lines to draw; left_off, how many there
            are beside these; starts, for the time and then for each name the number of
            the row from which on the numbers are in data: float64, one part after the
            other. A row before that has what was sent, or nothing. seq tells one
            message from another that says the same.
        """
        with self._lock:
            return self._news()

    def everything(self) -> dict[str, object]:
        """Return news that need nothing before them: for a page that has nothing."""
        with self._lock:
            self._sent = 0
            self._sent_of.clear()
            return self._news()

    def _news(self) -> dict[str, object]:
        names = self._newest_names()
        starts = [max(self._first, self._sent), *map(self._first_unsent, names)]
        parts = [
            self._seconds(starts[0]),
            *map(self._numbers, names, starts[1:]),
        ]
        self._messages += 1
        self._sent = end = self._first + len(self._rows)
        self._sent_of.update(dict.fromkeys(names, end))
        return {
            "seq": self._messages,
            "run": self._run,
            "first": self._first,
            "end": end,
            "names": names,
            "left_off": len(self._counts) - len(names),
            "starts": starts,
            # In float32, 123456789 would be 123456792 beside its line.
            "data": np.concatenate(parts).astype("<f8").tobytes(),
        }
