"""Fixtures that tests in a browser share: `tests/ui` now, notebooks too."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.support.chromium import (
    Browsers,
    Camera,
    NoChromiumError,
    Prompt,
    find_chromium,
)
from tests.support.clip import Clip
from tests.support.pages import Console, watch_pictures
from tests.support.proxy import Proxy
from tests.support.server import (
    ROOT,
    Server,
    ServerProcess,
    ServerThread,
    app_from_function,
    find_trouble,
)

# Bokeh's own leaves out the level, without which no warning can be told.
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"

IN_A_BROWSER = tuple(ROOT / "tests" / each for each in ("ui", "notebook", "engines"))

ENGINES = ("chromium", "firefox", "webkit")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the names of the browsers that there are, where not all can be had."""
    parser.addoption(
        "--browsers",
        default=",".join(ENGINES),
        metavar="NAMES",
        help=f"to run tests/engines in, of {', '.join(ENGINES)} (all)",
    )


def pytest_configure() -> None:
    """End browsers and servers, too, where the run itself is ended by a signal."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)  # before -m makes its choice
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests in a browser, and put them last.

    They are the slow ones. And Playwright's loop counts as running on the main thread
    from its first use on, where a test that calls `asyncio.run` would then fail.
    """
    for item in items:
        if any(place in item.path.parents for place in IN_A_BROWSER):
            item.add_marker(pytest.mark.ui)
    items.sort(key=lambda item: item.get_closest_marker("ui") is not None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how long steps of scripts/test took, which failed, and what was left out."""
    if steps := os.environ.get("PANEL_CAM_STEPS"):
        terminalreporter.section("steps before the tests")
        for step in steps.splitlines():
            terminalreporter.line(step, red="FAILED" in step)
    if names := left_out(terminalreporter.config):
        line = f"NOT TESTED, left out by name: {', '.join(names)}"
        terminalreporter.write_line(line, yellow=True)


def left_out(config: pytest.Config) -> list[str]:
    """Return the engines that --browsers does not name."""
    names = config.getoption("browsers").split(",")
    if unknown := set(names) - set(ENGINES):
        raise pytest.UsageError(f"--browsers: {', '.join(unknown)} is none of ours")
    return [engine for engine in ENGINES if engine not in names]


# ---- the browser


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser to test with. Without one the tests fail; they are never skipped."""
    try:
        return find_chromium()
    except NoChromiumError as error:
        pytest.fail(str(error))


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """What the camera shows: two seconds of 640 x 480 at 30 fps, again and again."""
    clip = Clip(tmp_path_factory.mktemp("clip") / "clip.y4m")
    clip.write()
    return clip


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright itself; there can be only one in a process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browsers(playwright: Playwright, chromium_path: str) -> Iterator[Browsers]:
    """Browsers with all kinds of cameras, which the whole run shares."""
    browsers = Browsers(playwright, chromium_path)
    yield browsers
    browsers.close()


@pytest.fixture
def console() -> Iterator[Console]:
    """What the test's pages complain about; at its end, all must have been allowed."""
    console = Console()
    yield console
    assert not console.unexpected()


@pytest.fixture
def new_page(
    browsers: Browsers,
    clip: Clip,
    console: Console,
    serve: object,  # ended after the pages, which would complain of a lost connection
    serve_here: object,
    throttle: object,
) -> Iterator[Callable[..., Page]]:
    """`new_page(camera=clip.path, *, prompt="accept", flags=(), **options) -> Page`.

    Each page has a context of its own, made with `options`; several are several users.
    `camera` is the path of a clip, or how many of Chromium's own test patterns there
    are. With `prompt="ask"` the camera is denied unless the option `permissions` has
    "camera" in it.
    """
    contexts: list[BrowserContext] = []

    def new_page(
        camera: Camera = clip.path,
        *,
        prompt: Prompt = "accept",
        flags: Sequence[str] = (),
        **options: Any,
    ) -> Page:
        browser = browsers.get(camera, prompt=prompt, extra=flags)
        context = browser.new_context(**options)
        contexts.append(context)
        console.watch(context)
        page = context.new_page()
        watch_pictures(page)
        return page

    yield new_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """An empty page of a browser whose camera plays the clip, with every permission."""
    return new_page()


# ---- servers


class _Running:
    """The servers of one test, and what each of them may say."""

    def __init__(self) -> None:
        self._servers: list[tuple[ServerProcess | ServerThread, Sequence[str]]] = []

    def add(self, server: Any, allow_log: Sequence[str]) -> Any:
        self._servers.append((server, allow_log))
        server.wait_until_ready()
        return server

    def end(self) -> None:
        trouble: list[str] = []
        for server, _ in self._servers:
            if isinstance(server, ServerThread):
                server.close_log()
        for server, allow_log in self._servers:
            server.stop()
            trouble += find_trouble(server.log, allow_log)
        assert not trouble, "in the server's log:\n" + "\n".join(trouble)


@pytest.fixture
def serve_command() -> Iterator[Callable[..., ServerProcess]]:
    """`serve_command(*arguments, path="/", allow_log=(), env=None) -> ServerProcess`.

    Runs this Python with the arguments, in which "{port}" stands for a free port.
    """
    running = _Running()

    def serve_command(
        *arguments: str,
        path: str = "/",
        allow_log: Sequence[str] = (),
        env: dict[str, str] | None = None,
    ) -> ServerProcess:
        return running.add(ServerProcess(arguments, path=path, env=env), allow_log)

    yield serve_command
    running.end()


@pytest.fixture
def serve(
    serve_command: Callable[..., ServerProcess], tmp_path: Path
) -> Callable[..., ServerProcess]:
    """`serve(app, *, args=(), allow_log=(), env=None) -> ServerProcess`.

    Runs `panel serve` for an app: a path, the text of a script, or a function that
    needs nothing from outside. `allow_log` has regular expressions for the warnings
    and errors that the test expects; any other in the log fails it.
    """

    def serve(
        app: Path | str | Callable[[], object],
        *,
        args: Sequence[str] = (),
        allow_log: Sequence[str] = (),
        env: dict[str, str] | None = None,
    ) -> ServerProcess:
        if not isinstance(app, Path):
            text = app if isinstance(app, str) else app_from_function(app)
            app = tmp_path / f"app_{len(list(tmp_path.glob('app_*.py')))}.py"
            app.write_text(text)
        command = ["-m", "panel", "serve", str(ROOT / app), *args]
        return serve_command(
            *command,
            *("--port", "{port}", "--address", "127.0.0.1"),
            *("--log-format", LOG_FORMAT),
            path=f"/{app.stem}",
            allow_log=allow_log,
            env=env,
        )

    return serve


@pytest.fixture
def serve_here() -> Iterator[Callable[..., ServerThread]]:
    """`serve_here(function, *, allow_log=(), **options) -> ServerThread`.

    Serves what `function` returns, for each session anew, on a thread of this process;
    `options` go to `panel.serve`.
    """
    running = _Running()

    def serve_here(
        function: Callable[[], object], *, allow_log: Sequence[str] = (), **options: Any
    ) -> ServerThread:
        return running.add(ServerThread(function, **options), allow_log)

    yield serve_here
    running.end()


@pytest.fixture
def throttle() -> Iterator[Callable[..., tuple[Proxy, str]]]:
    """`throttle(server, *, up=None, down=None) -> (Proxy, url)`.

    A link to the server that passes so many bytes a second, and that can be held and
    cut; the page is to be opened at `url`. One for each server.
    """
    with ExitStack() as proxies:

        def throttle(
            server: Server, *, up: float | None = None, down: float | None = None
        ) -> tuple[Proxy, str]:
            proxy = Proxy(server.port, server.proxy_port, up=up, down=down)
            proxies.enter_context(proxy)
            here, there = f":{server.port}/", f":{proxy.port}/"
            return proxy, server.url.replace(here, there)

        yield throttle
