"""`keep_memory`: frames that come again and again need the same memory each time.

A frame is worked on in arrays of one to some ten megabytes. When they are freed, glibc
gives their memory back to the system; for the next frame it asks for it again, and the
system zeroes it, page by page, at the first touch. That can take as long as the filter.
"""

import os
import sys

# The greatest that glibc takes, on 64 bits: larger arrays still go back at once, such
# as those of a frame that is too large to come often.
_MAP_FROM = 32 * 2**20

# More than the heap of a thread can have, which is 64 MB: none of them is ever cut.
_KEEP = 128 * 2**20

# Their numbers in glibc's malloc.h, which nothing but C reads.
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3


def _is_set_already() -> bool:
    """Tell whether the environment has set thresholds of malloc."""
    tunables = os.environ.get("GLIBC_TUNABLES", "")
    names = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")
    return "glibc.malloc" in tunables or any(name in os.environ for name in names)


def keep_memory() -> bool:
    """Let this process keep the memory of a frame for the next one.

    Call it once, before the first frame. ``python -m panel_cam`` does so, and so do the
    worker processes of a pool that `Live` makes. In a process of yours it is for you to
    say, since it holds for all that runs there. For a pool of yours,
    ``ProcessPoolExecutor(initializer=pc.keep_memory)``.

    What it costs is memory that nobody uses between two frames: what a thread's largest
    frame took stays with that thread, 5 MB at 640x480 and 10 MB at 1280x720 through
    Roberts' edges (see ``benchmarks/memory.py``), up to 128 MB with the main thread.
    Arrays of more than 32 MB go back at once, as ever.

    Returns
    -------
    kept : bool
        False where nothing was changed: without glibc (Linux has it, but for Alpine),
        or where an environment variable has set its thresholds. A Dask cluster on this
        machine sets ``MALLOC_TRIM_THRESHOLD_``, here as well as for its workers.
    """
    if sys.platform != "linux" or _is_set_already():
        return False
    import ctypes  # here, since some builds of Python have none

    try:
        libc = ctypes.CDLL(None)
    except OSError:
        return False
    # Others have no mallopt, or one that does nothing.
    if not hasattr(libc, "gnu_get_libc_version"):
        return False
    set_option = libc.mallopt
    set_option.argtypes = (ctypes.c_int, ctypes.c_int)
    set_option.restype = ctypes.c_int
    # Either one ends glibc's own guessing, so without the other it would be worse.
    done = (
        set_option(_M_MMAP_THRESHOLD, _MAP_FROM),
        set_option(_M_TRIM_THRESHOLD, _KEEP),
    )
    return all(done)
