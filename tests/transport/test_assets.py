"""The JavaScript and CSS that ship are read, joined, and keep to themselves."""

import re
from pathlib import Path

import pytest

import panel_cam
from panel_cam.controls.copy_button import CopyButton
from panel_cam.controls.filter_picker import FilterPicker
from panel_cam.controls.step_bar import StepBar
from panel_cam.sources.camera import Camera
from panel_cam.transport import assets
from panel_cam.transport.notebook_output import PANELS_SCRIPT, with_loader
from panel_cam.view.image_view import ImageView
from panel_cam.view.series import Series

PACKAGE = Path(panel_cam.__file__).parent
SCRIPTS = sorted(
    path.relative_to(PACKAGE).as_posix()
    for path in PACKAGE.glob("*/*.js")
    if not path.name.endswith(".glue.js")
)
COMPONENTS = [Camera, ImageView, FilterPicker, StepBar, CopyButton, Series]


def render_of(component: type) -> str:
    return component._scripts["render"]


def test_a_file_is_read_as_it_is() -> None:
    text = (PACKAGE / "sources" / "pacer.js").read_text("utf-8")
    assert assets.read("sources/pacer.js") == text


def test_every_script_is_part_of_a_component_or_of_an_output() -> None:
    shipped = "".join(render_of(component) for component in COMPONENTS)
    data, _ = with_loader(({"text/html": PANELS_SCRIPT}, {}))
    shipped += data["text/html"]
    assert [path for path in SCRIPTS if assets.read(path) not in shipped] == []


def test_a_library_has_one_key_for_one_text_and_another_for_another() -> None:
    one = assets.library("sources/pacer.js", exports="FramePacer")
    assert one == assets.library("sources/pacer.js", exports="FramePacer")

    def key(script: str) -> str:
        match = re.search(r"panel_cam_\w+", script)
        assert match
        return match[0]

    assert key(one) != key(assets.library("sources/device.js", exports="CameraError"))
    # Of the same text, another component may need another part.
    assert key(one) != key(assets.library("sources/pacer.js", exports=""))


@pytest.mark.parametrize("path", SCRIPTS)
def test_a_script_knows_nothing_of_panel_and_imports_nothing(path: str) -> None:
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", assets.read(path), flags=re.S)
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
