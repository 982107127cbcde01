"""The view alone: any array, seen as it is, in any layout, on either way to paint."""

from collections.abc import Callable

import numpy as np
import panel as pn
import pytest
from playwright.sync_api import Page

from panel_cam import ImageView, Result
from panel_cam.imaging import codec
from tests.support.live_page import Figure, read_figure
from tests.support.pages import read_picture
from tests.support.waiting import wait_until

RANDOM = np.random.default_rng(3)
RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)

IMAGES = {
    "grey": RAMP,
    "one channel": RAMP[:, :, np.newaxis],
    "colours of an odd size": RANDOM.integers(0, 256, (33, 47, 3)).astype(np.uint8),
    "bool": np.indices((7, 5)).sum(axis=0) % 2 == 0,
    "unsigned": RANDOM.integers(0, 65536, (9, 9)).astype(np.uint16),
    "signed": RANDOM.integers(-1000, 1000, (9, 9)),
    "float of 0 to 1": RANDOM.random((8, 12)).astype(np.float32),
    "float of its own range": RANDOM.normal(0, 50, (8, 12, 3)),
    "one pixel": np.array([[[10, 200, 90]]], np.uint8),
    "one row": RAMP.reshape(1, 256)[:, ::16],
    "opacity": np.dstack([RAMP, RAMP, RAMP, 255 * (RAMP > 99)]).astype(np.uint8),
    "nan": np.where(RAMP % 3 == 0, np.nan, RAMP / 255),
}


def expected_of(image: np.ndarray) -> np.ndarray:
    """Return the colours and the opacity that should stand on the page."""
    pixels = codec.to_uint8(image)
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, np.newaxis], 3, axis=2)
    if pixels.shape[2] == 3:
        pixels = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
    return np.where(pixels[:, :, 3:] == 0, 0, pixels)


def shows(page: Page, image: np.ndarray, which: int = 0, atol: int = 0) -> Figure:
    """Wait until a figure shows an image, every pixel of it, and return the figure."""
    expected = expected_of(image).astype(int)
    height, width = expected.shape[:2]

    def it_does() -> None:
        figure = read_figure(page, which)
        assert figure is not None
        shown = figure.image(height, width).astype(int)
        np.testing.assert_allclose(shown, expected, atol=atol)

    wait_until(it_does, page=page)
    figure = read_figure(page, which)
    assert figure is not None
    return figure


def painting(page: Page) -> set[str]:
    """Return how the views of the page paint: "direct", "plain"."""
    return set(
        page.locator("[data-painting]").evaluate_all(
            "(all) => all.map((one) => one.dataset.painting)"
        )
    )


@pytest.fixture
def show(serve_here, page) -> Callable[..., Page]:
    """`show(*views, page=page) -> Page`, in a column."""

    def show(*views: object, page: Page = page) -> Page:
        page.goto(serve_here(lambda: pn.Column(*views)).url)
        return page

    return show


@pytest.mark.parametrize("direct", [True, False])
def test_every_kind_of_image_is_shown_to_the_pixel(show, direct: bool) -> None:
    views = [
        ImageView(image, format="png", direct=direct, width=240, height=270)
        for image in IMAGES.values()
    ]
    page = show(*views)
    for which, (kind, image) in enumerate(IMAGES.items()):
        try:
            figure = shows(page, image, which)
        except AssertionError as error:
            raise AssertionError(f"for {kind}") from error
        np.testing.assert_allclose(*figure.pixel_size(), rtol=0.01, err_msg=kind)
    assert painting(page) == {"direct" if direct else "plain"}


@pytest.mark.parametrize("direct", [True, False])
def test_where_it_is_transparent_is_exact_in_every_format(show, direct: bool) -> None:
    rows, columns = np.indices((60, 90))
    ramp = (rows + columns) / 150
    labels = (rows // 20 * 3 + columns // 30) * (rows > 9)
    images = {
        "nan": np.where((rows - 30) ** 2 + (columns - 45) ** 2 < 300, np.nan, ramp),
        "masked": np.ma.masked_array(np.dstack([ramp] * 3), np.dstack([rows < 13] * 3)),
        "labels": Result(labels=labels).to_picture(),
        "labels over an image": Result(ramp, labels=labels).to_picture(),
        "all": np.full((60, 90), np.nan),
        "half": np.dstack([ramp, ramp, ramp, np.where(columns > 40, 0.5, 1)]),
        "an odd size": np.where(rows < 7, np.nan, ramp)[:33, :47],
    }
    # From 0.9, a jpeg keeps colour at full resolution: another format once decoded.
    formats = (("jpeg", 0.95), ("jpeg", 0.85), ("webp", 0.9), ("png", 1))
    pairs = [(format, quality, kind) for format, quality in formats for kind in images]
    options = {"direct": direct, "width": 240, "height": 270}
    views = [
        ImageView(images[kind], format=format, quality=quality, **options)
        for format, quality, kind in pairs
    ]
    page = show(*views)
    for which, (format, quality, kind) in enumerate(pairs):
        expected = expected_of(images[kind])

        def is_shown(which: int = which, expected: np.ndarray = expected) -> bool:
            figure = read_figure(page, which)
            if figure is None:
                return False
            away = np.abs(figure.image(*expected.shape[:2]).astype(int) - expected)
            return not away[:, :, 3].any() and away.mean() < 6

        try:
            wait_until(is_shown, page=page)
        except AssertionError as error:
            raise AssertionError(f"for {kind} as {format} {quality}") from error
    assert painting(page) == {"direct" if direct else "plain"}
    views[0].object = RAMP  # and opaque again
    shows(page, RAMP, 0, atol=16)


@pytest.mark.parametrize("direct", [True, False])
def test_it_follows_new_images_and_new_sizes(show, direct: bool) -> None:
    view = ImageView(RAMP, format="png", direct=direct, width=240)
    page = show(view)
    shows(page, RAMP)
    upright = RANDOM.integers(0, 256, (40, 20, 3)).astype(np.uint8)
    flat = RANDOM.integers(0, 256, (10, 80)).astype(np.uint8)
    for image in (upright, flat, flat, RAMP, 255 - RAMP):
        view.object = image
        figure = shows(page, image)
        height, width = figure.pixels.shape[:2]
        np.testing.assert_allclose(*figure.pixel_size(), rtol=0.02)
        # All of it is seen, and as large as the room allows.
        assert min(figure.x) <= 0 and max(figure.x) >= image.shape[1]
        assert min(figure.y) <= 0 and max(figure.y) >= image.shape[0]
        fill = (
            image.shape[0] * figure.pixel_size()[0] / height,
            image.shape[1] * figure.pixel_size()[1] / width,
        )
        assert max(fill) > 0.98


@pytest.mark.parametrize("direct", [True, False])
def test_jpeg_and_webp_are_shown_as_they_are(show, direct: bool) -> None:
    smooth = np.add.outer(np.arange(61), 2 * np.arange(75)).astype(np.uint8)
    smooth = np.dstack([smooth, 200 - smooth // 2, 60 + smooth // 2])
    formats = ("jpeg", "webp")
    views = [
        ImageView(smooth, format=each, direct=direct, width=300, height=300)
        for each in formats
    ]
    page = show(*views)
    for which, view in enumerate(views):
        # What Pillow makes of the same bytes; decoders differ by a little.
        shows(page, codec.decode(view.frame["data"]), which, atol=16)


def test_the_newest_of_many_images_is_what_stays(show) -> None:
    view = ImageView(RAMP, format="png", width=240)
    page = show(view)
    shows(page, RAMP)
    for number in range(60):
        view.object = np.full((4 + number % 3, 5), number * 4, np.uint8)
    shows(page, view.object)


def test_an_image_of_before_the_page_was_opened_is_there_at_once(show) -> None:
    view = ImageView(RAMP, format="png", width=240)
    page = show(view)
    shows(page, RAMP)
    for _ in range(3):
        page.reload()
        shows(page, RAMP)


def test_a_view_without_an_image_says_what_it_is_for(show) -> None:
    view = ImageView(format="png", width=240)
    page = show(view)
    hint = page.get_by_text("appears here")
    hint.wait_for()
    view.object = RAMP
    hint.wait_for(state="hidden")
    shows(page, RAMP)


def test_a_view_in_a_tab_that_was_hidden_shows_its_image(serve_here, page) -> None:
    view = ImageView(RAMP, format="png", width=240)
    page.goto(serve_here(lambda: pn.Tabs(("One", "text"), ("Two", view))).url)
    page.get_by_text("text", exact=True).wait_for()
    view.object = 255 - RAMP
    page.get_by_text("Two", exact=True).click()
    figure = shows(page, 255 - RAMP)
    np.testing.assert_allclose(*figure.pixel_size(), rtol=0.02)


def test_a_view_that_is_shown_twice_shows_its_image_twice(serve_here, page) -> None:
    view = ImageView(RAMP, format="png", width=200, height=230)
    page.goto(serve_here(lambda: pn.Row(view, pn.Column(view))).url)
    for image in (RAMP, 255 - RAMP):
        view.object = image
        shows(page, image, 0)
        shows(page, image, 1)


def test_a_view_can_be_shared_by_sessions(serve_here, new_page) -> None:
    view = ImageView(RAMP, format="png", width=200, height=230)
    url = serve_here(lambda: pn.Column(view)).url
    pages = [new_page() for _ in range(2)]
    for page in pages:
        page.goto(url)
        shows(page, RAMP)
    view.object = 255 - RAMP
    for page in pages:
        shows(page, 255 - RAMP)


def test_it_responds_to_the_sizing_mode(show) -> None:
    image = np.zeros((30, 60), np.uint8)
    views = {
        "fixed": ImageView(image, width=300, height=200),
        "stretch_width": ImageView(image, sizing_mode="stretch_width"),
        "its own": ImageView(image),
        "scale_width": ImageView(image, sizing_mode="scale_width"),
        "stretch_both": pn.Column(
            ImageView(image, sizing_mode="stretch_both"), width=400, height=250
        ),
        "a fixed width": ImageView(image, width=320),
    }
    page = show(*views.values())
    for which, mode in enumerate(views):
        page.set_viewport_size({"width": 800, "height": 600})
        figure = shows(page, image, which, atol=2)
        height, width = figure.pixels.shape[:2]
        np.testing.assert_allclose(*figure.pixel_size(), rtol=0.02, err_msg=mode)
        if mode == "fixed":
            assert 290 <= width <= 300 and 160 <= height <= 200
        elif mode == "stretch_both":
            assert 390 <= width <= 400 and 200 <= height <= 250
        elif mode == "a fixed width":
            assert 310 <= width <= 320
            assert abs(width / height - 2) < 0.1
        else:
            # As wide as the page, as high as the picture wants, also when it narrows.
            assert width > 720, mode
            assert abs(width / height - 2) < 0.1, mode
            page.set_viewport_size({"width": 500, "height": 600})

            def it_has_followed(which: int = which, image=image) -> None:
                figure = read_figure(page, which)
                assert figure is not None
                height, width = figure.pixels.shape[:2]
                assert 400 < width <= 500
                assert abs(width / height - 2) < 0.1
                np.testing.assert_allclose(*figure.pixel_size(), rtol=0.02)
                assert min(figure.x) <= 0 and max(figure.x) >= 60

            wait_until(it_has_followed, page=page)


def test_it_is_sharp_on_a_screen_of_fine_pixels(show, new_page) -> None:
    view = ImageView(IMAGES["colours of an odd size"], format="png", width=300)
    page = show(view, page=new_page(device_scale_factor=2))
    figure = shows(page, IMAGES["colours of an odd size"])
    assert figure.pixels.shape[1] > 580


def test_the_picture_that_is_announced_is_the_picture(show) -> None:
    view = ImageView(RAMP, format="png", width=240)
    page = show(view)
    shows(page, RAMP)
    picture = read_picture(page)
    assert picture is not None
    np.testing.assert_array_equal(picture.image, expected_of(RAMP))
    assert picture.seq == view.frame["seq"]
    assert picture.captured_at == pytest.approx(view.frame["captured_at"])


def test_bytes_that_are_encoded_already_can_be_shown(show) -> None:
    view = ImageView(RAMP, format="png", width=240)
    page = show(view)
    shows(page, RAMP)
    data = codec.encode(255 - RAMP, format="png")
    view.frame = {"seq": 100, "captured_at": 0, "data": data}
    shows(page, 255 - RAMP)


def test_bytes_that_no_one_can_decode_leave_the_last_picture(show, console) -> None:
    view = ImageView(RAMP, format="png", width=240)
    page = show(view)
    shows(page, RAMP)
    view.frame = {"seq": 100, "captured_at": 0, "data": b"rubbish"}
    wait_until(
        lambda: any("could not be decoded" in each for each in console.messages),
        page=page,
    )
    shows(page, RAMP)
    view.frame = {"seq": 101, "captured_at": 0, "data": view.frame["data"]}
    data = codec.encode(255 - RAMP, format="png")
    view.frame = {"seq": 102, "captured_at": 0, "data": data}
    shows(page, 255 - RAMP)


@pytest.mark.parametrize("name", ["ImageDecoder", "VideoFrame", "createImageBitmap"])
def test_where_the_browser_lacks_a_way_to_decode_it_takes_another(
    show, page, name: str
) -> None:
    page.add_init_script(f"delete globalThis.{name}")
    view = ImageView(RAMP, format="png", width=240)
    show(view)
    shows(page, RAMP)
    view.object = IMAGES["nan"]
    shows(page, IMAGES["nan"])
    view.format = "jpeg"  # with its opacity beside it
    view.object = holes = np.where(RAMP > 99, np.nan, 0.5)
    shows(page, holes, atol=3)
