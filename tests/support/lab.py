"""A JupyterLab of the tests' own, and a notebook in it, driven from its page."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Page

from tests.support.live_page import LivePage
from tests.support.server import ROOT, ServerProcess
from tests.support.waiting import wait_until

# No files of the user's, no checks for updates, nothing of other extensions' own.
OPTIONS = (
    "--no-browser",
    "--allow-root",
    "--ip=127.0.0.1",
    "--ServerApp.port_retries=0",
    "--IdentityProvider.token=",
    "--LabApp.expose_app_in_browser=True",
)

IMPORT = "import panel as pn, panel_cam as pc\npn.extension()"
SHOW = "live = pc.Live('roberts', autostart=True)\nlive"

# What goes up, and when and where pictures are painted.
_WATCH = """
(() => {
  const { send } = WebSocket.prototype;
  globalThis.upstream = { bytes: 0, frames: 0 };
  WebSocket.prototype.send = function (data) {
    const size = data.byteLength ?? data.length;
    upstream.bytes += size;
    if (size > 2500) upstream.frames += 1;
    return send.call(this, data);
  };
  globalThis.paintedAt = [];
  globalThis.paintedIn = new Set();
  addEventListener("panel-cam-painted", (event) => {
    paintedAt.push(Date.now() / 1000);
    paintedIn.add(event.composedPath()[0]);
  });
})();
"""

_OPEN = """
async (path) => {
  const app = globalThis.jupyterapp;
  await app.restored;
  for (const widget of [...app.shell.widgets("main")]) widget.dispose();
  const panel = await app.commands.execute("docmanager:open",
    { path, factory: "Notebook", kernel: { name: "python3" } });
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  globalThis.notebook = panel;
}
"""

_RUN = """
async (index) => {
  const { notebook, jupyterapp } = globalThis;
  notebook.content.activeCellIndex = index;
  notebook.content.deselectAll();
  return jupyterapp.commands.execute("notebook:run-cell");
}
"""

_OUTPUTS = """
(index) => {
  const outputs = notebook.content.widgets[index].model.sharedModel.getOutputs();
  return outputs.map(({ output_type, name, text, evalue, data }) => (
    { type: output_type, name, text: [text ?? evalue ?? ""].flat().join(""),
      html: [data?.["text/html"] ?? ""].flat().join("") }));
}
"""


class Lab:
    """A running JupyterLab with a folder of its own.

    Parameters
    ----------
    folder : Path
        Where its notebooks are, and what it would keep in the user's home.
    app : str
        "lab" for JupyterLab, "notebook" for Notebook 7.
    """

    def __init__(self, folder: Path, app: str = "lab") -> None:
        self.notebooks = folder / "notebooks"
        self.notebooks.mkdir()
        places = {
            f"JUPYTER_{what}_DIR": str(folder / what.lower())
            for what in ("DATA", "RUNTIME", "CONFIG")
        }
        paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
        env = {
            **places,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "PYTHONWARNINGS": "default",
        }
        folder_option = f"--ServerApp.root_dir={self.notebooks}"
        self._server = ServerProcess(
            [
                *("-m", f"jupyter{app}" if app == "lab" else app),
                *(*OPTIONS, folder_option, "--port={port}"),
            ],
            path="/lab" if app == "lab" else "/tree",
            env=env,
        )
        self.url = self._server.url
        self.log = self._server.log

    def wait_until_ready(self) -> None:
        """Wait until it answers."""
        self._server.wait_until_ready()

    def stop(self) -> None:
        """End it, and its kernels with it."""
        self._server.stop()

    def write(self, name: str, cells: Sequence[str]) -> Path:
        """Write a notebook with these cells of code."""
        notebook = nbformat.v4.new_notebook()
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        path = self.notebooks / name
        nbformat.write(notebook, path)
        return path


class NotebookPage(LivePage):
    """A page of JupyterLab with one notebook open in it.

    Parameters
    ----------
    page : Page
        One that is not open yet.
    lab : Lab
        Whose page it is to be.
    """

    def __init__(self, page: Page, lab: Lab) -> None:
        super().__init__(page)
        self._lab = lab
        page.add_init_script(_WATCH)

    def start(self, workspace: str = "default") -> None:
        """Open JupyterLab without a notebook; two pages need two workspaces."""
        self.page.goto(f"{self._lab.url}/workspaces/{workspace}?reset")
        self.page.wait_for_function(
            "globalThis.jupyterapp !== undefined", timeout=60_000
        )

    def show(self, path: Path) -> None:
        """Open a notebook of the lab, in place of what was open."""
        self.page.evaluate(_OPEN, path.name)
        self.page.evaluate(
            "seen.tracks.length = seen.wishes.length = globalThis.paintedPictures = 0;"
            "paintedIn.clear()"
        )

    def run(self, index: int) -> None:
        """Run one cell, to its end."""
        assert self.page.evaluate(_RUN, index), self.outputs(index)

    def begin(self, index: int) -> None:
        """Run one cell, and do not wait for it."""
        self.page.evaluate(f"(index) => {{ ({_RUN})(index) }}", index)

    def run_all(self) -> None:
        """Run all cells, to the end of the last."""
        assert self.command("notebook:run-all-cells"), "a cell failed"

    def command(self, name: str, **arguments: Any) -> Any:
        """Run one of JupyterLab's commands."""
        return self.page.evaluate(
            "([name, args]) => "
            "jupyterapp.commands.execute(name, args).then((done) => !!done)",
            [name, arguments],
        )

    def write(self, index: int, source: str) -> None:
        """Change the source of a cell."""
        self.page.evaluate(
            "([index, source]) => "
            "notebook.content.widgets[index].model.sharedModel.setSource(source)",
            [index, source],
        )

    def outputs(self, index: int) -> list[dict[str, str]]:
        """Return the outputs of a cell as they would be saved."""
        outputs: list[dict[str, str]] = self.page.evaluate(_OUTPUTS, index)
        return outputs

    def text(self, index: int) -> str:
        """Return what the outputs of a cell say in plain text."""
        return "".join(output["text"] for output in self.outputs(index))

    def value(self, expression: str) -> str:
        """Return what an expression is in the kernel, as its repr."""
        answer: str = self.page.evaluate(
            """async (code) => {
              const { kernel } = notebook.sessionContext.session;
              const request = kernel.requestExecute({ code: "", silent: true,
                store_history: false, user_expressions: { it: code } });
              const { it } = (await request.done).content.user_expressions;
              return it.data?.["text/plain"] ?? `${it.ename}: ${it.evalue}`;
            }""",
            expression,
        )
        return answer

    def save(self) -> None:
        """Save the notebook to its file."""
        self.page.evaluate("notebook.context.save()")

    def close_notebook(self) -> None:
        """Shut its kernel down and close it."""
        self.page.evaluate(
            """async () => {
              await jupyterapp.serviceManager.sessions.shutdownAll();
              for (const each of [...jupyterapp.shell.widgets("main")]) each.dispose();
              globalThis.notebook = undefined;
            }"""
        )

    def streams(self, count: int = 3) -> None:
        """Wait until so many more pictures have been painted."""
        wanted = self.painted() + count
        wait_until(lambda: self.painted() >= wanted, timeout=60, page=self.page)

    def views_that_move(self) -> list[int]:
        """Return the numbers of the views that have painted something."""
        count: int = self.page.evaluate("paintedIn.size")
        return list(range(count))

    def watch_traffic(self) -> None:
        """Begin to count what the page sends."""
        self.page.evaluate("upstream.bytes = upstream.frames = 0")

    def traffic(self) -> tuple[int, int]:
        """Return how many frames have been sent since, and how many bytes in all."""
        frames, sent = self.page.evaluate("[upstream.frames, upstream.bytes]")
        return frames, sent
