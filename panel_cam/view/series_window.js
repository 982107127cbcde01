/** The newest of named numbers, as `series_window.py` has them: the page appends what Python sends. */
class SeriesWindow {
  #run = null
  #first = 0
  #end = 0
  #time = null
  #columns = new Map() // by name; of those that are not drawn now, too: they may come back

  /** The names of the lines to draw. @type {string[]} */
  names = []
  /** How many names are not among them. */
  leftOff = 0

  /**
   * @param {{run: number, first: number, end: number, names: string[], left_off: number, starts: number[],
   *   data: ArrayBuffer}} news see `SeriesWindow.news` in Python
   * @returns {boolean} false if what comes before these news is not here; then nothing is changed
   */
  take({run, first, end, names, left_off: leftOff, starts, data}) {
    const isNew = run !== this.#run
    if (!isNew && end < this.#end) return true // newer ones are here
    if (starts[0] > Math.max(first, isNew ? 0 : this.#end)) return false
    if (isNew) {
      this.#time = null
      this.#columns.clear()
    }
    const numbers = new Float64Array(data)
    let at = 0
    const merge = (column, start) => this.#merge(column, start, numbers.subarray(at, at += end - start), first)
    this.#time = merge(this.#time, starts[0])
    names.forEach((name, index) => this.#columns.set(name, merge(this.#columns.get(name), starts[index + 1])))
    for (const [name, {start, values}] of this.#columns) {
      if (start + values.length <= first) this.#columns.delete(name)
    }
    Object.assign(this, {names, leftOff})
    this.#run = run
    this.#first = first
    this.#end = end
    return true
  }

  /** The time of all that is kept, in seconds. @returns {Float64Array} */
  get seconds() { return this.#time?.values ?? new Float64Array(0) }

  /** A line, from the first moment on that has its number. @param {string} name @returns {{xs: Float64Array, ys: Float64Array}} */
  line(name) {
    const {start, values} = this.#columns.get(name)
    return {xs: this.seconds.subarray(start - this.#first), ys: values}
  }

  /** The column of rows from `first` on, with what is new in its place. */
  #merge(column, start, fresh, first) {
    const old = column?.values.subarray(Math.max(0, first - column.start)) ?? fresh.subarray(0, 0)
    const from = old.length > 0 ? Math.max(first, column.start) : start
    const begin = Math.min(from, start)
    const values = new Float64Array(start + fresh.length - begin).fill(NaN)
    values.set(old, from - begin)
    values.set(fresh, start - begin)
    return {start: begin, values}
  }
}
