"""The log of a stream, in which each kind of error stands once."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from panel_cam.errors import FilterError, FrameError, PanelCamError

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger("panel_cam")

# A filter may fail in a new way thirty times a second; a log must not grow with it.
MOST = 100


def _call(function: Callable[..., Any], *args: Any) -> Any:
    return function(*args)


class ErrorLog:
    """Write an error to the log unless it is there already, whatever its numbers.

    Attributes
    ----------
    run : callable
        Calls ``logger.error`` for us, as ``run(function, *args)``: a notebook does that
        as if a certain cell did.
    """

    def __init__(self) -> None:
        self.run: Callable[..., Any] = _call
        self._kinds: set[str] = set()

    def log(self, error: PanelCamError) -> None:
        """Log an error, once for each kind.

        Parameters
        ----------
        error : PanelCamError
            Why a frame has no picture; its text holds no pixels.
        """
        what, details = "The executor failed", str(error)
        if isinstance(error, FrameError):
            what = "A frame could not be used"
        elif isinstance(error, FilterError):
            what, details = "The filter failed", error.details
        kind = re.sub(r"\d+", "0", details)
        if kind in self._kinds or len(self._kinds) >= MOST:
            return
        self._kinds.add(kind)
        self.run(logger.error, "%s.\n%s", what, details)
        if len(self._kinds) == MOST:
            logger.error("Further errors of this stream are not logged.")
