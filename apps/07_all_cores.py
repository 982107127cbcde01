"""A slow filter on all cores: one process for each, shared by all sessions.

Run it with ``panel serve apps/07_all_cores.py --show``.
"""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import panel as pn

import panel_cam as pc

pn.extension()
# `panel serve` runs this file for each session: the pool is made by the first.
spawn = get_context("spawn")  # to fork a server with threads is not safe
pool = pn.state.as_cached("pool", ProcessPoolExecutor, mp_context=spawn)
pc.Live("total_variation", executor=pool).servable(title="All cores")
