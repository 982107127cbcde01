"""The family of errors: one base, and one class for each place a frame can fail.

Their texts end up on pages and in logs: they are short, and none of ours holds pixels.
"""

import traceback
from pathlib import Path
from types import TracebackType
from typing import Self

# What stands between the code that runs a frame and a user's function.
_WRAPPERS = frozenset(
    f"panel_cam.{name}"
    for name in (
        "filters.pipelines",
        "functions.bgr",
        "functions.instances",
        "functions.parameterized",
        "functions.stateful",
    )
)

# What checks a result, at the end of a traceback: the line to correct calls it.
_CHECKS = frozenset(
    str(Path(__file__).with_name("imaging") / f"{name}.py")
    for name in (
        "label_colours",
        "result",
        "shape_checks",
        "shapes",
        "table_checks",
    )
)
_GENERATED = "<string>"  # the `__init__` of a dataclass

SUMMARY_LINES = 5
SUMMARY_CHARACTERS = 600
DETAILS_CHARACTERS = 20_000


def _shorten(text: str, limit: int) -> str:
    """Make a text fit for a page: the ends tell the most, so the middle goes."""
    # JSON, which brings it to the page, carries no lone surrogates.
    text = text.encode("utf-8", "replace").decode()
    if len(text) <= limit:
        return text
    half = (limit - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"


def _only_passes(trace: TracebackType) -> bool:
    return trace.tb_frame.f_globals.get("__name__") in _WRAPPERS


def _without_checks(stack: traceback.StackSummary) -> traceback.StackSummary:
    if not stack or stack[-1].filename not in _CHECKS:
        return stack
    end = len(stack)
    while end and stack[end - 1].filename in {*_CHECKS, _GENERATED}:
        end -= 1
    return traceback.StackSummary.from_list(stack[:end])


class PanelCamError(Exception):
    """Base class of every error that panel_cam raises on purpose."""


class FrameError(PanelCamError):
    """What came from outside is not a usable frame."""


class ImageError(PanelCamError):
    """An object is not an image that can be shown or encoded."""


class ExecutorError(PanelCamError):
    """The place where the filter should run cannot be used, or has failed."""


class FilterError(PanelCamError):
    """The user's function raised, or returned something that is no image.

    It holds text only, so that it passes between processes and keeps no image alive.

    Parameters
    ----------
    summary : str
        What to show on the page: the message, or the last lines of the traceback.
    details : str, default ""
        What to log: the whole traceback. Empty means there is no more than `summary`.
    """

    def __init__(self, summary: str, details: str = "") -> None:
        self.summary = _shorten(summary, SUMMARY_CHARACTERS)
        self.details = _shorten(details or summary, DETAILS_CHARACTERS)
        # The arguments are what pickle hands to a new instance in another process.
        super().__init__(self.summary, self.details)

    def __str__(self) -> str:
        """Return the summary."""
        return self.summary

    @classmethod
    def from_exception(cls, error: BaseException) -> Self:
        """Describe an exception that the user's function raised.

        Parameters
        ----------
        error : BaseException
            The exception, caught in the frame that called the function.

        Returns
        -------
        filter_error : FilterError
            Its texts begin in the user's function: the frame that caught the exception
            is left out, and those of ours that only pass the image on. Where a check of
            ours refused a `Result`, they end in the user's function, too.
        """
        trace = error.__traceback__
        if trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        while trace is not None and trace.tb_next is not None and _only_passes(trace):
            trace = trace.tb_next
        described = traceback.TracebackException(
            type(error), error, trace, compact=True
        )
        described.stack = _without_checks(described.stack)
        lines = "".join(described.format())
        last = lines.rstrip().splitlines()[-SUMMARY_LINES:]
        return cls("\n".join(last), lines)
