"""The same tests in each engine: its browser, and pages of it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
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
    # Not an error of anybody: what is left is delivered at the next refresh.
    console.allow("ResizeObserver loop")
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


@pytest.fixture
def serve_page() -> Iterator[Callable[[str], str]]:
    """`serve_page(html) -> url`: a page that is not Panel's."""

    class Handler(BaseHTTPRequestHandler):
        html = ""

        def do_GET(self) -> None:
            data, kind = self.html.encode(), "text/html; charset=utf-8"
            if self.path.endswith("metadata"):  # as Bokeh's server has one
                data, kind = b"{}", "application/json"
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    def serve_page(html: str) -> str:
        Handler.html = html
        return f"http://localhost:{server.server_port}/"

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield serve_page
        server.shutdown()
        thread.join()
