"""Why a page could not be made, on the page itself, and not in the server's log alone.

Panel and Bokeh log what a script raises, and show an empty page; what a function
raises that is served, Panel shows as it is, with the paths of the server in it. Here
the page says it in a few lines, with the user's own one, and the log has the whole.
"""

from __future__ import annotations

import inspect
import linecache
import os
import re
from contextlib import suppress
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import panel as pn

from panel_cam.controls.alerts import describe_error

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import CodeType, FrameType

    from bokeh.document import Document

P = ParamSpec("P")
T = TypeVar("T")

_OURS = f"{Path(__file__).parent}{os.sep}"
_INSTALLED = re.compile(r"[\\/](site-packages|[Ll]ib[\\/]python[\d.]+)[\\/]")
_MOST_LINES = 4
_FOLDERS = re.compile(
    r"(?<=['\"])(?:[A-Za-z]:)?[\\/][^'\"\n]*[\\/]"  # in quotes, with spaces in it
    r"|(?<![\w:/.\\])(?:[A-Za-z]:)?[\\/](?:[^\s'\"\\/]+[\\/])+"
)
_TRACEBACK = "Traceback (most recent call last)"


def _is_users(code: CodeType) -> bool:
    """Tell whether code is the user's: neither ours, nor Python's, nor installed."""
    file = code.co_filename
    return not (file.startswith((_OURS, "<")) or _INSTALLED.search(file))


def _quote(frame: FrameType, number: int, end: int) -> str:
    """Return lines of a file as one: "app.py, line 5: ..."."""
    file = frame.f_code.co_filename
    if not file.endswith(".py"):
        return Path(file).name
    numbers = range(number, min(end, number + _MOST_LINES - 1) + 1)
    text = " ".join(linecache.getline(file, each).strip() for each in numbers)
    return f"{Path(file).name}, line {number}: {text}"


def _find_lines(error: Exception) -> list[str]:
    """Return the user's line that called us, and the one where it went wrong."""
    found = []
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    # Of our own page, it is Panel that called.
    if frame is not None and _is_users(frame.f_code):
        places = inspect.getframeinfo(frame).positions
        end = frame.f_lineno if places is None else places.end_lineno
        found.append(_quote(frame, frame.f_lineno, end or frame.f_lineno))
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is not None and _is_users(trace.tb_frame.f_code):
        found.append(_quote(trace.tb_frame, trace.tb_lineno, trace.tb_lineno))
    return found


def describe_failure(error: Exception, lines: Sequence[str] = ()) -> str:
    """Say what went wrong, for a page.

    Parameters
    ----------
    error : Exception
        What was raised.
    lines : sequence of str
        The user's, that were at work.

    Returns
    -------
    text : str
        A few lines, not HTML. Of a path, only the file's name is left.

    Examples
    --------
    >>> error = OSError("there is no file '/home/me/x.npy'")
    >>> print(describe_failure(error, ["app.py, line 3: pc.Live(f)"]))
    OSError: there is no file 'x.npy'
    app.py, line 3: pc.Live(f)
    """
    message = _FOLDERS.sub("", str(error)).strip()
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return "\n".join([text, *lines])


def _is_being_made(doc: Document | None) -> bool:
    """Tell whether a session of a server is making its page just now."""
    if doc is None or doc.session_context is None or pn.state.loaded:
        return False
    return not pn.config.autoreload  # then Panel shows whatever a script raises


def _settle(doc: Document, pane: pn.pane.HTML) -> None:
    """Hide what was shown if somebody has caught it; once the page is made.

    This is before the browser asks for what is on the page.
    """
    of_panel = [
        root for root in doc.roots if _TRACEBACK in str(getattr(root, "text", ""))
    ]
    for root in of_panel:  # of a function that is served; the log has it
        root.update(text="", visible=False)
    context: Any = doc.session_context
    handlers: Any = None
    with suppress(AttributeError):
        handlers = context.server_context.application_context.application.handlers
    if handlers is not None and not of_panel:
        if not any(each.failed for each in handlers):
            pane.param.update(object="", visible=False)


def shown_on_page(function: Callable[P, T]) -> Callable[P, T]:
    """Let what a function raises stand on the page that is being made, too.

    In a script, in a notebook, and on a page that is there already, it is raised and
    nothing else.

    Parameters
    ----------
    function : callable
        That users call.

    Returns
    -------
    function : callable
        Raises what it raises.
    """

    @wraps(function)
    def shown(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            doc = pn.state.curdoc
            if doc is not None and _is_being_made(doc):
                text = describe_failure(error, _find_lines(error))
                pane = pn.pane.HTML(
                    describe_error(text), margin=16, sizing_mode="stretch_width"
                )
                pane.servable()
                doc.add_next_tick_callback(partial(_settle, doc, pane))
            raise

    return shown
