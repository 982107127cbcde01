"""The same tests in each engine: its browser, and pages of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.conftest import ENGINES, left_out
from tests.support.engines.firefox import Firefox
from tests.support.engines.page import DrivenPage
from tests.support.engines.programs import NoEngineError
from tests.support.engines.webkit import WebKit
from tests.support.pages import Console, watch_pictures


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test in each engine, or in those that its marker names."""
    if "engine" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("engines")
        names = marker.args if marker else ENGINES
        metafunc.parametrize("engine", names, scope="session")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what --browsers does not name; without a browser, the rest fails."""
    names = left_out(config)

    def is_left_out(item: pytest.Item) -> bool:
        call = getattr(item, "callspec", None)
        return call is not None and call.params.get("engine") in names

    config.hook.pytest_deselected(items=[it for it in items if is_left_out(it)])
    items[:] = [item for item in items if not is_left_out(item)]


def start(engine: Callable[..., Any], **options: Any) -> Iterator[Any]:
    try:
        running = engine(**options)
    except NoEngineError as error:
        pytest.fail(str(error))
    yield running
    running.close()


@pytest.fixture(scope="session")
def firefox() -> Iterator[Firefox]:
    """A Firefox that gives every page its camera."""
    yield from start(Firefox)


@pytest.fixture(scope="session")
def strict_firefox() -> Iterator[Firefox]:
    """A Firefox that gives no page a camera."""
    yield from start(Firefox, allowed=False)


@pytest.fixture(scope="session")
def webkit() -> Iterator[WebKit]:
    """WebKit, with a screen."""
    yield from start(WebKit)


@pytest.fixture
def open_page(
    engine: str,
    request: pytest.FixtureRequest,
    console: Console,
    serve: object,  # ended after the pages, which would complain of a lost connection
    serve_here: object,
) -> Iterator[Callable[..., Any]]:
    """`open_page(*, allowed=True) -> Page`: an empty one, with a storage of its own.

    The camera is the browser's own, and in Chromium the clip; WebKit always allows it.
    """
    with ExitStack() as pages:

        def open_page(*, allowed: bool = True) -> Any:
            if engine == "chromium":
                prompt = "accept" if allowed else "ask"
                return request.getfixturevalue("new_page")(prompt=prompt)
            name = engine if allowed else f"strict_{engine}"
            page: DrivenPage = request.getfixturevalue(name).new_page(console)
            pages.callback(page.close)
            watch_pictures(page)
            return page

        yield open_page
