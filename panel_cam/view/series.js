/** Named numbers over time: lines in a Bokeh figure, and a legend with the newest of each. */
class SeriesElement {
  static #COLOURS = ["#0093d1", "#e08700", "#1aa06d", "#d1495b", "#9b6ad6", "#8a6d3b",
    "#e86db0", "#6f7f8f", "#a3a300", "#00a3a3", "#5577ff", "#bb5500"]
  static #POLL_MS = 50
  static #PATIENCE_MS = 1000 // the next numbers bring the answer; or else, it asks again
  static #SHORTEST = 10 // seconds: a new series grows into this much room
  static #LARGEST = 1e300 // more is out of sight, as infinity is: a range must be a number too

  #root
  #figure
  #window = new SeriesWindow()
  #ask
  #asking = null
  #hidden = new Set()
  #waiting = null
  #removed = false

  /**
   * @param {HTMLElement} root
   * @param {() => BokehFigure | undefined} figure finds the figure, once it is built
   * @param {() => void} ask asks Python for all that there is
   */
  constructor(root, figure, ask) {
    this.#root = root
    this.#figure = figure
    this.#ask = ask
  }

  /** @param {object} news see `SeriesWindow.take` */
  show(news) {
    if (this.#window.take(news)) {
      clearTimeout(this.#asking)
      this.#asking = null
      this.#draw()
    } else if (this.#asking === null) {
      this.#ask()
      this.#asking = setTimeout(() => {
        this.#asking = null
        this.#ask()
      }, SeriesElement.#PATIENCE_MS)
    }
  }

  #draw() {
    const figure = this.#figure()
    const {names, leftOff, seconds} = this.#window
    if (figure === undefined) {
      if (seconds.length === 0) return
      this.#waiting ??= setTimeout(() => {
        this.#waiting = null
        if (!this.#removed) this.#draw()
      }, SeriesElement.#POLL_MS)
      return
    }
    const all = names.map((name, index) => ({name, color: this.#colour(index), ...this.#window.line(name)}))
    const lines = all.filter(({name}) => !this.#hidden.has(name))
    this.#paintLegend(names, all.map(({ys}) => ys.at(-1)), leftOff)
    const {model: plot} = figure
    plot.renderers[0].data_source.setv({data: {
      xs: lines.map(({xs}) => xs),
      ys: lines.map(({ys}) => ys),
      color: lines.map(({color}) => color),
    }}, {sync: false})
    if (seconds.length === 0) return
    const start = seconds[0]
    plot.x_range.setv({start, end: Math.max(seconds.at(-1), start + SeriesElement.#SHORTEST)}, {sync: false})
    plot.y_range.setv(this.#span(lines.map(({ys}) => ys)), {sync: false})
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
    clearTimeout(this.#asking)
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
      this.#draw()
    })
    return button
  }

  #format(value) {
    if (value === undefined || Number.isNaN(value)) return "–"
    if (Number.isInteger(value)) return String(value)
    return String(Math.abs(value) < 1e4 ? Number(value.toPrecision(4)) : Math.round(value))
  }
}
