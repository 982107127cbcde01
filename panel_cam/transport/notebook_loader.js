/**
 * Bring BokehJS and Panel's JavaScript into a notebook's page where Panel's own loader cannot: offline.
 *
 * Panel fetches them from the internet. The Jupyter server has the same files, if Panel is installed where it
 * runs; so when the internet does not answer, they come from there. Then the output is built.
 *
 * @param {HTMLElement} output what holds the output; its script waits for us
 * @param {{bokeh: string, cdn: string | null}} wanted BokehJS's version, and where Panel
 *   loads it from; null if it comes with the notebook
 */
async function loadPanel(output, {bokeh, cdn}) {
  const ready = () => {
    const found = window.Bokeh?.version === bokeh ? window.Bokeh : window.Bokeh?.versions?.get(bokeh)
    return found?.Panel !== undefined
  }
  const until = async (condition, milliseconds) => {
    const end = performance.now() + milliseconds
    while (!condition() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 25))
    return condition()
  }
  const answers = (url, milliseconds) => url === null || Promise.race([
    fetch(url, {method: "HEAD", mode: "no-cors"}).then(() => true, () => false),
    new Promise((resolve) => setTimeout(resolve, milliseconds, false)),
  ])
  const script = (src) => new Promise((resolve, reject) => {
    const onerror = () => reject(new Error(`${src} did not load`))
    document.head.append(Object.assign(document.createElement("script"), {src, onload: resolve, onerror, async: false}))
  })

  async function fromServer() {
    const config = JSON.parse(document.getElementById("jupyter-config-data")?.textContent ?? "{}")
    const base = config.baseUrl ?? "/"
    const names = ["bokeh", "bokeh-gl", "bokeh-widgets", "bokeh-tables"]
    await Promise.all([...names.map((name) => script(`${base}panel-preview/static/js/${name}.min.js`)),
      script(`${base}panel_dist/panel.min.js`)])
    if (!ready()) throw new Error(`the server has BokehJS ${window.Bokeh?.version}`)
  }

  if (!ready() && !(await answers(cdn, 5000) && await until(ready, 20000))) {
    // All outputs of a page wait for the same files.
    window.panel_cam_loading ??= fromServer()
    try {
      await window.panel_cam_loading
    } catch (error) {
      if (!ready()) {
        output.querySelector(".panel-cam-trouble").textContent = "Panel's JavaScript did not load: the internet "
          + `does not answer, and neither does Panel on the Jupyter server (${error.message}). Write `
          + "pn.extension(inline=True), or set PANEL_INLINE=1, and run the notebook again."
        return
      }
    }
  }
  const waiting = output.querySelector("script[type='text/panel-cam']")
  waiting.replaceWith(Object.assign(document.createElement("script"), {textContent: waiting.textContent}))
}
