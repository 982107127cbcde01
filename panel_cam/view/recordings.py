"""All the files that one stream is written into, and what is wrong with any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import param

from panel_cam.view.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from panel_cam.imaging.frame import Frame


class Recordings(param.Parameterized):
    """The recorders of one session: none, one, or several at once.

    Each writes on a thread of its own, and each may fail by itself; a page has one
    place for what is wrong, and is changed on the event loop only. So here is one text
    for all of them. A recorder that was stopped concerns nobody any more once it has
    written all of its rows; while it has not, its error stays.

    Parameters
    ----------
    call : callable
        Called as ``call(callback)``, it calls back on the event loop with the session's
        document locked.
    """

    error = param.String(
        default="",
        doc="""
        Why rows cannot be written just now, or could not when their recorder was
        stopped; empty when all is well.""",
    )

    def __init__(self, call: Callable[[Callable[[], None]], None]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._call = call
        self._recorders: list[Recorder] = []

    def start(self, path: str | Path) -> Recorder:
        """Begin another file; see `Live.record_results`."""
        recorder = Recorder(path, on_error=lambda _: self._call(self._tell))
        concern = [each for each in self._recorders if not each.stopped or each.waiting]
        self._recorders = [*concern, recorder]
        self._call(self._tell)
        return recorder

    def add(self, frame: Frame, values: Mapping[str, float]) -> None:
        """Give a frame's numbers to all recorders; waits for none of them."""
        for recorder in self._recorders:
            recorder.add(frame.seq, frame.captured_at, values)

    def close(self) -> None:
        """Stop all; what they still hold is written on their own threads."""
        for recorder in self._recorders:
            recorder.stop(wait=False)

    def _tell(self) -> None:
        errors = [each.error for each in self._recorders if each.error]
        self.error = "\n".join(errors)
