/**
 * A box to search a list that stands in groups: the combobox of the ARIA patterns, with a popup list.
 *
 * @typedef {{groups: [string, [string, string][]][], value: string, placeholder: string, label: string}} PickerOptions
 *   groups: pairs of a group's name and its items, which are pairs of a name and what it stands for
 */
class Picker {
  static #count = 0

  #root
  #host
  #options
  #input
  #list
  #items = []
  #active = -1
  #id = `panel-cam-picker-${Picker.#count++}`
  #unmounted = new AbortController()

  /**
   * @param {HTMLElement} root with an input and a list in it
   * @param {PickerOptions} options
   * @param {{choose: (name: string) => void}} host hears what was chosen; it is shown when `update` says so
   */
  constructor(root, options, host) {
    this.#root = root
    this.#host = host
    this.#options = options
    this.#input = root.querySelector("input")
    this.#list = root.querySelector(".list")
    this.#list.id = this.#id
    this.#input.setAttribute("aria-controls", this.#id)
    this.#listen()
    this.#paint()
    this.#close()
  }

  /** @param {Partial<PickerOptions>} changes */
  update(changes) {
    Object.assign(this.#options, changes)
    if (this.#open) this.#fill()
    else this.#paint()
  }

  /** The component has left the page. */
  remove() {
    this.#close()
    this.#unmounted.abort()
  }

  get #open() { return !this.#list.hidden }

  #listen() {
    const {signal} = this.#unmounted
    const input = this.#input
    input.addEventListener("click", () => this.#show(), {signal})
    input.addEventListener("input", () => { this.#show(); this.#fill() }, {signal})
    input.addEventListener("blur", () => this.#close(), {signal})
    input.addEventListener("keydown", (event) => this.#onKey(event), {signal})
    // The input keeps the focus, and with it the keyboard.
    this.#list.addEventListener("mousedown", (event) => event.preventDefault(), {signal})
    this.#list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]")
      if (item) this.#choose(item.dataset.name)
    }, {signal})
    const place = () => { if (this.#open) this.#place() }
    window.addEventListener("resize", place, {signal})
    window.addEventListener("scroll", place, {signal, capture: true, passive: true})
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8}
    if (event.key in steps) {
      if (this.#open) this.#activate(this.#active + steps[event.key])
      else this.#show()
    } else if (event.key === "Enter") {
      if (!this.#open) this.#show()
      else if (this.#active >= 0) this.#choose(this.#items[this.#active].dataset.name)
    } else if (event.key === "Escape" && this.#open) {
      this.#close()
    } else {
      return
    }
    event.preventDefault()
    event.stopPropagation()
  }

  #paint() {
    const {value, placeholder, label} = this.#options
    this.#input.value = value
    this.#input.placeholder = placeholder
    this.#input.setAttribute("aria-label", label)
    this.#list.setAttribute("aria-label", label)
  }

  #show() {
    if (this.#open) return
    this.#list.hidden = false
    this.#list.popover = "manual"
    this.#list.showPopover?.()
    this.#input.setAttribute("aria-expanded", "true")
    this.#input.select()
    this.#fill()
  }

  #close() {
    if (this.#list.popover && this.#list.matches(":popover-open")) this.#list.hidePopover()
    this.#list.hidden = true
    this.#list.replaceChildren()
    this.#items = []
    this.#active = -1
    this.#input.setAttribute("aria-expanded", "false")
    this.#input.removeAttribute("aria-activedescendant")
    this.#paint()
  }

  /** @param {string} name */
  #choose(name) {
    this.#close()
    this.#host.choose(name)
  }

  /** List what matches all words of the input; of a text that nobody has changed, everything. */
  #fill() {
    const text = this.#input.value.trim().toLowerCase().replaceAll("_", " ")
    const {groups, value} = this.#options
    const words = this.#input.value === value ? [] : text.split(/\s+/).filter(Boolean)
    this.#items = []
    const ranks = []
    const found = groups.map(([group, items]) => {
      const options = items.flatMap(([name, summary]) => {
        const plain = name.toLowerCase().replaceAll("_", " ")
        const all = `${plain} ${group} ${summary}`.toLowerCase()
        if (!words.every((word) => all.includes(word))) return []
        ranks.push(plain.startsWith(text) ? 0 : plain.includes(text) ? 1 : 2)
        return [this.#item(name, summary)]
      })
      return options.length ? [this.#group(group, options)] : []
    })
    this.#list.replaceChildren(...found.flat())
    if (!this.#items.length) this.#list.append(element("p", "none", "No filter has these words."))
    this.#place()
    const best = words.length ? ranks.indexOf(Math.min(...ranks))
      : this.#items.findIndex((item) => item.dataset.name === value)
    this.#activate(best)
  }

  #group(name, options) {
    const group = element("div", "group")
    group.setAttribute("role", "group")
    group.setAttribute("aria-label", name)
    group.append(element("div", "title", name), ...options)
    return group
  }

  #item(name, summary) {
    const item = element("div", "item")
    item.setAttribute("role", "option")
    item.id = `${this.#id}-${this.#items.length}`
    item.dataset.name = name
    item.append(element("div", "name", name), element("div", "summary", summary))
    if (name === this.#options.value) item.classList.add("current")
    this.#items.push(item)
    return item
  }

  /** Mark the item that Enter would choose. @param {number} index below 0 for the first */
  #activate(index) {
    this.#items[this.#active]?.setAttribute("aria-selected", "false")
    this.#active = Math.min(Math.max(index, 0), this.#items.length - 1)
    const item = this.#items[this.#active]
    if (!item) return this.#input.removeAttribute("aria-activedescendant")
    item.setAttribute("aria-selected", "true")
    this.#input.setAttribute("aria-activedescendant", item.id)
    if (this.#active === 0) this.#list.scrollTop = 0 // with the title of its group
    else item.scrollIntoView({block: "nearest"})
  }

  /** Put the list where there is room: below the input, or above it. */
  #place() {
    const gap = 4
    const box = this.#input.getBoundingClientRect()
    const screen = window.visualViewport
    const bottom = screen.offsetTop + screen.height
    const [above, below] = [box.top - screen.offsetTop, bottom - box.bottom]
    const up = below < 220 && above > below
    const width = Math.min(Math.max(box.width, 340), screen.width - 2 * gap)
    const left = Math.min(Math.max(box.left, gap), screen.width - width - gap)
    Object.assign(this.#list.style, {
      width: `${width}px`,
      left: `${left}px`,
      maxHeight: `${Math.min((up ? above : below) - 2 * gap, 420)}px`,
      top: up ? "auto" : `${box.bottom + gap}px`,
      bottom: up ? `${window.innerHeight - box.top + gap}px` : "auto",
    })
  }
}

/**
 * @param {string} tag
 * @param {string} name the class
 * @param {string} [text]
 * @returns {HTMLElement}
 */
function element(tag, name, text = "") {
  const made = document.createElement(tag)
  made.className = name
  made.textContent = text
  return made
}
