/**
 * The line between two pictures in one figure: a slider that a pointer, a finger or the keyboard moves.
 *
 * It stands at a share of the picture's width, so it goes where panning and zooming take the picture; where that is
 * out of sight, it waits at the edge.
 */
class SwipeLine {
  #element
  #onMove
  #figure = null
  #extent = [0, 0]
  #mirror = false
  #share = 0.5
  #grip = null
  #place = () => this.#stand()

  /**
   * @param {HTMLElement} element with the role of a slider
   * @param {() => void} onMove hears that `share` is another
   * @param {AbortSignal} signal ends all listening
   */
  constructor(element, onMove, signal) {
    this.#element = element
    this.#onMove = onMove
    const on = (type, listener) => element.addEventListener(type, listener, {signal})
    on("pointerdown", (event) => this.#grab(event))
    on("pointermove", (event) => this.#drag(event))
    on("lostpointercapture", () => { this.#grip = null })
    on("keydown", (event) => this.#press(event))
    signal.addEventListener("abort", () => this.#leave())
    this.#move(this.#share)
  }

  /** How much of the picture, as it is seen, lies to the left of the line: 0 to 1. */
  get share() { return this.#share }

  /** Stand over the picture of a figure. @param {BokehFigure} figure @param {number[]} extent @param {boolean} mirror */
  show(figure, extent, mirror) {
    if (this.#figure !== figure) {
      this.#leave()
      this.#figure = figure
      this.#signals().forEach((signal) => signal.connect(this.#place))
    }
    this.#extent = extent
    this.#mirror = mirror
    this.#element.hidden = false
    this.#stand()
  }

  hide() {
    this.#element.hidden = true
    this.#leave()
  }

  /** What tells that the figure shows another part of the picture, or shows it in another size. */
  #signals() {
    const {x_range, y_range, properties} = this.#figure.model
    return [x_range.change, y_range.change, properties.inner_width.change, properties.inner_height.change]
  }

  #leave() {
    if (this.#figure !== null) this.#signals().forEach((signal) => signal.disconnect(this.#place))
    this.#figure = null
  }

  /** Where the picture's left and right edge are, in CSS px from the figure's corner. */
  #edges() {
    const {x: left, width} = this.#figure.frame
    const {start, end} = this.#figure.model.x_range
    const at = (x) => left + (x - start) / (end - start) * width
    const [first, last] = [at(0), at(this.#extent[0])]
    return this.#mirror ? [last, first] : [first, last]
  }

  #stand() {
    if (this.#figure === null) return
    const {x: x0, y: y0, width, height} = this.#figure.frame
    if (!(width > 0)) return
    const [left, right] = this.#edges()
    const {start, end} = this.#figure.model.y_range
    const down = (y) => Math.min(Math.max((y - end) / (start - end), 0), 1) * height
    const [top, bottom] = [down(0), down(this.#extent[1])]
    const x = Math.min(Math.max(left + this.#share * (right - left), x0), x0 + width)
    const {style} = this.#element
    style.transform = `translate(${x}px, ${y0 + top}px)`
    style.height = `${Math.max(0, bottom - top)}px`
  }

  #grab(event) {
    if (event.button !== 0 || this.#figure === null) return
    event.preventDefault() // or the page would begin to select text
    this.#element.focus({preventScroll: true})
    this.#element.setPointerCapture(event.pointerId)
    const [left, right] = this.#edges()
    // Where it is taken hold of need not be its middle.
    this.#grip = event.clientX - (left + this.#share * (right - left))
    if (Math.abs(this.#grip) > 1e6) this.#grip = null
  }

  #drag(event) {
    if (this.#grip === null || this.#figure === null) return
    const [left, right] = this.#edges()
    if (right > left) this.#move((event.clientX - this.#grip - left) / (right - left))
  }

  #press(event) {
    const step = {
      ArrowLeft: -0.01, ArrowDown: -0.01, ArrowRight: 0.01, ArrowUp: 0.01, PageDown: -0.1, PageUp: 0.1, Home: -1, End: 1,
    }[event.key]
    if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    this.#move(Math.round((this.#share + step) * 100) / 100)
  }

  #move(share) {
    this.#share = Math.min(Math.max(share, 0), 1)
    this.#element.setAttribute("aria-valuenow", Math.round(this.#share * 100))
    this.#stand()
    this.#onMove()
  }
}
