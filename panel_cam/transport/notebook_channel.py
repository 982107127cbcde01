"""The short way from a Jupyter kernel to the page, for a stream's values."""

from __future__ import annotations

import asyncio
from typing import Any, ClassVar


class NotebookChannel:
    """The values of one moment, in one message to one output of a notebook.

    Panel sends every change as a message of Bokeh, in parts, each of which is a message
    of Jupyter: nine for a picture and its answer. Here it is one, in a form that only
    `notebook.js` understands.

    Parameters
    ----------
    comm : pyviz_comms.Comm
        What Panel talks through to the output.
    """

    _channels: ClassVar[dict[str, NotebookChannel]] = {}

    def __init__(self, comm: Any) -> None:
        self._comm = comm
        self._changes: list[tuple[str, dict[str, Any]]] = []
        self._buffers: list[bytes] = []

    @classmethod
    def open(cls, ref: str, comm: Any, *, direct: bool) -> None:
        """Note that the page of an output is there.

        Parameters
        ----------
        ref : str
            The identifier of the output's root model.
        comm : pyviz_comms.Comm
            What Panel talks through to it.
        direct : bool
            Whether it understands our messages; if not, Panel's own way is taken.
        """
        if direct and comm is not None:
            cls._channels[ref] = cls(comm)
        else:
            cls._channels.pop(ref, None)

    @classmethod
    def close(cls, ref: str) -> None:
        """Forget an output that is gone."""
        cls._channels.pop(ref, None)

    @classmethod
    def of(cls, ref: str) -> NotebookChannel | None:
        """Return the channel to the output with this root, if there is one."""
        return cls._channels.get(ref)

    def send(self, model_id: str, values: dict[str, Any]) -> None:
        """Send new values with all others of this turn of the event loop.

        Parameters
        ----------
        model_id : str
            Whose values they are.
        values : dict
            By name. Bytes may stand in a value that is a dict, and travel as they are.
        """
        first = not self._changes
        plain = {name: self._without_bytes(value) for name, value in values.items()}
        self._changes.append((model_id, plain))
        if not first:
            return
        try:
            asyncio.get_running_loop().call_soon(self._flush)
        except RuntimeError:
            self._flush()

    def _without_bytes(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        plain = dict(value)
        for key, item in value.items():
            if isinstance(item, bytes):
                plain[key] = {"buffer": len(self._buffers)}
                self._buffers.append(item)
        return plain

    def _flush(self) -> None:
        changes, buffers = self._changes, self._buffers
        self._changes, self._buffers = [], []
        self._comm.send({"panel_cam": changes}, buffers=buffers)
