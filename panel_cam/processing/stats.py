"""Counts and sums of every stage of a stream, and the figures made of them."""

import math
import threading
from collections import deque
from collections.abc import Callable, Mapping
from time import perf_counter

from panel_cam.processing.run_filter import Processed

FPS_WINDOW = 2.0  # seconds: long enough to be steady, short enough to follow
SNAPSHOT_EVERY = 1.0  # seconds


class Stats:
    """Sums and counts of one stream. Thread-safe.

    Two clocks are in play. `clock` tells when pictures were shown, for `fps` and
    `seconds`; the stages' durations come measured by `time.perf_counter` wherever they
    ran. Ages are measured in the browser, by its clock alone, and only passed through.

    Parameters
    ----------
    clock : callable, default time.perf_counter
        Returns seconds, never going backwards.
    """

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Start again from nothing."""
        with self._lock:
            self._started = self._clock()
            self._received = self._shown = self._dropped = self._failed = 0
            self._bytes_in = self._bytes_out = 0
            self._decode_s = self._filter_s = self._encode_s = 0.0
            self._shown_at: deque[float] = deque()
            self._failed_at = -math.inf
            self._age: dict[str, float] = {}
            self._taken_at = -math.inf

    def add_received(self, size: int) -> None:
        """Count a frame that came in.

        Parameters
        ----------
        size : int
            Its bytes.
        """
        with self._lock:
            self._received += 1
            self._bytes_in += size

    def add_shown(self, processed: Processed) -> None:
        """Count a picture that went out, and what it took.

        Parameters
        ----------
        processed : Processed
            The picture.
        """
        with self._lock:
            self._shown += 1
            self._bytes_out += len(processed.data)
            self._decode_s += processed.decode_s
            self._filter_s += processed.filter_s
            self._encode_s += processed.encode_s
            self._shown_at.append(self._clock())
            self._forget_old()

    def add_dropped(self) -> None:
        """Count a frame that a newer one replaced."""
        with self._lock:
            self._dropped += 1

    def add_failed(self) -> None:
        """Count a frame that ended in an error."""
        with self._lock:
            self._failed += 1
            self._failed_at = self._clock()

    def set_age(self, age: object) -> None:
        """Take the ages that the browser measured.

        Parameters
        ----------
        age : object
            Expected to be a mapping with `count`, and `p50` and `p95` in milliseconds,
            all finite and not negative. Anything else is ignored, as from outside.
        """
        if not isinstance(age, Mapping):
            return
        figures = {}
        for name in ("count", "p50", "p95"):
            value = age.get(name)
            if not isinstance(value, int | float) or isinstance(value, bool):
                return
            if not 0 <= value < math.inf:
                return
            figures[name] = value
        with self._lock:
            self._age = figures

    def _forget_old(self) -> None:
        oldest = self._clock() - FPS_WINDOW
        while self._shown_at and self._shown_at[0] < oldest:
            self._shown_at.popleft()

    def _fps(self) -> float:
        self._forget_old()
        if len(self._shown_at) < 2:
            return 0.0
        seconds = self._shown_at[-1] - self._shown_at[0]
        return (len(self._shown_at) - 1) / seconds if seconds > 0 else 0.0

    def _is_failing(self) -> bool:
        self._forget_old()
        return not self._shown_at and self._clock() - self._failed_at <= FPS_WINDOW

    @property
    def is_due(self) -> bool:
        """Whether it is time for another `snapshot`, about once a second."""
        return self._clock() - self._taken_at >= SNAPSHOT_EVERY

    def snapshot(self) -> dict[str, float]:
        """Return the figures as they are now.

        Returns
        -------
        figures : dict of str to number
            - seconds: since the start or the last `reset`
            - fps: pictures shown per second, over the last two seconds
            - failing: 1 if every picture of these two seconds failed, else 0
            - received, shown, dropped, failed: frames
            - bytes_in, bytes_out: sums over frames received and pictures shown
            - decode_ms, filter_ms, encode_ms: means over the pictures shown
            - age_count, age_p50_ms, age_p95_ms: from the browser

            All plain numbers; 0 for what has not been measured.
        """
        with self._lock:
            self._taken_at = self._clock()
            shown = max(1, self._shown)
            return {
                "seconds": self._clock() - self._started,
                "fps": self._fps(),
                "failing": int(self._is_failing()),
                "received": self._received,
                "shown": self._shown,
                "dropped": self._dropped,
                "failed": self._failed,
                "bytes_in": self._bytes_in,
                "bytes_out": self._bytes_out,
                "decode_ms": self._decode_s / shown * 1000,
                "filter_ms": self._filter_s / shown * 1000,
                "encode_ms": self._encode_s / shown * 1000,
                "age_count": self._age.get("count", 0),
                "age_p50_ms": self._age.get("p50", 0.0),
                "age_p95_ms": self._age.get("p95", 0.0),
            }
