"""Calls from any thread come to the session's event loop, and outlive neither."""

import asyncio
import gc
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from panel_cam.transport.session_caller import SessionCaller, changing, is_changing


def test_without_an_event_loop_a_call_is_made_at_once() -> None:
    calls = []
    SessionCaller()(lambda: calls.append(threading.current_thread()))
    assert calls == [threading.current_thread()]


def test_a_call_from_another_thread_is_made_on_the_event_loop() -> None:
    async def run() -> tuple[object, object]:
        called: asyncio.Future[object] = asyncio.get_running_loop().create_future()
        call = SessionCaller()
        thread = threading.Thread(
            target=call, args=(lambda: called.set_result(threading.current_thread()),)
        )
        thread.start()
        answer = await asyncio.wait_for(called, 20)
        thread.join()
        return answer, threading.current_thread()

    caller, here = asyncio.run(run())
    assert caller is here


def test_calls_are_made_in_order() -> None:
    async def run() -> list[int]:
        calls: list[int] = []
        done = asyncio.Event()
        call = SessionCaller()

        def send() -> None:
            for number in range(100):
                call(lambda number=number: calls.append(number))
            call(done.set)

        thread = threading.Thread(target=send)
        thread.start()
        await asyncio.wait_for(done.wait(), 20)
        thread.join()
        return calls

    assert asyncio.run(run()) == list(range(100))


def test_a_call_after_the_loops_end_is_dropped() -> None:
    async def make():
        return SessionCaller()

    call = asyncio.run(make())
    call(lambda: pytest.fail("called after the end"))


def test_a_call_for_a_document_without_a_session_is_made_all_the_same() -> None:
    async def run() -> str:
        seen: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        with set_curdoc(Document()):
            call = SessionCaller()
        call(lambda: seen.set_result("called"))
        return await asyncio.wait_for(seen, 20)

    assert asyncio.run(run()) == "called"


class Session:
    """The context of a session of Bokeh's, as far as its event loop is known by it."""

    document: Any

    def __init__(self, loop: object) -> None:
        self.server_context = SimpleNamespace(
            application_context=SimpleNamespace(io_loop=loop)
        )

    async def with_locked_document(self, change: Callable[[Any], Any]) -> None:
        await change(self.document)


@pytest.mark.parametrize("is_tornados", [True, False])
def test_on_a_thread_of_a_session_calls_come_to_the_sessions_loop(is_tornados) -> None:
    async def run() -> tuple[object, object]:
        loop = asyncio.get_running_loop()
        called: asyncio.Future[object] = loop.create_future()
        session = Session(SimpleNamespace(asyncio_loop=loop) if is_tornados else loop)
        session.document = Held(object())
        session.document.session_context = session

        def apply() -> None:  # Bokeh 3.10 applies what a page says on a thread
            with set_curdoc(session.document):
                call = SessionCaller()
            call(lambda: called.set_result(threading.current_thread()))

        await asyncio.to_thread(apply)
        return await asyncio.wait_for(called, 20), threading.current_thread()

    caller, here = asyncio.run(run())
    assert caller is here


def test_where_a_session_has_no_loop_that_we_know_its_next_tick_is_waited_for() -> None:
    document = Held(object())
    document.session_context = Session(None)
    ticks: list[Callable[[], None]] = []
    document.add_next_tick_callback = ticks.append
    with set_curdoc(document):
        call = SessionCaller()
    call(lambda: None)
    assert len(ticks) == 1


def test_a_loop_may_end_while_a_call_waits_for_its_document() -> None:
    """It warns of what nobody has awaited, and warnings are errors here."""
    document = Held(object())

    async def run() -> None:
        loop = asyncio.get_running_loop()
        made: asyncio.Future[None] = loop.create_future()
        document.session_context = session = Session(loop)

        async def make_only(change: Callable[[Any], Any]) -> None:
            waits = change(document)
            made.set_result(None)
            await asyncio.Event().wait()
            await waits

        session.with_locked_document = make_only  # type: ignore[method-assign]
        with set_curdoc(document):
            SessionCaller()(lambda: pytest.fail("called after the end"))
        await made

    asyncio.run(run())
    gc.collect()


# ---- changing a document


class Refusing:
    """The callbacks of a document in which nothing that is held can be written."""

    def __init__(self) -> None:
        self.hold_value: str | None = None

    @property
    def _held_events(self) -> list[object]:
        raise RuntimeError("no such name")


class Held:
    """A document of a session, as far as `changing` knows one."""

    def __init__(self, callbacks: object) -> None:
        self.callbacks: Any = callbacks
        self.session_context: Any = None
        self.add_next_tick_callback: Any = None

    def hold(self, policy: str) -> None:
        self.callbacks.hold_value = policy

    def unhold(self) -> None:
        self.callbacks.hold_value = None


def test_a_document_is_released_though_what_it_holds_cannot_be_written() -> None:
    document: Any = Held(Refusing())
    with pytest.raises(RuntimeError), changing(document):
        assert document.callbacks.hold_value == "combine"
    assert document.callbacks.hold_value is None


def test_a_document_that_is_held_already_stays_held() -> None:
    document = Document()
    document.hold("combine")
    with changing(document):
        pass
    assert document.callbacks.hold_value == "combine"


def test_a_document_that_cannot_say_whether_it_holds_is_not_held() -> None:
    document: Any = Held(object())
    with changing(document):
        assert not is_changing(document)
