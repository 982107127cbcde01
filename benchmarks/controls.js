/**
 * Moves the page's slider, and notes how long a change takes to be seen. An init script, like `probe.js`.
 *
 * The slider's handle is dragged as a mouse would drag it; the square in the picture's corner tells what the filter was given.
 * All times are in ms.
 */
"use strict"
{
const STEP = 50
const TOP = 250

class Hand {
  #level = 0
  #seen = null
  #timer = null
  #up = true
  #held = false
  #context = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true})

  constructor() {
    addEventListener("panel-cam-painted", ({detail: {source, height}}) => {
      if (this.#seen === null) return
      this.#context.drawImage(source, 16, height - 16, 1, 1, 0, 0, 1, 1)
      const [level] = this.#context.getImageData(0, 0, 1, 1).data
      if (Math.abs(level - this.#level) < STEP / 2) this.#seen()
    })
  }

  /** Move the slider so many times a second, up and down; 0 to stop. */
  move(perSecond) {
    clearInterval(this.#timer)
    this.moves = 0
    if (perSecond > 0) this.#timer = setInterval(() => this.#drag(), 1000 / perSecond)
  }

  /** Change the setting again and again. @param {number} count @returns {Promise<number[]>} how long each took */
  async change(count) {
    const times = []
    for (let each = 0; each < count; each++) {
      // At any moment between two frames.
      await new Promise((resolve) => setTimeout(resolve, 250 + 100 * Math.random()))
      const from = performance.now()
      const seen = new Promise((resolve) => { this.#seen = resolve })
      this.#drag()
      await Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 5000))])
      this.#seen = null
      await new Promise(requestAnimationFrame)
      times.push(performance.now() - from)
    }
    return times
  }

  /** One step of a drag that goes to and fro, and never ends. */
  #drag() {
    if (this.#level === TOP) this.#up = false
    if (this.#level === 0) this.#up = true
    this.#level += this.#up ? STEP : -STEP
    this.moves += 1
    const {left, width, top} = this.#handle.closest(".noUi-base").getBoundingClientRect()
    const at = {clientX: left + width * this.#level / TOP, clientY: top, buttons: 1, bubbles: true, cancelable: true}
    if (!this.#held) {
      const box = this.#handle.getBoundingClientRect()
      const middle = {...at, clientX: box.left + box.width / 2}
      this.#handle.firstElementChild.dispatchEvent(new MouseEvent("mousedown", {...middle, composed: true}))
      this.#held = true
    }
    document.documentElement.dispatchEvent(new MouseEvent("mousemove", at))
  }

  get #handle() {
    const find = (root) => {
      for (const element of root.querySelectorAll("*")) {
        const found = element.matches(".noUi-handle") ? element : element.shadowRoot && find(element.shadowRoot)
        if (found) return found
      }
      return null
    }
    return this.handle ??= find(document)
  }
}

if (window === window.top) window.hand = new Hand()
}
