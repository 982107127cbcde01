"""What an output in a notebook has in it, short of a notebook."""

import re
import threading
from base64 import b64decode
from contextvars import ContextVar
from typing import Any

import numpy as np
import pytest

from panel_cam.imaging import codec
from panel_cam.transport.notebook_output import (
    PANELS_SCRIPT,
    OutputContext,
    StillPicture,
    with_loader,
)

NOISE = np.random.default_rng(1).integers(0, 255, (960, 1280, 3), dtype=np.uint8)
SMALL = codec.encode(np.zeros((48, 64, 3), np.uint8), format="jpeg")


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, bool]]:
    """The text, the identifier of the display, and whether it replaces an older one."""
    seen = []

    def publish(data: dict[str, str], *, transient: Any, update: bool) -> None:
        seen.append((data["text/html"], transient["display_id"], update))

    monkeypatch.setattr("IPython.display.publish_display_data", publish)
    return seen


def test_the_script_waits_for_the_loader() -> None:
    html = f"<div></div>{PANELS_SCRIPT}embed()</script>"
    data, metadata = with_loader(({"text/html": html, "b": 1}, {"c": 2}))
    assert '<script type="text/panel-cam">embed()</script>' in data["text/html"]
    (output,) = re.findall(r'<div id="([^"]+)">', data["text/html"])
    assert f'loadPanel(document.getElementById("{output}")' in data["text/html"]
    assert (data["b"], metadata) == (1, {"c": 2})


@pytest.mark.parametrize("html", ["<div></div>", PANELS_SCRIPT * 2])
def test_an_output_of_another_form_is_left_alone(html: str) -> None:
    bundle = {"text/html": html}, {}
    assert with_loader(bundle) == bundle


def test_nothing_is_published_before_it_is_displayed(published: list[Any]) -> None:
    picture = StillPicture("key")
    picture.offer(SMALL)
    picture.store()
    assert published == []


def test_a_picture_is_stored_now_and_then_and_at_the_end(published: list[Any]) -> None:
    picture = StillPicture("key")
    picture.display()
    for _ in range(10):
        picture.offer(SMALL)
    assert len(published) == 1
    picture.store()
    picture.store()
    assert [update for _, _, update in published] == [False, True]
    assert len({name for _, name, _ in published}) == 1


def test_a_large_picture_is_stored_as_a_small_one(published: list[Any]) -> None:
    picture = StillPicture("key")
    picture.display()
    picture.offer(codec.encode(NOISE, format="png"))
    picture.store()
    match = re.search(r'src="data:image/jpeg;base64,([^"]+)"', published[-1][0])
    assert match
    assert codec.decode(b64decode(match[1])).shape == (480, 640, 3)
    assert len(match[1]) < 500_000


def test_the_context_of_an_output_serves_on_any_thread() -> None:
    variable: ContextVar[str] = ContextVar("variable", default="nowhere")
    variable.set("cell")
    context = OutputContext()
    variable.set("later cell")
    seen: list[str] = []
    threads = [
        threading.Thread(target=lambda: seen.append(context.run(variable.get)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["cell"] * 4
