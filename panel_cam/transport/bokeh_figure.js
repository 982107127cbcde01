/**
 * A Bokeh figure in the page, and the short ways into it that BokehJS does not promise.
 *
 * Promised are models: their properties, methods and signals. The names of views stand only here, and each is looked
 * for before it is used: `private_names.py` lists them. Where one is missing, `canPaint` or `canFill` says so, and
 * Bokeh's own way through the models is to be taken. Nothing that is written here travels to Python.
 */
class BokehFigure {
  static #figures = new WeakMap()

  /**
   * Find a figure among the children of a component.
   * @param {object} view @param {object} model of the component
   * @param {(figure: object) => boolean} isWanted tells by the figure's model
   * @returns {BokehFigure | undefined} the same one each time; undefined until Bokeh has built it
   */
  static find(view, model, isWanted) {
    const is = (each) => each?.type === "Figure" && isWanted(each)
    const children = BokehFigure.#children(view)
    if (children === null) return BokehFigure.#of([...model.references()].find(is), null)
    const found = children.find((child) => is(child?.model))
    return BokehFigure.#of(found?.model, found)
  }

  static #of(model, view) {
    const key = view ?? model
    if (key === undefined) return undefined
    if (!BokehFigure.#figures.has(key)) BokehFigure.#figures.set(key, new BokehFigure(model, view))
    return BokehFigure.#figures.get(key)
  }

  /** @returns {object[] | null} null if views do not tell */
  static #children(view) { return typeof view?.children_views === "function" ? [...view.children_views()] : null }

  static #child(view, model) { return BokehFigure.#children(view)?.find((child) => child?.model === model) }

  #view

  /** @param {object} model @param {object | null} view null if it cannot be found */
  constructor(model, view) {
    this.model = model
    this.#view = view
  }

  /** Where in the figure data is drawn, in CSS px; ours have nothing beside or below it. */
  get frame() {
    const sizes = ["inner_width", "inner_height", "outer_height"].map((name) => {
      const property = this.model.properties[name]
      return property.is_unset ? 0 : property.get_value()
    })
    return {x: 0, y: sizes[2] - sizes[1], width: sizes[0], height: sizes[1]}
  }

  /** Whether there are views of these renderers; false as long as Bokeh builds them. */
  isBuilt(renderers) {
    return this.#view === null || renderers.every((each) => BokehFigure.#child(this.#view, each) !== undefined)
  }

  // ---- the picture of an ImageRGBA

  canPaint(renderer) { return Array.isArray(this.#glyph(renderer)?.image_data) && this.#canRepaint }

  /** Show a picture in place of the glyph's array, at once. @param {object} renderer @param {CanvasImageSource} picture */
  paint(renderer, picture) {
    this.#glyph(renderer).image_data[0] = picture
    this.#view.invalidate_painters(BokehFigure.#child(this.#view, renderer))
    this.#view.repaint()
  }

  /** Let go of a picture; the glyph may hold something else by now, or be gone. */
  release(renderer, picture) {
    const data = this.#glyph(renderer)?.image_data
    if (data?.[0] === picture) data[0] = null
  }

  #glyph(renderer) { return BokehFigure.#child(BokehFigure.#child(this.#view, renderer), renderer.glyph) }

  get #canRepaint() {
    return ["invalidate_painters", "repaint"].every((name) => typeof this.#view?.[name] === "function")
  }

  // ---- glyphs of other kinds

  canFill(renderers) {
    return this.#canRepaint && renderers.every((renderer) => {
      const view = BokehFigure.#child(this.#view, renderer)
      const subset = BokehFigure.#child(view, renderer.view)
      return typeof view?.set_data === "function" && typeof subset?.compute_indices === "function"
    })
  }

  /**
   * Take over what is new in a renderer's source, and leave painting to who paints the picture.
   * @param {object} renderer whose source was changed silently
   * @returns {Promise<void>}
   */
  fill(renderer) {
    const view = BokehFigure.#child(this.#view, renderer)
    this.#computeIndices(view, renderer.view)
    this.#view.invalidate_painters(view)
    return view.set_data()
  }

  /** Bokeh would tell of each index that is another, and then compute everything again. */
  #computeIndices(view, subset) {
    const silent = new Proxy(subset, {
      set: (target, name, value) => {
        if (name in target.properties) target.setv({[name]: value}, {silent: true, sync: false})
        else target[name] = value
        return true
      },
    })
    const its = BokehFigure.#child(view, subset)
    its.compute_indices.call(Object.create(its, {model: {value: silent}}))
  }

  /** Bokeh's own loop sets all that a line has for every box anew, which takes most of the time for them. */
  quicken(renderer) {
    for (const quad of BokehFigure.#children(BokehFigure.#child(this.#view, renderer)) ?? []) {
      const paint = quad?._paint
      if (quad?.model.type !== "Quad" || typeof paint !== "function") continue
      quad._paint = (context, indices, data) => {
        if (!BokehFigure.#paintBoxes(quad, context, indices, data)) paint.call(quad, context, indices, data)
      }
    }
  }

  /** @returns {boolean} whether it could */
  static #paintBoxes(quad, context, indices, data) {
    const {sleft, sright, stop, sbottom} = data?.sleft ? data : quad
    const line = quad.visuals?.line
    const sides = [sleft, sright, stop, sbottom]
    if (sides.includes(undefined) || typeof line?.set_vectorize !== "function" || !line.line_color?.get) return false
    let colour
    for (const index of indices) {
      const its = line.line_color.get(index)
      if (its !== colour) line.set_vectorize(context, index)
      colour = its
      const [left, top] = [sleft[index], stop[index]]
      context.strokeRect(left, top, sright[index] - left, sbottom[index] - top)
    }
    return true
  }
}
