"""JupyterLab as a page under test: its command, and the hand its page needs."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

_CELLS = """
import sys
sys.path.insert(0, {here!r})
import panel as pn, panel_cam as pc
from filters import FILTERS
pn.extension()
---
pc.Live(FILTERS[{filter!r}], resolution={size}, fps={fps}, quality={quality},
        autostart=True{encoding})
"""

_RUN = """
async () => {
  const app = globalThis.jupyterapp;
  await app.restored;
  const panel = await app.commands.execute("docmanager:open",
    { path: "notebook.ipynb", factory: "Notebook", kernel: { name: "python3" } });
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  app.commands.execute("notebook:run-all-cells");
}
"""


def lab_command(here: Path, setup: Any, port: int) -> list[str]:
    """Write the notebook, and return what Python is to run.

    Parameters
    ----------
    here : Path
        The folder of the filters.
    setup : Setup
        What the notebook is to do.
    port : int
        Where to listen.

    Returns
    -------
    arguments : list of str
        For Python. The folder that is made for it stays until the machine cleans up.
    """
    folder = Path(tempfile.mkdtemp(prefix="panel_cam_lab_"))
    text = _CELLS.format(
        here=str(here),
        filter=setup.filter,
        size=(setup.width, setup.height),
        fps=setup.fps,
        quality=setup.quality,
        encoding="" if setup.encoding == "default" else f", format={setup.encoding!r}",
    )
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{index}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source.strip(),
        }
        for index, source in enumerate(text.split("---"))
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (folder / "notebook.ipynb").write_text(json.dumps(notebook))
    options = [
        "--no-browser",
        "--allow-root",
        "--ip=localhost",
        f"--port={port}",
        f"--ServerApp.root_dir={folder}",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
    ]
    return ["-m", "jupyterlab", *options]


def run_cells(page: Any) -> None:
    """Run all cells of the notebook that is open, as a person would.

    Parameters
    ----------
    page : playwright.sync_api.Page
        JupyterLab's, just opened.
    """
    page.wait_for_function("globalThis.jupyterapp !== undefined", timeout=60_000)
    page.evaluate(_RUN)
