/**
 * The view's element: takes encoded pictures, decodes them off the main thread, paints the newest.
 *
 * Dispatches `panel-cam-painted` (bubbling, composed) after every picture, with detail
 * {seq, capturedAt, width, height, source}; `source` may be drawn from until the listener returns.
 */
class ImageElement {
  static #NARROW = 520 // px: too few for two pictures beside each other

  #root
  #host
  #figure
  #painter = null
  #overlay = null
  #options
  #comparison
  #newest = {stream: 0, seq: 0}
  #frame = null
  #ages = []
  #reporter
  #size = [0, 0]
  #unmounted = new AbortController()
  #resized = new ResizeObserver(() => this.#fit())

  /**
   * @param {HTMLElement} root
   * @param {() => BokehFigure | undefined} figure finds the figure, once it is built
   * @param {() => BokehFigure | undefined} twin finds the figure for originals, if there is one
   * @param {{direct: boolean, mirror: boolean, flow: boolean, compare: string, cameraKey: string}} options
   *   flow: as high as the picture wants
   * @param {{painted: (report: object) => void, compare: (mode: string) => void,
   *   selected: (chosen: object[]) => void}} host hears once a second how painting goes, what a person chooses, and
   *   which shapes are selected
   */
  constructor(root, figure, twin, options, host) {
    const {signal} = this.#unmounted
    this.#root = root
    this.#host = host
    this.#figure = figure
    this.#options = options
    this.#comparison = new Comparison(root, twin, options, signal)
    this.#choice.addEventListener("change", ({target}) => {
      host.compare(target.value)
      this.update({compare: target.value})
    }, {signal})
    this.#choice.value = options.compare
    root.classList.toggle("flow", options.flow)
    root.classList.add("empty")
    this.#resized.observe(root)
    this.#reporter = setInterval(() => this.#report(), 1000)
  }

  /** @param {{mirror?: boolean, compare?: string}} changes */
  update(changes) {
    if (Object.entries(changes).every(([name, value]) => this.#options[name] === value)) return
    Object.assign(this.#options, changes)
    this.#choice.value = this.#options.compare
    this.#comparison.update()
    this.#fit()
    if (this.#frame !== null) this.#paint(this.#frame)
  }

  /**
   * Show one frame, unless a newer one is on the page already.
   * @param {{stream: number, seq: number, captured_at: number, data: ArrayBuffer, opacity?: ArrayBuffer,
   *   overlay?: ArrayBuffer}} frame opacity: where it is transparent, see `decode.js`;
   *   overlay: the shapes of this picture, see `shape_overlay.js`
   */
  async show(frame) {
    if (!frame?.data?.byteLength || !await this.#paint(frame)) return
    if (frame.captured_at > 0) this.#ages.push((performance.timeOrigin + performance.now()) / 1000 - frame.captured_at)
  }

  remove() {
    this.#unmounted.abort()
    this.#resized.disconnect()
    clearInterval(this.#reporter)
    this.#comparison.close()
    this.#overlay?.remove()
    this.#painter?.close()
  }

  get #choice() { return this.#root.querySelector(".compare") }

  /** @returns {Promise<boolean>} whether it is on the page now */
  async #paint(frame) {
    const [{value: picture, reason}, {value: original = null}] = await Promise.allSettled(
      [decodePicture(frame.data, frame.opacity), this.#comparison.original(frame)])
    if (reason) console.warn("[panel_cam] a picture could not be decoded:", reason.message)
    const {stream = 0, seq} = frame
    const late = stream === this.#newest.stream && seq < this.#newest.seq
    if (reason || late || this.#unmounted.signal.aborted || !this.#ready()) {
      picture?.close()
      original?.close()
      return false
    }
    this.#newest = {stream, seq}
    this.#frame = frame
    const shapes = this.#overlay.update(frame.overlay, this.#newest)
    if (shapes !== null) {
      await shapes.catch((error) => console.warn("[panel_cam] shapes could not be drawn:", error.message))
      const {stream: newest, seq: last} = this.#newest
      if (stream !== newest || seq !== last || this.#unmounted.signal.aborted) {
        picture.close()
        original?.close()
        return false
      }
      // Both on one way, or one of them would be on the page before the other.
      if (!this.#overlay.direct) this.#painter.paintPlainly()
    }
    const [width, height] = sizeOf(picture)
    if (width !== this.#size[0] || height !== this.#size[1]) this.#resize(width, height)
    const source = this.#comparison.paint(this.#painter, picture, original)
    this.#root.dataset.painting = this.#painter.direct ? "direct" : "plain"
    this.#root.classList.remove("empty")
    const detail = {seq, capturedAt: frame.captured_at, width, height, source}
    this.#root.dispatchEvent(new CustomEvent("panel-cam-painted", {detail, bubbles: true, composed: true}))
    return true
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
    this.#root.style.setProperty("--columns", width)
    this.#root.style.setProperty("--rows", height)
    this.#painter.resize(width, height)
    this.#fit()
  }

  #fit() {
    this.#root.classList.toggle("narrow", this.#root.clientWidth < ImageElement.#NARROW)
    if (this.#size[0] > 0) this.#painter.fit(...this.#size, this.#options.mirror)
  }

  #report() {
    if (this.#ages.length === 0) return
    const ages = this.#ages.splice(0).sort((a, b) => a - b)
    const at = (share) => ages[Math.min(ages.length - 1, Math.floor(share * ages.length))]
    this.#host.painted({count: ages.length, p50: at(0.5) * 1000, p95: at(0.95) * 1000})
  }
}
