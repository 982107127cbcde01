"""What a user installs has everything that the checkout has."""

import importlib.metadata
import zipfile
from pathlib import Path

import panel_cam
from tests.support.server import ROOT


def test_the_wheel_ships_every_file_of_the_package(tmp_path, monkeypatch) -> None:
    from hatchling.build import build_wheel

    monkeypatch.chdir(ROOT)  # a build backend builds where it stands
    wheel = tmp_path / build_wheel(str(tmp_path))
    shipped = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for path in Path(panel_cam.__file__).parent.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= shipped
    assert "panel_cam/py.typed" in shipped


def test_the_version_is_stated_once() -> None:
    assert importlib.metadata.version("panel-cam") == panel_cam.__version__
