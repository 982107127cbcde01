/**
 * Decides when the next frame may leave, and nothing else.
 *
 * A frame is in flight from `sent` until Python has answered it. At most `maxInFlight` are, so a slow
 * filter or a slow link makes fewer frames, never older ones. An answer that does not come within
 * `answerTimeout` is written off; while nothing answers at all, only one probe is sent at a time, at
 * doubling intervals, so that a busy kernel finds a handful of frames waiting and not a minute of video.
 */
class FramePacer {
  /** @type {Map<number, number>} seq -> when it was sent, in ms */
  #inFlight = new Map()
  #lost = 0
  #seq = 0
  #lastTaken = -Infinity
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
    this.#lastTaken = now - age
    this.#inFlight.set(++this.#seq, now)
    return this.#seq
  }

  /** Python has dealt with these frames. @param {number[]} seqs */
  answer(seqs) {
    const before = this.#inFlight.size
    for (const seq of seqs) this.#inFlight.delete(seq)
    if (this.#inFlight.size === before && !this.#waiting) return
    this.#setWaiting(false)
    this.#wake?.()
  }

  /** Look again at the limits after one of them has changed. */
  refresh() { this.#wake?.() }

  /** Milliseconds until a frame may leave: 0 for now, Infinity for "when an answer comes". */
  #delay() {
    const now = this.now()
    const expiry = this.answerTimeout * (this.#waiting ? 2 ** Math.min(this.#probes, 4) : 1)
    for (const [seq, at] of this.#inFlight) {
      if (now - at < expiry) continue
      this.#inFlight.delete(seq)
      this.#lost += 1
      this.#setWaiting(true)
    }
    const limit = this.#waiting ? 1 : this.maxInFlight
    if (this.#inFlight.size >= limit) {
      const oldest = Math.min(...this.#inFlight.values())
      return Math.max(1, oldest + expiry - now)
    }
    // A millisecond of grace: cameras jitter, and a frame that is 0.5 ms early is not a second frame.
    const spacing = this.fps > 0 ? 1000 / this.fps - 1 - Math.min(8, 250 / this.fps) : 0
    return Math.max(0, this.#lastTaken + spacing - now)
  }

  #setWaiting(waiting) {
    this.#probes = waiting ? this.#probes + 1 : 0
    if (waiting === this.#waiting) return
    this.#waiting = waiting
    this.onWaiting(waiting)
  }
}
