"""The value of one setting as text, and back."""

import numpy as np

from panel_cam.value_text import is_same


def test_values_are_the_same_if_their_types_are() -> None:
    assert is_same(np.float64(1), 1.0)
    assert not is_same(1, True)
    assert not is_same(1, 1.0)
    array = np.zeros(3)
    assert is_same(array, array)
    assert not is_same(array, np.ones(3))
