/** Measures how many pictures a second there are, from counts that are noted now and then. */
class CameraRate {
  static #WINDOW_MS = 2000

  #from = null

  /** Begin anew. */
  reset() { this.#from = null }

  /**
   * Note how many there were until now.
   * @param {number} count @param {number} now in ms
   * @returns {number | null} pictures a second over the last two seconds or more; null until they have passed
   */
  note(count, now = performance.now()) {
    if (this.#from === null || count < this.#from.count) this.#from = {count, now}
    const ms = now - this.#from.now
    if (ms < CameraRate.#WINDOW_MS) return null
    const rate = (count - this.#from.count) * 1000 / ms
    this.#from = {count, now}
    return rate
  }
}
