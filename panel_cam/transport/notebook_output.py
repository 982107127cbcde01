"""What a `Live` leaves in a notebook: an output that loads offline, and a picture."""

from __future__ import annotations

import json
import time
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import bokeh
from panel.config import config

from panel_cam.imaging import codec
from panel_cam.imaging.data_url import data_url_of
from panel_cam.transport import assets

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_CDN = "https://cdn.bokeh.org/"
PANELS_SCRIPT = '<script type="application/javascript">'
"""How the script in an output of Panel's begins (seen in 1.9.4 and 1.10.0)."""

Bundle = tuple[dict[str, Any], dict[str, Any]]
"""Data and metadata of an output, as Jupyter has them."""


def with_loader(bundle: Bundle) -> Bundle:
    """Let an output load Panel's JavaScript from the Jupyter server if need be.

    Parameters
    ----------
    bundle : (dict, dict)
        What Panel displays; if its script is not found in there, nothing is changed.

    Returns
    -------
    bundle : (dict, dict)
        The same with the loader in it.
    """
    data, metadata = bundle
    page = data.get("text/html", "")
    if page.count(PANELS_SCRIPT) != 1:
        return bundle
    output_id = f"panel-cam-{uuid4().hex}"
    # A script of unknown type is not run; the loader does that.
    page = page.replace(PANELS_SCRIPT, '<script type="text/panel-cam">')
    version = bokeh.__version__.replace("rc", "-rc.").replace(".dev", "-dev.")
    wanted = json.dumps({"bokeh": version, "cdn": None if config.inline else _CDN})
    run = f'loadPanel(document.getElementById("{output_id}"), {wanted})'
    loader = assets.read("transport/notebook_loader.js")
    page = (
        f'<div id="{output_id}">{page}<p class="panel-cam-trouble"></p></div>'
        f"<script>(() => {{\n{loader}\n{run}\n}})()</script>"
    )
    return {**data, "text/html": page}, metadata


class StillPicture:
    """The newest picture as an output of its own, for when there is no kernel.

    Jupyter stores it with the notebook. It needs no script, so it is there on any page
    that shows the notebook; where the stream runs, its page hides it.

    Parameters
    ----------
    key : str
        The `Camera.key` of the stream.
    """

    # Each picture is stored in the notebook, which is then no longer saved.
    EVERY = 5.0  # seconds
    MAX_BYTES = 150_000
    MAX_SIDE = 640  # px, for pictures of more bytes

    def __init__(self, key: str) -> None:
        self._key = key
        self._id = f"panel-cam-still-picture-{key}"
        self._picture = b""
        self._stored = b""
        self._stored_at = 0.0
        self._displayed = False

    def display(self) -> None:
        """Display it in the cell that runs; any number of times."""
        self._displayed = True
        self._publish(update=False)

    def offer(self, picture: bytes) -> None:
        """Take the newest picture, and store it if the last one was a while ago.

        Parameters
        ----------
        picture : bytes
            An image file.
        """
        self._picture = picture
        if self._displayed and time.monotonic() - self._stored_at >= self.EVERY:
            self.store()

    def store(self) -> None:
        """Store the newest picture now; the stream has stopped, say."""
        if self._displayed and self._picture is not self._stored:
            self._publish(update=True)

    def _publish(self, *, update: bool) -> None:
        from IPython.display import publish_display_data

        self._stored = self._picture
        self._stored_at = time.monotonic()
        publish_display_data(  # type: ignore[no-untyped-call]
            {"text/html": self._html(), "text/plain": ""},
            transient={"display_id": self._id},
            update=update,
        )

    def _html(self) -> str:
        if not self._picture:
            return ""
        source = data_url_of(self._small(self._picture))
        return (
            f'<img class="panel-cam-still-picture panel-cam-still-picture-{self._key}" '
            f'alt="The last picture" style="max-width: 100%" src="{source}">'
        )

    def _small(self, picture: bytes) -> bytes:
        if len(picture) <= self.MAX_BYTES:
            return picture
        image = codec.decode(picture)
        step = -(-max(image.shape[:2]) // self.MAX_SIDE)
        return codec.encode(image[::step, ::step], format="jpeg", quality=0.8)


class OutputContext:
    """The context in which what is printed belongs to the cell that runs now.

    Jupyter tells by a context variable which cell a line comes from. A filter runs on
    another thread, which has none.
    """

    def __init__(self) -> None:
        self._context: Context = copy_context()

    def run(self, function: Callable[..., T], *args: Any) -> T:
        """Call a function as if the cell did; on any thread.

        Parameters
        ----------
        function : callable
            What to call, with `args`.
        *args
            For `function`.

        Returns
        -------
        result : object
            What it returned.
        """
        return self._context.copy().run(function, *args)
