"""Settings to the address of a page and back; nothing in it is trusted."""

from datetime import UTC, date, datetime
from enum import Enum
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode

import numpy as np
import param
import pytest

from panel_cam.controls.link_settings import MAX_CHARACTERS, from_query, to_query
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
    sigma: Annotated[float, Range(0, 5)] = 1.0,
    free: float = 1.0,
    count: Annotated[int, Range(0, 9)] = 3,
    on: bool = False,
    text: str = "a",
    colour: Color = "#ff0000",
    choice: Literal["a", "b", 3] = "a",
    mode: Mode = Mode.FAST,
    limits: Annotated[tuple[int, int], Range(0, 255)] = (10, 20),
    size: tuple[int, int] = (640, 480),
    level: Annotated[float, Range(0, 1)] | None = None,
    name: Literal["red", "green"] = "red",
    filter: int = 1,
    hidden: Any = object,
): ...


CHANGED: dict[str, Any] = {
    "sigma": 0.1 + 0.2,
    "free": 2e-3,
    "count": 9,
    "on": True,
    "text": "ä & b=c/?#%20 \n",
    "colour": "#00ff7f",
    "choice": 3,
    "mode": Mode.EXACT,
    "limits": (0, 255),
    "size": (320, 240),
    "level": 0.5,
    "name_": "green",
    "filter": 5,
}


def settings() -> Any:
    return settings_of(everything)


def over_the_wire(query: dict[str, str]) -> dict[str, str]:
    return dict(parse_qsl(urlencode(query), keep_blank_values=True))


def test_every_kind_comes_back_as_it_was() -> None:
    one, other = settings(), settings()
    one.param.update(**CHANGED)
    query = to_query(one)
    assert (query["name"], query["filter_"]) == ("green", "5")
    assert from_query(over_the_wire(query), other) == []
    assert values(other) == values(one)
    assert type(other.choice) is int


def test_every_setting_of_the_catalogue_comes_back_from_both_its_ends() -> None:
    for name in names():
        for end in (0, 1):
            one: Any = settings_of(get(name))
            other = settings_of(get(name))
            for attribute, each in one.param.objects().items():
                if isinstance(each, param.Number):
                    setattr(one, attribute, each.bounds[end])
                elif isinstance(each, param.Boolean):
                    setattr(one, attribute, bool(end))
                elif isinstance(each, param.Selector):
                    setattr(one, attribute, each.objects[-end])
            query = over_the_wire(to_query(one))
            assert from_query(query, other) == []
            assert values(other) == values(one)


def test_numbers_of_numpy_come_back_as_pythons() -> None:
    class Filter(param.Parameterized):
        sigma = param.Number(default=1.0)
        count = param.Integer(default=1)
        size = param.NumericTuple(default=(1.0, 2.0))

        def __call__(self, image): ...

    one, other = Filter(), Filter()
    one.param.update(
        sigma=np.float32(2.5), count=np.int64(4), size=(np.float64(3), np.float64(4))
    )
    query = to_query(one)
    assert query == {"sigma": "2.5", "count": "4", "size": "3.0,4.0"}
    assert from_query(query, other) == []
    assert values(other) == {"sigma": 2.5, "count": 4, "size": (3.0, 4.0)}
    one.sigma = np.float64(1)
    assert "sigma" not in to_query(one)


def test_what_is_no_finite_number_is_left_out() -> None:
    def soft(image, sigma=float("nan"), size=(float("nan"), 1.0, 2.0)): ...

    one: Any = settings_of(soft)
    assert to_query(one) == {}
    one.param.update(sigma=float("inf"), size=(float("inf"), 1.0, 2.0))
    assert to_query(one) == {}


def test_what_has_its_default_is_left_out() -> None:
    assert to_query(settings()) == {}


def test_none_is_an_empty_text() -> None:
    one: Any = settings_of(lambda image, level: image, level=param.Number(0.5))
    one.param.level.allow_None = True
    one.level = None
    assert to_query(one) == {"level": ""}
    one.level = 0.2
    assert from_query({"level": ""}, one) == []
    assert one.level is None


def test_keys_of_others_are_left_alone() -> None:
    one = settings()
    assert (
        from_query({"theme": "dark", "filter": "x", "utm": "1", "name_": "q"}, one)
        == []
    )
    assert values(one) == values(settings())


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *(("sigma", text) for text in ("", "x", "nan", "inf", "-1", "5.1", "1e999")),
        *(("count", text) for text in ("1.5", "-1", "10", "9" * 5000, "0x1", "None")),
        *(("free", text) for text in ("1e9", "-1", "nan", "True")),
        *(("on", text) for text in ("1", "True", "yes", "")),
        *(("colour", text) for text in ("orangish", "#ff", "#gggggg", "url(x)", "")),
        *(("choice", text) for text in ("c", "", "__class__", "0")),
        *(("mode", text) for text in ("1", "fast", "Mode.FAST")),
        *(("limits", text) for text in ("1", "1,2,3", "9,256", "-1,5", "a,b", ",")),
        *(("size", text) for text in ("1", "1,nan", "1.5,2", "(1,2)")),
        *(("level", text) for text in ("2", "none")),
        ("name", "blue"),
        ("text", "x" * 2000),
        ("hidden", "1"),
    ],
)
def test_a_bad_value_is_ignored_with_a_short_complaint(key: str, text: str) -> None:
    one = settings()
    complaints = from_query({key: text, "count": "4"} | {key: text}, one)
    assert [each.partition(":")[0] for each in complaints] == [key]
    assert len(complaints[0]) < 200
    expected = values(settings())
    if key != "count":
        expected["count"] = 4
    assert values(one) == expected


def test_what_can_be_typed_into_a_box_comes_back() -> None:
    def soft(image, sigma: float | None = 1.0): ...

    one: Any = settings_of(soft)
    assert from_query({"sigma": "30"}, one) == []
    assert one.sigma == 30.0
    half: Any = settings_of(soft, sigma=param.Number(1.0, bounds=(0, None)))
    assert from_query({"sigma": "30"}, half) == []
    assert half.sigma == 30.0
    assert from_query({"sigma": "-1"}, half) == [
        "sigma: expected a number, got '-1'",
    ]


def test_a_link_may_say_what_the_page_began_with() -> None:
    class Filter(param.Parameterized):
        sigma = param.Number(default=1.0, softbounds=(0, 5))
        limits = param.Range(default=(1, 2), softbounds=(0, 5))

        def __call__(self, image): ...

    one, other = Filter(sigma=30, limits=(1, 9)), Filter()
    query = to_query(one)
    assert from_query(query, Filter(sigma=30, limits=(1, 9))) == []
    assert from_query(query, other, [Filter(), one]) == []
    assert (other.sigma, other.limits) == (30, (1, 9))
    assert len(from_query({"sigma": "31", "limits": "1,8"}, Filter(), [one])) == 2


@pytest.mark.parametrize("value", [1, None, ["1"], b"1", True])
def test_what_is_no_text_is_no_value(value: Any) -> None:
    one = settings()
    complaints = from_query({"sigma": value}, one)
    assert len(complaints) == (value is not None)
    assert one.sigma == 1.0


def test_a_link_sets_nothing_that_follows_something_else() -> None:
    class Source(param.Parameterized):
        level = param.Number(default=3.0)

    source = Source()
    one: Any = settings_of(everything, sigma=source.param.level)
    assert "sigma" not in to_query(one)
    assert from_query({"sigma": "1"}, one) == ["sigma: no link can set it"]
    source.level = 4.0
    assert one.sigma == 4.0


class Rare(param.Parameterized):
    """The kinds of controls that few filters have."""

    day = param.CalendarDate(default=date(2026, 1, 2))
    moment = param.Date(default=datetime(2026, 1, 2))
    days = param.CalendarDateRange(default=(date(2026, 1, 2), date(2026, 1, 3)))
    span = param.DateRange(default=None, allow_None=True)
    many = param.ListSelector(default=[], objects={"a, b": 1, "c'": 2, "d": 3})
    items = param.List(default=[1])
    table = param.Dict(default={})
    pair = param.Tuple(default=("a", 1))

    def __call__(self, image): ...


def test_dates_lists_and_dictionaries_come_back() -> None:
    one, other = Rare(), Rare()
    one.param.update(
        day=date(2026, 1, 9),
        moment=datetime(2026, 1, 9, 12, 30, 5),
        days=(date(2025, 1, 2), date(2026, 1, 9)),
        span=(datetime(2025, 1, 2, 3), datetime(2026, 1, 9)),
        many=[2, 1],
        items=[1, ["ä"], {2: None}],
        table={"a": (1, 2.5), 3: "x"},
        pair=("b", None),
    )
    query = over_the_wire(to_query(one))
    assert query["day"] == "2026-01-09"
    assert query["many"] == repr(["c'", "a, b"])
    assert from_query(query, other) == []
    assert values(other) == values(one)
    one.moment, one.many = date(2026, 1, 9), [3]
    assert from_query(to_query(one), other) == []
    assert (other.moment, other.many) == (date(2026, 1, 9), [3])


def test_what_no_text_can_hold_is_left_out() -> None:
    one = Rare(
        items=[float("nan")],
        table={"f": print},
        moment=datetime(2026, 1, 2, tzinfo=UTC),
    )
    assert to_query(one) == {}
    one.items = ["x" * MAX_CHARACTERS]
    assert to_query(one) == {}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        *(("day", text) for text in ("", "5", "2026-13-01", "2026-01-02T03:04")),
        *(("moment", text) for text in ("", "now", "2026-01-02T03:04+01:00")),
        *(("days", text) for text in ("2026-01-02", "2026-01-03,2026-01-02", ",")),
        *(("many", text) for text in ("", "d", "['x']", "[1]", "[[]]", "{'d'}")),
        *(
            ("items", text)
            for text in ("", "1", "(1,)", "[print(1)]", "[x]", "[" * 999)
        ),
        *(("items", text) for text in ("-" * 999 + "1", "{[]: 1}", "'\\d'", "\0")),
        *(("table", text) for text in ("[]", "{1}", "dict()")),
        *(("pair", text) for text in ("(1,)", "1", "[1, 2]")),
    ],
)
def test_a_bad_date_or_list_is_ignored_with_a_complaint(key: str, text: str) -> None:
    one = Rare()
    (complaint,) = from_query({key: text}, one)
    assert complaint.startswith(f"{key}: expected ") and len(complaint) < 200
    assert values(one) == values(Rare())


def test_all_is_set_at_once() -> None:
    one = settings()
    seen: list[Any] = []
    one.param.watch(lambda *events: seen.append(values(one)), ["sigma", "count"])
    from_query({"sigma": "2", "count": "4", "on": "maybe"}, one)
    assert [(each["sigma"], each["count"]) for each in seen] == [(2.0, 4)]


def test_a_parameterized_has_an_address_too() -> None:
    class Filter(param.Parameterized):
        sigma = param.Number(default=1.0, bounds=(0, 5))
        free = param.Number(default=1.0)
        fixed = param.Number(default=1, constant=True)
        many = param.ListSelector(default=[], objects=["a"])

        def __call__(self, image): ...

    one = Filter(sigma=2.0, free=1e9, many=["a"])
    other = Filter()
    query = to_query(one)
    assert (query["sigma"], query["free"]) == ("2.0", "1000000000.0")
    assert from_query(query, other) == []
    assert (other.sigma, other.free, other.many) == (2.0, 1e9, ["a"])
    assert from_query({"fixed": "2"}, other) == ["fixed: no link can set it"]


def test_a_link_presses_no_button() -> None:
    class Filter(param.Parameterized):
        clear = param.Event()
        run = param.Action(default=print)

        def __call__(self, image): ...

    one = Filter()
    pressed = []
    one.param.watch(pressed.append, "clear")
    assert from_query({"clear": "true", "run": "1"}, one) == [
        "clear: no link can set it",
        "run: no link can set it",
    ]
    assert pressed == []
