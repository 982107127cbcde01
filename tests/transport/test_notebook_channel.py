"""The short way to a notebook's page: one message for the values of one moment."""

import asyncio
from typing import Any

from panel_cam.transport.notebook_channel import NotebookChannel


class _Comm:
    def __init__(self) -> None:
        self.sent: list[tuple[Any, list[bytes]]] = []

    def send(self, data: Any, *, buffers: list[bytes]) -> None:
        self.sent.append((data, buffers))


def test_values_of_one_turn_are_one_message_and_bytes_are_beside_it() -> None:
    comm = _Comm()
    channel = NotebookChannel(comm)

    async def turn() -> None:
        channel.send("view", {"frame": {"seq": 1, "data": b"one"}})
        channel.send("camera", {"answered": {"stream": 2, "seqs": [1]}})
        assert comm.sent == []
        await asyncio.sleep(0)

    asyncio.run(turn())
    changes = [
        ("view", {"frame": {"seq": 1, "data": {"buffer": 0}}}),
        ("camera", {"answered": {"stream": 2, "seqs": [1]}}),
    ]
    assert comm.sent == [({"panel_cam": changes}, [b"one"])]


def test_without_an_event_loop_values_leave_at_once() -> None:
    comm = _Comm()
    NotebookChannel(comm).send("view", {"frame": {"data": b"one"}})
    assert len(comm.sent) == 1


def test_what_is_sent_is_a_copy() -> None:
    frame = {"data": b"one"}
    NotebookChannel(_Comm()).send("view", {"frame": frame})
    assert frame == {"data": b"one"}


def test_only_a_page_that_understands_has_a_link() -> None:
    NotebookChannel.open("root", _Comm(), direct=False)
    assert NotebookChannel.of("root") is None
    NotebookChannel.open("root", _Comm(), direct=True)
    assert NotebookChannel.of("root") is not None
    NotebookChannel.close("root")
    assert NotebookChannel.of("root") is None
