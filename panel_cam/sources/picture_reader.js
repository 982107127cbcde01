/**
 * The ways to read a stream, the best first: which ones there are is found out, not looked up by a browser's name.
 */
class CaptureWays {
  #track
  #stream
  #worker = null
  #left = [
    () => this.#readTrack(),
    () => this.#lendTrack(),
    // In this order: a VideoFrame costs the page less, and in WebKitGTK ends its process now and then (seen in 2.50).
    () => this.#copyWith("bitmap", typeof createImageBitmap === "function", (video) => createImageBitmap(video)),
    () => this.#copyWith("video-frame", typeof VideoFrame === "function", (video) => new VideoFrame(video)),
    () => new VideoGrabber(this.#stream, new CanvasEncoder()),
  ]

  /** @param {MediaStream} stream */
  constructor(stream) {
    this.#stream = stream
    this.#track = stream.getVideoTracks()[0]
  }

  /** Whether there is another one to try. */
  get left() { return this.#left.length > 0 }

  /** Begin the next one that this browser has. @returns {Promise<TrackGrabber | VideoGrabber>} */
  async next() {
    while (this.left) {
      try {
        const grabber = await this.#left.shift()()
        if (grabber === null) continue
        if (!this.left) {
          console.info("[panel_cam] capturing on the main thread")
          this.close()
        }
        return grabber
      } catch (error) {
        console.info("[panel_cam] capturing another way:", error.message)
      }
    }
    throw new Error("this browser has no way to read a camera's pictures")
  }

  /** Free what was begun for a way that is not taken. */
  close() {
    this.#worker?.then((worker) => worker.close(), () => {})
    this.#worker = null
  }

  /** Chromium: the page reads the track, and hands its pictures over as a stream. */
  async #readTrack() {
    if (typeof MediaStreamTrackProcessor !== "function") return null
    const worker = await this.#ready()
    const {readable} = new MediaStreamTrackProcessor({track: this.#track, maxBufferSize: 1})
    return this.#hire(new TrackGrabber(worker, {frames: readable}, "track"))
  }

  /** Safari 18 and later: only workers can read a track. The page's own track stays with the preview. */
  async #lendTrack() {
    const worker = await this.#ready()
    if (!worker.hasProcessor) return null
    const track = this.#track.clone()
    try {
      return this.#hire(new TrackGrabber(worker, {track}, "worker-track"))
    } catch (error) {
      track.stop() // or the camera would stay on
      throw error
    }
  }

  /** Firefox, older Safari: the page takes a picture from a video, the worker encodes it. */
  async #copyWith(label, isThere, copy) {
    if (!isThere) return null
    const encoder = new WorkerEncoder(await this.#ready(), copy, label)
    return this.#hire(new VideoGrabber(this.#stream, encoder))
  }

  /** A worker that has started; the same one until somebody takes it. */
  #ready() { return this.#worker ??= CaptureWorker.start() }

  /** The worker is the grabber's now. */
  #hire(grabber) {
    this.#worker = null
    return grabber
  }
}

/**
 * Reads pictures of one stream, and cannot wait for ever.
 *
 * When none has come for a while, a second video looks whether the stream has any. If so, the way is taken for dead and
 * the next one begins; if not, the camera is silent, and whoever reads is told.
 */
class PictureReader {
  static #LOOK_MS = 500
  /** When to doubt a way that has given no picture yet, and one that has. */
  static #DOUBT_NEW_MS = 2500
  static #DOUBT_MS = 6000
  static #DOUBT_AGAIN_MS = 5000
  static #LONGEST_MS = 10000
  static #TRIAL_MS = 1000
  static #SILENT_MS = 3000
  static #MUTED_MS = 1000

  #stream
  #track
  #ways
  #grabber = null
  #onSilence
  #waitingSince = null
  /** How long the grabber's slowest picture took, in ms: where the machine is busy, a slow way is not a dead one. */
  #slowest = 0
  #hasGiven = false
  #doubtedAt = -Infinity
  #lookedAt = performance.now()
  #closed = new AbortController()

  /** "no-pictures" or "interrupted" while the stream is silent, or "". */
  silence = ""

  /**
   * @param {MediaStream} stream
   * @param {() => void} onSilence hears that `silence` has changed
   */
  constructor(stream, onSilence) {
    this.#stream = stream
    this.#track = stream.getVideoTracks()[0]
    this.#onSilence = onSilence
    this.#ways = new CaptureWays(stream)
    const {signal} = this.#closed
    const look = setInterval(() => this.#look(), PictureReader.#LOOK_MS)
    signal.addEventListener("abort", () => clearInterval(look))
    for (const type of ["mute", "unmute"]) this.#track.addEventListener(type, () => this.#wait(), {signal})
    document.addEventListener("visibilitychange", () => this.#wait(), {signal})
  }

  /** The name of the way that is at work. */
  get label() { return this.#grabber?.label ?? "" }

  /**
   * The next picture as bytes.
   * @param {GrabOptions} options @returns {Promise<Grab>} rejects once closed, or when no way is left
   */
  async read(options) {
    this.#waitingSince = performance.now()
    for (;;) {
      this.#grabber ??= await this.#begin()
      const grabber = this.#grabber
      try {
        const grab = await grabber.grab(options)
        const isUsual = this.#hasGiven && !this.silence
        if (isUsual) this.#slowest = Math.max(this.#slowest, performance.now() - this.#waitingSince)
        this.#hasGiven = true
        this.#waitingSince = null
        this.#tell("")
        return grab
      } catch (error) {
        grabber.close()
        this.#grabber = null
        if (this.#closed.signal.aborted || !this.#ways.left) throw error
        console.info(`[panel_cam] ${grabber.label} gives no pictures:`, error.message)
      }
    }
  }

  close() {
    this.#closed.abort()
    this.#grabber?.close()
    this.#ways.close()
  }

  async #begin() {
    const grabber = await this.#ways.next()
    this.#hasGiven = false
    this.#slowest = 0
    this.#waitingSince = performance.now()
    if (!this.#closed.signal.aborted) return grabber
    grabber.close()
    throw new Error("closed")
  }

  /** Something has changed: wait anew before anything is said. */
  #wait() {
    if (this.#waitingSince !== null) this.#waitingSince = performance.now()
    this.#doubtedAt = -Infinity
  }

  #look() {
    const now = performance.now()
    // A page that is held up itself cannot tell, nor can one in the background.
    const late = now - this.#lookedAt > 2 * PictureReader.#LOOK_MS
    this.#lookedAt = now
    if (this.#waitingSince === null) return
    if (late || document.hidden) {
      this.#waitingSince = now
      return
    }
    const silent = now - this.#waitingSince
    const doubt = this.#hasGiven ? PictureReader.#DOUBT_MS : PictureReader.#DOUBT_NEW_MS
    if (this.#isLong(silent, doubt) && now - this.#doubtedAt > PictureReader.#DOUBT_AGAIN_MS) {
      this.#doubtedAt = now
      this.#doubt()
    }
    if (this.#track.muted) {
      if (this.#isLong(silent, PictureReader.#MUTED_MS)) this.#tell("interrupted")
    } else if (this.#isLong(silent, PictureReader.#SILENT_MS)) this.#tell("no-pictures")
  }

  /** Whether a silence is longer than `ms`, and than is usual for a camera and a machine like this. */
  #isLong(silent, ms) {
    const {frameRate = 30} = this.#track.getSettings()
    return silent > Math.max(ms, 3000 / (frameRate || 30), Math.min(3 * this.#slowest, PictureReader.#LONGEST_MS))
  }

  async #doubt() {
    const [grabber, since] = [this.#grabber, this.#waitingSince]
    if (grabber === null || !this.#ways.left) return
    const moves = await showsPictures(this.#stream, PictureReader.#TRIAL_MS, this.#closed.signal)
    if (moves && this.#grabber === grabber && this.#waitingSince === since) grabber.close()
  }

  #tell(silence) {
    if (silence === this.silence) return
    this.silence = silence
    this.#onSilence()
  }
}

/**
 * Whether a stream has pictures, seen by a video of our own: two of them, for the first may be an old one.
 * @param {MediaStream} stream @param {number} ms how long to look @param {AbortSignal} signal ends it
 * @returns {Promise<boolean>}
 */
async function showsPictures(stream, ms, signal) {
  const video = new HiddenVideo(stream)
  let count = 0
  let watch
  const moves = await new Promise((resolve) => {
    watch = new PictureWatch(video.element, ({sure}) => { if (sure && ++count > 1) resolve(true) })
    setTimeout(() => resolve(false), ms)
    signal.addEventListener("abort", () => resolve(false))
  })
  watch.close()
  video.close()
  return moves
}
