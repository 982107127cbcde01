/**
 * The line at the top of a step: a box to switch it on and off, and buttons to move and remove it.
 *
 * @typedef {{name: string, number: number, count: number, enabled: boolean}} StepBarOptions
 *   number: the step's place from 1; count: how many steps there are
 */
class StepBar {
  #root
  #options
  #unmounted = new AbortController()

  /**
   * @param {HTMLElement} root the rendered template
   * @param {StepBarOptions} options
   * @param {{enable: (enabled: boolean) => void, press: (button: string) => void}} host
   */
  constructor(root, options, host) {
    this.#root = root
    this.#options = options
    const {signal} = this.#unmounted
    const box = this.#$("enabled")
    box.addEventListener("change", () => host.enable(box.checked), {signal})
    for (const name of ["up", "down", "remove"]) {
      const press = () => { if (this.#can(name)) host.press(name) }
      this.#$(name).addEventListener("click", press, {signal})
    }
    this.#paint()
  }

  /** @param {Partial<StepBarOptions>} changes */
  update(changes) {
    Object.assign(this.#options, changes)
    this.#paint()
  }

  /** Give a button the keyboard's focus: it was pressed, and the step has moved since. @param {string} button */
  focus(button) { this.#$(button)?.focus() }

  /** The component has left the page. */
  remove() { this.#unmounted.abort() }

  #$(name) { return this.#root.querySelector(`.${name}`) }

  #can(button) {
    const {number, count} = this.#options
    return button === "up" ? number > 1 : button === "down" ? number < count : true
  }

  #paint() {
    const {name, number, enabled} = this.#options
    this.#root.setAttribute("aria-label", `Step ${number}: ${name}`)
    const labels = {
      enabled: `${name} on`, up: `Move ${name} up`, down: `Move ${name} down`, remove: `Remove ${name}`,
    }
    for (const [button, label] of Object.entries(labels)) {
      this.#$(button).setAttribute("aria-label", label)
      this.#$(button).title = label
      // Not `disabled`: that would take the focus away from those who have just pressed it.
      this.#$(button).setAttribute("aria-disabled", String(!this.#can(button)))
    }
    this.#$("enabled").checked = enabled
  }
}
