"""What a `Live` leaves in a notebook: an output that loads offline, and a picture."""

from __future__ import annotations

import json
from typing import Any

import bokeh
from panel.config import config

from . import assets

_CDN = "https://cdn.bokeh.org/"
_PANELS_SCRIPT = '<script type="application/javascript">'

Bundle = tuple[dict[str, Any], dict[str, Any]]
"""Data and metadata of an output, as Jupyter has them."""


def with_loader(bundle: Bundle, output_id: str) -> Bundle:
    """Let an output load Panel's JavaScript from the Jupyter server if need be.

    Parameters
    ----------
    bundle : (dict, dict)
        What Panel displays; if its script is not found in there, nothing is changed.
    output_id : str
        For the element around it, unique in the page.

    Returns
    -------
    bundle : (dict, dict)
        The same with the loader in it.
    """
    data, metadata = bundle
    page = data.get("text/html", "")
    if page.count(_PANELS_SCRIPT) != 1:
        return bundle
    # A script of unknown type is not run; the loader does that.
    page = page.replace(_PANELS_SCRIPT, '<script type="text/panel-cam">')
    version = bokeh.__version__.replace("rc", "-rc.").replace(".dev", "-dev.")
    wanted = json.dumps({"bokeh": version, "cdn": None if config.inline else _CDN})
    run = f'loadPanel(document.getElementById("{output_id}"), {wanted})'
    page = (
        f'<div id="{output_id}">{page}<p class="panel-cam-trouble"></p></div>'
        f"<script>(() => {{\n{assets.read('loader.js')}\n{run}\n}})()</script>"
    )
    return {**data, "text/html": page}, metadata
