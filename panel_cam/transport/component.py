"""What all components of ours have in common."""

from __future__ import annotations

from typing import ClassVar

from panel.reactive import ReactiveHTML


class Component(ReactiveHTML):
    """A `ReactiveHTML` whose changes on the page reach Python at once.

    Panel waits 50 ms for more changes before it acts on one.
    """

    _debounce: ClassVar[int] = 0
