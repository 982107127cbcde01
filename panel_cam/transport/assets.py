"""The JavaScript, HTML and CSS that ship with the package, read once."""

from functools import cache
from hashlib import sha256
from importlib.resources import files


@cache
def read(path: str) -> str:
    """Return the text of a file that lies in a room of the package.

    Parameters
    ----------
    path : str
        Such as ``sources/camera.css``: the room, and the file in it.
    """
    return files("panel_cam").joinpath(path).read_text(encoding="utf-8")


def library(*paths: str, exports: str) -> str:
    """Join files into one statement that defines ``lib`` with some names in it.

    The page keeps each library under its own hash: any number of components
    share one copy, and a new version in the same page (a notebook, after an
    upgrade) does not meet the old one.

    Parameters
    ----------
    *paths : str
        JavaScript files, as for `read`, in the order of their needs.
    exports : str
        What the glue code uses, as ``lib.<name>``: names with commas between them.

    Returns
    -------
    script : str
        JavaScript source.
    """
    source = "\n".join(read(path) for path in paths)
    body = f"{source}\nreturn {{{exports}}}"
    key = f"panel_cam_{sha256(body.encode()).hexdigest()[:12]}"
    return f"const lib = (window.{key} ??= (() => {{\n{body}\n}})())\n"
