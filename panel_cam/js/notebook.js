/**
 * The link between a page's document and a Jupyter kernel, made fit for a stream.
 *
 * Panel's comm manager is made for clicks: it waits 50 ms, sends nothing until it is answered, and sends back
 * what Python has just set, processed pictures and all. The names used here are private to Panel and Bokeh (seen
 * in Panel 1.9.4); where one is missing, the stream runs all the same, slower.
 */
class NotebookLink {
  static #links = new WeakMap()

  /** The link of a document, made and tuned at the first call. @param {object} document Bokeh's */
  static of(document) {
    if (!NotebookLink.#links.has(document)) NotebookLink.#links.set(document, new NotebookLink(document))
    return NotebookLink.#links.get(document)
  }

  #manager

  /** @param {object} document */
  constructor(document) {
    const roots = document?.all_roots ?? document?.roots?.() ?? []
    this.#manager = roots.find(({type}) => type === "panel.models.comm_manager.CommManager")
    this.tuned = this.#manager !== undefined && this.#tune(document)
  }

  /** Whether the document is a notebook's, with a kernel behind it. */
  get present() { return this.#manager !== undefined }

  #tune(document) {
    const manager = this.#manager
    const listener = manager._document_listener
    if (typeof listener !== "function" || typeof document.remove_on_change !== "function") return false
    manager.setv({debounce: 0}, {sync: false})
    document.remove_on_change(listener)
    document.on_change((event) => { if (event.sync !== false) listener(event) })
    return true
  }
}
