/**
 * Draws the shapes that come with a picture: fills the sources of the figure's glyphs (`shape_glyphs.py`).
 *
 * Bokeh's own way from a new `data` to the canvas is asynchronous, and computes everything up to three times. The
 * direct way fills the glyphs' views, where the figure can, and leaves painting to whoever paints the picture, so that
 * both are of the same frame. Nothing written here travels to Python (`sync: false`).
 */
class Overlay {
  static #TYPES = {f4: Float32Array, f8: Float64Array, u4: Uint32Array}

  static #POLL_MS = 10
  static #PATIENCE_MS = 2000

  #figure
  #host
  #wanted
  #kinds = new Map()
  #shown = new Set()
  #told = new Map()
  direct = false // whether the direct way is taken, once there are shapes
  #built = null
  #removed = false
  #frame = {stream: 0, seq: 0}
  #onSelect = () => this.#select()

  /**
   * @param {BokehFigure} figure that has the glyphs in its tags
   * @param {boolean} direct whether to try the direct way
   * @param {{selected: (chosen: object[]) => void, leftOff: (count: number) => void}} host
   */
  constructor(figure, direct, host) {
    this.#figure = figure
    this.#wanted = direct
    this.#host = host
    for (const renderer of figure.model.tags) {
      const [, kind, halo] = /^panel-cam-(\w+)(-halo)?$/.exec(renderer.name ?? "") ?? []
      if (kind === undefined) continue
      if (!this.#kinds.has(kind)) this.#kinds.set(kind, {source: renderer.data_source, renderers: []})
      this.#kinds.get(kind).renderers.push(renderer)
      if (halo === undefined) renderer.data_source.selected.properties.indices.change.connect(this.#onSelect)
    }
  }

  /**
   * Take the shapes of the picture that is painted next.
   * @param {ArrayBuffer | undefined} packet see `shape_packet.py`
   * @param {{stream: number, seq: number}} frame whose they are
   * @returns {Promise<void> | null} null if there is nothing to wait for
   */
  update(packet, frame) {
    this.#frame = frame
    const is = packet?.byteLength > 0
    if (!is && this.#shown.size === 0) return null
    this.#built ??= this.#build()
    return this.#built === true ? this.#apply(is ? packet : null) : this.#built.then(() => {
      if (frame === this.#frame && !this.#removed) return this.#apply(is ? packet : null)
    })
  }

  remove() {
    this.#removed = true
    for (const {source} of this.#kinds.values()) source.selected.properties.indices.change.disconnect(this.#onSelect)
  }

  /** Put the glyphs into the figure, once; Bokeh builds their views in its own time. */
  async #build() {
    const {model: plot} = this.#figure
    const renderers = [...this.#kinds.values()].flatMap((kind) => kind.renderers)
    if (!plot.renderers.includes(renderers[0])) {
      // In the order of their tags: what comes later lies above.
      plot.setv({renderers: [...plot.renderers, ...plot.tags]}, {sync: false})
    }
    const end = performance.now() + Overlay.#PATIENCE_MS
    while (!this.#figure.isBuilt(renderers) && !this.#removed && performance.now() < end) {
      await new Promise((resolve) => { setTimeout(resolve, Overlay.#POLL_MS) })
    }
    if (this.#removed) return
    this.direct = this.#wanted && this.#figure.canFill(renderers)
    if (this.direct) this.#kinds.get("boxes").renderers.forEach((each) => this.#figure.quicken(each))
    this.#built = true
  }

  async #apply(packet) {
    const head = packet === null ? null : this.#read(packet)
    const waits = []
    for (const [name, kind] of this.#kinds) {
      const shapes = head?.kinds[name]
      if (shapes === undefined && !this.#shown.has(name)) continue
      this.#told.set(name, shapes)
      waits.push(...this.#fill(name, kind, shapes))
    }
    this.#host.leftOff(head?.left_off ?? 0)
    await Promise.all(waits)
  }

  #fill(name, {source, renderers}, shapes) {
    const is = shapes !== undefined
    if (is !== this.#shown.has(name)) {
      for (const renderer of renderers) renderer.setv({visible: is}, {sync: false, silent: this.direct})
      if (is) this.#shown.add(name)
      else this.#shown.delete(name)
    }
    // What is hidden keeps its data; nobody sees or finds it.
    if (!is) {
      this.#keepSelected(source, 0)
      return []
    }
    const data = {...shapes.columns}
    shapes.fields.forEach(([, values], index) => { data[`field_${index}`] = values })
    this.#describe(name, shapes.fields.map(([field]) => field))
    source.setv({data}, {sync: false, silent: this.direct})
    this.#keepSelected(source, shapes.count)
    if (!this.direct) return []
    return renderers.map((renderer) => this.#figure.fill(renderer))
  }

  /** What is no longer there is not selected; `#onSelect` hears of the change. */
  #keepSelected({selected}, count) {
    const kept = selected.indices.filter((index) => index < count)
    if (kept.length < selected.indices.length) selected.setv({indices: kept}, {sync: false})
  }

  /** Let the pointer show these fields; they seldom change. */
  #describe(name, fields) {
    const hover = this.#figure.model.toolbar.tools.find((tool) => tool.name === `panel-cam-${name}`)
    const tooltips = fields.map((field, index) => [field, `@field_${index}`])
    if (hover && JSON.stringify(hover.tooltips ?? []) !== JSON.stringify(tooltips)) {
      hover.setv({tooltips: tooltips.length ? tooltips : null}, {sync: false})
    }
  }

  /** Tell which shapes are selected: the number of the group, their own number in it, and their fields. */
  #select() {
    const chosen = []
    for (const [name, {source}] of this.#kinds) {
      const {groups = [], fields = []} = this.#told.get(name) ?? {}
      for (const index of source.selected.indices) {
        let start = 0
        for (const [shape, count] of groups) {
          if (shape >= 0 && index >= start && index < start + count) {
            const values = fields.map(([field], number) => [field, source.get_column(`field_${number}`)?.[index]])
            chosen.push({shape, index: index - start, seq: this.#frame.seq, fields: Object.fromEntries(values)})
          }
          start += count
        }
      }
    }
    this.#host.selected(chosen)
  }

  /** @returns {object} the header with arrays in it */
  #read(packet) {
    const length = new DataView(packet).getUint32(0, true)
    const head = JSON.parse(new TextDecoder().decode(new Uint8Array(packet, 4, length)))
    const array = ([type, offset, count]) => {
      const Type = Overlay.#TYPES[type]
      const start = 4 + length + offset
      return new Type(packet.slice(start, start + count * Type.BYTES_PER_ELEMENT))
    }
    for (const [name, kind] of Object.entries(head.kinds)) {
      const {text, length: lengths, ...columns} = kind.columns
      kind.columns = Object.fromEntries(Object.entries(columns).map(([column, place]) => [column, array(place)]))
      const example = this.#kinds.get(name).source.get_column("color")
      kind.columns.color = new example.constructor(kind.columns.color, [kind.count])
      if (text) kind.columns.text = text
      if (lengths) {
        for (const column of ["xs", "ys"]) kind.columns[column] = this.#cut(kind.columns[column], array(lengths))
      }
      for (const field of kind.fields) if (!Array.isArray(field[1])) field[1] = array(field[1].at)
    }
    return head
  }

  #cut(values, lengths) {
    let end = 0
    return Array.from(lengths, (length) => values.subarray(end, end += length))
  }
}
