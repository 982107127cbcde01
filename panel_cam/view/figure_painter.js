/**
 * Paints pictures into the image glyph of a Bokeh figure, and keeps the figure's ranges square to it.
 *
 * Bokeh's own way (a ColumnDataSource) copies every pixel twice and waits for a throttle. The direct way hands the
 * decoded picture to the glyph and paints at once, where the figure can. Nothing written here travels to Python
 * (`sync: false`).
 */
class FigurePainter {
  #renderer
  #picture = null
  #canvas = document.createElement("canvas")
  #extent = [0, 0]
  #fitted = null

  /**
   * @param {BokehFigure} figure whose first renderer is an ImageRGBA glyph
   * @param {boolean} direct whether to try the direct way
   */
  constructor(figure, direct) {
    this.figure = figure
    this.#renderer = figure.model.renderers[0]
    this.direct = direct && figure.canPaint(this.#renderer)
  }

  /** The drawable that holds the picture at its own size; good until the next paint. */
  get source() { return this.direct ? this.#picture : this.#canvas }

  /**
   * Show a picture over the whole extent, whatever its own size.
   * @param {VideoFrame | ImageBitmap | HTMLCanvasElement} picture ours from now on, unless it is a canvas
   */
  paint(picture) {
    if (this.direct) this.#paintDirect(picture)
    else this.#paintPlain(picture)
  }

  /** Take Bokeh's own way from now on. */
  paintPlainly() {
    this.#release()
    this.direct = false
  }

  /** Make the glyph cover `width` x `height` units, one for each pixel; empty until the next picture. */
  resize(width, height) {
    if (this.#extent[0] === width && this.#extent[1] === height) return
    this.#extent = [width, height]
    this.clear()
  }

  /** Show nothing. */
  clear() {
    this.#release()
    const [width, height] = this.#extent
    const blank = this.#array(new Uint32Array(1), [1, 1])
    this.#renderer.data_source.setv({data: {image: [blank], width: [width], height: [height]}}, {sync: false})
  }

  /**
   * Show the whole picture with square pixels in the room there is, unless someone has zoomed.
   * The Reset tool leads back here.
   */
  fit(width, height, mirror) {
    const {width: across, height: down} = this.figure.frame
    if (!(across > 0 && down > 0)) return
    const scale = Math.max(width / across, height / down)
    const x = (across * scale - width) / 2
    const y = (down * scale - height) / 2
    const [left, right] = mirror ? [width + x, -x] : [-x, width + x]
    const {x_range, y_range} = this.figure.model
    const zoomed = this.#fitted && (x_range.start !== this.#fitted.x.start || x_range.end !== this.#fitted.x.end
      || y_range.start !== this.#fitted.y.start || y_range.end !== this.#fitted.y.end)
    const key = [width, height, mirror].join()
    const keep = zoomed && this.#fitted.key === key
    this.#fitted = {key, x: {start: left, end: right}, y: {start: height + y, end: -y}}
    for (const [range, to] of [[x_range, this.#fitted.x], [y_range, this.#fitted.y]]) {
      const reset = {reset_start: to.start, reset_end: to.end}
      range.setv(keep ? reset : {...reset, ...to}, {sync: false})
    }
  }

  /** Give the last picture's memory back; the figure is about to leave the page. */
  close() { this.#release() }

  #array(pixels, shape) {
    // BokehJS exports no constructor for its arrays; the one that Python sent is an example.
    const [example] = this.#renderer.data_source.get_column("image")
    return new example.constructor(pixels, shape)
  }

  #paintDirect(picture) {
    this.#release()
    this.#picture = picture
    this.figure.paint(this.#renderer, picture)
  }

  #release() {
    if (this.#picture === null) return
    this.figure.release(this.#renderer, this.#picture)
    this.#picture.close?.()
    this.#picture = null
  }

  #paintPlain(picture) {
    const [width, height] = sizeOf(picture)
    Object.assign(this.#canvas, {width, height})
    const context = this.#canvas.getContext("2d", {willReadFrequently: true})
    context.drawImage(picture, 0, 0)
    picture.close?.()
    const pixels = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer)
    const [across, down] = this.#extent
    const data = {image: [this.#array(pixels, [height, width])], width: [across], height: [down]}
    this.#renderer.data_source.setv({data}, {sync: false})
  }
}
