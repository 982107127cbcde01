"""The part of Playwright's `Page` that the tests need, over what a driver can do.

A test that keeps to this part runs in every engine: in Chromium the page is
Playwright's own, in the others it is a `DrivenPage`.
"""

from __future__ import annotations

import json
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any, Self

from tests.support.pages import Console
from tests.support.waiting import wait_until

PATIENCE = 20.0  # seconds for what a page is to do by itself

# As in Playwright, an expression is what it gives, and a function is called. What comes
# back is JSON, for the protocols have types of their own.
CALL = """
async (source, argument) => {
  const it = (0, eval)(source);
  const value = typeof it === "function" ? it(JSON.parse(argument)) : it;
  return JSON.stringify(await value) ?? "null";
}
"""

_FIND = Path(__file__).with_name("find.js").read_text("utf-8")

# WebDriver's own numbers for keys that write nothing, the same in both protocols.
KEYS = {
    "Enter": "\ue007",
    "Tab": "\ue004",
    "End": "\ue010",
    "Home": "\ue011",
    "PageUp": "\ue00e",
    "PageDown": "\ue00f",
    "ArrowLeft": "\ue012",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}


class JavaScriptError(Exception):
    """What a script in the page has raised."""


class DrivenPage(ABC):
    """A page of a browser that is not Playwright's.

    Parameters
    ----------
    console : Console
        Gets the errors that the page writes to its console.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    # ---- what a driver can do

    @abstractmethod
    def goto(self, url: str) -> None:
        """Open an address, and wait until all of the page has been loaded."""

    @abstractmethod
    def add_init_script(self, script: str) -> None:
        """Run this in every page that is opened from now on, before its own."""

    @abstractmethod
    def screenshot(self) -> bytes:
        """Return what is seen of the page, as PNG."""

    @abstractmethod
    def hide(self) -> None:
        """Let it be in the background: Playwright's pages cannot."""

    @abstractmethod
    def show(self) -> None:
        """Bring it to the front again."""

    @abstractmethod
    def close(self) -> None:
        """Close the page; nothing more can be done with it."""

    @abstractmethod
    def _call(self, source: str, argument: str) -> str:
        """Return what `CALL` gives for the two, or raise `JavaScriptError`."""

    @abstractmethod
    def _perform(self, device: dict[str, Any]) -> None:
        """Do what one input device does: an entry of WebDriver's `actions`."""

    # ---- the same with every driver

    def evaluate(self, source: str, argument: Any = None) -> Any:
        """Return what an expression, or a function of one argument, gives as JSON."""
        return json.loads(self._call(source, json.dumps(argument)))

    def wait_for_timeout(self, milliseconds: float) -> None:
        """Let the page go on for a while."""
        time.sleep(milliseconds / 1000)

    def wait_for_function(self, source: str, timeout: float = PATIENCE * 1000) -> None:
        """Wait until an expression is true; `timeout` in ms."""
        wait_until(lambda: bool(self.evaluate(source)), timeout / 1000, self)

    def locator(self, css: str) -> Found:
        """Return what matches a selector, in shadow roots too."""
        return Found(self, [{"css": css}])

    def get_by_role(self, role: str, *, name: str = "", exact: bool = False) -> Found:
        """Return what has an ARIA role, and a name."""
        return Found(self, [{"role": role, "name": name, "exact": exact}])

    def get_by_label(self, label: str, *, exact: bool = False) -> Found:
        """Return the inputs that have a label."""
        return Found(self, [{"label": label, "exact": exact}])

    def get_by_text(self, text: str, *, exact: bool = False) -> Found:
        """Return the innermost elements with a text."""
        return Found(self, [{"text": text, "exact": exact}])

    def press_pointer(self, x: float, y: float) -> None:
        """Click at a place of the window."""
        move = {"type": "pointerMove", "x": round(x), "y": round(y)}
        buttons = [{"type": f"pointer{way}", "button": 0} for way in ("Down", "Up")]
        parameters = {"pointerType": "mouse"}
        device = {"type": "pointer", "id": "mouse", "parameters": parameters}
        self._perform({**device, "actions": [move, *buttons]})

    def press_keys(self, *keys: str) -> None:
        """Press keys, one after the other, where the focus is."""
        actions = [
            {"type": f"key{way}", "value": KEYS.get(key, key)}
            for key in keys
            for way in ("Down", "Up")
        ]
        self._perform({"type": "key", "id": "keyboard", "actions": actions})


class Found:
    """Elements of a page, looked for anew with every question.

    What acts on an element, or asks about it, waits until there is exactly one.
    """

    def __init__(self, page: DrivenPage, steps: list[dict[str, Any]]) -> None:
        self._page = page
        self._steps = steps

    def locator(self, css: str) -> Self:
        """Return what matches a selector, inside of these."""
        return self._then(css=css)

    def filter(self, *, has_text: str) -> Self:
        """Return those with a text in them."""
        return self._then(has=has_text)

    def nth(self, index: int) -> Self:
        """Return one of them."""
        return self._then(nth=index)

    @property
    def first(self) -> Self:
        """The first of them."""
        return self.nth(0)

    # ---- questions

    def count(self) -> int:
        """Return how many there are, seen or not."""
        count: int = self._ask("(all) => all.length")
        return count

    def is_visible(self) -> bool:
        """Tell whether one is seen; none is not."""
        return bool(self._ask("(all) => all.some(seen)"))

    def is_hidden(self) -> bool:
        """Tell whether none is seen."""
        return not self.is_visible()

    def is_checked(self) -> bool:
        """Tell whether a box is ticked."""
        return bool(self._ask_one("it.checked"))

    def input_value(self) -> str:
        """Return what a field, or a list, holds."""
        return str(self._ask_one("it.value"))

    def inner_text(self) -> str:
        """Return the text that is seen in it."""
        return str(self._ask_one("it.innerText"))

    def get_attribute(self, name: str) -> str | None:
        """Return an attribute, if it has it."""
        value: str | None = self._ask_one("it.getAttribute(argument)", name)
        return value

    def all_text_contents(self) -> list[str]:
        """Return the texts of all of them."""
        texts: list[str] = self._ask("(all) => all.map((it) => it.textContent)")
        return texts

    def bounding_box(self) -> dict[str, float] | None:
        """Return where in the window it is, and how large."""
        box: dict[str, float] = self._ask_one("it.getBoundingClientRect().toJSON()")
        return box

    # ---- actions

    def wait_for(self, timeout: float = PATIENCE * 1000) -> None:
        """Wait until one is seen; `timeout` in ms."""
        wait_until(self.is_visible, timeout / 1000, self._page)

    def click(self) -> None:
        """Click in its middle, once it is seen there."""
        place = wait_until(
            lambda: self._ask_one("middle(it)") or False, PATIENCE, self._page
        )
        self._page.press_pointer(*place)

    def check(self) -> None:
        """Tick a box."""
        if not self.is_checked():
            self.click()

    def press(self, key: str) -> None:
        """Press a key in it."""
        self._ask_one("it.focus()")
        self._page.press_keys(key)

    def fill(self, text: str) -> None:
        """Write a text into a field, in place of what it holds."""
        self._ask_one("(it.focus(), it.select())")
        self._page.press_keys(*text)

    def select_option(self, value: str) -> None:
        """Choose from a list, by the value or by the text."""
        # The list itself opens outside of the page, where no driver reaches.
        self._ask_one("choose(it, argument)", value)

    # ---- how

    def _then(self, **step: Any) -> Self:
        return type(self)(self._page, [*self._steps, step])

    def _ask(self, answer: str, argument: Any = None) -> Any:
        """Return what a function of the elements and the argument gives."""
        source = (
            f"({{steps, argument}}) => {{\n{_FIND}\nreturn ({answer})(find(steps))\n}}"
        )
        return self._page.evaluate(source, {"steps": self._steps, "argument": argument})

    def _ask_one(self, expression: str, argument: Any = None) -> Any:
        """Return what an expression of `it` gives, once there is one element alone."""

        def there_is_one() -> list[Any]:
            found = self._ask(
                f"(all) => all.map((it) => all.length > 1 ? null : ({expression}))",
                argument,
            )
            assert len(found) == 1, f"{len(found)} elements are {self._steps}"
            return found

        return wait_until(there_is_one, PATIENCE, self._page)[0]
