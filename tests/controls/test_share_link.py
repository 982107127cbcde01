"""A chain as the text of a link, and back; links that mean no good."""

from enum import Enum
from functools import partial
from typing import Annotated, Any, Literal

import pytest

from panel_cam import Range
from panel_cam.controls.chain import MAX_STEPS, Chain
from panel_cam.controls.filter_menu import FilterMenu
from panel_cam.controls.share_link import (
    MAX_CHARACTERS,
    from_search,
    to_pairs,
    to_search,
)
from panel_cam.functions.annotations import Color
from panel_cam.functions.settings import settings_of


class Mode(Enum):
    """An Enum."""

    FAST = 1
    EXACT = 2


def everything(
    image: Any,
    sigma: Annotated[float, Range(0, 5)] = 1.0,
    count: Annotated[int, Range(0, 9)] = 3,
    on: bool = False,
    text: str = "a",
    colour: Color = "#ff0000",
    choice: Literal["a", "b"] = "a",
    mode: Mode = Mode.FAST,
    limits: Annotated[tuple[int, int], Range(0, 255)] = (10, 20),
    theme: str = "",
    filter: str = "",
) -> Any: ...


CHANGED = {
    **{"sigma": 2.5, "count": 4, "on": True, "text": "ä & b=c", "colour": "#00ff00"},
    **{"choice": "b", "mode": Mode.EXACT, "limits": (0, 99)},
    **{"theme": "dark", "filter": "x"},
}


def new_chain() -> Chain:
    menu = FilterMenu()
    menu.add(everything)
    return Chain(menu)


def state(chain: Chain) -> list[Any]:
    """Return all that a link should bring back."""
    return [
        (step.filter, step.enabled, dict(step.settings.param.values()))
        for step in chain.steps
    ]


def search_of(chain: Chain, before: str = "") -> str:
    return to_search(to_pairs(chain), before, chain.menu)


def read(search: str) -> tuple[Chain, list[str]]:
    chain = new_chain()
    chain.add("roberts")
    complaints = from_search(search, chain)
    return chain, complaints


def test_a_link_brings_back_steps_order_switches_and_settings() -> None:
    chain = new_chain()
    chain.add("everything").settings.param.update(**CHANGED)
    chain.add("gaussian", enabled=False).settings.sigma = 3.5
    chain.add("canny")
    chain.add("gaussian").settings.sigma = 0.5
    other, complaints = read(search_of(chain))
    assert complaints == []
    assert state(other) == state(chain)


def test_a_link_can_be_read_by_people() -> None:
    chain = new_chain()
    chain.add("gaussian", enabled=False).settings.sigma = 3.5
    chain.add("everything").settings.limits = (0, 99)
    assert search_of(chain) == (
        "?filter=gaussian,off&gaussian.sigma=3.5&filter=everything"
        "&everything.limits=0,99"
    )


def test_the_empty_chain_has_a_link_too() -> None:
    assert search_of(new_chain()) == "?filter="
    chain, complaints = read("?filter=")
    assert (chain.steps, complaints) == ([], [])


def test_a_name_may_have_a_dot_in_it() -> None:
    def glow(image: Any, *, size: int = 1) -> Any: ...

    def new() -> Chain:
        menu = FilterMenu()
        for name in ("acme", "acme.glow"):
            part = partial(glow)
            menu._own[name] = (part, settings_of(part))
            menu._began[name] = {"size": 1}
        return Chain(menu)

    chain, other = new(), new()
    chain.add("acme").settings.size = 2
    chain.add("acme.glow").settings.size = 3
    search = search_of(chain, search_of(chain))
    assert search == "?filter=acme&acme.size=2&filter=acme.glow&acme.glow.size=3"
    assert from_search(search, other) == []
    assert other.chosen == ({"size": 2}, {"size": 3})


def test_the_keys_of_others_stay() -> None:
    chain = new_chain()
    chain.add("canny")
    before = "?theme=dark&filter=sobel&gaussian.sigma=1&page=2&a.b=c&empty="
    after = search_of(chain, before)
    assert after == "?theme=dark&page=2&a.b=c&empty=&filter=canny"
    assert to_search([], after, chain.menu) == "?theme=dark&page=2&a.b=c&empty="
    assert to_search([], "?filter=canny", chain.menu) == ""


@pytest.mark.parametrize("search", ["", "?", "?theme=dark", "?a.b=c&page=2", "?&&=&=="])
def test_a_link_that_says_nothing_of_filters_changes_nothing(search: str) -> None:
    chain, complaints = read(search)
    assert [step.filter for step in chain.steps] == ["roberts"]
    assert complaints == []


def test_settings_alone_are_those_of_the_filter_that_is_there() -> None:
    chain = new_chain()
    chain.add("gaussian")
    assert from_search("?gaussian.sigma=3&canny.sigma=1", chain) == [
        "'canny.sigma': canny is not in the link"
    ]
    assert chain.chosen == ({"sigma": 3.0},)


@pytest.mark.parametrize(
    ("search", "words"),
    [
        ("?filter=canny&filter=cany", "none named 'cany'; did you mean 'canny'"),
        ("?filter=canny&filter=os.system", "none named 'os.system'"),
        ("?filter=canny&filter=__import__('os')", "none named"),
        ("?filter=canny&filter=<script>", "none named '<script>'"),
        ("?filter=canny&filter=%00%ff%ed", "none named"),
        ("?filter=canny&canny.sigma=1e9", "canny.sigma: expected a number from"),
        ("?filter=canny&canny.sigma=nan", "canny.sigma: expected a number from"),
        ("?filter=canny&canny.sigma=", "canny.sigma: expected a number from"),
        ("?filter=canny&canny.nothing=1", "canny.nothing: there is no such setting"),
        ("?filter=canny&canny.name=x", "canny.name: there is no such setting"),
        ("?filter=canny&canny.param=x", "canny.param: there is no such setting"),
        ("?filter=canny&canny.__class__=x", "canny.__class__: there is no such"),
        ("?filter=canny&canny.=x", "canny.: there is no such setting"),
    ],
)
def test_what_makes_no_sense_is_told_and_the_rest_is_used(
    search: str, words: str
) -> None:
    chain, complaints = read(search)
    assert [step.filter for step in chain.steps] == ["canny"]
    (complaint,) = complaints
    assert words in complaint
    assert chain.chosen == (new_default("canny"),)


def new_default(name: str) -> dict[str, Any]:
    chain = new_chain()
    chain.add(name)
    (chosen,) = chain.chosen
    return dict(chosen)


def test_too_many_steps_are_left_out_with_their_settings() -> None:
    steps = "&filter=gaussian&gaussian.sigma=2" * MAX_STEPS
    chain, complaints = read(f"?{steps}{'&filter=canny&canny.sigma=3' * 10}")
    assert len(chain.steps) == MAX_STEPS
    (complaint,) = complaints
    assert complaint == f"filter: a chain takes at most {MAX_STEPS}; 10 were left out"


def test_a_link_of_ten_thousand_steps_or_a_megabyte_is_read_as_far_as_it_is_sane() -> (
    None
):
    for search in (
        "?" + "filter=gaussian&gaussian.sigma=3&" * 10_000,
        "?filter=gaussian&gaussian.sigma=" + "9" * 1_000_000,
        "?filter=" + "x" * 1_000_000,
        "?" + "&" * 1_000_000,
        "?filter=canny&" + "canny.x=1&" * 100_000,
    ):
        chain, complaints = read(search)
        assert len(chain.steps) <= MAX_STEPS
        assert f"only the first {MAX_CHARACTERS} were read" in complaints[0]
        assert all(len(each) < 300 for each in complaints)


def test_a_step_that_is_left_out_leaves_its_settings_to_nobody() -> None:
    chain = new_chain()
    for _ in range(MAX_STEPS):
        chain.add("gaussian")
    search = search_of(chain) + "&filter=gaussian&gaussian.sigma=7"
    other, _ = read(search)
    assert {step.settings.sigma for step in other.steps} == {2.0}
