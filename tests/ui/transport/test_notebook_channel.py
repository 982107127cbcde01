"""The page's half of a notebook's channel, beside a manager like Panel's."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from panel_cam.transport import assets
from panel_cam.transport.private_names import JAVASCRIPT
from tests.support.pages import open_plain

# A document and a manager as far as the channel knows them; `missing` has another name.
RUN = """
([text, missing]) => {
  const {NotebookChannel} = new Function(`${text}; return {NotebookChannel}`)();
  const log = [];
  const listeners = new Set();
  const manager = {
    type: "panel.models.comm_manager.CommManager",
    plot_id: "plot",
    setv: (values) => log.push(["setv", values]),
    _document_listener: (event) => log.push(["listener", event.attr]),
    _event_buffer: [],
    _client_comm: {connected: true},
    process_events: () => log.push(["sent", manager._event_buffer.splice(0).length]),
    msg_handler: (message) => log.push(["handled", message.content.data]),
  };
  const document = {
    roots: () => [manager],
    on_change: (listener) => listeners.add(listener),
    remove_on_change: (listener) => listeners.delete(listener),
    get_model_by_id: () => ({setv: (values) => log.push(["set", values])}),
  };
  listeners.add(manager._document_listener);
  globalThis.PyViz = {kernels: {plot: {}}};
  for (const owner of [manager, document, PyViz]) delete owner[missing];
  const channel = NotebookChannel.of(document);
  for (const attr of ["sent_frame", "active"]) {
    for (const listener of [...listeners]) listener({attr});
  }
  manager.msg_handler?.({content: {data: {panel_cam: [["id", {answered: 1}]]}}});
  manager.msg_handler?.({content: {data: "of Panel"}});
  const gone = new AbortController();
  channel.watch(() => log.push(["gone"]), gone.signal);
  gone.abort();
  return {log, tuned: channel.tuned, present: channel.present, hello: channel.hello};
}
"""

PANELS = [["listener", "sent_frame"], ["listener", "active"]]


@pytest.fixture
def run(page) -> Callable[[str], dict[str, Any]]:
    """`run(missing) -> dict`: what happened, where a name is missing."""
    open_plain(page)
    text = assets.read("transport/notebook_channel.js")
    return lambda missing: page.evaluate(RUN, [text, missing])


def test_a_frame_leaves_at_once_and_all_else_as_it_did(run) -> None:
    told = run("nothing")
    assert told["tuned"] and told["present"] and told["hello"]["direct"]
    assert told["log"] == [
        ["setv", {"debounce": 0}],
        ["sent", 1],
        ["listener", "active"],
        ["set", {"answered": 1}],
        ["handled", "of Panel"],
    ]


NAMES = [
    each.name for each in JAVASCRIPT if re.search("CommManager|Document", each.owner)
]


@pytest.mark.parametrize("name", NAMES)
def test_without_a_private_name_all_goes_panels_way(run, name: str) -> None:
    told = run(name)
    assert told["present"]
    log = [each for each in told["log"] if each[0] != "setv"]
    if name == "_client_comm":  # no more is known than that frames cannot leave at once
        assert log[:2] == PANELS
        return
    assert not told["tuned"] and not told["hello"]["direct"]
    assert [each for each in log if each[0] == "listener"] == PANELS
    assert ["set", {"answered": 1}] not in log


def test_without_kernels_to_watch_a_camera_stays_on(run) -> None:
    assert ["gone"] not in run("kernels")["log"]
