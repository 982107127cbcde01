/**
 * The original beside the processed picture, or both in one figure with a line between them.
 *
 * Both are of the same frame and cover the same extent, whatever their sizes. Where the page does not have a frame's
 * original, the processed picture stands alone. Nothing is decoded or held while `mode` is "off".
 */
class Comparison {
  #root
  #figure
  #options
  #line
  #possible = false
  #shown = null
  #twin = null
  #canvas = null
  #extent = [0, 0]

  /**
   * @param {HTMLElement} root has a `.swipe-line`
   * @param {() => BokehFigure | undefined} figure finds the figure for originals, once there is one
   * @param {{cameraKey: string, compare: string, mirror: boolean, direct: boolean}} options shared with the view
   * @param {AbortSignal} signal ends all listening
   */
  constructor(root, figure, options, signal) {
    this.#root = root
    this.#figure = figure
    this.#options = options
    this.#line = new SwipeLine(root.querySelector(".swipe-line"), () => this.#join(), signal)
    this.update()
  }

  /** Take over options that have changed; the caller paints again. */
  update() {
    const {cameraKey, compare} = this.#options
    this.#possible ||= Originals.has(cameraKey)
    this.#root.classList.toggle("comparable", this.#possible)
    this.#root.dataset.compare = this.#possible ? compare : "off"
    if (compare !== "swipe") this.#line.hide()
    if (compare !== "beside") this.#closeTwin()
  }

  /**
   * Decode the original of a frame, if it is wanted and here.
   * @param {{stream?: number, seq: number}} frame
   * @returns {Promise<VideoFrame | ImageBitmap> | null}
   */
  original({stream = 0, seq}) {
    const {cameraKey, compare} = this.#options
    if (!this.#possible && Originals.has(cameraKey)) this.update()
    if (compare === "off") return null
    const data = Originals.find(cameraKey, {stream, seq})
    return data === null ? null : decodePicture(data)
  }

  /**
   * Show a frame; both pictures are ours from now on.
   * @param {FigurePainter} painter of the processed picture, and as large as it
   * @param {VideoFrame | ImageBitmap} picture
   * @param {VideoFrame | ImageBitmap | null} original
   * @returns {CanvasImageSource} the processed picture; good until the next one
   */
  paint(painter, picture, original) {
    const before = this.#shown
    this.#shown = null
    this.#extent = sizeOf(picture)
    const {compare} = this.#options
    if (compare === "swipe" && original !== null) {
      this.#shown = {painter, picture, original}
      this.#join()
    } else {
      this.#line.hide()
      painter.paint(picture)
      if (compare === "beside") this.#paintTwin(original)
      else original?.close()
    }
    before?.picture.close()
    before?.original.close()
    return this.#shown?.picture ?? painter.source
  }

  /** Give all memory back. */
  close() {
    this.#shown?.picture.close()
    this.#shown?.original.close()
    this.#shown = null
    this.#closeTwin()
  }

  /** Draw the two halves, each over the whole extent, in one picture as fine as the finer of them. */
  #join() {
    if (this.#shown === null) return
    const {painter, picture, original} = this.#shown
    const {mirror} = this.#options
    const sizes = [sizeOf(picture), sizeOf(original)]
    const [width, height] = [0, 1].map((side) => Math.max(...sizes.map((size) => size[side])))
    this.#canvas ??= document.createElement("canvas")
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, {width, height})
    const context = this.#canvas.getContext("2d")
    const middle = Math.round((mirror ? 1 - this.#line.share : this.#line.share) * width)
    const [first, second] = mirror ? [picture, original] : [original, picture]
    context.imageSmoothingEnabled = false
    context.clearRect(0, 0, width, height)
    for (const [half, from, to] of [[first, 0, middle], [second, middle, width]]) {
      context.save()
      context.beginPath()
      context.rect(from, 0, to - from, height)
      context.clip()
      context.drawImage(half, 0, 0, width, height)
      context.restore()
    }
    painter.paint(this.#canvas)
    this.#line.show(painter.figure, this.#extent, mirror)
  }

  #paintTwin(original) {
    const figure = this.#figure()
    if (figure === undefined) return original?.close() // not built yet
    if (this.#twin?.figure !== figure) {
      this.#closeTwin()
      this.#twin = new FigurePainter(figure, this.#options.direct)
    }
    if (original === null) return this.#twin.clear()
    this.#twin.resize(...this.#extent)
    this.#twin.paint(original)
  }

  #closeTwin() {
    this.#twin?.close()
    this.#twin = null
  }
}
