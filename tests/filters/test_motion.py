"""Filters with memory see what moved."""

import numpy as np
import pytest

from panel_cam.filters import motion
from panel_cam.functions.stateful import Stateful, fresh
from tests.filters.pictures import Bytes, disks, noise, plain, rgb


def _at(column: int) -> Bytes:
    return disks((40, column, 12), shape=(80, 120))


def _smooth(shift: int) -> Bytes:
    """A pattern to follow, moved to the right."""
    columns = np.arange(120) - shift
    wave = np.sin(columns / 5) + np.sin(np.arange(80)[:, np.newaxis] / 6)
    return (127 + 60 * wave).astype(np.uint8)


@pytest.fixture
def difference() -> Stateful:
    return motion.difference.fresh()


def test_difference_shows_what_changed(difference: Stateful) -> None:
    first = difference(_at(30))
    assert not first.image.any() and first.values == {"changed": 0}
    second = difference(_at(70))
    assert second.image[40, 30] == second.image[40, 70] == 255
    assert second.image[0, 0] == 0
    expected = np.mean(_at(30) != _at(70))
    assert second.values["changed"] == pytest.approx(expected)
    assert difference(_at(70)).values == {"changed": 0}


def test_difference_starts_anew_with_another_size(difference: Stateful) -> None:
    difference(_at(30))
    assert difference(plain(10, 12, level=255)).values == {"changed": 0}


def test_background_is_learnt_and_taken_away() -> None:
    background = motion.background.fresh()
    wall = rgb(noise(80, 120) // 4 + 60)
    for _ in range(5):
        assert background(wall).values == {"moving": 0}
    visited = wall.copy()
    visited[_at(60) > 0] = 255
    result = background(visited)
    assert result.values["moving"] == pytest.approx(np.mean(_at(60) > 0))
    assert result.image[40, 60].tolist() == [255, 255, 255]
    assert not result.image[_at(60) == 0].any()
    shown = background(wall, show="background").image
    assert np.abs(shown[_at(60) == 0].astype(int) - wall[_at(60) == 0]).max() <= 1


def test_what_stays_becomes_background() -> None:
    background = motion.background.fresh()
    background(plain(5, 5))
    shares = [
        background(plain(5, 5, level=200), memory=0.5, show="mask").values["moving"]
        for _ in range(9)
    ]
    assert shares[0] == 1 and shares[-1] == 0


@pytest.mark.parametrize(
    ("shift", "colour"), [(2, (1, 0, 0)), (-2, (0, 1, 1))], ids=["right", "left"]
)
def test_optical_flow_sees_the_way_and_the_speed(
    shift: int, colour: tuple[int, int, int]
) -> None:
    optical_flow = motion.optical_flow.fresh()
    still = optical_flow(_smooth(0))
    assert not still.image.any() and still.values == {"speed": 0}
    moved = optical_flow(_smooth(shift), gain=20.0)
    assert moved.values["speed"] == pytest.approx(2, abs=0.4)
    middle = moved.image[30:50, 40:80].reshape(-1, 3).mean(axis=0)
    assert ((middle > middle.max() / 2) == np.array(colour, bool)).all()


def test_optical_flow_counts_pixels_of_the_large_picture() -> None:
    optical_flow = motion.optical_flow.fresh()
    large = [np.kron(_smooth(shift), np.ones((4, 4), np.uint8)) for shift in (0, 1)]
    optical_flow(large[0])
    result = optical_flow(large[1])
    assert result.image.shape == (320, 480, 3)
    assert result.values["speed"] == pytest.approx(4, abs=1)


def test_trails_fade() -> None:
    trails = motion.trails.fresh()
    trails(_at(30), memory=0.5)
    seen = [int(trails(_at(90), memory=0.5)[40, 30]) for _ in range(3)]
    assert seen == [128, 64, 32]
    trails.reset()
    trails(_at(30), keep="mean", memory=0.5)
    assert trails(_at(90), keep="mean", memory=0.5)[40, 90] == 128
    trails.reset()
    trails(255 - _at(30), keep="darkest", memory=0.9)
    assert trails(255 - _at(90), keep="darkest", memory=0.9)[40, 30] < 40


def test_sessions_do_not_see_each_other() -> None:
    one, other = (fresh(motion.difference) for _ in range(2))
    one(_at(30))
    assert other(_at(70)).values == {"changed": 0}
    assert not motion.difference.state
