/**
 * Ways to turn the newest picture of a stream into bytes, one interface:
 * `grab({type, quality, after})` resolves to a `Grab`, once for every picture at most, waiting for the next one if the
 * newest was taken already, or is from before `after`; `close()` frees all, and ends the waiting; `label` names the way.
 *
 * @typedef {{type: string, quality: number, after: number}} GrabOptions  after: seconds since 1970
 * @typedef {{data: ArrayBuffer, width: number, height: number, capturedAt: number, seen: number}} Grab
 *   capturedAt: seconds since 1970; seen: how many pictures the camera has given until then
 */

/** Grab straight from the track; a worker reads all of its pictures. The quickest way. */
class TrackGrabber {
  #worker

  /**
   * @param {CaptureWorker} worker ours from now on
   * @param {{frames: ReadableStream} | {track: MediaStreamTrack}} source handed over
   * @param {string} label
   */
  constructor(worker, source, label) {
    this.#worker = worker
    this.label = label
    worker.post(source, Object.values(source))
  }

  /** @param {GrabOptions} options @returns {Promise<Grab>} */
  grab(options) { return this.#worker.ask({grab: options}) }

  close() { this.#worker.close() }
}

/** Grab from a playing `<video>`: every browser. How a picture becomes bytes is the encoder's. */
class VideoGrabber {
  #video
  #watch
  #encoder
  #picture = null
  #taken = null
  #mediaTime = 0
  #wake = null
  #closed = false

  /**
   * @param {MediaStream} stream
   * @param {{label: string, copy: Function, encode: Function, close: Function}} encoder ours from now on:
   *   `copy(video)` gives the picture that the video shows now, `encode(picture, options)` its bytes and size
   */
  constructor(stream, encoder) {
    this.#encoder = encoder
    this.#video = new HiddenVideo(stream)
    this.#watch = new PictureWatch(this.#video.element, (picture) => {
      this.#picture = picture
      this.#wake?.()
    })
  }

  get label() { return `${this.#encoder.label} by ${this.#watch.label}` }

  /** @param {GrabOptions} options @returns {Promise<Grab>} */
  async grab(options) {
    for (;;) {
      const picture = await this.#next(options.after * 1000)
      this.#taken = picture
      const copy = await this.#encoder.copy(this.#video.element)
      if (this.#closed || this.#isOld(copy, picture)) {
        copy.close?.()
        continue
      }
      const grab = await this.#encoder.encode(copy, options)
      return {...grab, capturedAt: picture.at / 1000, seen: picture.seen}
    }
  }

  close() {
    this.#closed = true
    this.#watch.close()
    this.#video.close()
    this.#encoder.close()
    this.#wake?.()
  }

  async #next(after) {
    for (;;) {
      if (this.#closed) throw new Error("closed")
      const picture = this.#picture
      if (picture !== null && picture !== this.#taken && picture.at >= after) return picture
      await new Promise((resolve) => { this.#wake = resolve })
    }
  }

  /** Whether it is the picture that was taken last: Safari shows a hidden page the same one again and again. */
  #isOld({timestamp = 0}, {sure}) {
    const old = !sure && timestamp > 0 && timestamp === this.#mediaTime
    this.#mediaTime = timestamp
    return old
  }
}

/** A `<video>` that plays a stream out of sight, and goes on when the browser stops it. */
class HiddenVideo {
  element = Object.assign(document.createElement("video"), {muted: true, playsInline: true})
  #closed = new AbortController()

  /** @param {MediaStream} stream */
  constructor(stream) {
    const {signal} = this.#closed
    this.element.srcObject = stream
    this.element.addEventListener("pause", () => this.#play(), {signal})
    // Phones stop it with the page, and some want to be touched before anything plays.
    document.addEventListener("visibilitychange", () => this.#play(), {signal})
    for (const type of ["pointerup", "keyup"]) document.addEventListener(type, () => this.#play(), {signal})
    this.#play()
  }

  close() {
    this.#closed.abort()
    this.element.srcObject = null
  }

  #play() {
    if (this.element.paused && !this.#closed.signal.aborted) this.element.play().catch(() => {}) // ended, or not yet
  }
}

/** Encode in a worker: all that the page does is to hand over the picture. */
class WorkerEncoder {
  #worker

  /**
   * @param {CaptureWorker} worker ours from now on
   * @param {(video: HTMLVideoElement) => VideoFrame | Promise<ImageBitmap>} copy
   * @param {string} label
   */
  constructor(worker, copy, label) {
    this.#worker = worker
    this.copy = copy
    this.label = label
  }

  /** @param {VideoFrame | ImageBitmap} picture @param {GrabOptions} options */
  encode(picture, {type, quality}) { return this.#worker.ask({picture, type, quality}, [picture]) }

  close() { this.#worker.close() }
}

/** Encode on the page's main thread, where there is no other way. */
class CanvasEncoder {
  #canvas = document.createElement("canvas")
  #context = this.#canvas.getContext("2d", {alpha: false, willReadFrequently: true})
  #unable = new Set()

  label = "canvas"

  /** @param {HTMLVideoElement} video */
  copy(video) {
    const {videoWidth: width, videoHeight: height} = video
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, {width, height})
    this.#context.drawImage(video, 0, 0)
    return {width, height}
  }

  /** @param {{width: number, height: number}} size @param {GrabOptions} options */
  async encode({width, height}, {type, quality}) {
    let blob = await this.#toBlob(this.#unable.has(type) ? "image/jpeg" : type, quality)
    if (blob !== null && blob.type !== type && !this.#unable.has(type)) {
      this.#unable.add(type) // as in the worker
      blob = await this.#toBlob("image/jpeg", quality)
    }
    if (blob === null) throw new Error(`this browser could not encode ${type}`)
    return {data: await blob.arrayBuffer(), width, height}
  }

  close() {}

  #toBlob(type, quality) { return new Promise((resolve) => this.#canvas.toBlob(resolve, type, quality)) }
}
