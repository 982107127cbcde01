/**
 * Two ways to turn the newest picture of a stream into bytes, one interface:
 * `grab({type, quality})` resolves to {data: ArrayBuffer, capturedAt}, once for every
 * picture at most, waiting for the next one if the newest was taken already; `close()` frees all.
 *
 * @typedef {{data: ArrayBuffer, capturedAt: number}} Grab
 */

/** Grab in a Web Worker, straight from the track. Chromium only, and the quickest. */
class TrackGrabber {
  #worker
  #pending = null

  static get supported() {
    return typeof MediaStreamTrackProcessor === "function" && typeof OffscreenCanvas === "function"
  }

  /** @param {MediaStreamTrack} track @throws where a page's policy forbids workers from a blob */
  constructor(track) {
    const source = `(${runGrabWorker})(self)`
    const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}))
    try {
      this.#worker = new Worker(url, {name: "panel_cam"})
    } finally {
      URL.revokeObjectURL(url)
    }
    const {readable} = new MediaStreamTrackProcessor({track, maxBufferSize: 1})
    this.#worker.onmessage = ({data}) => this.#settle(data.failed ? new Error(data.failed) : null, data)
    this.#worker.onerror = (event) => {
      event.preventDefault()
      this.#settle(new Error(event.message || "the capture worker could not start"))
    }
    this.#worker.postMessage({frames: readable}, [readable])
  }

  /** @param {{type: string, quality: number}} options @returns {Promise<Grab>} */
  grab(options) {
    return new Promise((resolve, reject) => {
      this.#pending = {resolve, reject}
      this.#worker.postMessage({grab: options})
    })
  }

  close() {
    this.#worker.postMessage({close: true})
    this.#settle(new Error("closed"))
  }

  #settle(error, grab) {
    const pending = this.#pending
    this.#pending = null
    if (error) pending?.reject(error)
    else pending?.resolve(grab)
  }
}

/** Grab from a playing `<video>`: every browser, on the main thread. */
class VideoGrabber {
  #video = Object.assign(document.createElement("video"), {muted: true, playsInline: true})
  #canvas = document.createElement("canvas")
  #context = this.#canvas.getContext("2d", {alpha: false, willReadFrequently: true})
  #closed = new AbortController()
  #presentedAt = 0
  #takenAt = 0
  #wake = null
  #turn = 0

  /** @param {MediaStream} stream */
  constructor(stream) {
    this.#video.srcObject = stream
    this.#video.play().catch(() => {}) // ended before it began
    this.#watch()
  }

  /** @param {{type: string, quality: number}} options @returns {Promise<Grab>} */
  async grab({type, quality}) {
    while (this.#presentedAt === this.#takenAt) {
      await new Promise((resolve) => { this.#wake = resolve })
      if (this.#closed.signal.aborted) throw new Error("closed")
    }
    this.#takenAt = this.#presentedAt
    const {videoWidth: width, videoHeight: height} = this.#video
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, {width, height})
    this.#context.drawImage(this.#video, 0, 0)
    const blob = await new Promise((resolve) => this.#canvas.toBlob(resolve, type, quality))
    if (blob === null) throw new Error(`this browser could not encode ${type}`)
    return {data: await blob.arrayBuffer(), capturedAt: this.#takenAt / 1000}
  }

  close() {
    this.#closed.abort()
    this.#video.srcObject = null
    this.#wake?.()
  }

  /** Note when the video shows a new picture; a hidden page is told by a timer, for it paints none. */
  #watch() {
    const present = (turn) => {
      // Hiding and showing the page starts a new turn; what the old one left behind ends here.
      if (turn !== this.#turn || this.#closed.signal.aborted) return
      if (this.#video.videoWidth > 0) {
        this.#presentedAt = performance.timeOrigin + performance.now()
        this.#wake?.()
      }
      next(turn)
    }
    const next = (turn) => {
      if (document.hidden) setTimeout(present, 1000, turn)
      else if (this.#video.requestVideoFrameCallback) this.#video.requestVideoFrameCallback(() => present(turn))
      else requestAnimationFrame(() => present(turn))
    }
    document.addEventListener("visibilitychange", () => next(++this.#turn), {signal: this.#closed.signal})
    next(this.#turn)
  }
}

/** The best grabber for this browser and page. @param {MediaStream} stream */
function makeGrabber(stream) {
  if (TrackGrabber.supported) {
    try {
      return new TrackGrabber(stream.getVideoTracks()[0])
    } catch (error) {
      console.info("[panel_cam] capturing on the main thread:", error.message)
    }
  }
  return new VideoGrabber(stream)
}
