/**
 * The benchmark's eye in the page: an init script, so it is there before the page's own.
 *
 * It reads the time code (clip.py) from the page's output at every animation frame and from a second
 * `<video>` of the same camera, and keeps when each code was first there. Reading is a few hundred
 * pixels each, so that it does not slow what it measures. All times are `performance.now()`, in ms.
 */
"use strict"
{
const BLOCKS = 16
const BITS = 8
const STRIP = 1 / 15
const LINES = 8 // rows of the strip that are read
const REMEMBERED = 5000 // ms of the camera that are kept: a picture shown may be that old

/**
 * @param {Uint8Array | Uint8ClampedArray} pixels `LINES` rows of the strip
 * @param {number} width of a row, in px
 * @param {number} step bytes from one pixel to the next
 * @returns {number | null} the frame's number; null where there is no code, or two mixed
 */
function decode(pixels, width, step) {
  // The middle of each block only: scaling blends neighbours at the borders.
  const block = width / BLOCKS
  const reach = Math.floor(block * 0.3)
  const means = []
  for (let index = 0; index < BLOCKS; index++) {
    const centre = Math.floor((index + 0.5) * block)
    let sum = 0
    for (let y = 0; y < LINES; y++)
      for (let x = centre - reach; x < centre + reach; x++) sum += pixels[step * (y * width + x)]
    means.push(sum / (2 * reach * LINES))
  }
  const [flat, textured] = means
  if (Math.abs(flat - textured) < 25) return null
  const middle = (flat + textured) / 2
  const bits = means.slice(2).map((mean) => Number((mean < middle) === (textured < flat)))
  let number = 0
  let gray = 0
  for (const bit of bits.slice(0, BITS)) {
    gray = 2 * gray + bit
    number = 2 * number + (bit ^ (number & 1))
  }
  const check = bits.slice(BITS).reduce((sum, bit) => 2 * sum + bit, 0)
  return check === ((number * 37 + 42) & 0x3f) ? number : null
}

/** Reads the code in a picture on a canvas. */
class CanvasReader {
  #context = document.createElement("canvas").getContext("2d", {alpha: false, willReadFrequently: true})

  /**
   * @param {CanvasImageSource} drawable
   * @param {{x: number, y: number, width: number, height: number}} picture its place, in the drawable's px
   */
  read(drawable, {x, y, width, height}) {
    const {canvas} = this.#context
    const across = Math.round(width)
    if (canvas.width !== across) Object.assign(canvas, {width: across, height: LINES})
    const top = y + (height * STRIP - LINES) / 2
    this.#context.drawImage(drawable, x, top, width, LINES, 0, 0, across, LINES)
    return decode(this.#context.getImageData(0, 0, across, LINES).data, across, 4)
  }
}

/** Reads the code in a video's picture; drawing it on a canvas would convert all of its pixels. */
class VideoReader {
  #luma = new Uint8Array(0)

  /** @param {HTMLVideoElement} video */
  async read(video) {
    const frame = new VideoFrame(video)
    const {width, height} = frame.visibleRect
    const y = 2 * Math.round((height * STRIP - LINES) / 4) // even, as the colour planes need
    const rect = {x: 0, y, width, height: LINES}
    const size = frame.allocationSize({rect})
    if (this.#luma.length < size) this.#luma = new Uint8Array(size)
    await frame.copyTo(this.#luma, {rect})
    frame.close()
    return decode(this.#luma, width, 1) // the first plane is luma in all of a camera's formats
  }
}

/** All views of the page's Bokeh documents, with all their children. */
function* bokehViews() {
  const seen = new Set()
  const waiting = [...Object.values(window.Bokeh?.index?.roots ?? window.Bokeh?.index ?? {})]
  while (waiting.length > 0) {
    const view = waiting.pop()
    if (!view || seen.has(view)) continue
    seen.add(view)
    yield view
    if (typeof view.children === "function") waiting.push(...view.children())
    waiting.push(...(view.child_views ?? []))
  }
}

/** Where the picture is on the page: the floor's canvas, or the image glyph in a Bokeh figure's own. */
class Output {
  #figure
  #renderer
  #floor

  /** @returns {{canvas: HTMLCanvasElement, picture: object} | null} null as long as nothing is shown */
  find() {
    this.#floor ??= document.querySelector("canvas#shown")
    if (this.#floor) {
      const {width, height} = this.#floor
      return {canvas: this.#floor, picture: {x: 0, y: 0, width, height}}
    }
    if (this.#figure?.canvas_view === undefined || this.#figure.is_destroyed) this.#search()
    if (!this.#renderer) return null
    const {frame, canvas_view} = this.#figure
    const layer = canvas_view.primary
    const {data} = this.#renderer.data_source
    const at = (scale, from, size) => {
      const [start, end] = [scale.compute(from), scale.compute(from + size)]
      return [Math.min(start, end) * layer.pixel_ratio, Math.abs(end - start) * layer.pixel_ratio]
    }
    const {glyph} = this.#renderer
    const value = (spec) => typeof spec === "number" ? spec
      : typeof spec?.value === "number" ? spec.value
      : (data instanceof Map ? data.get(spec.field) : data[spec.field])?.[0]
    const [x, width] = at(frame.x_scale, value(glyph.x), value(glyph.dw))
    // A picture with its origin at the top hangs from `y` where the range is turned over.
    const [y, height] = at(frame.y_scale, value(glyph.y), value(glyph.dh))
    return width > 0 && height > 0 ? {canvas: layer.canvas, picture: {x, y, width, height}} : null
  }

  #search() {
    for (const view of bokehViews()) {
      if (!view.frame || !view.canvas_view) continue
      const renderer = view.model.renderers.find((candidate) => /^Image(RGBA)?$/.test(candidate.glyph?.type))
      if (!renderer) continue
      this.#figure = view
      this.#renderer = renderer
      return
    }
  }
}

/** Counts what crosses every WebSocket of the page. */
const wire = {sent: 0, received: 0, pictures: []}
const PICTURE = 200 // bytes that a binary message has at least which may be a picture
const sizeOf = (data) => data.byteLength ?? data.size ?? data.length
window.WebSocket = class extends window.WebSocket {
  constructor(...options) {
    super(...options)
    this.addEventListener("message", ({data}) => { wire.received += sizeOf(data) })
  }

  send(data) {
    const size = sizeOf(data)
    wire.sent += size
    if (typeof data !== "string" && size >= PICTURE) wire.pictures.push([performance.now(), size])
    super.send(data)
  }
}

class Probe {
  #output = new Output()
  #shownReader = new CanvasReader()
  #eventReader = new CanvasReader()
  #cameraReader = new VideoReader()
  #last = null
  #ticked = 0
  #painted = null
  checking = false
  size = null
  firstShown = null
  error = null

  constructor() {
    window.addEventListener("panel-cam-painted", ({detail}) => this.#note(detail))
    new PerformanceObserver((list) => {
      for (const {duration} of list.getEntries()) this.longTasks.push(duration)
    }).observe({type: "longtask"})
    this.reset()
    const tick = (time) => {
      requestAnimationFrame(tick)
      this.#look(time)
    }
    requestAnimationFrame(tick)
  }

  /** Forget all that was noted, but not where the output is. */
  reset() {
    // shown: [time, code]; camera: [time, when the camera took it, code]; before: of the camera, what came earlier
    const {before = [], camera = []} = this
    const recent = performance.now() - REMEMBERED
    this.before = [...before, ...camera].filter(([time]) => time > recent)
    Object.assign(this, {shown: [], camera: [], longTasks: [], ticks: 0, longestGap: 0})
    Object.assign(this, {events: 0, unreadable: 0, agreed: 0, disagreed: 0})
    Object.assign(wire, {sent: 0, received: 0, pictures: []})
    this.startedAt = performance.now()
  }

  /** Give what was noted since the last time, and forget it. */
  take() {
    const {shown, camera, before, longTasks, ticks, longestGap, events, unreadable, agreed, disagreed, error} = this
    const seconds = (performance.now() - this.startedAt) / 1000
    const noted = {
      shown, camera, before, longTasks, ticks, longestGap, events, unreadable, agreed, disagreed, error, seconds, ...wire,
      size: this.size,
    }
    this.reset()
    return noted
  }

  /**
   * Play the camera itself, as the reference. The video stays outside the document: it presents its pictures
   * all the same, and the compositor is spared it, which costs a page that shows a preview half its refreshes.
   * @param {object} wanted constraints
   */
  async watchCamera(wanted) {
    const video = document.createElement("video")
    video.muted = true
    video.srcObject = await navigator.mediaDevices.getUserMedia({video: wanted})
    await video.play()
    const next = async (time, {captureTime}) => {
      video.requestVideoFrameCallback(next)
      const code = await this.#cameraReader.read(video)
      if (code !== null) this.camera.push([time, captureTime, code])
    }
    video.requestVideoFrameCallback(next)
  }

  /** Look at what the page shows now. */
  #look(time) {
    this.ticks += 1
    if (this.#ticked) this.longestGap = Math.max(this.longestGap, time - this.#ticked)
    this.#ticked = time
    let place
    try {
      place = this.#output.find()
    } catch (error) {
      this.error = String(error.stack)
    }
    if (!place) return
    this.size = [place.picture.width, place.picture.height].map(Math.round)
    const code = this.#shownReader.read(place.canvas, place.picture)
    if (code === null) this.unreadable += 1
    if (this.#painted !== null) {
      if (this.#painted === code) this.agreed += 1
      else this.disagreed += 1
      this.#painted = null
    }
    if (code === null || code === this.#last) return
    this.#last = code
    this.shown.push([time, code])
    this.firstShown ??= performance.now()
  }

  /** Count what the page says it has painted; where `checking`, read it, to compare in the next `#look`. */
  #note({source, width, height}) {
    this.events += 1
    if (this.checking) this.#painted = this.#eventReader.read(source, {x: 0, y: 0, width, height})
  }
}

if (window === window.top) window.glassToGlass = new Probe()
}
