"""Every kind of control is moved, and its effect read from the picture on the page."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import panel as pn
import param
from playwright.sync_api import Locator

from panel_cam import Live, Range
from panel_cam.functions.annotations import Color
from tests.support.live_page import LivePage
from tests.support.waiting import wait_until


class Mode(Enum):
    FAST = 40
    EXACT = 80


@dataclass(frozen=True)
class Blur:
    softness: Annotated[float, Range(0, 5, step=0.5)] = 1.0
    size: tuple[int, int] = (3, 5)


BAND = 8  # rows of the picture for each option


def bands(
    image,
    *,
    sigma: Annotated[float, Range(0, 5, step=0.5)] = 1.0,
    count: Annotated[int, Range(0, 9)] = 3,
    on: bool = False,
    perhaps: bool | None = None,
    choice: Literal["a", "b"] = "a",
    mode: Mode = Mode.FAST,
    colour: Color = "#ff0000",
    text: str = "a",
    level: Annotated[float, Range(0, 1)] | None = None,
    number: Annotated[float, param.Number] = 1.0,
    whole: Annotated[int, param.Integer] = 1,
    limits: Annotated[tuple[int, int], Range(0, 250)] = (10, 20),
    span: Annotated[tuple[float, float], Range(0.0, 1.0, step=0.1)] = (0.2, 0.4),
    point: tuple[int, int, int] = (1, 2, 3),
    tint_color: tuple[int, int, int] = (10, 20, 30),
    fine_color: tuple[float, float, float] = (0.0, 0.2, 0.4),
    numbers: tuple[int, ...] = (1, 2, 3, 4, 5),
    place: Path = Path("a"),
    blur: Blur = Blur(),
    size: int = 10,
    names: Annotated[list, param.ListSelector(default=["x"], objects=["x", "y"])],
    day: Annotated[Any, param.CalendarDate] = datetime.date(2026, 1, 2),
    time: Annotated[Any, param.Date] = datetime.datetime(2026, 1, 2, 3),
    other: int = 0,
    followed: float = 0.0,
):
    """Paint a band of each option."""
    colours = [
        sigma * 50,
        count * 20,
        on * 200,
        {None: 0, False: 100, True: 200}[perhaps],
        ord(choice),
        mode.value,
        [int(colour[start : start + 2], 16) for start in (1, 3, 5)],
        len(text) * 50,
        255 if level is None else level * 100,
        number * 20,
        whole * 20,
        [*limits, 0],
        [span[0] * 200, span[1] * 200, 0],
        [each * 20 for each in point],
        tint_color,
        [each * 255 for each in fine_color],
        [each * 10 for each in numbers[:3]],
        len(str(place)) * 20,
        [blur.softness * 20, *blur.size],
        size * 5,
        len(names) * 60,
        day.day * 8,
        time.minute * 4,
        other * 10,
        followed * 10,
    ]
    picture = np.zeros((BAND * len(colours), 16, 3), np.uint8)
    for place, colour in enumerate(colours):
        picture[BAND * place : BAND * (place + 1)] = np.round(colour)
    return picture


OPTIONS = list(bands.__annotations__)


def test_every_kind_of_control_changes_the_next_picture(serve_here, page) -> None:
    lives: list[Live] = []

    def app() -> Live:
        slider = pn.widgets.FloatSlider(label="Followed", end=20, step=1)
        lives.append(Live(bands, autostart=True, format="png", followed=slider))
        return lives[-1]

    page.set_viewport_size({"width": 900, "height": 2200})
    live_page = LivePage(page)
    live_page.open(serve_here(app).url)
    live_page.next_picture()
    live = lives[0]
    stream = live.camera.frame.stream

    def box(label: str) -> Locator:
        return page.get_by_label(label, exact=True)

    def handle(label: str, number: int = 0) -> Locator:
        row = page.locator(".bk-input-group").filter(has_text=f"{label}:")
        return row.locator(".noUi-handle").nth(number)

    def fill(label: str, text: str) -> None:
        box(label).fill(text)
        box(label).press("Enter")

    def pick(label: str, text: str) -> None:
        """Choose a date; the calendar belongs to an input that may be hidden."""
        row = page.locator(".bk-input-group").filter(has_text=label)
        row.locator("input.flatpickr-input").first.evaluate(
            """(it, text) => {
              it._flatpickr.open();
              it._flatpickr.setDate(text, true);
              it._flatpickr.close();
            }""",
            text,
        )

    def add_name() -> None:
        page.locator(".choices").click()
        page.get_by_role("option", name="y", exact=True).click()

    def move_blur() -> None:
        handle("Softness").press("ArrowRight")
        fill("Size 2", "7")

    # Its label is beside it, and not its own.
    checkbox = page.get_by_role("checkbox").last

    moves: dict[str, tuple[Callable[[], object], int | list[int]]] = {
        "sigma": (lambda: handle("Sigma").press("ArrowRight"), 75),
        "count": (lambda: handle("Count").press("ArrowLeft"), 40),
        "on": (lambda: checkbox.check(), 200),
        "perhaps": (lambda: box("Perhaps").select_option("no"), 100),
        "choice": (lambda: box("Choice").select_option("b"), ord("b")),
        "mode": (lambda: box("Mode").select_option("EXACT"), 80),
        "colour": (lambda: box("Colour").fill("#14c850"), [20, 200, 80]),
        "text": (lambda: fill("Text", "abc"), 150),
        "level": (lambda: fill("Level", "0.5"), 50),
        "number": (lambda: fill("Number", "7.5"), 150),
        "whole": (lambda: box("Whole").press("ArrowUp"), 40),
        "limits": (lambda: handle("Limits", 1).press("ArrowRight"), [10, 21, 0]),
        "span": (lambda: handle("Span", 0).press("ArrowLeft"), [20, 80, 0]),
        "point": (lambda: fill("Point 2", "5"), [20, 100, 60]),
        "tint_color": (lambda: box("Tint color").fill("#14c850"), [20, 200, 80]),
        "fine_color": (lambda: box("Fine color").fill("#336699"), [51, 102, 153]),
        "numbers": (lambda: fill("Numbers", "(6, 5, 4, 3, 2)"), [60, 50, 40]),
        "place": (lambda: fill("Place", "a/b"), 60),
        "blur": (move_blur, [30, 3, 7]),
        "size": (lambda: handle("Size").press("ArrowRight"), 55),
        "names": (add_name, 120),
        "day": (lambda: pick("Day", "2026-01-09"), 72),
        "time": (lambda: pick("Time", "2026-01-02 03:30:00"), 120),
        "other": (lambda: handle("Other").press("ArrowRight"), 10),
        "followed": (lambda: handle("Followed").press("ArrowRight"), 10),
    }
    assert moves.keys() == set(OPTIONS)

    def bands_now() -> dict[str, list[int]]:
        picture = live_page.next_picture().image
        colours = picture[BAND // 2 :: BAND, 8, :3].tolist()
        return dict(zip(OPTIONS, colours, strict=True))

    before = bands_now()
    assert box("Perhaps").locator("option:checked").text_content() == "none"
    for option, (move, expected) in moves.items():
        wanted = [expected] * 3 if isinstance(expected, int) else expected
        assert before[option] != wanted, option
        move()
        try:
            wait_until(lambda o=option, w=wanted: bands_now()[o] == w, page=page)
        except AssertionError as error:
            raise AssertionError(f"{option} shows {bands_now()[option]}") from error
    assert live.camera.frame.stream == stream
    # All at once: each picture is made with one set of settings.
    page.get_by_role("button", name="Reset").click()
    wait_until(lambda: bands_now()["colour"] == before["colour"], page=page)
    assert {**bands_now(), "followed": 0} == {**before, "followed": 0}
