"""Whatever holds pixels -> a NumPy array, where that can be done.

Libraries say what they hold in one of three ways: `__array__`, Python's buffer protocol
or DLPack. None of them is imported here; what a user returns, the user has imported.
"""

import logging
from time import perf_counter
from typing import Any

import numpy as np

logger = logging.getLogger(__name__)

_PROTOCOLS = ("__array__", "__array_interface__", "__array_struct__", "__dlpack__")

_DLPACK_CPU = 1  # the number that DLPack has for main memory
_HOST_KINDS = (_DLPACK_CPU, 3, 11)  # and for main memory that a GPU can reach

_PLAIN_MODES = ("1", "L", "I", "I;16", "F", "RGB", "RGBA")  # of Pillow

_told: set[str] = set()
"""Which classes' pictures the log has said to be copied from a GPU."""


def as_array(value: Any) -> Any:
    """Return a NumPy array of what can be seen as one.

    Parameters
    ----------
    value : object
        - a NumPy array is returned as it is, a masked one too;
        - a Pillow image becomes grey, RGB or RGBA, whatever its mode;
        - a tensor on a GPU is copied to main memory, and the log says once what that
          takes; gradients are left behind;
        - anything with `__array__`, the buffer protocol or DLPack, and nested lists of
          numbers, become what NumPy makes of them.

    Returns
    -------
    array : ndarray or object
        It may share memory with `value`. What NumPy makes no array of numbers of, with
        two axes or more, comes back as it is.

    Examples
    --------
    >>> as_array([[0.0, 0.5], [1.0, 0.25]])
    array([[0.  , 0.5 ],
           [1.  , 0.25]])
    >>> as_array("text")
    'text'
    """
    if isinstance(value, np.ndarray | str | bytes | bytearray) or value is None:
        return value
    if isinstance(value, list):
        return _or_itself(value, value)
    if not _holds_numbers(value):
        return value
    if hasattr(value, "getbands") and hasattr(value, "convert"):
        return np.asarray(_plain_picture(value))
    given = value
    if getattr(value, "requires_grad", False):
        value = value.detach()
    if _is_on_gpu(value):
        return _copy_from_gpu(value)
    return _or_itself(value, given)


def _holds_numbers(value: Any) -> bool:
    if any(hasattr(type(value), name) for name in _PROTOCOLS):
        return True
    # Pillow's images have theirs only sometimes; classes and modules are asked by type.
    if hasattr(type(value), "getbands") or isinstance(value, memoryview):
        return True
    try:
        memoryview(value)
    except TypeError:
        return False
    return True


def _or_itself(value: Any, given: Any) -> Any:
    """Return what NumPy makes of it, or else what was given."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        array = None
    # An error message says more of a number or a list of some than of their arrays.
    if array is not None and array.ndim > 1 and array.dtype.kind in "buifc":
        return array
    if hasattr(value, "__dlpack__"):  # and nothing that is older
        try:
            return np.from_dlpack(value)
        except (TypeError, ValueError, RuntimeError, BufferError):
            pass
    return given


def _plain_picture(picture: Any) -> Any:
    """Return a Pillow image in a mode whose numbers are brightness or RGB."""
    if picture.mode in _PLAIN_MODES and not (
        "transparency" in picture.info and picture.mode in ("1", "L", "RGB")
    ):
        return picture
    if picture.mode == "La":  # which Pillow converts to nothing else
        picture = picture.convert("LA")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _is_on_gpu(value: Any) -> bool:
    ask = getattr(value, "__dlpack_device__", None)
    try:
        return ask is not None and int(ask()[0]) not in _HOST_KINDS
    except (TypeError, ValueError, RuntimeError, BufferError):
        return False


def _copy_from_gpu(value: Any) -> Any:
    started = perf_counter()
    if callable(getattr(value, "cpu", None)):  # PyTorch
        array = np.asarray(value.cpu())
    elif callable(getattr(value, "get", None)):  # CuPy
        array = np.asarray(value.get())
    else:
        array = np.asarray(value)  # JAX and others copy by themselves
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    if kind not in _told:
        _told.add(kind)
        logger.warning(
            "A %s on a GPU is copied to main memory for each frame: %.1f MB in %.1f ms "
            "for this one.",
            kind,
            array.nbytes / 1e6,
            (perf_counter() - started) * 1e3,
        )
    return array
