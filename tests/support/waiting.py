"""Wait for what will happen, no longer than it takes."""

import time
from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")

INTERVAL = 0.03


class Page(Protocol):
    """Of any engine; Playwright's is one."""

    def wait_for_timeout(self, timeout: float, /) -> None:
        """Let the page go on for so many ms."""


def wait_until(
    condition: Callable[[], T], timeout: float = 10.0, page: Page | None = None
) -> T:
    """Call `condition` until it returns something true, and return that.

    Parameters
    ----------
    condition : callable
        Called again and again. May assert instead of returning something: an
        AssertionError, as much as a false value, means "not yet", and returning
        None means "yes" as assertions have it.
    timeout : float
        Seconds; 10 by default. A loaded machine is slow: be generous.
    page : Page, optional
        The wait runs Playwright's loop, without which no event of any page arrives.
        Needed whenever a page is part of what has to happen.

    Raises
    ------
    AssertionError
        If it does not come true in time; from the condition's own last assertion.
    """
    end = time.monotonic() + timeout
    while True:
        failure = None
        try:
            value = condition()
        except AssertionError as error:
            failure = error
        else:
            if value is None or value:
                return value
        if time.monotonic() > end:
            name = getattr(condition, "__name__", repr(condition))
            raise AssertionError(
                f"{name} did not come true within {timeout} s"
            ) from failure
        if page is None:
            time.sleep(INTERVAL)
        else:
            page.wait_for_timeout(INTERVAL * 1000)
