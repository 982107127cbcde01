"""`Source` and `Subscription`: the seam between frames and those who receive them.

Several receivers may hold on to one source. Each of them is given every frame, and
answers it when it is done with it, or has dropped it for a newer one. A frame is done
with when the last of them has answered; the source is told of that, and of the frames
that only the slower ones still hold, which are not to hold up the others.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

import param

from panel_cam.imaging.codec import MAX_PIXELS

if TYPE_CHECKING:
    from panel.viewable import Viewable

    from panel_cam.imaging.frame import Frame

logger = logging.getLogger(__name__)

Receiver: TypeAlias = "Callable[[Frame], None]"
"""Takes a frame, hands it over and returns. It never raises."""

MOST_HELD = 64
"""Frames that one receiver may hold; who answers none of so many is given no more."""


@dataclass(slots=True)
class _Held:
    """A frame, and who has not answered it yet."""

    frame: Frame
    by: set[Subscription]
    is_timed: bool = field(default=False, init=False)
    """Whether a receiver has told how well it was timed: the quickest one's word."""


class Subscription:
    """One receiver's hold on a source, from `Source.subscribe`. Thread-safe.

    It may be used as a context manager, which closes it.
    """

    def __init__(self, source: Source, receiver: Receiver) -> None:
        self._source = source
        self._receiver = receiver
        self._capacity = 2
        self._preparing = ""

    @property
    def capacity(self) -> int:
        """How many frames it can use at once: those at work, and one that waits.

        At least 1, by default 2. A source need not send more than the largest of its
        subscriptions' capacities.
        """
        return self._capacity

    @capacity.setter
    def capacity(self, value: int) -> None:
        if value < 1:
            raise ValueError(f"expected a capacity of at least 1, got {value}")
        if value != self._capacity:
            self._capacity = value
            self._source.on_capacity()

    @property
    def preparing(self) -> str:
        """What it has to do before it can answer its first frame; "" for nothing.

        The first such text of a source's subscriptions is the source's `preparing`.
        """
        return self._preparing

    @preparing.setter
    def preparing(self, value: str) -> None:
        if value != self._preparing:
            self._preparing = value
            self._source._prepare()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self not in self._source._subscriptions

    def answer(self, frame: Frame, timing: float | None = None) -> None:
        """Let go of a frame: its result is there, or it was dropped.

        Parameters
        ----------
        frame : Frame
            One that the receiver was given; to answer it twice does no harm.
        timing : float, optional
            How long it waited for its turn, in seconds, or, below 0, how long it was
            waited for: see `panel_cam.processing.frame_timing`. The source times its
            next frames by it.
        """
        self._source._let_go(self, frame, timing)

    def close(self) -> None:
        """Receive nothing more, and let go of all frames. Idempotent."""
        self._source._unsubscribe(self)

    def _receive(self, frame: Frame) -> None:
        try:
            self._receiver(frame)
        except Exception as error:  # its traceback might show the picture
            logger.error("A receiver of frames raised %s", type(error).__name__)
            self.answer(frame)

    def __enter__(self) -> Subscription:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


class Source(param.Parameterized):
    """Where frames come from: the base of every source.

    A source of your own calls `publish` with each `Frame`, on any thread, and overrides
    `start` and `stop`. What it needs to know of its receivers it learns from
    `on_answered`, and from `capacity`.
    """

    status: param.Parameter[str] = param.String(
        default="idle",
        doc="""
        What the source does, "streaming" say, or the name of what it failed at.""",
    )
    error = param.String(
        default="",
        doc="""
        For a failure, one sentence that says what to do; else empty.""",
    )
    preparing = param.String(
        default="",
        doc="""
        What receivers are at before the first frame can be answered: the start of
        worker processes, say; else empty.""",
    )
    key = param.String(
        default="",
        constant=True,
        doc="""
        By what a page finds the original of a frame that was captured in it; empty for
        a source that is elsewhere.""",
    )
    mirror = param.Boolean(
        default=False,
        doc="""
        Show pictures as in a mirror. The frames themselves are never mirrored.""",
    )
    max_pixels = param.Integer(
        default=MAX_PIXELS,
        bounds=(1, None),
        precedence=-1,
        doc="""
        Frames of more pixels than this are refused, before they are decoded.""",
    )

    def __init__(self, **params: Any) -> None:
        self._held_lock = threading.Lock()
        self._subscriptions: list[Subscription] = []
        self._held: dict[tuple[int, int], _Held] = {}
        self._counts = {"published": 0, "answered": 0}
        super().__init__(**params)  # type: ignore[no-untyped-call]

    # ---- for who wants frames

    def subscribe(self, receiver: Receiver) -> Subscription:
        """Hand every frame to a receiver, from the next one on.

        Parameters
        ----------
        receiver : callable
            Called as ``receiver(frame)`` on the thread that the source publishes on
            (for a `Camera`, the event loop). It hands over and returns.

        Returns
        -------
        subscription : Subscription
            Every frame has to be answered there.
        """
        subscription = Subscription(self, receiver)
        with self._held_lock:
            self._subscriptions = [*self._subscriptions, subscription]
        self.on_capacity()
        return subscription

    @property
    def capacity(self) -> int:
        """How many frames may be of use at once: the most that a receiver can use."""
        return max((each.capacity for each in self._subscriptions), default=1)

    @property
    def stats(self) -> dict[str, int]:
        """How many frames were `published` and `answered`, and how many are `held`."""
        with self._held_lock:
            return {**self._counts, "held": len(self._held)}

    @property
    def view(self) -> Viewable | None:
        """What a page shows of the source itself: a preview, its controls; or None."""
        return None

    def start(self) -> None:
        """Begin to publish frames."""
        raise NotImplementedError

    def stop(self) -> None:
        """Publish no more, and free what the source holds: turn a camera off."""
        raise NotImplementedError

    # ---- for sources

    def publish(self, frame: Frame) -> None:
        """Give a frame to all receivers; on any thread. Never raises.

        Parameters
        ----------
        frame : Frame
            With a `seq` above the last one's, or of another stream.
        """
        with self._held_lock:
            self._counts["published"] += 1
            held_by = self._count_held()
            takers = [
                each for each in self._subscriptions if held_by.get(each, 0) < MOST_HELD
            ]
            if takers:
                self._held[frame.stream, frame.seq] = _Held(frame, set(takers))
            else:
                self._counts["answered"] += 1
        if not takers:
            self.on_answered(frame, None)
        for each in takers:
            each._receive(frame)

    def on_answered(self, frame: Frame, timing: float | None) -> None:
        """Hear that a frame is done with; on whatever thread answered it last.

        Parameters
        ----------
        frame : Frame
            One that was published.
        timing : float, optional
            See `Subscription.answer`.
        """

    def on_lagging(self, frame: Frame, timing: float | None) -> None:
        """Hear that only slower receivers still hold a frame: see `lagging`.

        Parameters
        ----------
        frame : Frame
            One that was published.
        timing : float, optional
            See `Subscription.answer`.
        """

    def on_capacity(self) -> None:
        """Hear that `capacity` may have changed."""

    @property
    def lagging(self) -> list[Frame]:
        """The frames that the quickest receiver has let go of, and others have not.

        They are not to keep the next frame from being sent.
        """
        with self._held_lock:
            if len(self._subscriptions) < 2:
                return []
            held_by = self._count_held()
            quickest = min(self._subscriptions, key=lambda each: held_by.get(each, 0))
            return [
                each.frame for each in self._held.values() if quickest not in each.by
            ]

    # ---- what subscriptions ask for

    def _count_held(self) -> dict[Subscription, int]:
        """Return how many frames each holds, those that hold none left out."""
        counts: dict[Subscription, int] = {}
        for held in self._held.values():
            for each in held.by:
                counts[each] = counts.get(each, 0) + 1
        return counts

    def _prepare(self) -> None:
        texts = [each.preparing for each in self._subscriptions]
        self.preparing = next(filter(None, texts), "")

    def _let_go(
        self, subscription: Subscription, frame: Frame, timing: float | None
    ) -> None:
        with self._held_lock:
            held = self._held.get((frame.stream, frame.seq))
            if held is None or subscription not in held.by:
                return
            held.by.remove(subscription)
            if held.is_timed:
                timing = None
            held.is_timed = held.is_timed or timing is not None
            is_done = not held.by
            if is_done:
                del self._held[frame.stream, frame.seq]
                self._counts["answered"] += 1
        if is_done:
            self.on_answered(held.frame, timing)
        else:
            self.on_lagging(held.frame, timing)

    def _unsubscribe(self, subscription: Subscription) -> None:
        with self._held_lock:
            others = [each for each in self._subscriptions if each is not subscription]
            if len(others) == len(self._subscriptions):
                return
            self._subscriptions = others
            frames = [
                each.frame for each in self._held.values() if subscription in each.by
            ]
        for frame in frames:
            self._let_go(subscription, frame, None)
        self.on_capacity()
        self._prepare()
