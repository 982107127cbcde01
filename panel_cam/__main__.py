"""``python -m panel_cam``: serve a camera page for a filter of yours."""

from __future__ import annotations

import argparse
import gc
import os
import re
import socket
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_DESCRIPTION = """\
Serve a page that shows your camera through a Python function, live.

The function takes an image (an ndarray of rows x columns x RGB, uint8) and returns
one. Name it as module:function or path.py:function, or name a filter that comes
with panel_cam; without a name it is roberts, which finds edges.
"""
_EXAMPLES = """\
examples:
  python -m panel_cam
  python -m panel_cam my_filters.py:sharpen --camera-size 1280x720
  python -m panel_cam skimage.color:rgb2gray --port 8000 --no-show
  python -m panel_cam filters           list the filters that come with it
  python -m panel_cam filters --bench   ... and what each costs on this machine
"""


_FAVOURITE_PORT = 5006


def _is_free(port: int) -> bool:
    with socket.socket() as attempt:
        attempt.settimeout(1)
        return attempt.connect_ex(("localhost", port)) != 0


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2,4})x(\d{2,4})", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 1280x720")
    return int(match[1]), int(match[2])


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m panel_cam",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "target", nargs="?", default="roberts", help="the function (default: roberts)"
    )
    parser.add_argument(
        "--port", type=_port, help="default: 5006, or a free one; 0 takes a free one"
    )
    parser.add_argument(
        "--show",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="open the page in a browser",
    )
    parser.add_argument(
        "--camera-size",
        type=_size,
        default=(640, 480),
        metavar="WIDTHxHEIGHT",
        help="pictures asked of the camera (default: 640x480)",
    )
    return parser


def _list_filters(options: Sequence[str]) -> int:
    """Print the catalogue; with --bench, what each filter costs."""
    from panel_cam.filters import bench

    parser = argparse.ArgumentParser(prog="python -m panel_cam filters")
    parser.add_argument("--bench", action="store_true", help="measure each of them")
    try:
        for line in (
            bench.table() if parser.parse_args(options).bench else bench.listing()
        ):
            print(line, flush=True)
    except BrokenPipeError:  # such as into `head`, which has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line; by default that of this process.

    Returns
    -------
    status : int
        0 after an interrupt, 2 if the target or the port cannot be used.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] == ["filters"]:
        return _list_filters(words[1:])
    options = _parser().parse_args(words)
    # Imported late: --help and a mistyped option should answer at once.
    import panel as pn

    from panel_cam.filters import get
    from panel_cam.functions.loading import TargetError, load
    from panel_cam.page import make_page
    from panel_cam.processing.memory import keep_memory

    sys.path.insert(0, os.getcwd())
    try:
        function = load(options.target, get)
    except TargetError as error:
        print(f"panel_cam: {error}", file=sys.stderr)
        return 2
    keep_memory()
    pn.extension()
    port = options.port
    if port is None:  # browsers remember the camera's permission for each port
        port = _FAVOURITE_PORT if _is_free(_FAVOURITE_PORT) else 0
    # What is imported by now stays for good. To look for garbage in all of it takes
    # 100 ms now and then, and three frames with it.
    gc.freeze()
    try:
        pn.serve(
            lambda: make_page(function, resolution=options.camera_size),
            port=port,
            address="localhost",  # others need https: see "On a server" in the README
            show=options.show,
            title="panel_cam",
        )
    except OSError as error:
        print(f"panel_cam: port {port}: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
