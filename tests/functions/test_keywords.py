"""Whose keyword it is."""

from functools import partial
from typing import Any

import param
import pytest

from panel_cam.filters import get
from panel_cam.functions.keywords import split

OWN = ["fps", "quality", "autostart"]


class Blur(param.Parameterized):
    """A filter."""

    sigma = param.Number(default=1.0)

    def __call__(self, image): ...


def parted(function: Any, **keywords: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return split(function, keywords, OWN, "Live")


@pytest.mark.parametrize(
    "function", [get("gaussian"), partial(get("gaussian"), sigma=2.0), Blur, Blur()]
)
def test_each_keyword_goes_to_who_knows_it(function) -> None:
    assert parted(function, sigma=(0, 5), fps=30) == ({"fps": 30}, {"sigma": (0, 5)})


def test_what_both_know_is_an_error_that_says_how() -> None:
    with pytest.raises(
        TypeError,
        match=r"Live and corners both know 'quality': pass "
        r"the option as settings=\{'quality': ...\}, or set",
    ):
        parted(get("corners"), quality=0.5)


@pytest.mark.parametrize(
    ("keyword", "hint"),
    [
        ("sigam", "did you mean 'sigma'?"),
        ("autostrt", "did you mean 'autostart'?"),
        ("zzz", "gaussian has sigma"),
    ],
)
def test_what_neither_knows_is_an_error_with_the_closest(keyword, hint) -> None:
    with pytest.raises(TypeError) as caught:
        parted(get("gaussian"), **{keyword: 1})
    expected = f"neither Live nor gaussian knows the keyword {keyword!r}; {hint}"
    assert str(caught.value) == expected


def test_stars_take_the_rest() -> None:
    def starred(image, **more): ...

    assert parted(starred, fps=1, other=2) == ({"fps": 1}, {"other": 2})
