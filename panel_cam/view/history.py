"""The newest of named numbers, over time, for a plot."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

import numpy as np

MOST_POINTS = 600
MOST_NAMES = 12


class History:
    """Numbers over time, as many as fit; the oldest go first.

    Parameters
    ----------
    most : int, default 600
        How many moments are kept.
    """

    def __init__(self, most: int = MOST_POINTS) -> None:
        self._most = most
        self._rows: deque[tuple[float, dict[str, float]]] = deque()
        self._counts: dict[str, int] = {}  # of the rows that have a name
        self._start = 0.0

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
            history begins anew.
        values : mapping of str to float
            Those that are missing are a gap in the line.
        """
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
        _, values = self._rows.popleft()
        for name in values:
            self._counts[name] -= 1
            if not self._counts[name]:
                del self._counts[name]

    def clear(self) -> None:
        """Forget all."""
        self._rows.clear()
        self._counts.clear()

    def _seconds(self) -> np.ndarray:
        return np.array([at for at, _ in self._rows]) - self._start

    def _numbers(self, name: str) -> np.ndarray:
        missing = float("nan")
        return np.array([values.get(name, missing) for _, values in self._rows])

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the numbers as arrays.

        Returns
        -------
        arrays : dict of str to ndarray of shape (N,) and dtype float64
            Under "seconds" the time since the beginning, then one for each name; NaN
            where there was no such number.
        """
        numbers = {name: self._numbers(name) for name in self._counts}
        return {"seconds": self._seconds()} | numbers

    def _newest_names(self) -> list[str]:
        """Return those that the newest moments have, in the order of `names`.

        Names may come and go, as those of things that are tracked; each comes with a
        line of its own, and what is there now is what one wants to see.
        """
        newest: dict[str, None] = {}
        for _, values in reversed(self._rows):
            newest.update(dict.fromkeys(values))
            if len(newest) >= MOST_NAMES:
                break
        chosen = set(list(newest)[:MOST_NAMES])
        # In another order, lines would change their colours with each name that comes.
        return [name for name in self._counts if name in chosen]

    def to_wire(self) -> dict[str, object]:
        """Return what `series.js` draws.

        Returns
        -------
        points : dict
            names, count, left_off (how many names are not in there), and data: float64,
            the seconds first, then one row for each name.
        """
        names = self._newest_names()
        rows = [self._seconds(), *map(self._numbers, names)]
        # In float32, 123456789 would be 123456792 beside its line.
        data = np.concatenate(rows).astype("<f8").tobytes()
        return {
            "names": names,
            "count": len(self),
            "left_off": len(self._counts) - len(names),
            "data": data,
        }
