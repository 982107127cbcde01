/**
 * The channel between a page's document and a Jupyter kernel, made fit for a stream.
 *
 * Panel's comm manager is made for clicks: it waits 50 ms, sends nothing until it is answered, sends back what
 * Python has just set, processed pictures and all, and takes a picture in six messages. Its names are not promised:
 * `private_names.py` lists them. Where one is missing, the stream runs all the same, slower.
 */
class NotebookChannel {
  static #WATCH_MS = 500
  static #channels = new WeakMap()

  /** The channel of a document, made and tuned at the first call. @param {object} document Bokeh's */
  static of(document) {
    if (!NotebookChannel.#channels.has(document)) NotebookChannel.#channels.set(document, new NotebookChannel(document))
    return NotebookChannel.#channels.get(document)
  }

  #document
  #manager

  /** Another one each time the page is opened. */
  name = `${Date.now()}-${Math.random()}`

  /** @param {object} document */
  constructor(document) {
    this.#document = document
    this.#manager = document?.roots().find(({type}) => type === "panel.models.comm_manager.CommManager")
    this.tuned = this.present && this.#tune()
  }

  /** Whether the document is a notebook's, with a kernel behind it. */
  get present() { return this.#manager !== undefined }

  /** What to say while Python does not answer. */
  get busy() {
    return this.present ? "Kernel busy: the stream goes on when the running cell has ended." : "Python is busy …"
  }

  /**
   * Hide what stands in for the stream where there is no kernel, in all of the page.
   * @param {string} selector @param {AbortSignal} signal shows it again
   */
  hide(selector, signal) {
    const style = Object.assign(document.createElement("style"), {textContent: `${selector} {display: none !important}`})
    document.head.append(style)
    signal.addEventListener("abort", () => style.remove())
  }

  /** What tells Python that this page is there; Python answers with the name. */
  get hello() { return {name: this.name, direct: this.tuned} }

  /**
   * Call once the kernel has restarted or died, which JupyterLab tells Panel's extension.
   * @param {() => void} gone @param {AbortSignal} signal ends the watch
   */
  watch(gone, signal) {
    const plot = this.#manager?.plot_id
    let seen = window.PyViz?.kernels?.[plot] !== undefined
    const timer = setInterval(() => {
      const kernels = window.PyViz?.kernels
      if (kernels?.[plot] !== undefined) seen = true
      else if (seen) {
        clearInterval(timer)
        gone()
      }
    }, NotebookChannel.#WATCH_MS)
    signal.addEventListener("abort", () => clearInterval(timer))
  }

  #tune() {
    const manager = this.#manager
    const {_document_listener: listener, msg_handler: handle} = manager
    const {remove_on_change: forget} = this.#document
    if (![listener, handle, manager.process_events, forget].every((each) => typeof each === "function")) return false
    if (!Array.isArray(manager._event_buffer)) return false
    manager.setv({debounce: 0}, {sync: false})
    this.#document.remove_on_change(listener)
    this.#document.on_change((event) => {
      if (event.sync === false) return
      // A frame leaves when the pacer says so, not when the one before has been acknowledged.
      if (event.attr === "sent_frame" && manager._client_comm?.connected) {
        manager._event_buffer.push(event)
        manager.process_events()
      } else listener(event)
    })
    manager.msg_handler = (message) => {
      const changes = message.content?.data?.panel_cam
      if (changes === undefined) handle.call(manager, message)
      else this.#apply(changes, message.buffers ?? [])
    }
    return true
  }

  #apply(changes, buffers) {
    for (const [id, values] of changes) {
      for (const value of Object.values(values)) this.#fill(value, buffers)
      this.#document.get_model_by_id(id)?.setv(values, {sync: false})
    }
  }

  /** Put the bytes where they belong. */
  #fill(value, buffers) {
    for (const [key, item] of Object.entries(value ?? {})) {
      if (Number.isInteger(item?.buffer)) value[key] = this.#bytes(buffers[item.buffer])
    }
  }

  #bytes(buffer) {
    if (buffer instanceof ArrayBuffer) return buffer
    const {byteOffset, byteLength} = buffer
    return byteLength === buffer.buffer.byteLength ? buffer.buffer : buffer.buffer.slice(byteOffset, byteOffset + byteLength)
  }
}
