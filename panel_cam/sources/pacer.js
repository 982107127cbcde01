/**
 * Decides when the next frame may leave, and nothing else.
 *
 * A frame is in flight from `sent` until Python has answered it. At most `maxInFlight` are, so a slow
 * filter or a slow link makes fewer frames, never older ones. Of several receivers, the quickest one counts: frames
 * that only slower ones still hold are lagging, and are not reckoned with. An answer that does not come within
 * `answerTimeout` is written off; while nothing answers at all, only one probe is sent at a time, at
 * doubling intervals, so that a busy kernel finds a handful of frames waiting and not a minute of video.
 *
 * Nor does a frame leave so early that it would only wait for its turn: Python says with its answers how long
 * frames wait, and the picture is taken so much later. A filter of 200 ms then shows what was 230 ms ago, not 440.
 */
class FramePacer {
  /** How long a frame should wait, in ms: less than the way here varies, and the filter would wait for frames. */
  static #MARGIN = 15
  static #LONGEST = 5000
  /** How much quicker than `fps` a camera may be: no two clocks are the same. */
  static #TOLERANCE = 0.03

  /** @type {Map<number, number>} seq -> when it was sent, in ms */
  #inFlight = new Map()
  /** @type {Set<number>} Those of them that only slower receivers still hold. */
  #lagging = new Set()
  #lost = 0
  #seq = 0
  /** When the next picture is due, by `fps`. */
  #due = null
  /** When Python began with another frame, as far as we can tell; and how long after that the next may leave. */
  #begunAt = -Infinity
  #patience = 0
  #wake = null
  #timer = null
  #waiting = false
  #probes = 0
  #closed = false

  /**
   * @param {{maxInFlight?: number, answerTimeout?: number, fps?: number,
   *          onWaiting?: (waiting: boolean) => void, now?: () => number}} options
   *   answerTimeout in ms; fps is an upper bound, 0 for none; onWaiting hears when Python stops
   *   answering for `answerTimeout`, and when it answers again.
   */
  constructor({maxInFlight = 2, answerTimeout = 2000, fps = 0, onWaiting = () => {}, now = () => performance.now()} = {}) {
    Object.assign(this, {maxInFlight, answerTimeout, fps, onWaiting, now})
  }

  /** The number of frames sent and not yet answered. */
  get inFlight() { return this.#inFlight.size }

  /** The number of frames sent since the start. */
  get seq() { return this.#seq }

  /** How many answers were written off since the start. */
  get lost() { return this.#lost }

  /** Resolve when the next frame may be grabbed and sent. @returns {Promise<boolean>} false once closed */
  async slot() {
    while (!this.#closed) {
      const wait = this.#delay()
      if (wait <= 0) return true
      await new Promise((resolve) => {
        this.#wake = resolve
        if (wait < Infinity) this.#timer = setTimeout(resolve, wait)
      })
      clearTimeout(this.#timer)
      this.#wake = null
    }
    return false
  }

  /** End every wait, for good. */
  close() {
    this.#closed = true
    this.#wake?.()
  }

  /**
   * Count one frame as sent.
   * @param {number} age how old its picture is, in ms: `fps` counts pictures as the camera took them
   * @returns {number} its `seq`, from 1 upwards
   */
  sent(age = 0) {
    const now = this.now()
    if (this.#counted === 0) this.#begunAt = now
    const period = this.fps > 0 ? (1 - FramePacer.#TOLERANCE) * 1000 / this.fps : 0
    const taken = now - age
    // One that was late makes no room for more than half a picture.
    this.#due = Math.max(this.#due ?? taken, taken - period / 2) + period
    this.#inFlight.set(++this.#seq, now)
    return this.#seq
  }

  /**
   * Python has dealt with these frames.
   * @param {number[]} seqs
   * @param {number?} timing how long the last of them waited for its turn, in ms; below 0: the filter for it
   * @param {number[]} lagging those that only slower receivers still hold
   */
  answer(seqs, timing = null, lagging = []) {
    const before = this.#counted
    for (const seq of seqs) this.#inFlight.delete(seq)
    this.#lagging = new Set(lagging.filter((seq) => this.#inFlight.has(seq)))
    if (this.#counted === before && !this.#waiting) return
    this.#begunAt = this.now()
    if (Number.isFinite(timing)) {
      // By half, for the frame that has left meanwhile knows nothing of it yet.
      const better = this.#patience + (timing - FramePacer.#MARGIN) / 2
      this.#patience = Math.min(Math.max(0, better), FramePacer.#LONGEST)
    }
    this.#setWaiting(false)
    this.#wake?.()
  }

  /** A picture from before then, on the clock of `now`, is one more than `fps` allows. */
  get after() {
    // Cameras jitter, screens have their refreshes and some clocks tick in milliseconds: a picture that is a little
    // early is not a second one.
    return this.fps > 0 && this.#due !== null ? this.#due - 1 - Math.min(8, 250 / this.fps) : -Infinity
  }

  /** Look again at the limits after one of them has changed. */
  refresh() { this.#wake?.() }

  /** How many frames the quickest receiver has still to answer. */
  get #counted() { return this.#inFlight.size - this.#lagging.size }

  /** Milliseconds until a frame may leave: 0 for now, Infinity for "when an answer comes". */
  #delay() {
    const now = this.now()
    const expiry = this.answerTimeout * (this.#waiting ? 2 ** Math.min(this.#probes, 4) : 1)
    for (const [seq, at] of this.#inFlight) {
      if (now - at < expiry || this.#lagging.has(seq)) continue
      this.#inFlight.delete(seq)
      this.#lost += 1
      this.#setWaiting(true)
    }
    const limit = this.#waiting ? 1 : this.maxInFlight
    if (this.#counted >= limit) {
      const counted = [...this.#inFlight].filter(([seq]) => !this.#lagging.has(seq))
      const oldest = Math.min(...counted.map(([, at]) => at))
      return Math.max(1, oldest + expiry - now)
    }
    // Python has something to do meanwhile: a frame for each worker.
    const busy = this.#counted >= Math.max(1, this.maxInFlight - 1)
    return Math.max(0, this.after - now, busy ? this.#begunAt + this.#patience - now : 0)
  }

  #setWaiting(waiting) {
    this.#probes = waiting ? this.#probes + 1 : 0
    if (waiting === this.#waiting) return
    this.#waiting = waiting
    this.onWaiting(waiting)
  }
}
