"""The JavaScript and CSS that ship with the package, read once."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

CAPTURE = (
    *("pacer", "device", "demo_scene", "grab_worker", "grabber"),
    *("originals", "capture"),
)
VIEW = (
    *("decode", "figure_painter", "originals", "swipe_line", "comparison"),
    *("overlay", "image_view"),
)


@cache
def read(name: str) -> str:
    """Return the text of a file in `panel_cam/js`."""
    return files(__package__).joinpath("js", name).read_text(encoding="utf-8")


def library(*names: str, exports: str) -> str:
    """Join files into one statement that defines ``lib`` with one class in it.

    The page keeps each library under its own hash: any number of components
    share one copy, and a new version in the same page (a notebook, after an
    upgrade) does not meet the old one.

    Parameters
    ----------
    *names : str
        Files in `panel_cam/js`, without ``.js``, in the order of their needs.
    exports : str
        The class that the glue code uses, as ``lib.<exports>``.

    Returns
    -------
    script : str
        JavaScript source.
    """
    source = "\n".join(read(f"{name}.js") for name in names)
    key = f"panel_cam_{sha256(source.encode()).hexdigest()[:12]}"
    body = f"{source}\nreturn {{{exports}}}"
    return f"const lib = (window.{key} ??= (() => {{\n{body}\n}})())\n"
