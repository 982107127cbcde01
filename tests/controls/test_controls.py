"""A widget for each setting, and what goes both ways between them."""

import datetime
from enum import Enum
from typing import Annotated, Any, Literal

import numpy as np
import panel as pn
import param
import pytest

from panel_cam.controls.compound import NumbersInput
from panel_cam.controls.controls import Controls
from panel_cam.filters import get, names
from panel_cam.functions.annotations import Color
from panel_cam.functions.ranges import Range
from panel_cam.functions.settings import settings_of, values


class Mode(Enum):
    """An Enum."""

    FAST = 1
    EXACT = 2


def everything(
    image,
    sigma: Annotated[float, Range(0, 5, step=0.1)] = 1.0,
    free: float = 1.0,
    count: Annotated[int, Range(0, 9)] = 3,
    on: bool = False,
    perhaps: bool | None = None,
    text: str = "a",
    colour: Color = "#ff0000",
    choice: Literal["a", "b"] = "a",
    mode: Mode = Mode.FAST,
    limits: Annotated[tuple[int, int], Range(0, 255)] = (10, 20),
    ends: Annotated[tuple[float, float], Range(0.0, 1.0)] = (0.25, 0.5),
    size: tuple[int, int] = (640, 480),
    level: Annotated[float, Range(0, 1)] | None = None,
    hidden: Any = object,
):
    """Take all.

    Parameters
    ----------
    sigma : float, 0-5 pixels
        How wide the bell is.
    """
    return image


KINDS = {
    "sigma": (pn.widgets.FloatSlider, 2.0),
    "free": (pn.widgets.FloatSlider, 2.0),
    "count": (pn.widgets.IntSlider, 4),
    "on": (pn.widgets.Checkbox, True),
    "perhaps": (pn.widgets.Select, False),
    "text": (pn.widgets.TextInput, "b"),
    "colour": (pn.widgets.ColorPicker, "#00ff00"),
    "choice": (pn.widgets.Select, "b"),
    "mode": (pn.widgets.Select, Mode.EXACT),
    "limits": (pn.widgets.IntRangeSlider, (0, 255)),
    "ends": (pn.widgets.RangeSlider, (0.0, 1.0)),
    "size": (NumbersInput, (320, 240)),
    "level": (pn.widgets.FloatInput, 0.5),
}


@pytest.fixture
def controls() -> Controls:
    return Controls(settings_of(everything))


def test_each_setting_has_its_kind_of_widget(controls: Controls) -> None:
    assert controls.widgets.keys() == KINDS.keys()
    for name, widget in controls.widgets.items():
        assert isinstance(widget, KINDS[name][0]), name
        assert widget.value == getattr(controls.settings, name)


def test_a_slider_has_the_settings_ends_step_and_label(controls: Controls) -> None:
    sigma: Any = controls.widgets["sigma"]
    assert (sigma.start, sigma.end, sigma.step) == (0, 5, 0.1)
    assert (sigma.label, sigma.format) == ("Sigma (pixels)", "0.0")
    free: Any = controls.widgets["free"]
    assert (free.start, free.end, free.step, free.format) == (0, 5, 0.05, "0.00")


def test_a_slider_shows_small_numbers() -> None:
    def f(
        image,
        eps=1e-7,
        tiny: Annotated[float, Range(0, 1e-300)] = 0.0,
        pair: Annotated[tuple[float, float], Range(0, 5e-7, 1e-7)] = (1e-7, 2e-7),
        fine: Annotated[float, Range(-2, 1, 1e-7)] = 0.0,
        ends: Annotated[tuple[float, float], Range(0, 0.01)] = (0.001, 0.002),
    ): ...

    widgets: Any = Controls(settings_of(f)).widgets
    assert widgets["ends"].format == "0.0000"
    shown = {
        name: widgets[name].format.format for name in ("eps", "tiny", "pair", "fine")
    }
    assert shown == {
        **{"eps": "%.2e", "tiny": "%.2e", "pair": "%.1e", "fine": "%.8e"},
    }


def test_the_doc_is_a_tooltip_and_is_no_html() -> None:
    def f(image, x: Annotated[int, "a < b & <script>"] = 1): ...

    icons = list(Controls(settings_of(f))._layout.select(pn.widgets.TooltipIcon))
    assert [icon.value for icon in icons] == ["a &lt; b &amp; &lt;script&gt;"]
    assert icons[0].get_root().description.position == "left"


@pytest.mark.parametrize("name", KINDS)
def test_what_a_widget_says_is_set_and_shown_the_other_way(
    controls: Controls, name: str
) -> None:
    _, value = KINDS[name]
    controls.widgets[name].value = value
    assert getattr(controls.settings, name) == value
    assert type(values(controls.settings)[name]) is type(value)
    other = Controls(settings_of(everything))
    setattr(other.settings, name, value)
    assert other.widgets[name].value == value


def test_reset_sets_the_defaults_at_once_and_is_off_when_there_is_nothing_to_do(
    controls: Controls,
) -> None:
    assert controls._reset.disabled
    before = values(controls.settings)
    for name, (_, value) in KINDS.items():
        controls.widgets[name].value = value
    assert not controls._reset.disabled
    seen: list[Any] = []
    controls.settings.param.watch(lambda *events: seen.append(events), list(KINDS))
    controls._reset.clicks += 1
    assert values(controls.settings) == before
    assert len(seen) == 1
    assert controls._reset.disabled


def test_choices_that_look_alike_are_told_apart() -> None:
    def f(image, x: Literal[1, "1", 2] = 1): ...

    controls = Controls(settings_of(f))
    widget = controls.widgets["x"]
    root: Any = widget.get_root()
    assert (widget.value, root.value) == (1, "1")
    widget._process_events({"value": "1 (str)"})
    assert controls.settings.x == "1"
    widget._process_events({"value": "1"})
    assert controls.settings.x == 1


def test_a_choice_may_be_an_array() -> None:
    def f(image, kernel=None): ...

    for choices in ([(flat := np.ones((3, 3))), np.eye(3)], [np.eye(3), None, flat]):
        controls = Controls(settings_of(f, kernel=choices))
        controls._layout.get_root()
        widget, before = controls.widgets["kernel"], controls.settings.kernel
        assert widget.value is before
        widget.value = flat if before is not flat else choices[1]
        assert controls.settings.kernel is widget.value
        assert not controls._reset.disabled
        controls.reset()
        assert widget.value is controls.settings.kernel is before


def test_reset_goes_to_the_default_that_the_caller_gave() -> None:
    controls = Controls(settings_of(everything, sigma=3.0))
    controls.settings.sigma = 1.0
    controls.reset()
    assert controls.settings.sigma == 3.0


def test_a_value_that_is_refused_is_said_and_the_widget_goes_back(
    controls: Controls,
) -> None:
    controls.widgets["size"].value = (1, 2, 3)
    assert "size" in controls.error
    assert controls.widgets["size"].value == controls.settings.size == (640, 480)
    controls.widgets["size"].value = (1, 2)
    assert controls.error == ""


def test_without_settings_nothing_is_shown() -> None:
    controls = Controls(settings_of(get("roberts")))
    assert not controls._layout.visible
    controls.reset()


def test_what_follows_a_widget_shows_that_and_what_follows_else_nothing() -> None:
    slider = pn.widgets.FloatSlider(value=2.0, end=9)
    count = pn.widgets.IntSlider(value=2, end=9)
    controls = Controls(
        settings_of(
            everything, sigma=slider, count=count.param.value, on=count.rx() > 1
        )
    )
    assert not {"sigma", "count", "on"} & controls.widgets.keys()
    shown = list(controls._layout.select())
    assert slider in shown
    assert count not in shown
    controls.reset()
    slider.value = 3.0
    assert controls.settings.sigma == 3.0


def test_every_filter_of_the_catalogue_has_controls_that_can_be_shown() -> None:
    for name in names():
        settings = settings_of(get(name))
        controls = Controls(settings)
        assert list(controls.widgets) == [
            each for each in settings.param if each != "name"
        ]
        controls._layout.get_root()
        for each, widget in controls.widgets.items():
            if hasattr(widget, "start"):
                widget.value = widget.start
                widget.value = widget.end
                assert getattr(settings, each) == widget.end


class Filter(param.Parameterized):
    """A filter with settings of all kinds."""

    last = param.Number(default=1, precedence=5)
    first = param.Number(default=1, bounds=(0, 2), precedence=1)
    unseen = param.Number(default=1, precedence=-0.5)
    fixed = param.Number(default=1, bounds=(0, 5), constant=True)
    day = param.Date(default=None)
    date = param.CalendarDate(default=datetime.date(2024, 1, 2))
    span = param.DateRange(default=None)
    dates = param.CalendarDateRange(default=None)
    many = param.ListSelector(default=["a"], objects=["a", "b"])
    weights = param.List(default=[1])
    table = param.Dict(default={"a": 1})
    go = param.Event()
    act = param.Action(default=None)
    odd = param.ClassSelector(class_=object, default=None)

    def __call__(self, image):
        return image


def test_a_parameterized_has_its_own_order_and_buttons() -> None:
    settings = Filter()
    done: list[Any] = []
    settings.act = done.append
    settings.param.watch(lambda event: done.append("go"), "go")
    controls = Controls(settings)
    assert list(controls.widgets) == [
        *("fixed", "day", "date", "span", "dates"),
        *("many", "weights", "table", "first", "last"),
    ]
    assert controls.widgets["fixed"].disabled
    assert isinstance(controls.widgets["last"], pn.widgets.FloatInput)
    buttons = {
        button.label: button for button in controls._layout.select(pn.widgets.Button)
    }
    buttons["Go"].clicks += 1
    buttons["Act"].clicks += 1
    assert done == ["go", settings]
    controls.widgets["day"].value = datetime.datetime(2024, 1, 2)
    controls.widgets["date"].value = datetime.date(2024, 1, 3)
    assert settings.date == datetime.date(2024, 1, 3)
    days = (datetime.date(2024, 1, 2), datetime.date(2024, 1, 3))
    controls.widgets["dates"].value = days
    assert settings.dates == days
    controls.widgets["many"].value = ["a", "b"]
    assert settings.many == ["a", "b"]
    controls.reset()
    assert (settings.day, settings.many) == (None, ["a"])


def test_other_settings_are_shown_instead_of_those_before() -> None:
    first, second = settings_of(get("gaussian")), settings_of(get("flip"))
    controls = Controls(first)
    widget = controls.widgets["sigma"]
    controls.error = "refused"
    controls.settings = second
    assert list(controls.widgets) == [name for name in second.param if name != "name"]
    assert (controls.error, controls._reset.disabled) == ("", True)
    first.sigma = before = first.sigma + 1
    assert widget.value != before
    widget.value = before + 1
    assert first.sigma == before
    assert widget not in list(controls._layout.select())
    second.vertical = True
    assert controls.widgets["vertical"].value is True
    controls.settings = None
    assert not controls._layout.visible
    assert controls.widgets == {}


def test_a_late_press_is_of_the_settings_whose_button_it_was() -> None:
    settings = Filter()
    controls = Controls(settings)
    done: list[Any] = []
    settings.param.watch(lambda event: done.append("go"), "go")
    (go, *_) = (
        button
        for button in controls._layout.select(pn.widgets.Button)
        if button.label == "Go"
    )
    controls.settings = settings_of(get("gaussian"))
    go.clicks += 1
    assert done == ["go"]


def test_closed_controls_let_go_of_the_settings() -> None:
    settings = Filter()
    controls = Controls(settings)
    controls.close()
    controls.close()
    settings.first = 2
    assert controls.widgets["first"].value == 1
    controls.widgets["first"].value = 0
    assert settings.first == 2
