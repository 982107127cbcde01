/** Named numbers over time: lines in a Bokeh figure, and a legend with the newest of each. */
class SeriesElement {
  static #COLOURS = ["#0093d1", "#e08700", "#1aa06d", "#d1495b", "#9b6ad6", "#8a6d3b",
    "#e86db0", "#6f7f8f", "#a3a300", "#00a3a3", "#5577ff", "#bb5500"]
  static #POLL_MS = 50
  static #SHORTEST = 10 // seconds: a new series grows into this much room
  static #LARGEST = 1e300 // more is out of sight, as infinity is: a range must be a number too

  #root
  #figure
  #points = {}
  #hidden = new Set()
  #waiting = null
  #removed = false

  /**
   * @param {HTMLElement} root
   * @param {() => BokehFigure | undefined} figure finds the figure, once it is built
   */
  constructor(root, figure) {
    this.#root = root
    this.#figure = figure
  }

  /** @param {{names?: string[], count: number, left_off: number, data: ArrayBuffer}} points see `history.py` */
  show(points) {
    this.#points = points
    const figure = this.#figure()
    if (figure === undefined) {
      if (!points.count) return
      this.#waiting ??= setTimeout(() => {
        this.#waiting = null
        if (!this.#removed) this.show(this.#points)
      }, SeriesElement.#POLL_MS)
      return
    }
    const {names = [], count = 0, left_off: leftOff = 0, data = new ArrayBuffer(0)} = points
    const numbers = new Float64Array(data)
    const row = (index) => numbers.subarray(index * count, (index + 1) * count)
    this.#paintLegend(names, names.map((_, index) => row(index + 1).at(-1)), leftOff)
    const seconds = row(0)
    const lines = names.flatMap((name, index) => this.#hidden.has(name) ? [] : [index])
    const {model: plot} = figure
    plot.renderers[0].data_source.setv({data: {
      xs: lines.map(() => seconds),
      ys: lines.map((index) => row(index + 1)),
      color: lines.map((index) => this.#colour(index)),
    }}, {sync: false})
    if (count === 0) return
    const start = seconds[0]
    plot.x_range.setv({start, end: Math.max(seconds.at(-1), start + SeriesElement.#SHORTEST)}, {sync: false})
    plot.y_range.setv(this.#span(lines.map((index) => row(index + 1))), {sync: false})
  }

  /** The range of all lines, with some room above and below. @param {Float64Array[]} rows */
  #span(rows) {
    let [low, high] = [Infinity, -Infinity]
    for (const values of rows) {
      for (const value of values) {
        if (!(Math.abs(value) < SeriesElement.#LARGEST)) continue
        if (value < low) low = value
        if (value > high) high = value
      }
    }
    if (low > high) return {start: 0, end: 1}
    const room = (high - low) * 0.1 || Math.abs(high) * 0.1 || 1
    return {start: low - room, end: high + room}
  }

  remove() {
    this.#removed = true
    clearTimeout(this.#waiting)
  }

  #colour(index) { return SeriesElement.#COLOURS[index % SeriesElement.#COLOURS.length] }

  #paintLegend(names, values, leftOff) {
    const legend = this.#root.querySelector(".legend")
    const key = JSON.stringify([names, leftOff])
    if (legend.dataset.key !== key) {
      legend.dataset.key = key
      legend.replaceChildren(...names.map((name, index) => this.#button(name, index)))
      if (leftOff > 0) legend.append(`and ${leftOff} more`)
    }
    legend.querySelectorAll("b").forEach((value, index) => { value.textContent = this.#format(values[index]) })
  }

  #button(name, index) {
    const button = document.createElement("button")
    button.type = "button"
    button.style.setProperty("--line", this.#colour(index))
    button.setAttribute("aria-pressed", String(!this.#hidden.has(name)))
    button.title = "Hide or show the line"
    button.append(name, document.createElement("b"))
    button.addEventListener("click", () => {
      if (!this.#hidden.delete(name)) this.#hidden.add(name)
      button.setAttribute("aria-pressed", String(!this.#hidden.has(name)))
      this.show(this.#points)
    })
    return button
  }

  #format(value) {
    if (value === undefined || Number.isNaN(value)) return "–"
    if (Number.isInteger(value)) return String(value)
    return String(Math.abs(value) < 1e4 ? Number(value.toPrecision(4)) : Math.round(value))
  }
}
