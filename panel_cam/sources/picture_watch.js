/**
 * Ways to learn that a playing `<video>` shows a new picture.
 *
 * One interface: `new Way(video, tell)` begins, `close()` ends it, `label` names it. It calls `tell(picture)` for each
 * new picture, and `tell(null)` where it cannot know whether there is one.
 *
 * @typedef {{at: number, presented: number}} ToldPicture  at: ms since 1970; presented: counts up
 */

/** The browser tells of each picture. In WebKit without compositing it never does (seen in 2.50). */
class FrameCallbacks {
  static label = "frame-callback"
  static #LATEST_MS = 1000

  #video
  #handle

  static fits(video) { return typeof video.requestVideoFrameCallback === "function" }

  constructor(video, tell) {
    this.#video = video
    const next = () => {
      this.#handle = video.requestVideoFrameCallback((_, {captureTime, presentedFrames}) => {
        next()
        const now = performance.now()
        // Where the browser knows when a camera took it: not Firefox.
        const taken = now - captureTime >= 0 && now - captureTime < FrameCallbacks.#LATEST_MS ? captureTime : now
        tell({at: performance.timeOrigin + taken, presented: presentedFrames})
      })
    }
    next()
  }

  close() { this.#video.cancelVideoFrameCallback?.(this.#handle) }
}

/** Look at each refresh of the screen. */
class Refreshes {
  static label = "refresh"

  #handle

  static fits() { return true }

  constructor(video, tell) {
    const next = () => {
      this.#handle = requestAnimationFrame(() => {
        next()
        tell(null)
      })
    }
    next()
  }

  close() { cancelAnimationFrame(this.#handle) }
}

/** Look by the clock: all that is left to a page that is not painted. Browsers make it slower by themselves. */
class Ticks {
  static label = "timer"
  static #MS = 100

  #timer

  static fits() { return true }

  constructor(video, tell) { this.#timer = setInterval(() => tell(null), Ticks.#MS) }

  close() { clearInterval(this.#timer) }
}

/**
 * Learns of every new picture of a `<video>`, whichever way the browser has that works.
 *
 * Ways are believed when they speak, not when they exist. The second best begins together with the best, so no time is
 * lost where the best never speaks; as soon as a better one does, the others end. One that falls silent is not ended:
 * the next one begins beside it, until it speaks again.
 */
class PictureWatch {
  static #WAYS = [FrameCallbacks, Refreshes, Ticks]
  static #LOOK_MS = 500
  static #SILENT_MS = 1000

  #video
  #onPicture
  /** @type {Map<number, object>} those that run, by their place in #WAYS */
  #running = new Map()
  #believed = 1
  #heardAt = performance.now()
  #mark = 0
  #presented = 0
  #seen = 0
  #isTold = false
  #closed = new AbortController()

  /**
   * @param {HTMLVideoElement} video
   * @param {(picture: {at: number, seen: number, sure: boolean}) => void} onPicture
   *   at: ms since 1970; seen: how many there were until now; sure: whether it is known to be a new one
   */
  constructor(video, onPicture) {
    this.#video = video
    this.#onPicture = onPicture
    const {signal} = this.#closed
    const look = setInterval(() => this.#look(), PictureWatch.#LOOK_MS)
    signal.addEventListener("abort", () => clearInterval(look))
    document.addEventListener("visibilitychange", () => this.#hide(), {signal})
    this.#begin(0)
    this.#begin(1)
    this.#hide()
  }

  /** The name of the way that is believed. */
  get label() { return PictureWatch.#WAYS[this.#believed].label }

  close() {
    this.#closed.abort()
    for (const way of this.#running.values()) way.close()
    this.#running.clear()
  }

  #begin(place) {
    const Way = PictureWatch.#WAYS[place]
    if (this.#running.has(place) || !Way.fits(this.#video)) return
    this.#running.set(place, new Way(this.#video, (picture) => this.#hear(place, picture)))
  }

  /** A hidden page is not painted. */
  #hide() { if (document.hidden) this.#goDown(2) }

  #look() {
    const last = PictureWatch.#WAYS.length - 1
    const silent = performance.now() - this.#heardAt > PictureWatch.#SILENT_MS
    if (silent && this.#believed < last) this.#goDown(this.#believed + 1)
  }

  #goDown(place) {
    this.#believed = place
    this.#heardAt = performance.now()
    this.#begin(place)
  }

  #hear(place, picture) {
    if (place > this.#believed || this.#closed.signal.aborted) return
    this.#believed = place
    this.#heardAt = performance.now()
    for (const [other, way] of this.#running) {
      if (other <= place) continue
      way.close()
      this.#running.delete(other)
    }
    // Of a video that may not play Chromium tells, too, and has no picture of it (seen in 156).
    const {readyState, videoWidth, paused} = this.#video
    if (paused || readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !(videoWidth > 0)) return
    if (picture === null) return this.#compare()
    const {at, presented} = picture
    this.#seen += Math.max(1, presented - this.#presented || 1)
    this.#presented = presented
    this.#isTold = true
    this.#mark = this.#progress()
    this.#onPicture({at, seen: this.#seen, sure: true})
  }

  /** Whether there is a new picture, as well as it can be known without being told. */
  #compare() {
    const counted = this.#count > 0
    const before = this.#mark
    this.#mark = this.#progress()
    // Time alone goes on without pictures, too: where we have been told of them, it proves nothing.
    if (this.#mark === before || (!counted && this.#isTold)) return
    this.#seen += counted && Number.isInteger(before) && before > 0 ? this.#mark - before : 1
    this.#onPicture({at: performance.timeOrigin + performance.now(), seen: this.#seen, sure: counted})
  }

  /** Pictures so far, where the browser counts those of a camera: Firefox does not. */
  get #count() { return this.#video.getVideoPlaybackQuality?.().totalVideoFrames ?? 0 }

  #progress() { return this.#count || this.#video.currentTime }
}
