"""Whatever a user's function returns: a picture, or one sentence that says what to do.

Each row goes the whole way of a frame, to what the page gets. PyTorch cannot be had for
every machine that runs these tests; stand-ins have the protocols that its tensors have,
and for tensors on a GPU nothing else would do.
"""

import gc
import io
import logging
import multiprocessing
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import cv2
import matplotlib
import matplotlib.figure
import numpy as np
import PIL.Image
import pytest
import xarray
from skimage.feature import hog
from skimage.measure import label
from skimage.segmentation import slic

import panel_cam as pc
from panel_cam.errors import FilterError
from panel_cam.imaging import arrays
from panel_cam.imaging.codec import decode, encode
from panel_cam.imaging.opacity import decode_opacity
from panel_cam.processing.run_filter import Processed, run_filter
from tests.support.lives import IMAGE, lives, send
from tests.support.results import blue_only, labelled

GREY = np.arange(48, dtype=np.uint8).reshape(6, 8) * 5
RGB = np.dstack([GREY, GREY[::-1], 255 - GREY])
FRAME = encode(RGB, format="png")


def run(output: Any) -> Processed:
    """Send a frame through a function `f` that returns a certain thing."""

    def f(image: Any) -> Any:
        return output() if callable(output) and not hasattr(output, "shape") else output

    return run_filter(FRAME, f, format="png", keep_image=True)


def shown(output: Any) -> Any:
    """Return the very pixels that the page gets."""
    processed = run(output)
    pixels = decode(processed.data)
    return pixels[:, :, 0] if len(processed.shape) == 2 else pixels


def refused(output: Any) -> str:
    """Return what the page says."""
    with pytest.raises(FilterError) as caught:
        run(output)
    assert len(caught.value.summary.splitlines()) == 1
    return caught.value.summary


# ---- a tensor's protocols, for want of tensors


class CpuTensor:
    """As `torch.Tensor` on the CPU: `__array__`, and no gradient asked for."""

    requires_grad = False

    def __init__(self, array: Any) -> None:
        self._array = array

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        if self.requires_grad:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        return self._array

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0

    def __dlpack__(self, **options: Any) -> Any:
        return self._array.__dlpack__(**options)

    def detach(self) -> "CpuTensor":
        return CpuTensor(self._array)


class TrainedTensor(CpuTensor):
    """One that autograd follows."""

    requires_grad = True


class DlpackOnly:
    """What another library has: DLPack and no `__array__`."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __dlpack_device__(self) -> tuple[int, int]:
        return 1, 0

    def __dlpack__(self, **options: Any) -> Any:
        return self._array.__dlpack__(**options)


class GpuTensor(CpuTensor):
    """As a CUDA tensor: NumPy is refused until it is copied."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise TypeError("can't convert cuda:0 device type tensor to numpy.")

    def __dlpack_device__(self) -> tuple[int, int]:
        return 2, 0

    def cpu(self) -> CpuTensor:
        return CpuTensor(self._array)


class CupyArray(GpuTensor):
    """As `cupy.ndarray`."""

    cpu = None  # type: ignore[assignment]

    def get(self) -> Any:
        return self._array


# ---- what becomes a picture


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (PIL.Image.fromarray(GREY), GREY),
        (PIL.Image.fromarray(RGB), RGB),
        (PIL.Image.fromarray(RGB).convert("1", dither=0), None),
        (PIL.Image.fromarray(GREY).convert("P"), np.dstack([GREY] * 3)),
        (PIL.Image.fromarray(RGB).convert("YCbCr"), RGB),
        (xarray.DataArray(GREY, dims=("y", "x")), GREY),
        (xarray.DataArray(RGB, dims=("y", "x", "band")), RGB),
        (CpuTensor(RGB), RGB),
        (TrainedTensor(GREY / 255), GREY),
        (DlpackOnly(GREY), GREY),
        (GpuTensor(RGB), RGB),
        (CupyArray(RGB), RGB),
        ((GREY / 255).tolist(), GREY),
        ([list(row) for row in GREY], GREY),
        (memoryview(GREY), GREY),
        (np.ma.masked_array(RGB), RGB),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_numpy_can_make_an_array_of_is_an_image(output, expected) -> None:
    found = shown(output).astype(int)
    if expected is None:
        expected = np.asarray(output) * 255
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 3  # YCbCr rounds
    assert isinstance(run(output).image, np.ndarray)
    # And so in a result, in a chain, and in a view of one's own.
    assert np.array_equal(shown(pc.Result(output)), found)
    chain = pc.filters.pipeline(lambda image: output, "invert")
    inverted = run_filter(FRAME, chain, format="png").to_image().astype(int)
    assert np.abs(inverted - (255 - found)).max() <= 1
    assert pc.ImageView(output).frame["data"] == encode(np.asarray(run(output).image))


def test_a_pillow_image_keeps_its_transparency() -> None:
    rgba = np.dstack([RGB, np.where(GREY > 100, 255, 0).astype(np.uint8)])
    for picture in (PIL.Image.fromarray(rgba), PIL.Image.fromarray(rgba).convert("LA")):
        processed = run_filter(FRAME, lambda image, picture=picture: picture)
        np.testing.assert_array_equal(
            decode_opacity(processed.opacity, processed.shape[:2]), rgba[:, :, 3]
        )


def test_a_copy_from_a_gpu_is_said_once_with_what_it_costs(caplog, monkeypatch) -> None:
    monkeypatch.setattr(arrays, "_told", set())
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            run(GpuTensor(RGB))
            run(CpuTensor(RGB))
    (record,) = caplog.records
    assert "GpuTensor on a GPU is copied" in record.getMessage()
    assert "ms" in record.getMessage()


# ---- masked arrays


@pytest.mark.parametrize("dtype", ["uint8", "bool", "int32", "float32", "float64"])
@pytest.mark.parametrize("format", ["jpeg", "png", "webp"])
def test_what_is_masked_is_transparent_as_nan_is(dtype: str, format: str) -> None:
    mask = GREY > 100
    processed = run_filter(
        FRAME,
        lambda image: np.ma.masked_array(GREY.astype(dtype), mask),
        format=format,
    )
    if format == "png":
        with PIL.Image.open(io.BytesIO(processed.data)) as picture:
            opacity = np.asarray(picture.convert("RGBA"))[:, :, 3]
    else:
        opacity = decode_opacity(processed.opacity, processed.shape[:2])
    np.testing.assert_array_equal(opacity == 0, mask)
    assert (processed.to_image()[mask] == 0).all()


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("shape", [(6, 8), (6, 8, 3), (6, 8, 4)])
def test_the_users_array_is_left_as_it_is(dtype: str, shape: Any) -> None:
    own = np.full(shape, 7, dtype)
    own[0] = 0
    before = own.copy()
    run_filter(FRAME, lambda image: np.ma.masked_array(own, own > 0))
    run_filter(FRAME, lambda image: own)
    assert np.array_equal(own, before)


def test_what_is_masked_counts_for_nothing_in_the_range() -> None:
    image = np.array([[10.0, 20.0, -9999.0], [10.0, 15.0, 1e30]])
    mask = np.abs(image) > 100
    found = shown(np.ma.masked_array(image, mask))
    assert found[:, :, 0].tolist() == [[0, 255, 0], [0, 128, 0]]
    whole = np.ma.masked_array(image, np.ones_like(mask))
    assert not shown(whole).any()


def test_one_masked_channel_makes_a_pixel_transparent() -> None:
    mask = np.zeros(RGB.shape, bool)
    mask[2, 3, 1] = True
    found = shown(np.ma.masked_array(RGB, mask))
    assert found[2, 3].tolist() == [0, 0, 0]
    assert np.array_equal(np.delete(found, 2, axis=0), np.delete(RGB, 2, axis=0))


def test_a_masked_number_in_values_is_nan() -> None:
    empty = np.ma.masked_array([1.0, 2.0], [True, True])
    values = {"mean": empty.mean(), "one": empty[0], "kept": np.ma.array([3.0]).mean()}
    found = run(pc.Result(GREY, values)).values
    assert np.isnan(found["mean"]) and np.isnan(found["one"])
    assert found["kept"] == 3


# ---- Matplotlib


def draw(title: str = "") -> Any:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots()
    axes.imshow(RGB)
    axes.set_title(title)
    return figure


@pytest.fixture
def agg() -> Iterator[None]:
    before = matplotlib.get_backend()
    matplotlib.use("agg")
    yield
    matplotlib.use(before)


def test_a_figure_is_drawn_at_the_size_of_the_picture_and_closed(agg) -> None:
    from matplotlib import pyplot

    frame = encode(np.zeros((241, 319, 3), np.uint8), format="png")
    alive = []

    def plot(image: Any) -> Any:
        figure = draw("something")
        alive.append(weakref.ref(figure))
        return figure

    for _ in range(3):
        image = run_filter(frame, plot, format="png", keep_image=True).image
        assert image is not None
        assert (image.shape, image.dtype) == ((241, 319, 3), np.uint8)
        assert image.min() < 60 and (image[0, 0] == 255).all()
    assert pyplot.get_fignums() == []
    gc.collect()
    assert [each() for each in alive] == [None] * 3


def test_a_figure_without_pyplot_and_its_axes_will_do(agg) -> None:
    figure = matplotlib.figure.Figure(facecolor="lime")
    axes = figure.subplots()
    frame = encode(np.zeros((241, 319, 3), np.uint8), format="png")
    for output in (figure, axes, pc.Result(figure), (axes, {"n": 1})):
        processed = run_filter(frame, lambda image, output=output: output, format="png")
        found = processed.to_image()
        assert found.shape == (241, 319, 3)
        for corner in (found[0, 0], found[-1, -1], found[0, -1]):
            assert corner.tolist() == [0, 255, 0]


def test_nobody_imports_matplotlib_for_who_does_not() -> None:
    script = (
        "import sys, numpy as np; from panel_cam.imaging.codec import encode; "
        "from panel_cam.processing.run_filter import run_filter; "
        "run_filter(encode(np.zeros((2, 2, 3))), lambda image: image); "
        "print({'matplotlib', 'xarray', 'cv2'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.stderr) == ("set()", "")


# ---- tuples, nothing, and near misses


def test_an_image_and_a_dictionary_are_a_result() -> None:
    processed = run((GREY, {"mean": np.float32(3.5)}))
    assert processed.values == {"mean": 3.5}
    chain = pc.filters.pipeline(lambda image: (GREY, {"n": 1}), "invert")
    processed = run_filter(FRAME, chain, format="png")
    assert processed.values == {"n": 1}
    assert np.array_equal(processed.to_image(), 255 - GREY)


def test_another_tuple_says_to_return_one_of_it_or_a_result() -> None:
    def features(image: Any) -> Any:
        return hog(image[:, :, 0], pixels_per_cell=(2, 2), visualize=True)

    with pytest.raises(FilterError) as caught:
        run_filter(encode(np.zeros((32, 32, 3), np.uint8)), features)
    assert "features returned 2 things" in str(caught.value)
    assert "return one of the 2, or a pc.Result" in str(caught.value)
    said = refused((GREY, None, 3))
    assert "(an array of 6 x 8, NoneType, int): return one of the 3" in said


def test_values_that_are_none_are_told() -> None:
    said = refused((GREY, {"n": "12"}))
    assert said == "f returned wrong values: expected a number as 'n', got str"


@pytest.mark.parametrize("text", ["12", b"12", np.str_("12"), np.array("12"), "nan"])
def test_text_in_values_is_no_number(text: Any) -> None:
    with pytest.raises(TypeError, match="expected a number as 'n', got"):
        pc.Result(GREY, {"n": text})


def test_nothing_asks_whether_return_was_forgotten() -> None:
    said = "f returned nothing: did you forget `return image`?"
    assert refused(lambda: None) == said

    def f(image: Any) -> None:
        cv2.circle(image, (3, 3), 2, (255, 0, 0))

    with pytest.raises(FilterError, match="f returned nothing: did you forget"):
        run_filter(FRAME, pc.filters.pipeline(f, "invert"))


@pytest.mark.parametrize(
    ("output", "hint"),
    [
        (np.fft.fft2(GREY), "return `abs(image)`"),
        (np.zeros((6, 8, 2)), "colour a flow with `pc.colour_flow(flow)`"),
        (np.zeros((2, 6, 8)), "colour a flow with `pc.colour_flow(flow)`"),
        (RGB.transpose(2, 0, 1), "return `image.transpose(1, 2, 0)`"),
        (CpuTensor(RGB.transpose(2, 0, 1)), "return `image.transpose(1, 2, 0)`"),
        (GREY[np.newaxis], "return `image.transpose(1, 2, 0)`"),
        ([np.zeros((3, 2)), np.zeros((5, 2))], "shapes=[pc.Contours(lines)]"),
    ],
)
def test_a_near_miss_gets_a_hint(output: Any, hint: str) -> None:
    said = refused(output)
    assert said.startswith("f returned no image: expected")
    assert hint in said


def test_what_the_hints_say_works() -> None:
    shown(abs(np.fft.fft2(GREY)))
    assert np.array_equal(shown(RGB.transpose(2, 0, 1).transpose(1, 2, 0)), RGB)
    flow = np.zeros((6, 8, 2), np.float32)
    flow[:, :, 0] = 3  # to the right
    for each in (flow, flow[:, :, ::-1].transpose(2, 0, 1)):
        assert (shown(pc.colour_flow(each)) == (255, 0, 0)).all()
    assert not shown(pc.colour_flow(flow * 0)).any()
    assert (pc.colour_flow(flow, longest=6) == (127, 0, 0)).all()


@pytest.mark.parametrize(
    "output",
    ["text", b"bytes", {}, {1, 2}, [[1, 2], [3]], [["a"]], iter([1]), 3, object],
)
def test_what_is_no_image_says_what_was_expected(output: Any) -> None:
    said = refused(output)
    assert "f returned no image: expected an ndarray of shape (M, N)" in said
    assert type(output).__name__ in said


# ---- labels


def blobs(image: Any = None) -> Any:
    labels = np.zeros((6, 8), np.int64)
    labels[1:3, 1:3], labels[4:, 5:], labels[0, 7] = 1, 2, 300
    return labels


def test_labels_alone_are_the_picture_and_0_is_transparent() -> None:
    processed = run(pc.Result(labels=blobs()))
    assert processed.shape == (6, 8, 4)
    assert processed.image is not None
    assert np.array_equal(processed.image[:, :, 3], np.where(blobs(), 255, 0))
    one, two, many = (processed.image[place][:3] for place in ((1, 1), (5, 6), (0, 7)))
    for a, b in ((one, two), (two, many), (one, many)):
        assert np.abs(a.astype(int) - b).max() > 60
    assert processed.labels is not None
    assert np.array_equal(processed.labels, blobs())
    # Not painted twice, also where something goes through others' hands.
    assert np.array_equal(shown(pc.Result(labels=blobs())), processed.image[:, :, :3])
    for pass_on in (pc.bgr, pc.filters.pipeline):
        again = run_filter(FRAME, pass_on(lambda image: pc.Result(labels=blobs())))
        assert again.data == run_filter(FRAME, lambda i: pc.Result(labels=blobs())).data


def test_labels_over_an_image_are_half_transparent() -> None:
    found = shown(pc.Result(RGB, labels=blobs()))
    alone = shown(pc.Result(labels=blobs()))
    assert np.array_equal(found[blobs() == 0], RGB[blobs() == 0])
    mixed = (RGB.astype(int) + alone) / 2
    assert np.abs(found - mixed)[blobs() > 0].max() <= 1


@pytest.mark.parametrize(
    "dtype", ["bool", "int8", "uint16", "int32", "int64", "uint64"]
)
def test_labels_may_be_of_any_whole_numbers(dtype: str) -> None:
    labels = (blobs() % 100).astype(dtype)
    assert shown(pc.Result(labels=labels))[1, 1].any()
    masked = np.ma.masked_array(labels, labels == 1)
    assert not shown(pc.Result(labels=masked))[1, 1].any()


def test_labels_below_0_and_above_255_have_colours() -> None:
    found = shown(pc.Result(labels=np.array([[-1, 0, 255, 256, 2**40]])))
    assert found.any(axis=2).tolist() == [[True, False, True, True, True]]


def test_labels_that_are_none_are_refused_at_the_users_line() -> None:
    def f(image: Any) -> Any:
        return pc.Result(image, labels=np.zeros((6, 8)))

    with pytest.raises(FilterError) as caught:
        run_filter(FRAME, f)
    assert "expected whole numbers as labels" in str(caught.value)
    assert "return pc.Result(image" in caught.value.summary
    assert "label_colours" not in caught.value.details
    with pytest.raises(ValueError, match=r"image's shape, \(6, 8\), got \(3, 8\)"):
        pc.Result(RGB, labels=np.zeros((3, 8), int))
    with pytest.raises(ValueError, match=r"labels of shape \(M, N\)"):
        pc.Result(labels=np.zeros((3, 8, 2), int))
    with pytest.raises(TypeError, match="an image, or labels, got neither"):
        pc.Result(values={"n": 1})


def test_the_gallerys_segmentations_become_labels() -> None:
    for find in (slic, lambda image: label(image[:, :, 0] > 100)):
        labels = find(RGB)
        processed = run_filter(
            FRAME, lambda image, labels=labels: pc.Result(labels=labels)
        )
        assert np.array_equal(processed.labels, labels)
    for name in ("slic", "felzenszwalb", "watershed", "count_objects"):
        result = run_filter(FRAME, pc.filters.get(name), keep_image=True).to_result()
        assert result.labels is not None, name


def test_a_chain_goes_on_with_the_colours_and_ends_with_the_labels() -> None:
    onward = run_filter(FRAME, pc.filters.pipeline(labelled, "invert"), format="png")
    alone = run_filter(FRAME, labelled, format="png")
    assert np.array_equal(onward.to_image(), 255 - alone.to_image())
    assert onward.labels is None
    ends = run_filter(FRAME, pc.filters.pipeline("invert", labelled), format="png")
    assert ends.labels is not None


@pytest.fixture
def make() -> Iterator[Callable[..., pc.Live]]:
    with lives() as make:
        yield make


def test_labels_come_back_from_another_process(make) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        live = make(labelled, executor=executor, format="jpeg")
        send(live, 1)
        assert live.error == ""
        assert live.result.labels.dtype == np.uint8
        assert sorted(np.unique(live.result.labels)) == [0, 1, 2]
        assert decode_opacity(live.view.frame["opacity"], IMAGE.shape[:2])[0, 0] == 255


# ---- transparency and what it costs


def test_transparency_costs_no_png_of_everything() -> None:
    smooth = np.add.outer(np.arange(480.0), np.arange(640.0)) / 1120
    plain = run_filter(FRAME, lambda _: smooth)
    for hole in (np.nan, np.inf):
        holes = smooth.copy()
        holes[:100] = hole
        processed = run_filter(FRAME, lambda _, image=holes: image)
        assert processed.format == plain.format == "jpeg"
        sent = len(processed.data) + len(processed.opacity)
        assert sent < 1.1 * len(plain.data)


def test_transparency_is_exact_also_half_of_it() -> None:
    alpha = np.arange(48, dtype=np.uint8).reshape(6, 8)
    for format in ("jpeg", "webp"):
        processed = run_filter(FRAME, lambda _: np.dstack([RGB, alpha]), format=format)
        assert processed.format == format
        np.testing.assert_array_equal(
            decode_opacity(processed.opacity, processed.shape[:2]), alpha
        )
    opaque = np.dstack([RGB, np.full_like(GREY, 255)])
    assert run_filter(FRAME, lambda _: opaque).opacity == b""


# ---- OpenCV


def test_boxes_of_opencv_are_x_y_width_height() -> None:
    x, y, width, height = cv2.boundingRect((GREY > 100).astype(np.uint8))
    boxes = pc.Boxes.from_xywh([(x, y, width, height)])
    rows, columns = np.nonzero(GREY > 100)
    expected = [rows.min(), columns.min(), rows.max() + 1, columns.max() + 1]
    assert boxes.boxes.tolist() == [expected]
    for none in ((), None, np.empty((0, 4))):
        assert len(pc.Boxes.from_xywh(none)) == 0


def test_a_box_that_ends_before_it_starts_names_the_other_way() -> None:
    with pytest.raises(ValueError, match=r"box 0, which ends.*pc\.Boxes\.from_xywh"):
        pc.Boxes([(200, 100, 50, 50)])
    assert len(pc.Boxes([(1, 1, 1, 1)])) == 1  # empty, as a region's may be


def test_lines_have_four_numbers_or_two_points() -> None:
    expected = [[[1, 2], [3, 4]]]
    assert pc.Lines([(1, 2, 3, 4)]).lines.tolist() == expected
    assert pc.Lines(expected).lines.tolist() == expected
    picture = np.zeros((100, 100), np.uint8)
    cv2.line(picture, (10, 50), (90, 50), 255)
    found = cv2.HoughLinesP(picture, 1, np.pi / 180, 40, minLineLength=40, maxLineGap=2)
    lines = pc.Lines.from_xy(found)
    assert (lines.lines[0, :, 0] == 50).all()  # rows
    for none in (cv2.HoughLinesP(picture * 0, 1, np.pi / 180, 40), None):
        assert len(pc.Lines.from_xy(none)) == 0


def test_contours_and_corners_of_opencv_come_by_from_xy() -> None:
    picture = np.zeros((60, 100), np.uint8)
    picture[10:20, 30:70] = 255
    found, _ = cv2.findContours(picture, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    assert found[0].shape[1:] == (1, 2)
    for kind in (pc.Contours, pc.Polygons):
        (points,) = vars(kind.from_xy(found))[kind.kind]
        assert points.min(axis=0).tolist() == [10, 30]
        assert points.max(axis=0).tolist() == [19, 69]
    corners = cv2.goodFeaturesToTrack(picture, 4, 0.1, 5)
    points = pc.Points.from_xy(corners).points
    assert points[:, 0].max() < 25 < points[:, 1].min()


def test_bgr_turns_the_colours_round_on_the_way_in_and_out() -> None:
    def blue(image: Any) -> Any:
        assert image.flags.c_contiguous and image.flags.writeable
        image[:, :, 1:] = 0
        return image

    blue_only_here = RGB * np.array([0, 0, 1], np.uint8)
    assert np.array_equal(
        run_filter(FRAME, pc.bgr(blue), format="png").to_image(), blue_only_here
    )
    for wrap in (
        lambda image: pc.Result(image, {"n": 1}),
        lambda image: (image, {"n": 1}),
    ):
        processed = run_filter(
            FRAME, pc.bgr(lambda i, w=wrap: w(blue(i))), format="png"
        )
        assert np.array_equal(processed.to_image(), blue_only_here)
        assert processed.values == {"n": 1}

    async def later(image: Any) -> Any:
        return blue(image)

    assert np.array_equal(
        run_filter(FRAME, pc.bgr(later), format="png").to_image(), blue_only_here
    )
    grey = pc.bgr(lambda image: cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    expected = cv2.cvtColor(RGB, cv2.COLOR_RGB2GRAY)
    assert np.array_equal(run_filter(FRAME, grey, format="png").to_image(), expected)


def test_bgr_keeps_the_options_and_travels_to_other_processes(make) -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        live = make(blue_only, executor=executor, format="png")
        assert set(live.settings.param) - {"name"} == {"level"}
        send(live, 1)
        assert live.error == ""
        assert not live.image[:, :, :2].any() and live.image[:, :, 2].any()
        live.settings.level = 7
        send(live, 2)
        assert (live.image[:, :, 1] == 7).all()
