"""Whether two values are the same."""

import numpy as np

from panel_cam.functions.comparing import is_exactly


def test_values_are_the_same_if_their_types_are() -> None:
    assert is_exactly(np.float64(1), 1.0)
    assert not is_exactly(1, True)
    assert not is_exactly(1, 1.0)
    array = np.zeros(3)
    assert is_exactly(array, array)
    assert not is_exactly(array, np.ones(3))
