"""What a session holds back leaves as one message, and holds nothing up."""

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import bokeh.server.session
import panel as pn
import pytest
from bokeh.client import pull_session
from bokeh.document import Document
from bokeh.models import ColumnDataSource
from bokeh.protocol import Protocol

from panel_cam import Live
from panel_cam.transport.websocket import combine
from tests.support.client_page import ClientPage, shade


class Connection:
    """One of Bokeh's, to a page that keeps what it is sent."""

    def __init__(self) -> None:
        self.protocol = Protocol()
        self._socket = SimpleNamespace(send_message=lambda message: message)


class OldConnection(Connection):
    """As in Bokeh 3.9, which keeps messages that are on their way."""

    def send_patch_document(self, event: object) -> None:
        raise AssertionError("one by one")


@pytest.fixture(params=["3.9", "3.10"])
def connection(request, monkeypatch: pytest.MonkeyPatch) -> Connection:
    if request.param == "3.9":
        monkeypatch.delattr(bokeh.server.session, "_PendingPatch", raising=False)
        return OldConnection()
    monkeypatch.setattr(bokeh.server.session, "_PendingPatch", object, raising=False)
    return Connection()


class Session:
    """The document of a session that holds its changes, and what is to be sent."""

    def __init__(self, *connections: Connection) -> None:
        self.document = Document()
        self.sources = [ColumnDataSource(name=name) for name in "abc"]
        for source in self.sources:
            self.document.add_root(source)
        self.document.hold("combine")
        self._subscribed_connections = set(connections)
        self._pending_writes: list[Any] | None = []

    def combine(self) -> None:
        context = SimpleNamespace(session=self)
        document: Any = SimpleNamespace(
            callbacks=self.document.callbacks, session_context=context
        )
        combine(document)

    @property
    def held(self) -> list[object]:
        return list(self.document.callbacks._held_events)

    def sent(self) -> list[list[object]]:
        """Return the values that are on their way, for each message."""
        assert self._pending_writes is not None
        messages = [
            # Bokeh 3.10 makes them later, of what it has kept.
            each.protocol.create("PATCH-DOC", [each.event])
            if hasattr(each, "event")
            else each
            for each in self._pending_writes
        ]
        return [
            [event["new"] for event in message.content["events"]]
            for message in messages
        ]


def test_changes_leave_as_one_message(connection) -> None:
    session = Session(connection)
    session.sources[0].tags = ["one"]
    session.sources[1].tags = ["two"]
    session.combine()
    assert session.sent() == [[["one"], ["two"]]]
    assert session.held == []


def test_a_value_that_cannot_be_sent_holds_up_no_other(connection, caplog) -> None:
    session = Session(connection)
    session.sources[0].tags = ["one"]
    session.sources[1].tags = [object()]
    session.sources[2].tags = ["three"]
    session.combine()
    assert session.sent() == [[["one"], ["three"]]]
    assert session.held == []
    assert "could not be sent" in caplog.text


def test_one_change_is_left_to_bokeh(connection) -> None:
    session = Session(connection)
    session.sources[0].tags = ["one"]
    session.combine()
    assert session.sent() == []
    assert len(session.held) == 1


@pytest.mark.parametrize("missing", ["_pending_writes", "_subscribed_connections"])
def test_without_a_private_name_all_stays_held(connection, missing: str) -> None:
    session = Session(connection)
    session.sources[0].tags = ["one"]
    session.sources[1].tags = ["two"]
    delattr(session, missing)
    session.combine()
    assert len(session.held) == 2


def test_a_connection_of_neither_kind_is_left_to_bokeh(monkeypatch) -> None:
    monkeypatch.delattr(bokeh.server.session, "_PendingPatch", raising=False)
    session = Session(Connection())
    session.sources[0].tags = ["one"]
    session.sources[1].tags = ["two"]
    session.combine()
    assert session.sent() == []
    assert len(session.held) == 2


def test_a_document_without_a_session_keeps_what_it_holds() -> None:
    session = Session()
    session.sources[0].tags = ["one"]
    session.sources[1].tags = ["two"]
    combine(session.document)
    assert len(session.held) == 2


def test_a_stream_goes_on_though_someone_sets_what_cannot_be_sent(serve_here) -> None:
    def app() -> Live:
        live = Live(shade, format="png")
        document = pn.state.curdoc

        def spoil(event: object) -> None:
            document.roots[0].tags = [object()]

        live.param.watch(spoil, "image")
        return live

    server = serve_here(app, allow_log=["could not be sent"])
    shown: list[int] = []

    def run() -> None:
        # Bokeh's client runs a loop of its own.
        asyncio.set_event_loop(asyncio.new_event_loop())
        session = pull_session(url=server.url)
        page = ClientPage(session)
        for _ in range(5):
            page.shows(10)
            shown.append(page.send())
        session.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(100)
    assert len(shown) == 5
