"""WebKit, with its mock camera, driven through WebKitWebDriver.

WebKitGTK is Linux's port of the engine that every browser of an iPhone has. Its
MiniBrowser has no headless mode: it runs in an X server without a screen.
"""

from __future__ import annotations

import base64
import glob
import itertools
import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from tests.support.engines.page import CALL, DrivenPage, JavaScriptError
from tests.support.engines.programs import Program, find_program
from tests.support.pages import Console
from tests.support.server import free_ports, takes_connections
from tests.support.waiting import wait_until

DEBIAN = "webkit2gtk-driver"
LIBRARIES = ("/usr/lib/*", "/usr/lib*", "/usr/libexec")

CAMERA = ("--enable-media-stream=true", "--enable-mock-capture-devices=true")

ENVIRONMENT = {
    # Not to be had by root, nor in most containers.
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
    # It would complain of each that it does not find.
    "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    "NO_AT_BRIDGE": "1",
}

SIZE = {"width": 1280, "height": 758}  # as Playwright has it, and a bar above

# Opens a page as if it had been navigated to, but with scripts before its own, for
# which WebDriver has no command.
_OPEN = """
async ({url, scripts}) => {
  const answer = await fetch(url, {headers: {accept: "text/html"}});
  const html = await answer.text();
  history.replaceState(null, "", answer.url);
  const first = scripts.map((script) => `<script>(0, eval)(${
    JSON.stringify(script).replaceAll("<", "\\\\u003c")})</script>`);
  document.open();
  document.write(html.replace(/<head[^>]*>|$/i, (head) => head + first.join("")));
  document.close();
}
"""

# Seldom, the driver loses what a script gives ("Could not parse script result", seen in
# 2.50 once in some ten thousand calls): asked again, the page does nothing again.
_CALL_ONCE = f"""
const [number, source, argument] = arguments;
if (globalThis.lastCall?.number !== number) {{
  globalThis.lastCall = {{ number, result: ({CALL})(source, argument) }};
}}
return globalThis.lastCall.result;
"""

# What there is of a console: the protocol has none.
_COMPLAINTS = """
globalThis.complaints = [];
addEventListener("error", ({message}) => complaints.push(["error", message]));
addEventListener("unhandledrejection", ({reason}) =>
  complaints.push(["error", `Uncaught (in promise) ${reason}`]));
for (const level of ["error", "warn", "info"]) {
  const write = console[level];
  console[level] = (...parts) => {
    complaints.push([level, parts.map(String).join(" ")]);
    write.apply(console, parts);
  };
}
"""


def find_webkit() -> tuple[str, str, str]:
    """Return the paths of driver, browser and X server, or raise `NoEngineError`."""
    # On no PATH, and one for each version of GTK: the newest comes first.
    browsers = sorted(
        path
        for place in LIBRARIES
        for path in glob.glob(f"{place}/webkit*gtk-*/MiniBrowser")
    )[::-1]
    return (
        find_program(["WebKitWebDriver"], DEBIAN),
        find_program(browsers or ["MiniBrowser"], DEBIAN),
        find_program(["Xvfb"], "xvfb"),
    )


class Screen:
    """An X server that nobody sees; `name` is what programs call it by."""

    def __init__(self, path: str) -> None:
        reading, writing = os.pipe()
        command = [path, "-displayfd", str(writing), "-nolisten", "tcp"]
        self._program = Program(
            [*command, "-screen", "0", "1400x1000x24"],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,  # it tells of keys that no keyboard has
        )
        os.close(writing)
        with os.fdopen(reading) as answer:
            self.name = f":{answer.readline().strip()}"

    def close(self) -> None:
        """End it."""
        self._program.stop()


class WebKit:
    """Browsers of WebKit, one for each page: a driver has no more than one.

    Parameters
    ----------
    flags : sequence of str
        More arguments of the browser: `MiniBrowser --features=help` has a list.
    environment : mapping
        More variables of its environment.
    """

    def __init__(
        self, *, flags: Sequence[str] = (), environment: Mapping[str, str] = {}
    ) -> None:
        self._driver, self._browser, screen = find_webkit()
        self._flags = [*CAMERA, *flags]
        self._environment = {**ENVIRONMENT, **environment}
        self._screen = Screen(screen)

    def new_page(self, console: Console) -> WebKitPage:
        """Return an empty page of a browser of its own."""
        environment = {**self._environment, "DISPLAY": self._screen.name}
        (port,) = free_ports(1)
        driver = Program(
            [self._driver, f"--port={port}"],
            env=environment,
            stderr=subprocess.DEVNULL,  # GStreamer's, of what it would like to have
        )
        try:
            wait_until(lambda: takes_connections(port))
            return WebKitPage(driver, port, [self._browser, *self._flags], console)
        except BaseException:
            driver.stop()
            raise

    def close(self) -> None:
        """End what its pages have shared."""
        self._screen.close()


class WebKitPage(DrivenPage):
    """A page of WebKit; `WebKit.new_page` makes it."""

    def __init__(
        self, driver: Program, port: int, command: Sequence[str], console: Console
    ) -> None:
        super().__init__(console)
        self._driver = driver
        self._url = f"http://127.0.0.1:{port}/session"
        self._scripts = [_COMPLAINTS]
        self._numbers = itertools.count(1)
        browser, *flags = command
        options = {"binary": browser, "args": ["--automation", *flags]}
        wish = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        session = self._send("POST", "", {"capabilities": wish})
        self._url += f"/{session['sessionId']}"
        self._send("POST", "/window/rect", {"x": 0, "y": 0, **SIZE})

    def goto(self, url: str) -> None:
        """Open an address, and wait until all of the page has been loaded."""
        self._hear()
        # Bokeh's own page of the same origin: light, and without a session.
        light = urlsplit(url)
        light = light._replace(path=light.path.rstrip("/") + "/metadata", query="")
        self._send("POST", "/url", {"url": light.geturl()})
        self.evaluate(_OPEN, {"url": url, "scripts": self._scripts})
        self.wait_for_function("document.readyState === 'complete'")

    def add_init_script(self, script: str) -> None:
        """Run this in every page that is opened from now on, before its own."""
        self._scripts.append(script)

    def wait_for_timeout(self, milliseconds: float) -> None:
        """Let the page go on for a while, and hear what it says."""
        super().wait_for_timeout(milliseconds)
        self._hear()

    def screenshot(self) -> bytes:
        """Return what is seen of the page, as PNG."""
        return base64.b64decode(self._send("GET", "/screenshot"))

    def hide(self) -> None:
        """Make the window an icon."""
        self._send("POST", "/window/minimize", {})

    def show(self) -> None:
        """Make the icon a window again."""
        self._send("POST", "/window/rect", {"x": 0, "y": 0, **SIZE})

    def close(self) -> None:
        """Close the page, and the browser with it."""
        try:
            with suppress(JavaScriptError):
                self._hear()
                self._send("DELETE", "")
        finally:
            self._driver.stop()

    def _hear(self) -> None:
        complaints = self.evaluate("globalThis.complaints?.splice(0) ?? []")
        for level, text in complaints:
            self._console.hear(level, text)

    def _call(self, source: str, argument: str) -> str:
        arguments = [next(self._numbers), source, argument]
        body = {"script": _CALL_ONCE, "args": arguments}
        try:
            return str(self._send("POST", "/execute/sync", body))
        except JavaScriptError as error:
            if "Could not parse script result" not in str(error):
                raise
            return str(self._send("POST", "/execute/sync", body))

    def _perform(self, device: dict[str, Any]) -> None:
        self._send("POST", "/actions", {"actions": [device]})

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self._url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise JavaScriptError(f"{value['error']}: {value['message']}") from error
