"""A face is found where it is; the classifier comes with scikit-image."""

import importlib.util
import socket
from typing import Any

import numpy as np
import pytest
from skimage.data import astronaut

from panel_cam.filters import faces
from panel_cam.filters.faces import find_faces, hide_faces
from tests.filters.pictures import plain


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Anything that would be downloaded fails the test."""

    def refuse(*args: Any, **settings: Any) -> None:
        raise AssertionError("went to the network")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    faces._detector.cache_clear()


def _portrait() -> Any:
    return np.ascontiguousarray(astronaut()[:400])


def test_scikit_image_brings_the_classifier_along() -> None:
    spec = importlib.util.find_spec("skimage.data")
    assert spec is not None and spec.submodule_search_locations
    from skimage.data import lbp_frontal_face_cascade_filename

    home = spec.submodule_search_locations[0]
    assert lbp_frontal_face_cascade_filename().startswith(home)


def test_a_face_is_found() -> None:
    image = _portrait()
    result = find_faces(image)
    assert result.values == {"faces": 1}
    rows, columns = np.nonzero((result.image != image).any(axis=2))
    assert abs(rows.mean() - 120) < 25 and abs(columns.mean() - 222) < 25


def test_a_face_is_found_in_a_large_picture() -> None:
    image = np.kron(_portrait(), np.ones((3, 3, 1), np.uint8))
    assert find_faces(image).values == {"faces": 1}
    (boxes,) = find_faces(image).shapes
    assert len(boxes) == 1


def test_a_wall_has_no_face() -> None:
    assert find_faces(plain(100, 100, 3, level=128)).values == {"faces": 0}
    assert find_faces(plain(20, 20)).values == {"faces": 0}


def test_a_hidden_face_is_not_found_again() -> None:
    image = _portrait()
    result = hide_faces(image)
    assert result.values == {"faces": 1}
    assert find_faces(np.asarray(result.image)).values == {"faces": 0}
    np.testing.assert_array_equal(result.image[300:], image[300:])
