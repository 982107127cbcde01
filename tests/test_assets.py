"""The JavaScript and CSS that ship are read, joined, and keep to themselves."""

import re
from pathlib import Path

import pytest

from panel_cam import assets
from panel_cam.camera import Camera
from panel_cam.copy_button import CopyButton
from panel_cam.image_view import ImageView
from panel_cam.notebook import PANELS_SCRIPT, with_loader
from panel_cam.picker import FilterPicker
from panel_cam.series import Series
from panel_cam.step_bar import StepBar

FOLDER = Path(assets.__file__).parent / "js"
SCRIPTS = sorted(path.stem for path in FOLDER.glob("*.js"))
COMPONENTS = [Camera, ImageView, FilterPicker, StepBar, CopyButton, Series]


def render_of(component: type) -> str:
    return component._scripts["render"]


def test_a_file_is_read_as_it_is() -> None:
    assert assets.read("pacer.js") == (FOLDER / "pacer.js").read_text("utf-8")


def test_every_script_is_part_of_a_component_or_of_an_output() -> None:
    shipped = "".join(render_of(component) for component in COMPONENTS)
    data, _ = with_loader(({"text/html": PANELS_SCRIPT}, {}))
    shipped += data["text/html"]
    assert [name for name in SCRIPTS if assets.read(f"{name}.js") not in shipped] == []


def test_a_library_has_one_key_for_one_text_and_another_for_another() -> None:
    one = assets.library("pacer", exports="FramePacer")
    assert one == assets.library("pacer", exports="FramePacer")

    def key(script: str) -> str:
        match = re.search(r"panel_cam_\w+", script)
        assert match
        return match[0]

    assert key(one) != key(assets.library("device", exports="CameraError"))


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_knows_nothing_of_panel_and_imports_nothing(name: str) -> None:
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", assets.read(f"{name}.js"), flags=re.S)
    assert not re.search(r"(?<![\w.{(,] )(?<![\w.])data\.\w+ = ", text)
    assert not re.search(r"(?<![\w.])model\.", text)
    assert not re.search(r"^\s*(import|export)\b", text, flags=re.M)
    assert not re.search(r"https?://(?!\$)", text)


@pytest.mark.parametrize("component", COMPONENTS)
def test_the_glue_is_thin(component: type) -> None:
    glue = render_of(component).rsplit("})())\n", 1)[1]
    assert "class " not in glue
    assert len(glue.splitlines()) <= 45


@pytest.mark.parametrize("component", COMPONENTS)
def test_nothing_is_fetched_from_elsewhere(component: type) -> None:
    text = render_of(component) + component._template + "".join(component._stylesheets)
    assert not re.search(r"(src|href|url)\s*[=(]\s*[\"']?https?:", text)
    assert "@import" not in text
