"""A client of WebDriver BiDi: commands with answers, and events, over a WebSocket."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import websocket


class BidiError(Exception):
    """What the browser has answered instead of a result."""


class BidiClient:
    """A connection to the remote port of a browser.

    Parameters
    ----------
    url : str
        Of the WebSocket.
    on_event : callable
        Gets the name and the parameters of every event, on a thread of the client.
    """

    def __init__(
        self, url: str, on_event: Callable[[str, dict[str, Any]], None]
    ) -> None:
        # A page's origin would be refused: no page is to drive the browser.
        self._socket = websocket.create_connection(url, suppress_origin=True)
        self._on_event = on_event
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        self._reader = threading.Thread(target=self._read, name="bidi")
        self._reader.start()

    def call(
        self, method: str, *, timeout: float = 60.0, **parameters: Any
    ) -> dict[str, Any]:
        """Send a command, and return its result.

        Raises
        ------
        BidiError
            If the browser refuses it, or has gone.
        """
        number = next(self._numbers)
        answer = self._waiting[number] = Future()
        command = {"id": number, "method": method, "params": parameters}
        try:
            self._socket.send(json.dumps(command))
        except (OSError, websocket.WebSocketException) as error:
            raise BidiError(f"{method}: the connection is lost") from error
        return answer.result(timeout)

    def close(self) -> None:
        """End the connection."""
        self._socket.close()
        self._reader.join()

    def _read(self) -> None:
        try:
            while text := self._socket.recv():
                self._take(json.loads(text))
        except (OSError, websocket.WebSocketException):
            pass  # closed, by us or by the browser
        for answer in list(self._waiting.values()):
            answer.set_exception(BidiError("the connection is lost"))

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "event":
            self._on_event(message["method"], message["params"])
            return
        answer = self._waiting.pop(message["id"])
        if message["type"] == "success":
            answer.set_result(message["result"])
        else:
            answer.set_exception(BidiError(f"{message['error']}: {message['message']}"))
