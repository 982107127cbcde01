"""Firefox, headless, with a camera of its own making, driven through its remote port.

There is no geckodriver between: BiDi is what the browser itself speaks.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from tests.support.engines.bidi import BidiClient
from tests.support.engines.page import CALL, DrivenPage, JavaScriptError
from tests.support.engines.programs import NoEngineError, Program, find_program
from tests.support.pages import Console

NAMES = (
    "firefox-esr",
    "firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
)

# With the remote port open, Firefox by itself leaves out updates, telemetry and what
# else it would do for a person (its list is called RecommendedPreferences). The rest,
# with which it asks for no other machine's address:
PREFERENCES = {
    "media.navigator.streams.fake": True,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "extensions.systemAddon.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "media.gmp-provider.enabled": False,
    "services.settings.server": "data:,",
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "toolkit.telemetry.enabled": False,
}
ENVIRONMENT = {"MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}  # for the settings' server, above
ALLOWED: dict[str, object] = {"media.navigator.permission.disabled": True}
DENIED: dict[str, object] = {"permissions.default.camera": 2}

SIZE = {"width": 1280, "height": 720}  # as Playwright has it


def find_firefox() -> str:
    """Return the path of Firefox, or raise `NoEngineError`."""
    return find_program(NAMES, "firefox-esr")


class Firefox:
    """A running Firefox.

    Parameters
    ----------
    allowed : bool
        Whether its pages get the camera that they ask for.
    """

    def __init__(self, *, allowed: bool = True) -> None:
        path = find_firefox()
        self._profile = Path(tempfile.mkdtemp(prefix="panel_cam_firefox_"))
        preferences = {**PREFERENCES, **(ALLOWED if allowed else DENIED)}
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in preferences.items()
        ]
        (self._profile / "user.js").write_text("".join(lines))
        profile = ("--no-remote", "--profile", str(self._profile))
        self._program = Program(
            [path, "--headless", *profile, "--remote-debugging-port=0"],
            env=ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self._consoles: dict[str, Console] = {}
        self._reader: threading.Thread | None = None
        try:
            self._client = BidiClient(self._find_port() + "/session", self._hear)
            self._client.call("session.new", capabilities={})
            self._client.call("session.subscribe", events=["log.entryAdded"])
        except BaseException:
            self._end()
            raise

    def new_page(self, console: Console) -> FirefoxPage:
        """Return an empty page with a storage of its own."""
        user = self._client.call("browser.createUserContext")["userContext"]
        context = self._client.call(
            # A window: of the tabs of one, only that in front is painted.
            *("browsingContext.create",),
            type="window",
            userContext=user,
        )["context"]
        self._client.call("browsingContext.setViewport", context=context, viewport=SIZE)
        self._consoles[context] = console
        return FirefoxPage(self._client, user, context, console)

    def close(self) -> None:
        """End it."""
        self._client.close()
        self._end()

    def _end(self) -> None:
        self._program.stop()
        if self._reader is not None:
            self._reader.join()
        assert self._program.process.stdout is not None
        self._program.process.stdout.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _find_port(self) -> str:
        output = self._program.process.stdout
        assert output is not None
        said = []
        for line in output:
            said.append(line)
            if found := re.search(r"BiDi listening on (ws://\S+)", line):
                # It goes on talking, and would wait for a reader.
                self._reader = threading.Thread(target=output.read, name="firefox")
                self._reader.start()
                return found[1]
        raise NoEngineError("Firefox has not started:\n" + "".join(said))

    def _hear(self, event: str, entry: dict[str, Any]) -> None:
        console = self._consoles.get(entry["source"].get("context"))
        if console is not None:
            console.hear(entry["level"], entry["text"] or "")


class FirefoxPage(DrivenPage):
    """A page of Firefox; `Firefox.new_page` makes it."""

    def __init__(
        self, client: BidiClient, user: str, context: str, console: Console
    ) -> None:
        super().__init__(console)
        self._client = client
        self._user = user
        self._context = context

    def goto(self, url: str) -> None:
        """Open an address, and wait until all of the page has been loaded."""
        self._client.call(
            "browsingContext.navigate", context=self._context, url=url, wait="complete"
        )

    def add_init_script(self, script: str) -> None:
        """Run this in every page that is opened from now on, before its own."""
        self._client.call(
            "script.addPreloadScript",
            functionDeclaration=f"() => {{ (0, eval)({json.dumps(script)}); }}",
            contexts=[self._context],
        )

    def screenshot(self) -> bytes:
        """Return what is seen of the page, as PNG."""
        answer = self._client.call(
            "browsingContext.captureScreenshot", context=self._context
        )
        return base64.b64decode(answer["data"])

    def hide(self) -> None:
        """Open another tab in front of it."""
        self._cover = self._client.call(
            *("browsingContext.create",),
            type="tab",
            userContext=self._user,
            referenceContext=self._context,
        )["context"]
        self._client.call("browsingContext.activate", context=self._cover)

    def show(self) -> None:
        """Close the tab in front of it."""
        self._client.call("browsingContext.close", context=self._cover)
        self._client.call("browsingContext.activate", context=self._context)

    def close(self) -> None:
        """Close the page, and forget what it has stored."""
        self._client.call("browser.removeUserContext", userContext=self._user)

    def _call(self, source: str, argument: str) -> str:
        answer = self._client.call(
            "script.callFunction",
            functionDeclaration=CALL,
            arguments=[
                {"type": "string", "value": each} for each in (source, argument)
            ],
            awaitPromise=True,
            target={"context": self._context},
        )
        if answer["type"] == "exception":
            raise JavaScriptError(answer["exceptionDetails"]["text"])
        return str(answer["result"]["value"])

    def _perform(self, device: dict[str, Any]) -> None:
        self._client.call(
            "input.performActions", context=self._context, actions=[device]
        )
