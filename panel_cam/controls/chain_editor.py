"""`ChainEditor`: the filters of a `Live` as a list that people change."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Protocol

import panel as pn
import param

from panel_cam.controls.address_bar import AddressBar
from panel_cam.controls.alerts import describe_complaints
from panel_cam.controls.chain import Chain
from panel_cam.controls.chain_step import ChainStep, first_steps
from panel_cam.controls.copy_button import CopyButton
from panel_cam.controls.filter_menu import FilterMenu
from panel_cam.controls.filter_picker import FilterPicker
from panel_cam.controls.share_link import from_search, to_pairs, to_search
from panel_cam.controls.step_card import StepCard

if TYPE_CHECKING:
    from collections.abc import Callable


logger = logging.getLogger(__name__)


class HasFilter(Protocol):
    """What of a `Live` is needed here: its `filter`, and the settings that has."""

    filter: Any
    settings: param.Parameterized
    param: Any


class ChainEditor(pn.viewable.Viewer):
    """Add, remove, reorder, switch off and set the filters of a running `Live`.

    The filter that the `Live` has is the first step, and stays on the menu; of a
    `pipeline`, each filter is a step. From then on, the `Live`'s filter is a `Chain`;
    whoever assigns another filter to it begins a new one. One for each session.

    Parameters
    ----------
    live : Live
        What shows the result.
    link : bool, default True
        Whether the page's address says what the chain is, and chooses it when the page
        is opened.

    Examples
    --------
    >>> from panel_cam import Live
    >>> editor = ChainEditor(Live("gaussian"))
    >>> editor.chain.add("canny").enabled = False
    >>> [step.filter for step in editor.chain.steps]
    ['gaussian', 'canny']
    """

    complaints: param.List[Any] = param.List(
        default=[],
        item_type=str,
        doc="""
        What could not be done of what was asked for last, a sentence each.""",
    )

    def __init__(self, live: HasFilter, *, link: bool = True) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.live = live
        self.menu = FilterMenu()
        """What can be chosen."""
        self.chain = Chain(self.menu)
        """The steps."""
        self._cards: list[StepCard] = []
        self._is_going_back = False
        self._begin()
        self._default = to_pairs(self.chain)
        self._accepted = self._state()
        self._bar = AddressBar(self._write_address) if link else None
        if self._bar is not None:
            self.complaints = from_search(self._bar.read(), self.chain)
        self._column = pn.Column(sizing_mode="stretch_width", margin=0)
        self._add = FilterPicker(
            "",
            self.menu.listing(),
            placeholder="Add a filter",
            label="Add a filter",
            margin=(0, 0, 8, 0),
        )
        self._layout = self._make_layout()
        self._add.param.watch(self._on_add, "value")
        self.chain.param.watch(self._on_structure, "revision")
        # Of a step that is off, too: `chosen` says nothing of it.
        self.chain.param.watch(self._on_settings, "chosen", onlychanged=False)
        self._show_steps()
        live.param.watch(self._on_filter, "filter")
        self._give()

    def _make_layout(self) -> pn.Column:
        message = pn.pane.HTML(
            self.param.complaints.rx.pipe(describe_complaints),
            visible=self.param.complaints.rx.bool(),
            margin=(0, 0, 8, 0),
            sizing_mode="stretch_width",
        )
        copy = CopyButton(self._as_python, label="Copy as Python")
        return pn.Column(
            message,
            self._column,
            self._add,
            copy,
            *([] if self._bar is None else [self._bar]),
            sizing_mode="stretch_width",
            margin=(8, 0),
        )

    def _begin(self) -> None:
        """Begin with the filter of the `Live`."""
        live = self.live
        self.chain.replace(first_steps(live.filter, live.settings, self.menu))

    # ---- what people do

    def _on_add(self, event: param.parameterized.Event) -> None:
        if not event.new:
            return
        self._try(lambda: self.chain.add(event.new))
        self._add.value = ""

    def _on_choose(self, card: StepCard, name: str) -> None:
        def exchange() -> None:
            old, place = card.step, self.chain.steps.index(card.step)
            others = [each for each in self.chain.steps if each is not old]
            new = self.chain.make(name, enabled=old.enabled, beside=others)
            card.display(new)
            self.chain.replace([*others[:place], new, *others[place:]])

        self._try(exchange)
        card.picker.value = card.step.filter

    def _on_press(self, card: StepCard, button: str) -> None:
        self.complaints = []
        if card.step not in self.chain.steps:
            return  # pressed twice, and gone already
        if button == "remove":
            place = self._cards.index(card)
            self.chain.remove(card.step)
            if self._cards:
                self._cards[min(place, len(self._cards) - 1)].focus("remove")
            return
        self.chain.move(card.step, -1 if button == "up" else 1)
        card.focus(button)

    def _try(self, change: Callable[[], object]) -> None:
        """Do what may fail because a filter is of another package, or too many are."""
        self.complaints = []
        try:
            change()
        except Exception as error:
            self.complaints = [str(error) or type(error).__name__]

    # ---- what follows from it

    def _on_filter(self, event: param.parameterized.Event) -> None:
        if self.live.filter is self.chain:
            return
        self._begin()
        self._add.offer(self.menu.listing())
        self._give()

    def _on_structure(self, event: param.parameterized.Event) -> None:
        self._show_steps()
        if self.live.filter is self.chain:
            self._give()

    def _state(self) -> list[tuple[ChainStep, bool]]:
        return [(step, step.enabled) for step in self.chain.steps]

    def _give(self) -> None:
        """Let the `Live` work with the chain as it is now, or go back to what it was.

        An executor refuses a filter that cannot be sent to another process, say.
        """
        if self._is_going_back:
            return
        try:
            if self.live.filter is self.chain:
                self.live.param.trigger("filter")
            else:
                self.live.filter = self.chain
        except Exception as error:
            reason = str(error) or type(error).__name__
            self.complaints = [*dict.fromkeys([*self.complaints, reason])]
            if self._state() == self._accepted:
                raise
            self._is_going_back = True
            try:
                self.chain.replace([step for step, _ in self._accepted])
                for step, enabled in self._accepted:
                    step.enabled = enabled
            finally:
                self._is_going_back = False
            self._give()
        else:
            self._accepted = self._state()

    def _on_settings(self, event: param.parameterized.Event) -> None:
        if self._bar is not None:
            self._bar.touch()

    def _show_steps(self) -> None:
        """Show a card for each step; those that are there already stay."""
        steps = self.chain.steps
        cards = {id(card.step): card for card in self._cards}
        filters = self.menu.listing() if steps else {}
        self._cards = [
            cards.pop(id(step))
            if id(step) in cards
            else StepCard(step, filters, self._on_press, self._on_choose)
            for step in steps
        ]
        for card in cards.values():
            card.close()
        for number, card in enumerate(self._cards, 1):
            card.place(number, len(self._cards))
        layouts = [card.__panel__() for card in self._cards]
        if list(self._column) != layouts:
            self._column[:] = layouts

    def _write_address(self, search: str) -> str:
        pairs = to_pairs(self.chain)
        return to_search([] if pairs == self._default else pairs, search, self.menu)

    def _as_python(self) -> str:
        try:
            return self.chain.as_python()
        except Exception as error:  # a value's own repr, say
            logger.warning("Copy as Python failed: %s", type(error).__name__)
            return f"# This chain cannot be written as Python: {type(error).__name__}\n"

    def __panel__(self) -> pn.viewable.Viewable:
        """Return what the page shows: a column that is as wide as its place."""
        return self._layout
