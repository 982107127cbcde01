"""Shapes take what scikit-image returns, and say what is wrong with anything else."""

import json
import pickle
from typing import Any

import numpy as np
import pytest
from skimage.feature import corner_harris, corner_peaks
from skimage.measure import find_contours, label, regionprops
from skimage.transform import probabilistic_hough_line

from panel_cam import Boxes, Contours, Labels, Lines, Points, Polygons, Result
from panel_cam.imaging.shape_packet import (
    MOST_CORNERS,
    MOST_SHAPES,
    MOST_TEXTS,
    pack,
)
from panel_cam.imaging.shapes import Shape

SQUARE = np.zeros((40, 60))
SQUARE[10:20, 30:50] = 1


def unpack(packet: bytes) -> dict[str, Any]:
    """Return the header of a packet, its arrays in it, as the page reads it."""
    length = int.from_bytes(packet[:4], "little")
    head: dict[str, Any] = json.loads(packet[4 : 4 + length])

    def array(place: list[Any]) -> np.ndarray:
        kind, start, count = place
        return np.frombuffer(packet, f"<{kind}", count, 4 + length + start)

    for kind in head["kinds"].values():
        kind["columns"] = {
            name: value if name == "text" else array(value)
            for name, value in kind["columns"].items()
        }
        kind["fields"] = {
            name: value if isinstance(value, list) else array(value["at"])
            for name, value in kind["fields"]
        }
    return head


def columns(*shapes: Shape) -> dict[str, dict[str, Any]]:
    kinds = unpack(pack(shapes))["kinds"]
    return {name: kind["columns"] for name, kind in kinds.items()}


# ---- places


def test_a_box_of_regionprops_covers_its_pixels() -> None:
    (region,) = regionprops(label(SQUARE))
    box = columns(Boxes([region.bbox]))["boxes"]
    assert [box[side].tolist() for side in ("left", "right", "top", "bottom")] == [
        [30],
        [50],
        [10],
        [20],
    ]


def test_a_point_lies_in_the_middle_of_its_pixel() -> None:
    found = corner_peaks(corner_harris(SQUARE), min_distance=3)
    points = columns(Points(found))["points"]
    np.testing.assert_array_equal(points["x"], found[:, 1] + 0.5)
    np.testing.assert_array_equal(points["y"], found[:, 0] + 0.5)


def test_a_contour_runs_between_the_pixels_it_parts() -> None:
    contour = columns(Contours(find_contours(SQUARE, 0.5)))["contours"]
    assert (contour["xs"].min(), contour["xs"].max()) == (30, 50)
    assert (contour["ys"].min(), contour["ys"].max()) == (10, 20)
    assert contour["length"].tolist() == [len(contour["xs"])]


def test_hough_lines_have_x_first() -> None:
    edge = np.zeros((40, 60), bool)
    edge[12, 5:55] = True
    found = probabilistic_hough_line(edge, line_length=20, rng=0)
    line = columns(Lines.from_xy(found))["lines"]
    assert {*line["y0"], *line["y1"]} == {12.5}
    assert abs(line["x1"] - line["x0"])[0] > 40
    np.testing.assert_array_equal(
        columns(Lines([[(1, 2), (3, 4)]]))["lines"]["x0"], [2.5]
    )


def test_polygons_and_labels_are_where_they_should_be() -> None:
    places = columns(Polygons([[(0, 0), (0, 4), (3, 0)]]), Labels([(5, 6)], "here"))
    assert places["polygons"]["xs"].tolist() == [0.5, 4.5, 0.5]
    assert places["labels"]["text"] == ["here"]
    assert (places["labels"]["x"][0], places["labels"]["y"][0]) == (6.5, 5.5)


# ---- fields, colours, labels


def test_fields_are_numbers_or_texts() -> None:
    fields = {"area": [3, 4.5], "name": ["a", "b"], "sure": [True, False]}
    packed = unpack(pack([Points([(0, 0), (1, 1)], fields=fields)]))["kinds"]["points"]
    assert packed["fields"]["area"].tolist() == [3, 4.5]
    assert packed["fields"]["name"] == ["a", "b"]
    assert packed["fields"]["sure"] == ["True", "False"]


@pytest.mark.parametrize("unit", ["s", "ns"])
def test_fields_of_times_are_read_as_times(unit: str) -> None:
    when = np.array(["2020-01-01T12:30:05", "NaT"], f"datetime64[{unit}]")
    lasts = np.array([90, 5], "timedelta64[ns]")
    fields = Points([(0, 0), (1, 1)], fields={"when": when, "lasts": lasts}).fields
    assert fields["when"] == ("2020-01-01T12:30:05", "NaT")
    assert fields["lasts"] == ("90 nanoseconds", "5 nanoseconds")


def test_groups_of_one_kind_share_their_fields() -> None:
    one = Points([(0, 0)], fields={"a": [1]})
    two = Points([(0, 0), (1, 1)], fields={"a": [2, 3], "b": ["x", "y"]})
    packed = unpack(pack([one, two]))["kinds"]["points"]
    assert packed["groups"] == [[0, 1], [1, 2]]
    assert packed["fields"]["a"].tolist() == [1, 2, 3]
    assert packed["fields"]["b"] == ["", "x", "y"]


def test_colours_are_css_and_groups_without_one_differ() -> None:
    given = columns(Points([(0, 0)], color="#ff8000"))["points"]["color"]
    assert hex(given[0]) == "0xff8000ff"
    each = columns(Points([(0, 0), (1, 1)], color=["red", "blue"]))["points"]["color"]
    assert [hex(one) for one in each] == ["0xff0000ff", "0xffff"]
    free = columns(Points([(0, 0)]), Points([(0, 0)]))["points"]["color"]
    assert free[0] != free[1]


def test_a_label_stands_beside_its_shape_in_its_colour() -> None:
    packed = columns(Boxes([(50, 60, 70, 90)], label="coin", color="red"))
    assert packed["labels"]["text"] == ["coin"]
    assert (packed["labels"]["x"][0], packed["labels"]["y"][0]) == (60, 50)
    assert packed["labels"]["color"] == packed["boxes"]["color"]


# ---- limits


def test_what_is_too_much_is_left_off_and_counted() -> None:
    many = unpack(pack([Points(np.zeros((MOST_SHAPES + 7, 2)))]))
    assert many["kinds"]["points"]["count"] == MOST_SHAPES
    assert many["left_off"] == 7
    texts = unpack(pack([Labels(np.zeros((MOST_TEXTS + 3, 2)), "x")]))
    assert texts["left_off"] == 3
    long = [np.zeros((MOST_CORNERS // 2, 2))] * 3
    corners = unpack(pack([Contours(long)]))
    lengths = corners["kinds"]["contours"]["columns"]["length"]
    assert lengths.tolist() == [MOST_CORNERS // 2, MOST_CORNERS // 2, 0]
    assert corners["left_off"] == 1


@pytest.mark.parametrize("kind", [Contours, Polygons])
def test_an_outline_that_is_too_long_takes_no_others_with_it(kind) -> None:
    outlines = [np.zeros((length, 2)) for length in (3, MOST_CORNERS + 1, 5)]
    fields = {"name": ["a", "b", "c"]}
    packed = unpack(pack([kind(outlines, fields=fields, label=["a", "b", "c"])]))
    drawn = packed["kinds"][kind.kind]
    assert drawn["columns"]["length"].tolist() == [3, 0, 5]
    assert drawn["fields"]["name"] == ["a", "b", "c"]
    assert packed["left_off"] == 1
    assert np.isnan(packed["kinds"]["labels"]["columns"]["x"]).tolist() == [0, 1, 0]


def test_it_is_said_where_nothing_is_drawn_at_all() -> None:
    packed = unpack(pack([Contours([np.zeros((MOST_CORNERS + 1, 2))])]))
    assert packed["left_off"] == 1


def test_nothing_is_no_packet() -> None:
    empty = [
        Points([]),
        Boxes([]),
        Lines([]),
        Polygons([]),
        Contours([]),
        Labels([], []),
    ]
    assert pack(empty) == b""
    assert [len(shape) for shape in empty] == [0] * 6


# ---- errors


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Points([(1, 2, 3)]), r"points of shape \(N, 2\), got \(1, 3\)"),
        (lambda: Boxes([(1, 2)]), r"boxes of shape \(N, 4\), got \(1, 2\)"),
        (lambda: Lines([(1, 2, 3)]), r"\(N, 2, 2\) or \(N, 4\), got \(1, 3\)"),
        (lambda: Boxes([(1, 2, 3, 4), (9, 9, 5, 12)]), r"box 1.*pc\.Boxes\.from_xywh"),
        (lambda: Boxes.from_xywh([(1, 2)]), r"boxes of shape \(N, 4\), got \(1, 2\)"),
        (lambda: Points.from_xy([(1, 2, 3)]), r"shape \(N, 2\), got \(1, 3\)"),
        (lambda: Contours.from_xy([[(1, 2, 3)]]), r"contours\[0\] of shape \(N, 2\)"),
        (lambda: Polygons([[(1, 2)], [(1, 2, 3)]]), r"polygons\[1\].*got \(1, 3\)"),
        (lambda: Contours(5), "list of arrays as contours, got int"),
        (lambda: Points([("a", "b")]), "numbers as points"),
        (
            lambda: Points([(1, 2)], fields={"area": [1, 2]}),
            r"'area'.*\(1,\), got \(2,",
        ),
        (lambda: Points([(1, 2)], color="reddish"), "colour.*'reddish'"),
        (lambda: Points([(1, 2)], color=["red"] * 2), "1 of color.*got 2"),
        (lambda: Points([(1, 2)], label=["a", "b"]), "1 of label.*got 2"),
        (lambda: Labels([(1, 2)], ["a", "b"]), "1 of texts.*got 2"),
    ],
)
def test_what_is_wrong_is_said_with_what_was_expected(make, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        make()


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"shapes": [(1, 2)]}, TypeError, "Boxes, Points.*got tuple"),
        ({"shapes": None}, TypeError, "list of shapes, got NoneType"),
        ({"values": None}, TypeError, "dict of numbers as values, got NoneType"),
        ({"values": {"n": "abc"}}, TypeError, "number as 'n', got str"),
        ({"values": {"n": 10**400}}, ValueError, "below 1e308 as 'n'"),
        ({"table": [1, 2]}, TypeError, "DataFrame or a dict.*got list"),
        ({"table": {"a": [1], "b": [1, 2]}}, ValueError, "one length"),
        ({"table": {"a": 3}}, TypeError, "a list or an array"),
    ],
)
def test_a_result_refuses_what_is_no_shape_no_table_and_no_number(
    options, error, says
) -> None:
    with pytest.raises(error, match=says):
        Result(SQUARE, **options)


def test_one_shape_alone_is_a_list_of_one() -> None:
    boxes = Boxes([(0, 0, 1, 1)])
    assert Result(SQUARE, shapes=boxes).shapes == (boxes,)


@pytest.mark.parametrize(
    "shape",
    [
        Points([(1, 2)], fields={"a": [1]}, label="x", color="red"),
        Boxes([(1, 2, 3, 4)]),
        Lines([[(1, 2), (3, 4)]]),
        Polygons([[(1, 2), (3, 4)]]),
        Contours([[(1, 2), (3, 4)]]),
        Labels([(1, 2)], "x"),
    ],
    ids=lambda shape: shape.kind,
)
def test_a_shape_reaches_another_process(shape) -> None:
    assert pack([pickle.loads(pickle.dumps(shape))]) == pack([shape])


def test_a_place_that_is_not_finite_harms_nothing() -> None:
    packed = columns(Points([(np.nan, 1), (2, np.inf)], label="x"))
    assert len(packed["points"]["x"]) == 2


def test_a_place_too_far_for_the_page_harms_nothing() -> None:
    points = columns(Points([(1e300, 1), (2, -1e300)]))["points"]
    assert (points["y"][0], points["x"][1]) == (np.inf, -np.inf)
