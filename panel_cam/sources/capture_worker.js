/** The page's end of a capture worker: see `grab_worker.js`. */
class CaptureWorker {
  static #START_MS = 5000

  #worker
  #pending = null
  #failure = null

  /** Whether it can read a track itself. */
  hasProcessor = false

  /** @returns {Promise<CaptureWorker>} rejects where there can be none: a page's policy may forbid it */
  static async start() {
    const worker = new CaptureWorker()
    const timer = setTimeout(() => worker.#fail("the capture worker did not start"), CaptureWorker.#START_MS)
    try {
      const {hello} = await worker.#answer()
      worker.hasProcessor = hello.processor
      return worker
    } catch (error) {
      worker.#worker.terminate()
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  constructor() {
    const source = `(${runGrabWorker})(self)`
    const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}))
    try {
      this.#worker = new Worker(url, {name: "panel_cam"})
    } finally {
      // A browser may fetch it a little later.
      setTimeout(() => URL.revokeObjectURL(url), 10000)
    }
    this.#worker.onmessage = ({data}) => {
      if (data.failed) this.#fail(data.failed)
      else this.#settle((pending) => pending.resolve(data))
    }
    this.#worker.onerror = (event) => {
      event.preventDefault()
      this.#fail(event.message || "the capture worker could not start")
    }
  }

  /** Send what is not answered. @param {object} message @param {Transferable[]} transfer */
  post(message, transfer) { this.#worker.postMessage(message, transfer) }

  /** Send one wish, and wait for its answer. @returns {Promise<object>} rejects, too, if it has failed before */
  async ask(message, transfer = []) {
    if (this.#failure !== null) throw this.#failure
    const answer = this.#answer()
    this.#worker.postMessage(message, transfer)
    return answer
  }

  /** It ends by itself, when it has closed what it holds; what was asked rejects. */
  close() {
    this.#worker.postMessage({close: true})
    this.#fail("closed")
  }

  #answer() { return new Promise((resolve, reject) => { this.#pending = {resolve, reject} }) }

  #fail(text) {
    this.#failure = new Error(text)
    this.#settle((pending) => pending.reject(this.#failure))
  }

  #settle(how) {
    const pending = this.#pending
    this.#pending = null
    if (pending) how(pending)
  }
}
