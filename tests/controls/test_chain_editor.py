"""The chain editor without a page: what it does to its `Live`."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pytest

from panel_cam import Live, filters
from panel_cam.controls.alerts import describe_complaints
from panel_cam.controls.chain import MAX_STEPS
from panel_cam.controls.chain_editor import ChainEditor
from panel_cam.controls.share_link import from_search, to_pairs, to_search
from panel_cam.filters import pipeline, plugins
from tests.controls.test_chain import Flat, count
from tests.support.server import ROOT
from tests.test_live import IMAGE, send


def shift(image: Any, *, by: int = 1) -> Any:
    """Shift the columns."""
    return np.roll(image, by, 1)


@pytest.fixture
def edit() -> Iterator[Callable[..., ChainEditor]]:
    """`edit(*arguments, **params) -> ChainEditor` of a `Live` made with these."""
    lives = []

    def edit(*arguments: Any, **params: Any) -> ChainEditor:
        lives.append(Live(*arguments, format="png", **params))
        return ChainEditor(lives[-1])

    yield edit
    for live in lives:
        live.close()


def names(editor: ChainEditor) -> list[str]:
    return [step.filter for step in editor.chain.steps]


def test_the_filter_of_the_live_is_the_first_step_with_its_settings(edit) -> None:
    editor = edit(shift, by=(0, 9))
    (step,) = editor.chain.steps
    assert step.settings.param.by.bounds == (0, 9)
    step.settings.by = 4
    send(editor.live, 1)
    np.testing.assert_array_equal(editor.live.image, shift(IMAGE, by=4))


def test_a_pipeline_is_taken_apart(edit) -> None:
    chain = pipeline(("gaussian", {"sigma": 3.5}), (shift, {"by": 2}), shift)
    editor = edit(chain)
    assert names(editor) == ["gaussian", "shift", "shift"]
    expected = [("filter", "gaussian"), ("gaussian.sigma", "3.5")]
    assert to_pairs(editor.chain)[:2] == expected
    send(editor.live, 1)
    np.testing.assert_array_equal(editor.live.image, chain(IMAGE))
    one = edit(chain, gaussian_sigma=(0, 20))
    assert names(one) == ["pipeline"]
    send(one.live, 1)
    np.testing.assert_array_equal(one.live.image, chain(IMAGE))


def test_a_link_brings_back_what_no_slider_reaches_but_the_page_began_with(
    edit,
) -> None:
    chain = pipeline((shift, {"by": 300}), "flip")
    one, other = edit(chain), edit(chain)
    one.chain.move(one.chain.steps[0], 1)
    search = to_search(to_pairs(one.chain), "", one.menu)
    assert from_search(search, other.chain) == []
    assert names(other) == ["flip", "shift"]
    assert other.chain.steps[1].settings.by == 300


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (partial(shift, by=2), ["shift", "gaussian"]),
        # Its settings alone have no place for what it is given.
        ((partial(shift, by=2), {"by": 3}), ["pipeline"]),
        ((lambda image, **options: image, {"by": 3}), ["pipeline"]),
    ],
)
def test_a_chain_with_what_is_settled_in_it_can_be_edited(edit, part, expected) -> None:
    chain = pipeline(part, "gaussian")
    editor = edit(chain)
    assert names(editor) == expected
    send(editor.live, 1)
    np.testing.assert_array_equal(editor.live.image, chain(IMAGE))


def test_a_class_in_a_chain_has_controls_of_each_sessions_own(edit) -> None:
    chain = pipeline((Flat, {"level": 90}), "invert")
    one, other = edit(chain), edit(chain)
    assert names(one) == ["Flat", "invert"]
    one.chain.steps[0].settings.level = 7
    assert other.chain.steps[0].settings.level == 90
    send(one.live, 1)
    assert one.live.image.flat[0] == 248


def test_steps_act_on_the_next_frame(edit) -> None:
    editor = edit(shift)
    live = editor.live
    editor.chain.add("invert")
    send(live, 1)
    np.testing.assert_array_equal(live.image, 255 - shift(IMAGE))
    editor.chain.steps[1].enabled = False
    send(live, 2)
    np.testing.assert_array_equal(live.image, shift(IMAGE))
    editor.chain.replace([])
    send(live, 3)
    np.testing.assert_array_equal(live.image, IMAGE)
    assert live.error == ""


def test_a_filter_with_a_memory_goes_on_when_others_change(edit) -> None:
    editor = edit(count)
    live = editor.live
    editor.chain.add("posterise")
    for seq, change in enumerate((dict, lambda: editor.chain.add("invert")), 1):
        change()
        send(live, seq)
    editor.chain.remove(editor.chain.steps[2])
    editor.chain.remove(editor.chain.steps[1])
    send(live, 3)
    assert live.image.flat[0] == 3


def test_what_is_assigned_to_the_live_begins_a_new_chain(edit) -> None:
    editor = edit(shift)
    editor.chain.add("invert")
    editor.live.filter = lambda image: image[:, :, 0]
    assert names(editor) == ["<lambda>"]
    assert editor.live.filter is editor.chain
    send(editor.live, 1)
    np.testing.assert_array_equal(editor.live.image, IMAGE[:, :, 0])
    # What was there before can be chosen again.
    assert {"shift", "<lambda>"} <= editor.menu.listing()["yours"].keys()


def test_the_picker_adds_again_what_was_added_before(edit) -> None:
    editor = edit(shift)
    for _ in range(2):
        editor._add.choice = {"name": "invert", "count": len(names(editor))}
    assert names(editor) == ["shift", "invert", "invert"]
    assert editor._add.value == ""


def test_another_filter_in_a_steps_place(edit) -> None:
    editor = edit(shift)
    editor.chain.add("invert", enabled=False)
    card = editor._cards[1]
    card.picker.choice = {"name": "canny", "count": 1}
    assert names(editor) == ["shift", "canny"]
    assert editor._cards[1] is card
    assert card.step is editor.chain.steps[1]
    assert card.step.enabled is False


@pytest.mark.parametrize(
    "choice",
    [{}, {"name": "os.system"}, {"name": 3}, {"name": ["invert"]}, {"more": "x"}],
)
def test_only_what_is_on_the_menu_can_be_chosen(edit, choice) -> None:
    editor = edit(shift)
    editor._add.choice = choice
    editor._cards[0].picker.choice = choice
    assert names(editor) == ["shift"]


@pytest.mark.parametrize("pressed", [{}, {"button": "__init__"}, {"button": ["up"]}])
def test_only_buttons_can_be_pressed(edit, pressed) -> None:
    editor = edit(shift)
    editor.chain.add("invert")
    editor._cards[1].bar.pressed = pressed
    assert names(editor) == ["shift", "invert"]


def test_a_full_chain_and_a_broken_plugin_are_told(edit, monkeypatch) -> None:
    class Entry:
        name, value = "broken", "broken:filter"

        def load(self) -> Any:
            raise SystemError("no <b>luck</b>")

    found = {"broken": Entry()}
    monkeypatch.setattr(plugins, "_found", lambda: found)
    editor = edit(shift)
    editor._add.choice = {"name": "broken", "count": 1}
    (complaint,) = editor.complaints
    assert "broken" in complaint
    assert "<b>" not in describe_complaints(editor.complaints)
    assert names(editor) == ["shift"]
    while len(editor.chain.steps) < MAX_STEPS:
        editor.chain.add("invert")
    editor._add.choice = {"name": "invert", "count": 2}
    assert editor.complaints == [f"a chain takes at most {MAX_STEPS} filters"]


def test_what_the_live_refuses_is_taken_back(edit, monkeypatch) -> None:
    use = Live._use

    def refuse_invert(live: Live, options: dict[str, Any]) -> None:
        if "invert" in str(getattr(live.filter, "as_filter", str)()):
            raise ValueError("no invert here")
        use(live, options)

    monkeypatch.setattr(Live, "_use", refuse_invert)
    editor = edit(shift)
    editor.chain.add("posterise")
    editor._add.choice = {"name": "invert", "count": 1}
    assert editor.complaints == ["no invert here"]
    assert names(editor) == ["shift", "posterise"]
    off = editor.chain.make("invert", enabled=False)
    editor.chain.replace([*editor.chain.steps, off])
    editor._cards[2].bar.enabled = True
    assert (off.enabled, editor._cards[2].bar.enabled) == (False, False)
    send(editor.live, 1)
    assert editor.live.error == ""
    expected = filters.get("posterise")(shift(IMAGE))
    np.testing.assert_array_equal(editor.live.image, expected)


def test_many_complaints_are_counted() -> None:
    text = describe_complaints([f"complaint {number}" for number in range(40)])
    assert "complaint 4" in text
    assert "complaint 5" not in text
    assert "and 35 more" in text


def test_an_editor_works_where_there_is_no_page_with_an_address(edit) -> None:
    editor = edit("gaussian")
    editor.chain.steps[0].settings.sigma = 3
    assert editor.complaints == []


def test_a_page_imports_no_filters_library_before_a_frame_comes() -> None:
    code = (
        "import sys; from panel_cam.page import make_page; make_page()\n"
        "print([m for m in sys.modules if m.startswith(('skimage', 'scipy'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
