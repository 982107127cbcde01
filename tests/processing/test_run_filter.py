"""One frame's way through a filter, and every way in which the filter can fail it."""

import asyncio
import gc
import logging
import pickle
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest

from panel_cam.errors import FilterError, FrameError
from panel_cam.filters import get
from panel_cam.imaging.codec import FORMATS, decode, encode, format_of
from panel_cam.imaging.frame import Image
from panel_cam.imaging.opacity import decode_opacity
from panel_cam.imaging.result import Result
from panel_cam.processing.run_filter import Processed, run_filter

FRAME = encode(np.full((6, 8, 3), 100, np.uint8), format="png")


def same(image: Image) -> Image:
    """Return the image."""
    return image


def brighter(image: Image, *, by: int = 10) -> Image:
    """Add to every value."""
    return image + np.uint8(by)


def measured(image: Image) -> Result:
    """Return an image and a number."""
    return Result(image, {"mean": image.mean()})


def broken(image: Image) -> Image:
    """Raise, as users' functions do."""
    raise ZeroDivisionError("no light")


# ---- what comes out


@pytest.mark.parametrize("format", FORMATS)
def test_the_picture_that_comes_out_is_the_filtered_one(format: str) -> None:
    processed = run_filter(FRAME, brighter, {"by": 50}, format=format)
    assert np.abs(decode(processed.data).astype(int) - 150).max() <= 2
    assert processed.format == format == format_of(processed.data)


def test_the_shape_is_that_of_the_output() -> None:
    assert run_filter(FRAME, get("roberts")).shape == (6, 8)
    assert run_filter(FRAME, lambda image: image[::2, :, :]).shape == (3, 8, 3)


def test_settings_are_passed_by_name() -> None:
    processed = run_filter(FRAME, brighter, {"by": 7}, keep_image=True)
    assert processed.image is not None
    assert (processed.image == 107).all()


def test_without_settings_the_defaults_hold() -> None:
    processed = run_filter(FRAME, brighter, keep_image=True)
    assert processed.image is not None
    assert (processed.image == 110).all()


def test_values_of_a_result_come_out() -> None:
    assert run_filter(FRAME, measured).values == {"mean": 100.0}
    assert run_filter(FRAME, same).values == {}


def test_a_transparent_picture_is_a_jpeg_with_its_opacity_beside_it() -> None:
    image = np.where(np.arange(16).reshape(4, 4) < 6, np.nan, 0.5)
    processed = run_filter(FRAME, lambda _: image, format="jpeg")
    assert processed.format == "jpeg"
    opacity = decode_opacity(processed.opacity, processed.shape[:2])
    np.testing.assert_array_equal(opacity, np.where(np.isnan(image), 0, 255))
    assert run_filter(FRAME, same).opacity == b""


def test_what_is_transparent_is_black_for_who_decodes_it() -> None:
    image = np.where(np.arange(16).reshape(4, 4) < 6, np.nan, 0.5)
    for format in FORMATS:
        decoded = run_filter(FRAME, lambda _: image, format=format).to_image()
        assert not decoded[np.isnan(image)].any()
        assert np.abs(decoded[~np.isnan(image)].astype(int) - 128).max() < 4


def test_quality_is_passed_on() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    data = encode(noise, format="png")
    good, bad = (run_filter(data, same, quality=quality).data for quality in (0.9, 0.1))
    assert len(good) > 2 * len(bad)


def test_the_filters_own_array_comes_out_if_asked_for() -> None:
    own = np.linspace(0, 1, 12).reshape(3, 4)
    assert run_filter(FRAME, lambda image: own, keep_image=True).image is own
    assert run_filter(FRAME, lambda image: own).image is None


def test_a_filter_may_modify_the_image_it_gets() -> None:
    def paint_it_black(image: Image) -> Image:
        image[:] = 0
        return image

    for _ in range(2):
        assert not decode(run_filter(FRAME, paint_it_black, format="png").data).any()
    assert decode(FRAME).any()


def test_each_stage_has_taken_some_time() -> None:
    processed = run_filter(FRAME, same)
    assert processed.decode_s > 0
    assert processed.filter_s >= 0
    assert processed.encode_s > 0


def test_the_repr_shows_no_pixels() -> None:
    text = repr(run_filter(FRAME, same, keep_image=True))
    assert "array" not in text
    assert "\\x" not in text


def test_a_job_and_its_outcome_survive_pickling() -> None:
    job = partial(run_filter, function=brighter, settings={"by": 1}, keep_image=True)
    processed = pickle.loads(pickle.dumps(job))(FRAME)
    copy = pickle.loads(pickle.dumps(processed))
    assert isinstance(copy, Processed)
    assert copy.data == processed.data
    assert np.array_equal(copy.image, processed.image)


# ---- an array instead of bytes


def test_an_array_needs_no_decoding() -> None:
    image = np.full((6, 8, 3), 100, np.uint8)
    processed = run_filter(image, brighter, {"by": 7}, keep_image=True)
    assert processed.image is not None
    assert (processed.image == 107).all()
    assert processed.shape == (6, 8, 3)


@pytest.mark.parametrize("is_writeable", [True, False])
def test_an_array_stays_its_givers_and_the_filter_may_modify_its_own(
    is_writeable: bool,
) -> None:
    def paint_it_black(image: Image) -> Image:
        image[:] = 0
        return image

    image = np.full((6, 8, 3), 100, np.uint8)
    image.flags.writeable = is_writeable
    for _ in range(2):
        processed = run_filter(image, paint_it_black, keep_image=True)
        assert processed.image is not None
        assert not processed.image.any()
        assert (image == 100).all()


@pytest.mark.parametrize(
    "array",
    [np.zeros((6, 8, 3)), np.zeros(6, np.uint8), np.zeros((0, 8, 3), np.uint8)],
    ids=["float", "row", "empty"],
)
def test_another_kind_of_array_is_told_with_what_was_expected(array: Any) -> None:
    with pytest.raises(FrameError, match=r"expected .* uint8, got .*shape"):
        run_filter(array, same)


# ---- what fails


def test_a_frame_that_cannot_be_read_never_reaches_the_filter() -> None:
    calls: list[Image] = []
    with pytest.raises(FrameError):
        run_filter(b"no image", calls.append)
    assert calls == []


def test_the_callers_limits_are_kept() -> None:
    with pytest.raises(FrameError, match="pixels"):
        run_filter(FRAME, same, max_pixels=47)
    with pytest.raises(FrameError, match="expected jpeg, got png"):
        run_filter(FRAME, same, formats=("jpeg",))


def test_an_exception_in_the_filter_is_told_from_there_on() -> None:
    with pytest.raises(FilterError) as caught:
        run_filter(FRAME, broken)
    error = caught.value
    assert error.summary.endswith("ZeroDivisionError: no light")
    assert "in broken" in error.details
    assert "in _call" not in error.details


def test_an_exception_in_the_filter_keeps_no_image_alive() -> None:
    images: list[weakref.ref[Image]] = []

    def keep_an_eye_on(image: Image) -> Image:
        images.append(weakref.ref(image))
        raise ValueError("seen")

    with pytest.raises(FilterError) as caught:
        run_filter(FRAME, keep_an_eye_on)
    error = caught.value.with_traceback(None)
    del caught
    gc.collect()
    assert images[0]() is None
    assert error.__context__ is None


@pytest.mark.parametrize(
    "error", [KeyError("sigma"), MemoryError(), RecursionError(), SystemExit(3)]
)
def test_any_exception_becomes_a_filter_error(error: BaseException) -> None:
    def raising(image: Image) -> Image:
        raise error

    with pytest.raises(FilterError, match=type(error).__name__):
        run_filter(FRAME, raising)


def test_an_interrupt_is_left_alone() -> None:
    def interrupted(image: Image) -> Image:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_filter(FRAME, interrupted)


def test_a_setting_the_filter_does_not_know_is_a_filter_error() -> None:
    with pytest.raises(FilterError, match="sigma"):
        run_filter(FRAME, same, {"sigma": 1})


@pytest.mark.parametrize(
    ("output", "got"),
    [
        (7, "got a int"),
        ("image", "got a str"),
        (np.zeros(5), "got an ndarray of shape (5,) and dtype float64"),
        (np.zeros((2, 2), complex), "dtype complex128"),
        (np.zeros((0, 2)), "shape (0, 2)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_image_is_told_with_what_was_expected(output: Any, got: str) -> None:
    def filter_of_a_user(image: Image) -> Any:
        return output

    with pytest.raises(FilterError) as caught:
        run_filter(FRAME, filter_of_a_user)
    assert caught.value.summary.startswith("filter_of_a_user returned no image: ")
    assert "expected" in caught.value.summary
    assert got in caught.value.summary


def test_a_picture_too_large_for_its_format_is_a_filter_error() -> None:
    wide = np.zeros((1, 70_000), np.uint8)
    with pytest.raises(FilterError, match="a size jpeg can hold"):
        run_filter(FRAME, lambda image: wide)


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (partial(id), "id"),
        (logging.NullHandler().handle, "handle"),
        (type("Blur", (), {"__call__": lambda self, image: None})(), "Blur"),
    ],
)
def test_a_filter_is_named_whatever_kind_of_callable_it_is(
    function: Any, name: str
) -> None:
    with pytest.raises(FilterError, match=f"^{name} returned no"):
        run_filter(FRAME, function)


def test_a_value_that_is_no_number_is_told_at_the_users_line() -> None:
    def filter_of_a_user(image: Image) -> Result:
        return Result(image, {"area": "large"})  # type: ignore[dict-item]

    with pytest.raises(FilterError) as caught:
        run_filter(FRAME, filter_of_a_user)
    assert "expected a number as 'area', got str" in caught.value.summary
    assert "in filter_of_a_user" in caught.value.details


# ---- async


async def later(image: Image, *, by: int = 10) -> Image:
    """Add to every value, after a while."""
    await asyncio.sleep(0)
    return image + np.uint8(by)


async def broken_later(image: Image) -> Image:
    """Raise after a while."""
    await asyncio.sleep(0)
    raise ZeroDivisionError("no light")


async def leaving(image: Image) -> Image:
    """Try to end the process."""
    sys.exit(3)


@pytest.mark.parametrize(
    "function", [later, partial(later), lambda *args, **more: later(*args, **more)]
)
def test_an_async_filter_is_run_to_its_end(function: Any) -> None:
    processed = run_filter(FRAME, function, {"by": 7}, keep_image=True)
    assert processed.image is not None
    assert (processed.image == 107).all()


def test_an_error_of_an_async_filter_begins_in_the_users_function() -> None:
    with pytest.raises(FilterError) as caught:
        run_filter(FRAME, broken_later)
    assert str(caught.value).endswith("ZeroDivisionError: no light")
    assert "broken_later" in caught.value.details
    assert "asyncio" not in caught.value.details.replace("await asyncio", "")
    assert caught.value.__context__ is None


def test_an_async_filter_cannot_end_the_process() -> None:
    with pytest.raises(FilterError, match="SystemExit: 3"):
        run_filter(FRAME, leaving)


def test_an_async_filter_that_returns_no_image_is_an_error() -> None:
    async def nothing(image: Image) -> None: ...

    with pytest.raises(FilterError, match="nothing returned nothing: did you forget"):
        run_filter(FRAME, nothing)


def test_a_thread_keeps_its_loop_and_closes_it_at_its_end() -> None:
    loops = []

    async def loop_of(image: Image) -> Image:
        loops.append(asyncio.get_running_loop())
        return image

    with ThreadPoolExecutor(1) as executor:
        for _ in range(2):
            executor.submit(run_filter, FRAME, loop_of).result(10)
    assert loops[0] is loops[1]
    gc.collect()
    assert loops[0].is_closed()


def test_a_loop_that_runs_already_is_an_error_and_no_hang() -> None:
    async def main() -> None:
        with pytest.raises(FilterError, match="running event loop"):
            run_filter(FRAME, lambda image: asyncio.sleep(0, image))

    asyncio.run(main())


def test_an_object_can_be_awaited_too() -> None:
    class Waiting:
        def __init__(self, image: Image) -> None:
            self.image = image

        def __await__(self) -> Any:
            yield from asyncio.sleep(0).__await__()
            return self.image

    assert run_filter(FRAME, Waiting).shape == (6, 8, 3)
