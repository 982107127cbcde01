"""A function pickled for another process, once and checked; and what comes back of it.

A pickled function is only a name, which the other side looks up. Whether it can is
known here, before the first frame; and if it cannot after all, that ends as an error of
the frame, where the executor's own pickling would break a whole pool. So it is with
what comes back.
"""

import pickle
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from importlib.machinery import PathFinder
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, Self
from uuid import uuid4

from panel_cam.errors import ExecutorError, FilterError, PanelCamError
from panel_cam.functions.signature import name_of
from panel_cam.imaging.frame import Image
from panel_cam.processing.main_script import describe_main, load_main
from panel_cam.processing.run_filter import Processed, run_filter

Pickling = Literal["pickle", "cloudpickle"]
"""By name alone; or, for what has no name elsewhere, by value (Dask's way)."""

KEPT = 32
"""How many functions a process keeps loaded, so that each is loaded once."""

_CURES = {
    "pickle": (
        "Define it with def in a .py file, and import it from there (what a notebook "
        "or an app of `panel serve` defines itself cannot be imported elsewhere)"
    ),
    "cloudpickle": "Let it use nothing that holds a connection, a lock or the page",
}

_by_value_lock = threading.Lock()


def _folder_of(module: str) -> str | None:
    """Return where another process finds a module; "" for Python's own, None: nowhere.

    The folder matters: `panel serve` has the app's own on the path only while the app's
    script runs, and a worker process starts later.
    """
    top = module.partition(".")[0]
    if top in sys.builtin_module_names or top in sys.stdlib_module_names:
        return ""
    found = sys.modules.get(top)
    if top == "__main__":
        # A script is run again as a module by each worker process; nothing else is.
        file = getattr(found, "__file__", None)
        return "" if file and Path(file).is_file() else None
    places = [Path(file).parent] if (file := getattr(found, "__file__", None)) else []
    if folders := getattr(found, "__path__", None):  # a package, perhaps of several
        places = [Path(each).parent for each in folders]
    for place in places:
        folder = str(place.resolve())
        if PathFinder.find_spec(top, [folder]) is not None:
            return folder
    return None


def _dump(value: object, pickling: Pickling) -> tuple[bytes, set[str]]:
    """Pickle, and tell from which modules things are taken by name."""
    modules: set[str] = set()
    base: Any = pickle.Pickler
    if pickling == "cloudpickle":
        from cloudpickle import Pickler  # type: ignore[import-untyped]

        base = Pickler

    class Noting(base):  # type: ignore[misc]  # one of two classes
        def reducer_override(self, thing: Any) -> Any:
            reduced = NotImplemented
            if pickling == "cloudpickle":
                reduced = super().reducer_override(thing)
            if reduced is NotImplemented and hasattr(thing, "__qualname__"):
                modules.add(str(getattr(thing, "__module__", None) or "builtins"))
            return reduced

    file = BytesIO()
    Noting(file, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    return file.getvalue(), modules


@contextmanager
def _by_value(modules: set[str]) -> Iterator[None]:
    """Let cloudpickle take along what these modules define."""
    if not modules:
        yield
        return
    from cloudpickle import register_pickle_by_value, unregister_pickle_by_value

    with _by_value_lock:
        found: list[ModuleType] = [sys.modules[name] for name in sorted(modules)]
        for module in found:
            register_pickle_by_value(module)
        try:
            yield
        finally:
            for module in found:
                unregister_pickle_by_value(module)


def _refuse_output(name: str, error: Exception) -> FilterError:
    return FilterError(
        f"what {name} returned cannot be sent back from another process: "
        f"{type(error).__name__}: {error}. "
        "Let its table and shapes hold only numbers and text."
    )


@dataclass(frozen=True, slots=True)
class PickledResult:
    """A processed frame on its way back: bytes, which arrive whatever is in them.

    Parameters
    ----------
    name : str
        Of the filter.
    data : bytes
        The pickled `Processed`.
    """

    name: str
    data: bytes

    @classmethod
    def of(cls, processed: Processed, name: str, pickling: Pickling) -> Self:
        """Pickle a processed frame, where it was made.

        Raises
        ------
        FilterError
            If it cannot be pickled.
        """
        try:
            data = import_module(pickling).dumps(processed)
        except Exception as error:
            raise _refuse_output(name, error) from None
        return cls(name, data)

    def load(self) -> Processed | FilterError:
        """Unpickle it, where it is wanted; an error is returned, not raised."""
        try:
            processed: Processed = pickle.loads(self.data)
        except Exception as error:
            return _refuse_output(self.name, error)
        return processed


class PickledFunction:
    """A filter as another process gets it, pickled once for many frames.

    Parameters
    ----------
    function : callable
        The filter.
    settings : mapping
        Keyword arguments like those that frames will bring: they must travel, too.
    pickling : {"pickle", "cloudpickle"}
        What the other side understands.

    Raises
    ------
    ExecutorError
        If they cannot be pickled, or not be found there; the text has reason and cure.
    """

    def __init__(
        self,
        function: Callable[..., object],
        settings: Mapping[str, Any],
        pickling: Pickling,
    ) -> None:
        self._pickling = pickling
        self._name = name_of(function)
        self._alone: set[str] = set()
        """Modules that are nowhere else, and so travel along."""
        self._folders: tuple[str, ...] = ()
        self._main: tuple[tuple[str, str], ...] = ()
        """The main script, if something of it is wanted: see `load_main`."""
        # Two sessions' functions may look alike and remember different things.
        self._token = uuid4().hex
        self._function = self._pickle(function)
        self._pickle(dict(settings))

    def _pickle(self, value: object) -> bytes:
        """Pickle for good: again and again, until nothing is left that has no home."""
        while True:
            try:
                with _by_value(self._alone):
                    data, modules = _dump(value, self._pickling)
            except Exception as error:
                raise self._refuse(error) from None
            homes = {module: _folder_of(module) for module in modules}
            homeless = {module for module, folder in homes.items() if folder is None}
            if not homeless - self._alone:
                if "__main__" in homes and self._pickling == "pickle":
                    self._main = describe_main()
                folders = {folder for folder in homes.values() if folder}
                self._folders = tuple(sorted({*self._folders, *folders}))
                return data
            if self._pickling == "pickle":
                module = min(homeless)
                raise self._refuse(f"no other process can import {module!r}")
            self._alone |= homeless

    def _refuse(self, reason: str | Exception) -> ExecutorError:
        reason = (str(reason).splitlines() or [type(reason).__name__])[0]
        return ExecutorError(
            f"{self._name} cannot be sent to another process with {self._pickling}: "
            f"{reason}. {_CURES[self._pickling]}, or leave `executor` out."
        )

    def job(
        self, settings: Mapping[str, Any], **options: Any
    ) -> Callable[[bytes | Image], PickledResult]:
        """Return what to do with one frame; it can be pickled, and its errors too.

        Parameters
        ----------
        settings : mapping
            Keyword arguments for the function.
        **options
            Keyword arguments for `run_filter`.

        Returns
        -------
        job : callable
            ``job(data) -> PickledResult``.

        Raises
        ------
        ExecutorError
            If the settings cannot be pickled.
        """
        try:
            with _by_value(self._alone):
                pickled, _ = _dump(dict(settings), self._pickling)
        except Exception as error:
            raise self._refuse(error) from None
        return partial(
            _run,
            name=self._name,
            function=(self._function, self._token, self._folders, self._main),
            pickling=self._pickling,
            settings=pickled,
            options=options,
        )


@lru_cache(maxsize=KEPT)
def _load(
    data: bytes, token: str, folders: tuple[str, ...], main: tuple[tuple[str, str], ...]
) -> Callable[..., object]:
    if main:
        load_main(main)
    for folder in folders:
        if folder not in sys.path and Path(folder).exists():
            sys.path.append(folder)
    function: Callable[..., object] = pickle.loads(data)
    return function


def _run(
    data: bytes | Image,
    *,
    name: str,
    function: tuple[Any, ...],
    pickling: Pickling,
    settings: bytes,
    options: Mapping[str, Any],
) -> PickledResult:
    """Load the function, process a frame, and pickle the result; in a worker."""
    try:
        filter = _load(*function)
        keywords = pickle.loads(settings)
    except Exception as error:
        raise FilterError(
            f"the worker cannot load {name}: {type(error).__name__}: {error}. "
            "The module that defines it has to be importable there, too."
        ) from None
    try:
        processed = run_filter(data, filter, keywords, **options)
    except PanelCamError:
        raise
    # A KeyboardInterrupt, say, which would end a Dask worker; others may be of a class
    # that cannot be unpickled.
    except BaseException as error:
        raise FilterError.from_exception(error) from None
    return PickledResult.of(processed, name, pickling)
