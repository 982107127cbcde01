/**
 * The view's element: takes encoded pictures, decodes them off the main thread, paints the newest.
 *
 * Dispatches `panel-cam-painted` (bubbling, composed) after every picture, with detail
 * {seq, capturedAt, width, height, source}; `source` may be drawn from until the listener returns.
 */
class ImageElement {
  #root
  #host
  #figure
  #painter = null
  #overlay = null
  #options
  #newest = {stream: 0, seq: 0}
  #ages = []
  #reporter
  #size = [0, 0]
  #unmounted = new AbortController()
  #resized = new ResizeObserver(() => this.#fit())

  /**
   * @param {HTMLElement} root
   * @param {() => object | undefined} figure finds the view of the Bokeh figure, once it is built
   * @param {{direct: boolean, mirror: boolean, flow: boolean}} options flow: as high as the picture wants
   * @param {{painted: (report: object) => void, selected: (chosen: object[]) => void}} host hears once a second how
   *   painting goes, and at once which shapes are selected
   */
  constructor(root, figure, options, host) {
    this.#root = root
    this.#host = host
    this.#figure = figure
    this.#options = options
    root.classList.toggle("flow", options.flow)
    root.classList.add("empty")
    this.#resized.observe(root)
    this.#reporter = setInterval(() => this.#report(), 1000)
  }

  /** @param {{mirror?: boolean}} changes */
  update(changes) {
    Object.assign(this.#options, changes)
    this.#fit()
  }

  /**
   * Show one frame, unless a newer one is on the page already.
   * @param {{stream: number, seq: number, captured_at: number, data: ArrayBuffer, overlay?: ArrayBuffer}} frame
   *   overlay: the shapes of this picture, see `overlay.js`
   */
  async show(frame) {
    if (!frame?.data?.byteLength) return
    let picture
    try {
      picture = await decodePicture(frame.data)
    } catch (error) {
      console.warn("[panel_cam] a picture could not be decoded:", error.message)
      return
    }
    const {stream = 0, seq} = frame
    const late = stream === this.#newest.stream && seq < this.#newest.seq
    if (late || this.#unmounted.signal.aborted || !this.#ready()) return picture.close()
    this.#newest = {stream, seq}
    const shapes = this.#overlay.update(frame.overlay, this.#newest)
    if (shapes !== null) {
      await shapes.catch((error) => console.warn("[panel_cam] shapes could not be drawn:", error.message))
      const {stream: newest, seq: last} = this.#newest
      if (stream !== newest || seq !== last || this.#unmounted.signal.aborted) return picture.close()
      // Both on one way, or one of them would be on the page before the other.
      if (!this.#overlay.direct) this.#painter.paintPlainly()
    }
    const [width, height] = sizeOf(picture)
    if (width !== this.#size[0] || height !== this.#size[1]) this.#resize(width, height)
    this.#painter.paint(picture)
    this.#root.dataset.painting = this.#painter.direct ? "direct" : "plain"
    this.#root.classList.remove("empty")
    if (frame.captured_at > 0) this.#ages.push((performance.timeOrigin + performance.now()) / 1000 - frame.captured_at)
    const detail = {seq, capturedAt: frame.captured_at, width, height, source: this.#painter.source}
    this.#root.dispatchEvent(new CustomEvent("panel-cam-painted", {detail, bubbles: true, composed: true}))
  }

  remove() {
    this.#unmounted.abort()
    this.#resized.disconnect()
    clearInterval(this.#reporter)
    this.#overlay?.remove()
    this.#painter?.close()
  }

  /** Whether the figure stands; Bokeh builds it after the element. */
  #ready() {
    const figure = this.#figure()
    if (figure === undefined) return false
    if (this.#painter?.figure !== figure) {
      this.#painter?.close()
      this.#painter = new FigurePainter(figure, this.#options.direct)
      this.#overlay?.remove()
      this.#overlay = new Overlay(figure, this.#painter.direct, {
        selected: (chosen) => this.#host.selected(chosen),
        leftOff: (count) => this.#note(count),
      })
      this.#size = [0, 0]
    }
    return true
  }

  #note(leftOff) {
    const text = leftOff > 0 ? `${leftOff} more shapes are not drawn.` : ""
    const note = this.#root.querySelector(".note")
    if (note.textContent !== text) note.textContent = text
  }

  #resize(width, height) {
    this.#size = [width, height]
    this.#root.style.setProperty("--aspect-ratio", `${width} / ${height}`)
    this.#painter.resize(width, height)
    this.#fit()
  }

  #fit() {
    if (this.#size[0] > 0) this.#painter.fit(...this.#size, this.#options.mirror)
  }

  #report() {
    if (this.#ages.length === 0) return
    const ages = this.#ages.splice(0).sort((a, b) => a - b)
    const at = (share) => ages[Math.min(ages.length - 1, Math.floor(share * ages.length))]
    this.#host.painted({count: ages.length, p50: at(0.5) * 1000, p95: at(0.95) * 1000})
  }
}
