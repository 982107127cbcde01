"""Frames from a browser are checked in every part; results are normalised."""

import math
import pickle
from typing import Any

import numpy as np
import pytest

from panel_cam.errors import FrameError
from panel_cam.imaging.frame import MAX_CAPTURED_AT, MAX_SEQ, Frame
from panel_cam.imaging.result import Result

MAX_BYTES = 1000
SECRET = b"pixels nobody may log"


def _wire(**changes: object) -> dict[str, object]:
    return {"seq": 1, "captured_at": 1.5, "data": SECRET, **changes}


def test_a_good_frame_comes_through() -> None:
    frame = Frame.from_wire(_wire(stream=3), max_bytes=MAX_BYTES)
    assert frame == Frame(seq=1, captured_at=1.5, data=SECRET, stream=3)


def test_a_frame_survives_pickling() -> None:
    frame = Frame(seq=7, captured_at=2.25, data=b"x")
    assert pickle.loads(pickle.dumps(frame)) == frame


def test_the_stream_may_be_left_out() -> None:
    assert Frame.from_wire(_wire(), max_bytes=MAX_BYTES).stream == 0


def test_keys_that_are_not_known_are_ignored() -> None:
    Frame.from_wire(_wire(colour="red"), max_bytes=MAX_BYTES)


def as_array(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.uint8)


@pytest.mark.parametrize("buffer", [bytes, bytearray, memoryview, as_array])
def test_every_kind_of_buffer_becomes_bytes(buffer: Any) -> None:
    frame = Frame.from_wire(_wire(data=buffer(SECRET)), max_bytes=MAX_BYTES)
    assert type(frame.data) is bytes
    assert frame.data == SECRET


def test_the_size_of_a_memoryview_is_counted_in_bytes() -> None:
    wide = memoryview(np.zeros(MAX_BYTES // 2, np.int64)).cast("B").cast("q")
    with pytest.raises(FrameError, match=f"got {MAX_BYTES * 4}"):
        Frame.from_wire(_wire(data=wide), max_bytes=MAX_BYTES)


def test_a_later_change_of_the_buffer_does_not_reach_the_frame() -> None:
    buffer = bytearray(b"before")
    frame = Frame.from_wire(_wire(data=buffer), max_bytes=MAX_BYTES)
    buffer[:] = b"after!"
    assert frame.data == b"before"


@pytest.mark.parametrize("time", [0, 5, 0.5, MAX_CAPTURED_AT])
def test_captured_at_may_be_any_time_since_1970(time: float) -> None:
    captured_at = Frame.from_wire(
        _wire(captured_at=time), max_bytes=MAX_BYTES
    ).captured_at
    assert type(captured_at) is float
    assert captured_at == time


@pytest.mark.parametrize("seq", [1, MAX_SEQ])
def test_seq_may_be_any_integer_that_javascript_counts_exactly(seq: int) -> None:
    assert Frame.from_wire(_wire(seq=seq), max_bytes=MAX_BYTES).seq == seq


@pytest.mark.parametrize(
    "value", [None, 1, "frame", b"bytes", [("seq", 1)], object()], ids=repr
)
def test_what_is_no_mapping_is_refused(value: object) -> None:
    with pytest.raises(FrameError, match="expected a mapping"):
        Frame.from_wire(value, max_bytes=MAX_BYTES)


@pytest.mark.parametrize("key", ["seq", "captured_at", "data"])
def test_a_missing_key_is_named(key: str) -> None:
    value = _wire()
    del value[key]
    with pytest.raises(FrameError, match=key):
        Frame.from_wire(value, max_bytes=MAX_BYTES)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("seq", None),
        ("seq", True),
        ("seq", 1.0),
        ("seq", "1"),
        ("seq", math.nan),
        ("seq", 0),
        ("seq", -1),
        ("seq", MAX_SEQ + 1),
        ("seq", 10**400),
        ("stream", None),
        ("stream", False),
        ("stream", 1.0),
        ("stream", -1),
        ("stream", 10**400),
        ("captured_at", None),
        ("captured_at", True),
        ("captured_at", "now"),
        ("captured_at", math.nan),
        ("captured_at", math.inf),
        ("captured_at", -math.inf),
        ("captured_at", -0.001),
        ("captured_at", MAX_CAPTURED_AT * 1000),
        ("captured_at", 10**400),
        ("captured_at", 1j),
        ("data", None),
        ("data", "text"),
        ("data", [1, 2, 3]),
        ("data", 5),
        ("data", b""),
        ("data", bytes(MAX_BYTES + 1)),
        ("data", bytearray(MAX_BYTES + 1)),
        ("data", np.zeros(8, np.float32)),
        ("data", np.zeros((2, 4), np.uint8)),
        ("data", np.zeros(0, np.uint8)),
        ("data", np.zeros(MAX_BYTES + 1, np.uint8)),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_a_value_of_wrong_type_or_range_is_refused(key: str, value: object) -> None:
    with pytest.raises(FrameError, match=f"expected.*{key}"):
        Frame.from_wire(_wire(**{key: value}), max_bytes=MAX_BYTES)


@pytest.mark.parametrize(
    "value",
    [_wire(seq=0), _wire(data=SECRET * 100), _wire(captured_at=SECRET), SECRET],
    ids=["seq", "data", "captured_at", "no mapping"],
)
def test_no_message_shows_the_data(value: object) -> None:
    with pytest.raises(FrameError) as caught:
        Frame.from_wire(value, max_bytes=MAX_BYTES)
    assert "pixels" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_the_repr_of_a_frame_shows_no_data() -> None:
    assert "pixels" not in repr(Frame(seq=1, captured_at=0.0, data=SECRET))


# ---- results


def test_a_result_turns_numpys_numbers_into_plain_floats() -> None:
    values = {"mean": np.float32(0.5), "count": np.array(3), "sure": True}
    result = Result(np.zeros((2, 2)), values)
    assert result.values == {"mean": 0.5, "count": 3.0, "sure": 1.0}
    assert {type(value) for value in result.values.values()} == {float}


def test_a_result_does_not_change_the_mapping_it_was_given() -> None:
    values = {"count": 3}
    Result(np.zeros((2, 2)), values)
    assert type(values["count"]) is int


@pytest.mark.parametrize("value", ["much", None, 1j, np.zeros(2), {}], ids=repr)
def test_a_result_refuses_a_value_that_is_no_number(value: Any) -> None:
    with pytest.raises(TypeError, match="'area'"):
        Result(np.zeros((2, 2)), {"area": value})


def test_the_repr_of_a_result_shows_no_pixels() -> None:
    assert "array" not in repr(Result(np.zeros((2, 2)), {"mean": 0}))


def test_a_result_survives_pickling() -> None:
    copy = pickle.loads(pickle.dumps(Result(np.eye(2), {"mean": 0.5})))
    assert copy.values == {"mean": 0.5}
    assert np.array_equal(copy.image, np.eye(2))
