/**
 * A button that asks for a text when it is pressed, and puts it on the clipboard.
 *
 * Where the clipboard is not allowed, the text is shown, selected.
 */
class CopyButton {
  static #PATIENCE_MS = 10_000
  static #PRAISE_MS = 4000

  #root
  #host
  #answer = null
  #silence = 0
  #unmounted = new AbortController()

  /**
   * @param {HTMLElement} root the rendered template
   * @param {string} label
   * @param {{ask: () => void}} host asks Python for the text; `give` brings it
   */
  constructor(root, label, host) {
    this.#root = root
    this.#host = host
    const button = this.#$("button")
    button.textContent = label
    button.addEventListener("click", () => this.#copy(), {signal: this.#unmounted.signal})
    this.#$("text").setAttribute("aria-label", "Python")
    this.#$("text").hidden = true
  }

  /** @param {string} text */
  give(text) {
    this.#answer?.resolve(text)
    if (!this.#$("text").hidden) this.#$("text").value = text
  }

  /** The component has left the page. */
  remove() {
    clearTimeout(this.#silence)
    this.#unmounted.abort()
  }

  #$(name) { return this.#root.querySelector(`.${name}`) }

  #ask() {
    this.#answer?.reject(new Error("pressed again"))
    const asked = new Promise((resolve, reject) => { this.#answer = {resolve, reject} })
    const timer = setTimeout(() => this.#answer?.reject(new Error("no answer")), CopyButton.#PATIENCE_MS)
    this.#host.ask()
    return asked.finally(() => clearTimeout(timer))
  }

  async #copy() {
    this.#$("text").hidden = true
    this.#say("")
    const asked = this.#ask()
    try {
      await this.#write(asked)
      this.#say("Copied", CopyButton.#PRAISE_MS)
    } catch {
      // The clipboard is not allowed here; or there is nothing to put on it.
      await asked.then((text) => this.#showText(text), () => this.#say("Python did not answer: press again"))
    }
  }

  /** Safari wants to hear of it while the button is pressed, long before the text is there. */
  async #write(asked) {
    const {clipboard} = navigator
    if (typeof ClipboardItem === "undefined") return clipboard.writeText(await asked)
    const blob = asked.then((text) => new Blob([text], {type: "text/plain"}))
    return clipboard.write([new ClipboardItem({"text/plain": blob})])
  }

  #showText(text) {
    const area = this.#$("text")
    area.value = text
    area.hidden = false
    area.rows = Math.min(text.split("\n").length + 1, 16)
    area.focus()
    area.select()
    this.#say("The browser does not allow it here: copy this text")
  }

  /** @param {string} words @param {number} [forMs] how long; otherwise until there is something else to say */
  #say(words, forMs = 0) {
    clearTimeout(this.#silence)
    this.#$("said").textContent = words
    if (forMs) this.#silence = setTimeout(() => this.#say(""), forMs)
  }
}
