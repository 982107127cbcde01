"""*Copy as Python* of a chain, run in a fresh interpreter."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from panel_cam.controls.chain import Chain
from panel_cam.controls.filter_menu import FilterMenu
from tests.functions.test_as_python import (
    IMAGE,
    Brighter,
    later,
    picture,
    remember,
    run,
)


def chain_of(*steps: tuple[str | Callable[..., Any], dict[str, Any], bool]) -> Chain:
    menu = FilterMenu()
    chain = Chain(menu)
    for filter, changes, enabled in steps:
        name = filter if isinstance(filter, str) else menu.add(filter)
        step = chain.add(name, enabled=enabled)
        step.settings.param.update(**changes)
    return chain


def test_a_fresh_interpreter_makes_the_same_array(tmp_path: Path) -> None:
    chains = [
        chain_of(("gaussian", {"sigma": 3.0}, True)),
        chain_of(("gaussian", {"sigma": 1.5}, True), ("canny", {"low": 0.1}, True)),
        chain_of(
            ("gaussian", {"sigma": 1.5}, True),
            ("canny", {}, False),
            ("gaussian", {"sigma": 0.5}, True),
            ("false_colour", {"palette": "magma"}, True),
        ),
        chain_of(("canny", {}, False)),
        chain_of(),
        chain_of(
            (later, {"by": 20}, True),
            (Brighter, {"by": 3}, True),
            (Brighter(by=9), {"by": 5}, True),
            (remember, {"memory": 0.25}, True),
            ("background", {"show": "background"}, True),
        ),
    ]
    scripts = [chain.as_python() for chain in chains]
    assert not any("Missing" in script for script in scripts)
    expected = [picture(chain(IMAGE.copy())) for chain in chains]
    for output, wanted in zip(run(*scripts, folder=tmp_path), expected, strict=True):
        assert output.dtype == wanted.dtype
        np.testing.assert_array_equal(output, wanted)


def test_one_filter_is_called_plainly_and_a_step_that_is_off_is_not_there() -> None:
    chain = chain_of(("gaussian", {"sigma": 3.0}, True), ("canny", {}, False))
    script = chain.as_python()
    assert script == (
        "from panel_cam.filters import gaussian\n\n\n"
        "def process(image):\n    return gaussian(image, sigma=3.0)\n"
    )


def test_what_no_import_finds_is_named() -> None:
    chain = chain_of((lambda image: image, {}, True), ("roberts", {}, True))
    assert "# Missing: a lambda from" in chain.as_python()
