"""What can be chosen on a page, and by which name."""

from typing import Any

import pytest

from panel_cam import filters
from panel_cam.controls.filter_menu import OWN, FilterMenu
from panel_cam.filters import plugins
from panel_cam.functions.settings import settings_of


def soften(image: Any, sigma: float = 1.0) -> Any:
    """Make edges soft.

    And much more.
    """


def needs(image: Any, sigma: float) -> Any: ...


def test_the_pages_own_function_is_in_a_group_of_its_own_before_the_others() -> None:
    menu = FilterMenu()
    assert menu.add(soften) == "soften"
    listing = menu.listing()
    assert next(iter(listing)) == OWN
    assert listing[OWN] == {"soften": "Make edges soft."}
    assert list(listing)[1:] == list(filters.groups())
    assert menu.get("soften")[0] is soften


def test_a_function_of_the_catalogue_is_not_listed_twice() -> None:
    menu = FilterMenu()
    assert menu.add(filters.get("gaussian")) == "gaussian"
    assert OWN not in menu.listing()


def test_a_filter_with_bounds_of_the_page_stands_beside_the_catalogues() -> None:
    menu, gaussian = FilterMenu(), filters.get("gaussian")
    name = menu.add(gaussian, settings_of(gaussian, sigma=(0, 100)))
    assert name == "my_gaussian"
    _, settings = menu.get(name)
    assert settings.param.sigma.bounds == (0, 100)
    assert menu.get("gaussian")[1].param.sigma.bounds != (0, 100)


def test_a_name_that_is_taken_gets_another() -> None:
    def gaussian(image: Any) -> Any: ...

    menu = FilterMenu()
    assert menu.add(gaussian) == "my_gaussian"
    assert menu.add(lambda image: image) == "<lambda>"
    assert menu.add(lambda image: image) == "<lambda>_2"
    assert menu.add(gaussian) == "my_gaussian"
    assert menu.get("gaussian")[0] is filters.get("gaussian")


def test_settings_that_are_in_use_are_not_given_out_again() -> None:
    menu = FilterMenu()
    settings = settings_of(needs, sigma=(0.0, 50.0))
    menu.add(needs, settings)
    assert menu.get("needs")[1] is settings
    again = menu.get("needs", used=[settings])[1]
    assert again is not settings
    assert again.param.sigma.bounds == (0.0, 50.0)
    assert again.sigma == settings.sigma


@pytest.mark.parametrize("name", ["os.system", "builtins:eval", "", "panel_cam", None])
def test_what_is_not_registered_is_not_there(name: Any) -> None:
    assert name not in FilterMenu()


def test_a_plugin_is_listed_and_imported_only_when_it_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loaded: list[str] = []

    class Entry:
        name, value, module = "theirs", "their_package:theirs", "their_package"

        def load(self) -> Any:
            loaded.append(self.name)
            return soften

    monkeypatch.setattr(plugins, "_found", lambda: {"theirs": Entry()})
    menu = FilterMenu()
    assert menu.listing()["plugins"] == {"theirs": ""}
    assert loaded == []
    assert menu.get("theirs")[0] is soften
    assert loaded == ["theirs"]
