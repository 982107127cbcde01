"""The registry of kinds: each parameter has its own, and one more is one more class."""

from fractions import Fraction
from typing import Any

import panel as pn
import param
import pytest

from panel_cam.controls.link_settings import from_query, to_query
from panel_cam.controls.widgets import OURS, to_widget
from panel_cam.functions.kinds import registry
from panel_cam.functions.kinds.kind import HIDDEN, Kind, Widget
from panel_cam.functions.kinds.plain import BUTTON, OTHER
from panel_cam.functions.kinds.registry import KINDS, kind_of
from panel_cam.functions.settings import settings_of, values


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_no_kind_hides_a_parameter_of_another(kind: Kind) -> None:
    for parameter in kind.parameters:
        assert kind_of(parameter()) is kind


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_what_has_a_widget_has_a_text_and_the_other_way_round(kind: Kind) -> None:
    for each in kind.parameters:
        widget = kind.widget(each(), None)
        assert (widget is None) == (kind in (BUTTON, OTHER))
        assert (widget is None) == (kind.describe(each()) == "no value")
        assert widget is None or widget.name in OURS or hasattr(pn.widgets, widget.name)


HALF = Fraction(1, 2)


class Part(param.Parameter[Any]):
    """Holds a fraction."""


class _Fraction(Kind):
    """A kind that panel_cam does not have."""

    parameters = (Part,)

    def make(self, wanted):
        if wanted.base is not Fraction:
            return None
        return Part(default=wanted.default, **wanted.common)

    def widget(self, parameter, value):
        return Widget("LiteralInput", {"type": Fraction})

    def _write(self, parameter, value):
        return str(value)

    def _read(self, parameter, text):
        return Fraction(text)

    def describe(self, parameter):
        return "a fraction"


def test_one_more_kind_is_one_class_and_its_name_in_the_list(monkeypatch) -> None:
    def read(image, part: Fraction = HALF): ...

    assert settings_of(read).param.part.precedence == HIDDEN
    monkeypatch.setattr(registry, "KINDS", (_Fraction(), *KINDS))
    settings: Any = settings_of(read)
    parameter = settings.param.part
    widget: Any = to_widget(parameter, settings.part)
    assert (type(parameter), widget.type) == (Part, Fraction)
    assert widget.value == HALF
    settings.part = Fraction(3, 4)
    again: Any = settings_of(read)
    assert from_query(to_query(settings), again) == []
    assert values(again) == {"part": Fraction(3, 4)}
