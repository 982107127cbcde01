/**
 * The pictures that the page's cameras have sent lately, for views that show one beside what became of it.
 *
 * The JavaScript of each component has a scope of its own: cameras and views meet in one registry of the page. It
 * holds encoded bytes, which the capture has in memory anyway, and only of a few frames.
 */
class Originals {
  /** @returns {Map<string, {stream: number, seq: number, data: ArrayBuffer}[]>} a camera's key -> frames, newest last */
  static get #cameras() { return window.panel_cam_originals ??= new Map() }

  /**
   * @param {string} key of the camera
   * @param {{stream: number, seq: number, data: ArrayBuffer}} frame one that leaves for Python
   * @param {number} count how many to keep: those that are on their way, and the one on the page
   */
  static keep(key, {stream, seq, data}, count) {
    const frames = Originals.#cameras.get(key) ?? []
    frames.push({stream, seq, data})
    if (frames.length > count) frames.splice(0, frames.length - count)
    Originals.#cameras.set(key, frames)
  }

  /** Whether that camera is on this page, and has sent something. @param {string} key @returns {boolean} */
  static has(key) { return Originals.#cameras.has(key) }

  /** @param {string} key @param {{stream: number, seq: number}} frame @returns {ArrayBuffer | null} */
  static find(key, {stream, seq}) {
    const found = Originals.#cameras.get(key)?.find((frame) => frame.seq === seq && frame.stream === stream)
    return found?.data ?? null
  }

  /** The camera has left the page. @param {string} key */
  static forget(key) { Originals.#cameras.delete(key) }
}
