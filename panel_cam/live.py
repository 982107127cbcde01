"""`Live`: a source, a filter at work, and the view of what it makes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import panel as pn
import param

from panel_cam.controls.controls import Controls
from panel_cam.errors import FrameError
from panel_cam.failed_page import shown_on_page
from panel_cam.filters import get
from panel_cam.functions.keywords import split
from panel_cam.functions.parameterized import as_function
from panel_cam.functions.settings import settings_of
from panel_cam.functions.stateful import fresh
from panel_cam.imaging import codec
from panel_cam.layout import arrange, fit_phones, show_error, show_stats
from panel_cam.processing.run_filter import Processed
from panel_cam.sources.base import Source
from panel_cam.sources.camera import Camera
from panel_cam.stream import Stream
from panel_cam.transport.lazy_image import LazyImage
from panel_cam.transport.notebook_output import OutputContext, StillPicture, with_loader
from panel_cam.transport.session_caller import SessionCaller, at_session_end
from panel_cam.view.error_log import ErrorLog
from panel_cam.view.image_view import COMPARE, ImageView
from panel_cam.view.readout import Readout
from panel_cam.view.recordings import Recordings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor
    from pathlib import Path

    import numpy as np

    from panel_cam.errors import PanelCamError
    from panel_cam.imaging.frame import Frame
    from panel_cam.view.recorder import Recorder

logger = logging.getLogger(__name__)

_OWN_PARAMS = {"format", "quality", "compare", "name"}
_OF_CAMERA = {
    *("autostart", "active", "device_id", "facing", "resolution", "fps"),
    *("mirror", "preview", "max_in_flight", "answer_timeout", "max_frame_bytes"),
}
"""What may be said of a camera that is made here."""


class Live(pn.viewable.Viewer):
    """A camera through a Python function, live on the page.

    Parameters
    ----------
    filter : callable or str, default "roberts"
        The user's function: called with an ndarray of shape (M, N, 3) and dtype
        uint8, it returns an image or a `Result`. A string names one of
        `panel_cam.filters`.
    source : Source or {"camera", "demo"}, default "camera"
        Where frames come from: a `Camera` or another source of your own making, which
        several of these may share; or the kind of source of the `Camera` that is made
        here; people can still change it on the page.
    executor : concurrent.futures.Executor or callable, optional
        Where the filter runs: a `distributed.Client` or its `get_executor()`, too; by
        default, in a pool of threads that all sessions of this process share. Sessions
        with the same executor share it fairly. A callable without arguments, such as
        ``partial(ProcessPoolExecutor, 2)``, makes one for this session alone, which is
        shut down with it. A filter that remembers (see `stateful`) runs in a thread in
        any case, one frame at a time.
    settings : mapping, optional
        Options of the filter whose names this class has too.
    **params
        Parameters of this class, of the `Camera` that it makes, or options of the
        filter: ``sigma=2`` sets one, ``sigma=(0, 5)`` bounds its slider, a list makes
        a choice of it, and a widget, a parameter or an ``.rx`` expression is followed.
        Each option gets a control; a change acts on the next frame.

    Raises
    ------
    TypeError
        If a keyword is unknown, or `executor` is none.
    ExecutorError
        If the filter cannot be sent to the executor; the text has reason and cure.

    Examples
    --------
    >>> live = Live("roberts", autostart=True)
    >>> live.camera.active
    True
    """

    filter = param.Callable(
        default=get("roberts"),
        doc="""
        The function that every frame goes through; another one may be assigned while
        the stream runs.""",
    )
    format: param.Selector[str] = param.Selector(
        default="jpeg",
        objects=list(codec.FORMATS),
        doc="""
        How frames and pictures are encoded, both ways: "jpeg" is quickest, "png" is
        exact.""",
    )
    quality = param.Number(
        default=0.85,
        bounds=(0, 1),
        doc="""
        Quality of "jpeg" and "webp", both ways, 0 to 1.""",
    )
    compare: param.Selector[str] = param.Selector(
        default="off",
        objects=list(COMPARE),
        doc="""
        Show the camera's picture too: "beside" the processed one, or left of a line to
        "swipe"; people can still change it on the page.""",
    )
    image = LazyImage(
        doc="""
        The newest processed image, as the filter returned it. From another process,
        it is decoded from the picture on the page: uint8, and as exact as `format`.""",
    )
    result = LazyImage(
        doc="""
        The newest result: the image, and the numbers, the table and the shapes that
        came with it.""",
    )
    stats = param.Dict(
        default={},
        doc="""
        Counts and means of every stage, about once a second: see `Stats.snapshot`.""",
    )
    error = param.String(
        default="",
        doc="""
        The last lines of what went wrong in the filter; empty when all is well.""",
    )

    @shown_on_page
    def __init__(
        self,
        filter: Callable[..., Any] | str = "roberts",
        *,
        source: Source | str = "camera",
        executor: Executor | Callable[[], Executor] | Any = None,
        settings: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> None:
        filter = get(filter) if isinstance(filter, str) else filter
        known = _OF_CAMERA | _OWN_PARAMS
        keywords, of_filter = split(filter, params, known, type(self).__name__)
        of_filter |= settings or {}
        of_camera = {key: keywords.pop(key) for key in _OF_CAMERA & keywords.keys()}
        super().__init__(filter=filter, **keywords)  # type: ignore[no-untyped-call]
        self.source = self._find_source(source, of_camera)
        """Where frames come from."""
        self.view = ImageView(
            mirror=self.source.param.mirror,
            camera_key=self.source.key,
            compare=self.compare,
            min_width=240,
            max_width=1280,
        )
        self.view.link(self, compare="compare", bidirectional=True)
        call = SessionCaller()
        self._stream = Stream(self.source, executor, call, self._show)
        self._encode()
        self.readout = Readout(call)
        """The newest numbers and the newest table, at a calm rate."""
        self.recordings = Recordings(call)
        """What `record_results` writes, and its `error`."""
        self.controls = Controls(margin=(8, 0))
        """The widgets of the filter's settings."""
        self._errors = ErrorLog()
        self._still_picture = StillPicture(self.source.key)
        self._use(of_filter)
        self.view.param.watch(self._on_painted, "painted")
        self.source.param.watch(lambda event: self._still_picture.store(), "status")
        at_session_end(self.close)

    def _find_source(self, source: object, options: Mapping[str, Any]) -> Source:
        """Return what was passed, or make the camera that a text stands for."""
        if isinstance(source, str):
            options = {"sizing_mode": "stretch_width", **options}
            encoding = {"format": self.param.format, "quality": self.param.quality}
            return Camera(source=source, **encoding, **options)
        if not isinstance(source, Source):
            got = type(source).__name__
            raise TypeError(f"expected a Source or its name as source, got {got}")
        if options:
            names = ", ".join(options)
            raise TypeError(f"set {names} on the camera that is passed as source")
        return source

    @param.depends("filter", watch=True)
    def _refresh(self) -> None:
        try:
            self._use({})
        except Exception:  # the stream goes on as it was
            with param.parameterized.discard_events(self):
                self.filter = self._accepted
            raise

    def _use(self, options: Mapping[str, Any]) -> None:
        """Read the filter's signature, and show its options."""
        settings = settings_of(self.filter, **options)
        # A filter with a memory gets one of its own in every session.
        self._stream.use(fresh(as_function(self.filter, settings)), settings)
        self.settings, self._accepted = settings, self.filter
        self.controls.settings = settings
        self.readout.clear()

    @param.depends("format", "quality", watch=True)
    def _encode(self) -> None:
        self._stream.encoding = {"format": self.format, "quality": self.quality}

    # ---- what the stream brings

    def _show(
        self, frame: Frame, outcome: Processed | PanelCamError | None, overdue: str
    ) -> None:
        """Show what has become of a frame; on the event loop."""
        if isinstance(outcome, Processed):
            self._show_picture(frame, outcome)
            error = overdue
        elif outcome is not None:  # the last picture stays
            error = str(outcome)
            self._errors.log(outcome)
        else:
            error = overdue
        if self.error != error:
            self.error = error
        self._update_stats()

    def _show_picture(self, frame: Frame, processed: Processed) -> None:
        self.view.frame = processed.to_picture(frame)
        self._still_picture.offer(processed.data)
        self.recordings.add(frame, processed.values)
        try:
            # Those of the filter before would stand there as the new one's for ever.
            if not self._stream.is_of_another(frame):
                self.readout.take(frame.captured_at, processed.values, processed.table)
            self.param.image.offer(self, processed.to_image)
            self.param.result.offer(self, processed.to_result)
        except Exception as error:
            # A watcher of `image` or `result` failed; its traceback may show pixels.
            logger.error("A watcher of Live raised %s", type(error).__name__)

    # ---- figures

    def _on_painted(self, event: param.parameterized.Event) -> None:
        self._stream.stats.set_age(event.new)
        self._update_stats(now=True)

    def _update_stats(self, *, now: bool = False) -> None:
        if now or self._stream.stats.is_due:
            self.stats = self._stream.stats.snapshot()

    # ---- what one does with it

    @property
    def camera(self) -> Camera:
        """The source, if it is a `Camera`; else an `AttributeError` says what it is."""
        if isinstance(self.source, Camera):
            return self.source
        kind = type(self.source).__name__
        raise AttributeError(f"there is no camera: the source is a {kind}")

    def start(self) -> None:
        """Open the camera, or whatever the source is."""
        self.source.start()

    def stop(self) -> None:
        """Close it; the last picture stays."""
        self.source.stop()

    def record_results(self, path: str | Path) -> Recorder:
        """Write the named numbers of every frame into a file, from now on.

        Parameters
        ----------
        path : str or Path
            Ends in .csv or .parquet (the extra ``parquet``). A file that is there
            already is never touched: the next free number is added to the name.

        Returns
        -------
        recorder : Recorder
            Its `stop` ends it, as does ``with``; otherwise the session's end does. Why
            it cannot write is in ``recordings.error``, and on the page.
        """
        return self.recordings.start(path)

    def close(self) -> None:
        """Stop for good and free what this object holds. Idempotent."""
        self.controls.close()
        self.recordings.close()
        self._stream.close()

    def snapshot(self) -> np.ndarray:
        """Return the newest processed image.

        Returns
        -------
        image : ndarray
            As the filter returned it; a copy that the caller may modify.

        Raises
        ------
        FrameError
            If no frame has been processed yet.
        """
        image: np.ndarray | None = self.image
        if image is None:
            raise FrameError("no frame has been processed yet: start the camera first")
        return image.copy()

    # ---- how it looks

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        # Called while a cell shows this object.
        run = OutputContext().run
        self._stream.worker.run_in = self._errors.run = run
        bundle = super()._repr_mimebundle_(include, exclude)  # type: ignore[no-untyped-call]
        if not isinstance(bundle, tuple) or "text/html" not in bundle[0]:
            return bundle
        self._still_picture.display()
        return with_loader(bundle)

    def __panel__(self) -> pn.viewable.Viewable:
        """Return what the page shows: the picture beside the camera's controls."""
        return self.arranged()

    def arranged(self, *more: pn.viewable.Viewer) -> pn.viewable.Viewable:
        """Return what the page shows, with more among the controls.

        Parameters
        ----------
        *more : Viewer
            What stands below the filter's own controls: a `ChainEditor`, say.

        Returns
        -------
        layout : panel.viewable.Viewable
            The picture beside the controls; on a phone, above them.
        """
        fit_phones()
        picture = (
            self.view,
            show_stats(self.param.stats),
            show_error(self.param.error),
            show_error(self.recordings.param.error),
            self.readout,
        )
        of_source = () if self.source.view is None else (self.source.view,)
        return arrange(picture, (*of_source, self.controls, *more))
