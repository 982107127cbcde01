"""The family of errors: what their texts say, and that they travel."""

import pickle

import numpy as np
import pytest

from panel_cam import Labels, Lines, Points, Result
from panel_cam.errors import (
    DETAILS_CHARACTERS,
    SUMMARY_CHARACTERS,
    SUMMARY_LINES,
    FilterError,
    FrameError,
    ImageError,
    PanelCamError,
)


def _caught(message: str = "too dark") -> FilterError:
    def filter_of_a_user() -> None:
        raise ValueError(message)

    try:
        filter_of_a_user()
    except ValueError as exc:
        return FilterError.from_exception(exc)
    raise AssertionError("it did not raise")


@pytest.mark.parametrize("error", [FrameError, ImageError, FilterError])
def test_every_error_is_one_of_the_family(error: type[Exception]) -> None:
    assert issubclass(error, PanelCamError)


def test_a_summary_ends_with_the_exception() -> None:
    assert _caught().summary.endswith("ValueError: too dark")


def test_a_summary_is_the_end_of_the_details() -> None:
    error = _caught()
    assert error.details.rstrip().endswith(error.summary)


def test_details_begin_in_the_users_function() -> None:
    details = _caught().details
    assert "in filter_of_a_user" in details
    assert "in _caught" not in details


IMAGE = np.zeros((4, 4))


@pytest.mark.parametrize(
    "mistake",
    [
        lambda: Result(IMAGE, values={"n": "abc"}),
        lambda: Result(IMAGE, table={"n": [1], "m": []}),
        lambda: Result(IMAGE, shapes=[1]),
        lambda: Points([(1, 2, 3)]),
        lambda: Lines.from_xy([1], color="red"),
        lambda: Labels([(1, 2)], ["a", "b"]),
    ],
)
def test_a_mistake_in_a_result_is_shown_where_it_was_made(mistake) -> None:
    def filter_of_a_user() -> None:
        mistake()

    try:
        filter_of_a_user()
    except (TypeError, ValueError) as exc:
        error = FilterError.from_exception(exc)
    assert "in <lambda>" in error.summary
    for text in (error.summary, error.details):
        assert "<string>" not in text and "__post_init__" not in text
    assert "expected" in error.summary.splitlines()[-1]


def test_an_error_of_generated_code_of_the_user_keeps_its_line() -> None:
    try:
        exec("1 / 0")
    except ZeroDivisionError as exc:
        error = FilterError.from_exception(exc)
    assert '"<string>", line 1' in error.details


def test_details_name_the_cause_of_an_exception() -> None:
    def filter_of_a_user() -> None:
        try:
            raise KeyError("sigma")
        except KeyError as exc:
            raise ValueError("no settings") from exc

    try:
        filter_of_a_user()
    except ValueError as exc:
        error = FilterError.from_exception(exc)
    assert "KeyError: 'sigma'" in error.details
    assert "direct cause" in error.details


def test_str_of_a_filter_error_is_its_summary() -> None:
    assert str(FilterError("short", "long")) == "short"


def test_without_details_the_summary_stands_for_them() -> None:
    assert FilterError("short").details == "short"


def test_a_filter_error_survives_pickling() -> None:
    error = _caught()
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.summary, copy.details) == (
        FilterError,
        error.summary,
        error.details,
    )


def test_a_filter_error_keeps_no_traceback_and_so_no_image() -> None:
    error = _caught()
    assert error.__traceback__ is None
    assert error.__context__ is None


def test_an_endless_message_is_cut_in_the_middle() -> None:
    error = _caught("begin " + "x" * 1_000_000 + " end")
    assert len(error.summary) <= SUMMARY_CHARACTERS
    assert len(error.details) <= DETAILS_CHARACTERS
    assert " ... " in error.summary
    assert error.summary.endswith(" end")


def test_a_summary_has_few_lines() -> None:
    error = _caught("\n".join("line" for _ in range(100)))
    assert len(error.summary.splitlines()) == SUMMARY_LINES


def test_a_lone_surrogate_is_replaced_because_json_cannot_carry_it() -> None:
    _caught("\ud800").summary.encode("utf-8")


def test_an_exception_whose_str_raises_is_described_all_the_same() -> None:
    class _BrokenError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    assert "_BrokenError" in FilterError.from_exception(_BrokenError()).summary
