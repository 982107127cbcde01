"""What comes from a page and what goes to it, on Panel's way and on the short one."""

import logging
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from bokeh.document import Document

from panel_cam.transport.notebook_channel import NotebookChannel
from panel_cam.transport.stream_component import StreamComponent


class Comm:
    """Panel's channel to an output of a notebook."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, *values: Any, **options: Any) -> None:
        self.sent.append(values)


def test_a_kernel_answers_a_page_on_either_way() -> None:
    class Told(StreamComponent):
        def notebook_state(self) -> dict[str, Any]:
            return {"active": True}

    quick, slow = Told(), Told()
    page = {"name": "page 1", "direct": True}
    quick._comm_change(Document(), "root", Comm(), None, "notebook_page", {}, page)
    slow._process_events({"notebook_page": page})
    expected = {"name": "page 1", "active": True}
    assert quick.notebook_kernel == slow.notebook_kernel == expected
    assert NotebookChannel.of("root") is not None
    NotebookChannel.close("root")


def test_what_a_page_must_not_choose_is_not_even_tried(caplog) -> None:
    class Careful(StreamComponent):
        def accept(self, changes: dict[str, Any]) -> dict[str, Any]:
            return {name: each for name, each in changes.items() if name != "name"}

    caplog.set_level(logging.DEBUG, "panel")
    component = Careful(name="mine")
    component._process_events({"name": 7, "loading": True})
    assert (component.name, component.loading) == ("mine", True)


def test_a_model_that_keeps_its_values_elsewhere_is_left_to_panel() -> None:
    class Streaming(StreamComponent):
        _stream_params: ClassVar[tuple[str, ...]] = ("notebook_kernel",)

    model: Any = SimpleNamespace(document=None)
    assert Streaming()._apply_update({}, {"notebook_kernel": {}}, model, "no root")


@pytest.mark.parametrize("has_hold", [True, False])
def test_a_frame_is_taken_as_it_comes_and_not_kept(monkeypatch, has_hold: bool) -> None:
    class Taking(StreamComponent):
        _received_params: ClassVar[tuple[str, ...]] = ("notebook_kernel",)
        taken: ClassVar[list[object]] = []

        def take(self, name: str, value: Any) -> None:
            self.taken.append((name, value))

    component = Taking()
    document = Document()
    if not has_hold:
        monkeypatch.delattr(type(document.callbacks), "hold_value")
    change = (document, "root", None, "notebook_kernel", {}, {"seq": 1})
    component._server_change(*change)
    assert component.taken == [("notebook_kernel", {"seq": 1})]
    assert component.notebook_kernel == {}
    component._process_events({"notebook_kernel": {"seq": 2}})
    assert component.taken[1:] == [("notebook_kernel", {"seq": 2})]
