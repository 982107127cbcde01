"""Calls from any thread come to the session's event loop, and outlive neither."""

import asyncio
import threading

import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from panel_cam.transport.session_caller import SessionCaller


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
