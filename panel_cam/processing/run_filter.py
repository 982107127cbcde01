"""What is done with one frame: decode -> filter -> encode, in one pure function."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isawaitable
from time import perf_counter
from typing import Any

import numpy as np

from panel_cam.errors import FilterError, FrameError, ImageError
from panel_cam.functions import coroutines
from panel_cam.functions.wants import NOTHING, Wants, wants_of
from panel_cam.imaging.codec import (
    FORMATS,
    MAX_PIXELS,
    decode,
    decode_picture,
    encode_picture,
    format_of,
)
from panel_cam.imaging.frame import Frame, Image
from panel_cam.imaging.picture import make_picture
from panel_cam.imaging.reduced import reduce_image
from panel_cam.imaging.result import Result
from panel_cam.imaging.returned import to_result
from panel_cam.imaging.shape_packet import pack
from panel_cam.imaging.shapes import Shape


@dataclass(frozen=True, slots=True, eq=False)
class Processed:
    """A processed frame, ready for the page.

    Parameters
    ----------
    data : bytes
        The encoded picture. Not part of the repr, so never in a log.
    format : str
        What `data` is.
    shape : tuple of int
        Of the picture: (rows, columns), or (rows, columns, channels).
    values : dict of str to float
        Named numbers of the `Result`; empty if the filter returned an image.
    decode_s, filter_s, encode_s : float
        Seconds that each stage took, by `time.perf_counter`.
    image : ndarray or None
        The very array that the filter returned, or what became of another thing that it
        returned; if `keep_image` was set.
    shapes : tuple of Shape
        Of the `Result`.
    overlay : bytes
        What draws them on the page; empty if there are none.
    table : DataFrame, mapping or None
        Of the `Result`.
    opacity : bytes
        Where the picture is transparent, if `data` cannot say it; else empty.
    labels : ndarray or None
        Of the `Result`; of the smallest dtype that holds them, unless `keep_image` was
        set.
    """

    data: bytes = field(repr=False)
    format: str
    shape: tuple[int, ...]
    values: dict[str, float]
    decode_s: float
    filter_s: float
    encode_s: float
    image: Image | None = field(default=None, repr=False)
    shapes: Sequence[Shape] = field(default=(), repr=False)
    overlay: bytes = field(default=b"", repr=False)
    table: Any = field(default=None, repr=False)
    opacity: bytes = field(default=b"", repr=False)
    labels: Image | None = field(default=None, repr=False)

    def to_picture(self, frame: Frame) -> dict[str, Any]:
        """Return what the page shows: a value for `ImageView.frame`.

        Parameters
        ----------
        frame : Frame
            What was processed.

        Returns
        -------
        picture : dict
            With the shapes in it, if there are any: both arrive together.
        """
        return make_picture(
            stream=frame.stream,
            seq=frame.seq,
            captured_at=frame.captured_at,
            data=self.data,
            opacity=self.opacity,
            overlay=self.overlay,
        )

    def to_image(self) -> Image:
        """Return the image, decoding the picture if the array was not kept.

        Returns
        -------
        image : ndarray
            `image`, or else what `data` decodes to: of as many rows and columns, dtype
            uint8, with one channel or three, as exact as `format` is, and black where
            it is transparent.
        """
        if self.image is not None:
            return self.image
        decoded = decode_picture(self.data, self.opacity)
        return decoded[:, :, 0] if len(self.shape) == 2 else decoded

    def to_result(self) -> Result:
        """Return what the filter returned, with its image as `to_image` gives it."""
        return Result(
            self.to_image(),
            values=self.values,
            table=self.table,
            shapes=self.shapes,
            labels=self.labels,
        )


def _name(function: Callable[..., object]) -> str:
    function = getattr(function, "func", function)  # what a partial is made of
    return str(getattr(function, "__name__", type(function).__name__))


async def _finish(output: Awaitable[object]) -> object:
    """Await what an ``async def`` returned; an error is returned, not raised."""
    try:
        return await output
    except (Exception, SystemExit) as exc:
        # Here, so that the traceback begins in the user's function.
        return FilterError.from_exception(exc)


def _call(
    function: Callable[..., object], image: Image, settings: Mapping[str, Any]
) -> object:
    failure: FilterError
    try:
        output = function(image, **settings)
        if isawaitable(output):
            output = coroutines.run(output, _finish)
        if not isinstance(output, FilterError):
            return output
        failure = output
    # SystemExit too: a filter that calls sys.exit() would end a worker process.
    except (Exception, SystemExit) as exc:
        failure = FilterError.from_exception(exc)
    # Raised here, not above: as its context, the exception would keep the image alive.
    raise failure


def _decoded(
    data: bytes | Image, formats: Collection[str], max_pixels: int, wish: Wants
) -> Image:
    """Return an image that is the filter's own, to modify as it likes."""
    gray, scale = wish.gray, wish.scale
    if not isinstance(data, np.ndarray):
        return decode(
            data, formats=formats, max_pixels=max_pixels, gray=gray, scale=scale
        )
    if data.dtype != np.uint8 or data.ndim not in (2, 3) or not data.size:
        raise FrameError(
            "expected an array of shape (M, N, 3) and dtype uint8, got one of shape "
            f"{data.shape} and dtype {data.dtype}"
        )
    if wish != NOTHING and (data.ndim == 2 or data.shape[2] in (3, 4)):
        return reduce_image(data, gray=gray, scale=scale)
    return data.copy()


def _narrow(labels: Image | None) -> Image | None:
    """Return labels in as few bytes as hold them: they are to be sent."""
    if labels is None:
        return None
    kinds = (np.min_scalar_type(labels.min()), np.min_scalar_type(labels.max()))
    return labels.astype(np.result_type(*kinds))


def run_filter(
    data: bytes | Image,
    function: Callable[..., object],
    settings: Mapping[str, Any] | None = None,
    *,
    format: str = "jpeg",
    quality: float = 0.85,
    keep_image: bool = False,
    formats: Collection[str] = FORMATS,
    max_pixels: int = MAX_PIXELS,
    wants: Wants | None = None,
) -> Processed:
    """Decode one frame, call the filter, and encode what it returns.

    It touches nothing but its arguments, and all of them can be pickled if `function`
    can: it runs in a thread, in a process or on another machine.

    Parameters
    ----------
    data : bytes or ndarray of shape (M, N, 3) and dtype uint8
        An image file, from outside and not trusted; or the image itself. An array
        stays the caller's, who may give it to others too: the filter gets a copy.
    function : callable
        Called as `function(image, **settings)` with an ndarray of shape (M, N, 3) and
        dtype uint8 that it may modify; or with what it `panel_cam.wants`. It returns an
        image or a `Result`, or anything else that
        `panel_cam.imaging.returned.to_result` takes; an ``async def`` is run to its
        end, on a loop that this thread keeps.
    settings : mapping, optional
        Keyword arguments for `function`.
    format, quality
        Of the output: see `panel_cam.imaging.codec.encode`.
    keep_image : bool, default False
        Whether to return the filter's own array too. Worth it in a thread, where that
        costs nothing; from another process, the array has to be copied back.
    formats, max_pixels
        Which files to accept: see `panel_cam.imaging.codec.decode`.
    wants : Wants, optional
        What kind of image the function gets, if it was asked before.

    Returns
    -------
    processed : Processed
        The encoded picture, and how long each stage took.

    Raises
    ------
    FrameError
        If `data` is not a readable image, or another kind of array.
    FilterError
        If the filter raised, or returned something that cannot be shown.
    """
    started = perf_counter()
    wish = wants_of(function) if wants is None else wants
    image = _decoded(data, formats, max_pixels, wish)
    decoded = perf_counter()
    output = _call(function, image, settings or {})
    filtered = perf_counter()
    name = _name(function)
    try:
        result = to_result(output, name=name, shape=image.shape)
    except ImageError as exc:
        raise FilterError(str(exc)) from None
    except Exception as exc:  # of another library, which may have left much to do
        raise FilterError.from_exception(exc) from None
    try:
        encoded = encode_picture(result.to_picture(), format=format, quality=quality)
    except ImageError as exc:
        raise FilterError(f"{name} returned no image: {exc}") from None
    finished = perf_counter()
    return Processed(
        data=encoded.data,
        format=format_of(encoded.data),
        shape=encoded.shape,
        values=dict(result.values),
        decode_s=decoded - started,
        filter_s=filtered - decoded,
        encode_s=finished - filtered,
        image=result.image if keep_image else None,
        shapes=result.shapes,
        overlay=pack(result.shapes) if result.shapes else b"",
        table=result.table,
        opacity=encoded.opacity,
        labels=result.labels if keep_image else _narrow(result.labels),
    )
