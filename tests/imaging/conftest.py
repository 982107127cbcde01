"""What the tests of pictures share."""

import pytest

from panel_cam.imaging import jpeg


@pytest.fixture(params=["simplejpeg", "pillow"])
def jpeg_package(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Let JPEG be read and written by this package, as where the other is missing."""
    package = str(request.param)
    if package == "pillow":
        monkeypatch.setattr(jpeg, "simplejpeg", lambda: None)
    return package
