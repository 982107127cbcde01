// Finds elements, in shadow roots too: the part of Playwright's locators that the tests use.

const ROLES = {
  button: "button, input[type=button]",
  combobox: "select",
  link: "a[href]",
  option: "option",
}

/** Every element below, in the order of the page. */
function* below(root) {
  for (const element of root.children ?? []) {
    yield element
    if (element.shadowRoot) yield* below(element.shadowRoot)
    yield* below(element)
  }
}

const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim()

/** The text of an element, without what a list in it offers. */
function textOf(element) {
  if (element.matches("select, style, script, template")) return ""
  const parts = [...element.childNodes].map((node) => node.nodeType === Node.TEXT_NODE ? node.data
    : node.nodeType === Node.ELEMENT_NODE ? textOf(node) : "")
  return tidy(parts.join(" "))
}

function labelOf(element) {
  const label = element.getAttribute("aria-label")
  return tidy(label ?? [...(element.labels ?? [])].map(textOf).join(" "))
}

function nameOf(element) {
  return labelOf(element) || textOf(element) || tidy(element.value) || tidy(element.title)
}

function same(text, wanted, exact) {
  return exact ? text === wanted : text.toLowerCase().includes(wanted.toLowerCase())
}

/** Whether one step finds an element. */
function fits(element, {css, role, name, label, text, has, exact}) {
  if (css !== undefined) return element.matches(css)
  if (has !== undefined) return same(textOf(element), has, false)
  if (label !== undefined) return labelOf(element) !== "" && same(labelOf(element), label, exact)
  if (text !== undefined) {
    return same(textOf(element), text, exact) && ![...below(element)].some((it) => same(textOf(it), text, exact))
  }
  const roles = element.getAttribute("role")
  if (roles === null ? !(ROLES[role] && element.matches(ROLES[role])) : roles !== role) return false
  return seen(element) && (name === "" || same(nameOf(element), name, exact))
}

function find(steps) {
  let found = null
  for (const step of steps) {
    if (step.nth !== undefined) found = found.slice(step.nth, step.nth + 1)
    else if (step.has !== undefined) found = found.filter((element) => fits(element, step))
    else {
      const places = found ?? [document]
      found = places.flatMap((place) => [...below(place)].filter((element) => fits(element, step)))
    }
  }
  return found
}

function seen(element) {
  const {width, height} = element.getBoundingClientRect()
  return width > 0 && height > 0 && getComputedStyle(element).visibility === "visible"
}

/** Where to click an element: null while it is not seen there, or something covers it. */
function middle(element) {
  if (!seen(element) || element.disabled) return null
  element.scrollIntoView({block: "center", inline: "center"})
  const {left, top, width, height} = element.getBoundingClientRect()
  const place = [left + width / 2, top + height / 2]
  let hit = document.elementFromPoint(...place)
  for (let inner = hit; inner; inner = hit.shadowRoot?.elementFromPoint(...place)) {
    if (inner === hit && inner !== document.elementFromPoint(...place)) break
    hit = inner
  }
  return hit && (element.contains(hit) || hit.contains(element)) ? place : null
}

function choose(select, wanted) {
  const option = [...select.options].find(({value, label}) => value === wanted || tidy(label) === wanted)
  if (!option) throw new Error(`the list has no ${wanted}`)
  select.value = option.value
  for (const type of ["input", "change"]) select.dispatchEvent(new Event(type, {bubbles: true, composed: true}))
}
