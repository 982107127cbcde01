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
        self._rows: deque[tuple[float, dict[str, float]]] = deque(maxlen=most)
        self._names: dict[str, None] = {}
        self._start = 0.0

    def __len__(self) -> int:
        """Return how many moments are kept."""
        return len(self._rows)

    @property
    def names(self) -> list[str]:
        """All names there have been, in the order in which they came."""
        return list(self._names)

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
        self._names.update(dict.fromkeys(values))

    def clear(self) -> None:
        """Forget all."""
        self._rows.clear()
        self._names.clear()

    def arrays(self) -> dict[str, np.ndarray]:
        """Return the numbers as arrays.

        Returns
        -------
        arrays : dict of str to ndarray of shape (N,) and dtype float64
            Under "seconds" the time since the beginning, then one for each name; NaN
            where there was no such number.
        """
        missing = float("nan")
        arrays = {
            name: np.array([values.get(name, missing) for _, values in self._rows])
            for name in self._names
        }
        return {
            "seconds": np.array([at for at, _ in self._rows]) - self._start
        } | arrays

    def to_wire(self) -> dict[str, object]:
        """Return what `js/series.js` draws.

        Returns
        -------
        points : dict
            names, count, left_off (how many names are not in there), and data: float32,
            the seconds first, then one row for each name.
        """
        names = self.names[:MOST_NAMES]
        arrays = self.arrays()
        rows = [arrays["seconds"], *(arrays[name] for name in names)]
        with np.errstate(over="ignore"):
            data = np.concatenate(rows).astype("<f4").tobytes()
        return {
            "names": names,
            "count": len(self),
            "left_off": len(self._names) - len(names),
            "data": data,
        }
