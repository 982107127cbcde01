"""`Live`: a source, a filter at work, and the view of what it makes."""

from __future__ import annotations

import logging
import time
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import panel as pn
import param

from . import codec
from .camera import Camera
from .controls import Controls
from .dispatch import Dispatch
from .error_log import ErrorLog
from .errors import ExecutorError, FilterError, FrameError, PanelCamError
from .filters import get
from .frames import Result
from .image_view import ImageView
from .keywords import split
from .layout import arrange
from .lazy_image import LazyImage
from .notebook import Cell, Still, with_loader
from .parameterized import as_function
from .process import Processed
from .session import poster
from .settings import settings_of, values
from .state import fresh
from .stats import Stats
from .worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from concurrent.futures import Executor

    import numpy as np

    from .frames import Frame

logger = logging.getLogger(__name__)

_CAMERA_PARAMS = {
    *("autostart", "active", "device_id", "facing", "resolution", "fps"),
    *("mirror", "preview", "max_in_flight", "answer_timeout", "max_frame_bytes"),
}

_OWN_PARAMS = {"format", "quality", "name"}


class Live(pn.viewable.Viewer):
    """A camera through a Python function, live on the page.

    Parameters
    ----------
    filter : callable or str, default "roberts"
        The user's function: called with an ndarray of shape (M, N, 3) and dtype
        uint8, it returns an image or a `Result`. A string names one of
        `panel_cam.filters`.
    source : Camera or {"camera", "demo"}, default "camera"
        Where frames come from: a camera of your own making, or the kind of source of
        the `Camera` that is made here; people can still change it on the page.
    executor : concurrent.futures.Executor or callable, optional
        Where the filter runs: a `distributed.Client` or its `get_executor()`, too; by
        default, in a pool of threads that all sessions of this process share. Sessions
        that share an executor take turns. A callable without arguments, such as
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
    image = LazyImage(
        doc="""
        The newest processed image, as the filter returned it. From another process,
        it is decoded from the picture on the page: uint8, and as exact as `format`.""",
    )
    result = LazyImage(
        doc="""
        The newest result: the image and the named numbers that came with it.""",
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

    def __init__(
        self,
        filter: Callable[..., Any] | str = "roberts",
        *,
        source: Camera | str = "camera",
        executor: Executor | Callable[[], Executor] | Any = None,
        settings: Mapping[str, Any] | None = None,
        **params: Any,
    ) -> None:
        filter = get(filter) if isinstance(filter, str) else filter
        known = _CAMERA_PARAMS | _OWN_PARAMS
        keywords, of_filter = split(filter, params, known, type(self).__name__)
        of_filter |= settings or {}
        of_camera = {
            name: keywords.pop(name) for name in _CAMERA_PARAMS & keywords.keys()
        }
        super().__init__(  # type: ignore[no-untyped-call]
            filter=filter, **keywords
        )
        self._dispatch = Dispatch(executor)
        self._worker = Worker(self._dispatch.engine, deliver=self._deliver)
        self._controls: Controls | None = None
        self.controls = pn.Column(margin=(8, 0))
        """The widgets of the filter's settings."""
        self._use(of_filter)
        if isinstance(source, Camera):
            if of_camera:
                names = ", ".join(of_camera)
                raise TypeError(f"set {names} on the camera that is passed as source")
            self.camera = source
        else:
            self.camera = Camera(
                source=source,
                format=self.param.format,
                quality=self.param.quality,
                **of_camera,
            )
        self.camera.auto_answer = False
        self.view = ImageView(mirror=self.camera.param.mirror, min_width=240)
        self._stats = Stats()
        self._stats_at = 0.0
        self._errors = ErrorLog()
        self._stream = 0
        self._cell: Cell | None = None
        self._still = Still(self.camera.key)
        # What the camera may have in flight follows the workers, until someone sets it.
        self._in_flight = self.camera.param.max_in_flight.default
        if "max_in_flight" in of_camera:
            self._in_flight = 0
        self._follow_workers()
        self._post = poster()
        self._on_frame_watcher = self.camera.param.watch(self._on_frame, "frame")
        self.view.param.watch(self._on_painted, "painted")
        self.camera.param.watch(lambda event: self._still.store(), "status")
        if pn.state.curdoc is not None and pn.state.curdoc.session_context:
            pn.state.on_session_destroyed(lambda context: self.close())

    @param.depends("filter", watch=True)
    def _refresh(self) -> None:
        try:
            self._use({})
        except Exception:  # the stream goes on as it was
            with param.parameterized.discard_events(self):
                self.filter = self._accepted
            raise
        self._follow_workers()

    def _use(self, options: Mapping[str, Any]) -> None:
        """Read the filter's signature, and show its options."""
        settings = settings_of(self.filter, **options)
        # A filter with a memory gets one of its own in every session.
        function = fresh(as_function(self.filter, settings))
        self._dispatch.use(function, values(settings))
        self._worker.use(self._dispatch.engine, self._dispatch.slots)
        self.settings, self._accepted = settings, self.filter
        if self._controls is not None:
            self._controls.close()
        self._controls = Controls(self.settings)
        self.controls[:] = [self._controls]

    def _follow_workers(self) -> None:
        """Let the camera send as many frames as can run at once, and one to wait."""
        if self._in_flight == self.camera.max_in_flight:
            most = self.camera.param.max_in_flight.bounds[1]
            self._in_flight = min(self._worker.share + 1, most)
            self.camera.max_in_flight = self._in_flight

    # ---- the way of a frame

    def _on_frame(self, event: param.parameterized.Event) -> None:
        """Hand a frame to the worker; on the event loop."""
        frame = event.new
        if frame.stream != self._stream:
            self._stream = frame.stream
            self._worker.restart()
            self._post = poster()
        self._stats.add_received(len(frame.data))
        try:
            job = self._dispatch.job(
                values(self.settings),
                format=self.format,
                quality=self.quality,
                max_pixels=self.camera.max_pixels,
            )
        except ExecutorError as error:
            self._show(frame, error)
            return
        if self._cell is not None and self._dispatch.is_here:
            job = partial(self._cell.run, job)
        self._worker.submit(frame, job)
        if self._dispatch.is_parallel:
            self._follow_workers()
        if late := self._dispatch.late(self._worker):
            self.error = late

    def _deliver(self, frame: Frame, outcome: Processed | Exception | None) -> None:
        """Bring an outcome to the event loop; on whatever thread made it."""
        self._post(partial(self._show, frame, outcome))

    def _show(self, frame: Frame, outcome: Processed | Exception | None) -> None:
        """Show an outcome and answer its frame; on the event loop."""
        if self._worker.closed:
            return
        try:
            if isinstance(outcome, Processed):
                self._stats.add_shown(outcome)
                self._show_picture(frame, outcome)
            elif outcome is None:
                self._stats.add_dropped()
            else:
                self._stats.add_failed()
                self._show_error(outcome)
        finally:
            self.camera.answer(frame)
            self._update_stats()

    def _show_picture(self, frame: Frame, processed: Processed) -> None:
        self.view.frame = {
            "stream": frame.stream,
            "seq": frame.seq,
            "captured_at": frame.captured_at,
            "data": processed.data,
        }
        self._still.offer(processed.data)
        if self.error:
            self.error = self._dispatch.late(self._worker)
        try:
            self.param.image.offer(self, processed.to_image)
            self.param.result.offer(
                self, lambda: Result(processed.to_image(), values=processed.values)
            )
        except Exception as error:
            # A watcher of `image` or `result` failed; its traceback may show pixels.
            logger.error("A watcher of Live raised %s", type(error).__name__)

    def _show_error(self, error: Exception) -> None:
        """Keep the last picture, say what happened."""
        is_ours = isinstance(error, PanelCamError)
        self.error = str(error) if is_ours else self._dispatch.explain(error)
        if isinstance(error, FrameError):
            self._errors.log("A frame could not be used", self.error)
        elif isinstance(error, FilterError):
            self._errors.log("The filter failed", error.details)
        else:
            self._errors.log("The executor failed", self.error)

    # ---- figures

    def _on_painted(self, event: param.parameterized.Event) -> None:
        self._stats.set_age(event.new)
        self._update_stats(now=True)

    def _update_stats(self, *, now: bool = False) -> None:
        if now or time.monotonic() - self._stats_at >= 1:
            self._stats_at = time.monotonic()
            self.stats = self._stats.snapshot()

    # ---- what one does with it

    def start(self) -> None:
        """Open the camera."""
        self.camera.start()

    def stop(self) -> None:
        """Close the camera; the last picture stays."""
        self.camera.stop()

    def close(self) -> None:
        """Stop for good and free what this object holds. Idempotent."""
        if not self._worker.closed:
            self._worker.close()
            self._dispatch.close()
            self.camera.param.unwatch(self._on_frame_watcher)

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
        self._cell = Cell()
        self._errors.run = self._cell.run
        bundle = super()._repr_mimebundle_(include, exclude)  # type: ignore[no-untyped-call]
        if not isinstance(bundle, tuple) or "text/html" not in bundle[0]:
            return bundle
        self._still.display()
        return with_loader(bundle, f"panel-cam-{uuid4().hex}")

    def __panel__(self) -> pn.viewable.Viewable:
        """Return what the page shows: the picture beside the camera's controls."""
        return arrange(self)
