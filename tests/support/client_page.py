"""A page's part in a session, played by Bokeh's client: it hears what a page hears."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
from bokeh.client import ClientSession

from panel_cam import Boxes, Range, Result
from panel_cam.imaging import codec
from tests.support.waiting import wait_until

PATIENCE = 20.0  # seconds
PNG = codec.encode(np.zeros((48, 64, 3), np.uint8), format="png")


def shade(image: np.ndarray, *, level: Annotated[int, Range(0, 255)] = 10) -> Result:
    """Return one level of grey with a box over it."""
    return Result(np.full_like(image, level), shapes=[Boxes([(4, 6, 20, 30)])])


class ClientPage:
    """Sends frames and moves a slider.

    Parameters
    ----------
    session : ClientSession
        With a `Live` of `shade` in it.
    """

    def __init__(self, session: ClientSession) -> None:
        self._session = session
        self._seq = 0
        self._camera = self._find("sent_frame")
        self._view = self._find("painted")
        self.slider = self._find("value_throttled")

    def _find(self, name: str) -> Any:
        models = self._session.document.models
        (model,) = [model for model in models if name in model.properties()]
        return model

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Hear what the server says until something has come true.

        Bokeh's own way to wait, for a reply, drops all other messages.
        """
        connection = self._session._connection

        def ask_and_hear() -> bool:
            question = connection._protocol.create("SERVER-INFO-REQ")
            connection._loop.add_callback(connection.send_message, question)
            is_heard = iter([False, True])
            connection._loop_until(lambda: next(is_heard))
            return condition()

        wait_until(lambda: condition() or ask_and_hear(), PATIENCE)

    def send(self) -> int:
        """Send a frame, wait for its answer, and return its number."""
        seq = self._seq = self._seq + 1
        self._camera.sent_frame = {
            "stream": 1,
            "seq": seq,
            "captured_at": 1.7e9,
            "data": PNG,
        }
        self.wait_until(lambda: seq in self._camera.answered["seqs"])
        return seq

    def shows(self, level: int) -> None:
        """Send a frame, and see what becomes of it: its picture and its shapes."""
        seq = self.send()
        self.wait_until(lambda: self._view.frame.get("seq") == seq)
        assert (codec.decode(self._view.frame["data"]) == level).all()
        assert len(self._view.frame["overlay"]) > 0
