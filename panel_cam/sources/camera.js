/**
 * The camera as a person sees it: preview, buttons, pickers, one line that says how things are.
 *
 * @typedef {{set: (changes: object) => void, frame: (frame: object) => void}} CameraHost
 *   where changes made here, and frames, go; the glue in camera.py passes them on to Python
 */
class CameraPanel {
  static #RESOLUTIONS = [[320, 240], [640, 480], [1280, 720], [1920, 1080]]
  static #STORAGE_KEY = "panel_cam.device_id"
  static #PRESENCE_MS = 500
  static #WAYS = {
    "track": "Pictures are read from the camera's track, and encoded in a worker",
    "worker-track": "A worker reads the camera's track, and encodes its pictures",
    "video-frame": "Pictures are taken from a video, and encoded in a worker",
    "bitmap": "Pictures are taken from a video, and encoded in a worker",
    "canvas": "Pictures are taken from a video, and encoded on the page's main thread",
  }

  #root
  #host
  #home
  #capture
  #options
  #view
  #channel
  #waiting
  #status = {status: "idle", error: "", notice: ""}
  #absent = 0
  #unmounted = new AbortController()

  /**
   * @param {HTMLElement} root the rendered template
   * @param {string} key the same for all views of one component
   * @param {object} options synced parameters, in camelCase
   * @param {CameraHost} host
   * @param {object} home the document of the session
   * @param {NotebookChannel} channel a notebook opens with a kernel that may know nothing of it: the camera waits
   *   for its welcome
   */
  constructor(root, key, options, host, home, channel) {
    this.#root = root
    this.#host = host
    this.#channel = channel
    this.#waiting = channel.present
    this.#options = {...options, deviceId: options.deviceId || this.#remembered()}
    this.#home = home
    this.#capture = Capture.of(key, home)
    this.#view = {
      onFrame: (frame) => host.frame(frame),
      onStatus: (status) => this.#onStatus(status),
      onDevices: (devices) => this.#onDevices(devices),
      onStream: (stream) => this.#onStream(stream),
      onReturn: () => this.#change({active: true}),
      onShare: (shares) => host.set({shares}),
    }
    this.#listen()
    this.#paint()
    this.#capture.attach(this.#view)
    if (!this.#waiting) this.#capture.update(this.#options)
    this.#watchPresence()
  }

  /** Take over parameters changed in Python, or in another view. @param {object} changes */
  update(changes) {
    Object.assign(this.#options, changes)
    this.#paint()
    if ("preparing" in changes) this.#paintMessage()
    if (!this.#waiting && this.#absent < 2) this.#capture.update(changes)
  }

  /** @param {{stream: number, seqs: number[], wait: number?}} answered */
  answer(answered) { this.#capture.answer(answered) }

  /** The kernel of a notebook is there, and tells how things stand. @param {object} state */
  welcome({name, ...state}) {
    if (!this.#waiting || name !== this.#channel.name) return
    this.#waiting = false
    Object.assign(this.#options, state)
    this.#paint()
    this.#capture.update(this.#options)
    this.#channel.hide(`.panel-cam-still-picture-${this.#capture.key}`, this.#unmounted.signal)
    this.#channel.watch(() => {
      this.update({active: false})
      this.#$("message").textContent = "The kernel has gone: run this cell again."
    }, this.#unmounted.signal)
  }

  /** The component has left the page, or its session has ended. */
  remove() {
    this.#unmounted.abort()
    this.#capture.detach(this.#view)
  }

  /**
   * Turn the camera off while this element is out of the page, whoever took it out: jupyter_bokeh tells nobody
   * (seen in 4.1). Notebooks also move elements about, which takes a moment.
   */
  #watchPresence() {
    const look = () => {
      const absent = this.#root.isConnected ? 0 : this.#absent + 1
      // Python then says whether it is to start when the element is back.
      if (absent === 2 && this.#capture.detach(this.#view)) {
        this.#host.set({error: "", notice: "", shares: "", status: "not-on-a-page"})
      }
      if (absent === 0 && this.#absent >= 2) {
        this.#capture = Capture.of(this.#capture.key, this.#home)
        this.#capture.attach(this.#view)
        if (!this.#waiting) this.#capture.update(this.#options)
      }
      this.#absent = absent
    }
    const timer = setInterval(look, CameraPanel.#PRESENCE_MS)
    this.#unmounted.signal.addEventListener("abort", () => clearInterval(timer))
  }

  #$(name) { return this.#root.querySelector(`.${name}`) }

  /** A change made by the person in front of the page. */
  #change(changes) {
    this.#host.set(changes)
    this.update(changes)
  }

  #listen() {
    const {signal} = this.#unmounted
    const on = (name, type, listener) => this.#$(name).addEventListener(type, listener, {signal})
    on("start", "click", () => this.#change({active: !this.#options.active, paused: false}))
    on("pause", "click", () => this.#change({paused: !this.#options.paused}))
    on("source", "change", ({target}) => this.#change({source: target.value}))
    on("device", "change", ({target}) => {
      this.#remember(target.value)
      this.#change({deviceId: target.value, facing: ""})
    })
    on("flip", "click", () => {
      this.#remember("")
      this.#change({deviceId: "", facing: this.#options.facing === "environment" ? "user" : "environment"})
    })
    on("resolution", "change", ({target}) => this.#change({resolution: target.value.split("x").map(Number)}))
    on("mirror", "change", ({target}) => this.#change({mirror: target.checked}))
    on("show", "change", ({target}) => this.#change({preview: target.checked}))
    // Moving a video element in the page, as notebooks do, pauses it.
    on("preview", "pause", () => this.#playAgain())
    // Phones stop it with the page, and some want to be touched before anything plays.
    for (const type of ["visibilitychange", "pointerup"]) document.addEventListener(type, () => this.#playAgain(), {signal})
  }

  /** Bring every control in line with the options. */
  #paint() {
    const {active, paused, source, resolution, mirror, preview} = this.#options
    const text = {camera: "camera", demo: "demo scene"}[source]
    this.#$("start").textContent = active ? "Stop" : `Start ${text}`
    this.#root.classList.toggle("active", active)
    this.#$("pause").textContent = paused ? "Resume" : "Pause"
    this.#$("pause").hidden = !active
    this.#$("source").value = source
    this.#root.classList.toggle("demo", source === "demo")
    this.#paintResolutions(resolution)
    this.#$("mirror").checked = mirror
    this.#$("show").checked = preview
    this.#$("preview").classList.toggle("mirrored", mirror)
    this.#$("screen").hidden = !preview
    const video = this.#$("preview")
    if (paused && !video.paused) video.pause()
    else this.#playAgain()
  }

  #paintResolutions(resolution) {
    const sizes = [...CameraPanel.#RESOLUTIONS]
    if (resolution && !sizes.some(([width, height]) => width === resolution[0] && height === resolution[1])) {
      sizes.push(resolution)
      sizes.sort((a, b) => a[0] * a[1] - b[0] * b[1])
    }
    this.#fill(this.#$("resolution"), sizes.map((size) => [size.join("x"), size.join(" × ")]), resolution?.join("x"))
  }

  #fill(select, options, value) {
    select.replaceChildren(...options.map(([id, label]) => new Option(label, id)))
    if (options.some(([id]) => id === value)) select.value = value
  }

  #onStatus(told) {
    const {status, error, notice, settings, ended} = told
    if (ended) this.#options.active = false
    this.#host.set({status, error, notice: notice ?? "", ...(ended && {active: false}), ...(settings && {settings})})
    this.#status = told
    this.#paintMessage()
    this.#root.dataset.status = status
    this.#paint()
  }

  #paintMessage() {
    const {status, error, notice, waiting, settings} = this.#status
    const words = {idle: this.#waiting ? "Waiting for the kernel: run this cell if nothing happens." : "Off.", starting: "Starting …", streaming: this.#describe(settings), paused: "Paused."}
    const busy = status !== "streaming" ? "" : this.#options.preparing || (waiting ? this.#channel.busy : "")
    this.#$("message").textContent = error || busy || notice || words[status]
    this.#$("message").classList.toggle("failed", error !== "")
    const way = settings?.capture ?? ""
    this.#$("message").title = way && `${CameraPanel.#WAYS[way.split(" ")[0]]} (${way}).`
  }

  /** What the open camera delivers, which need not be what was asked of it. */
  #describe({width, height, fps} = {}) {
    return `${width} × ${height}` + (fps ? ` at ${Math.round(fps)} frames a second.` : ".")
  }

  #onDevices(devices) {
    const {deviceId, facingMode} = this.#capture.stream?.getVideoTracks()[0].getSettings() ?? {}
    const value = deviceId ?? this.#options.deviceId
    const choices = devices.map(({id, label}) => [id, label])
    this.#fill(this.#$("device"), choices.length > 0 ? choices : [["", "No camera found"]], value)
    const facings = new Set(devices.map(({facing}) => facing))
    // A phone may name its cameras in any language; the open one says where it looks.
    const isOfTwo = devices.length > 1 && ["user", "environment"].includes(facingMode)
    this.#$("flip").hidden = !isOfTwo && !(facings.has("user") && facings.has("environment"))
    this.#host.set({devices})
  }

  #onStream(stream) {
    // As properties, too: an attribute counts only where the page's own parser has met it.
    const video = Object.assign(this.#$("preview"), {muted: true, playsInline: true})
    video.srcObject = stream
    this.#root.classList.toggle("live", stream !== null)
    if (stream) this.#play()
  }

  #play() { this.#$("preview").play().catch(() => {}) }

  #playAgain() {
    if (this.#$("preview").paused && this.#capture?.stream && !this.#options.paused) this.#play()
  }

  // A page may be without storage (private windows, sandboxed iframes): then nothing is remembered.

  #remembered() {
    try { return localStorage.getItem(CameraPanel.#STORAGE_KEY) ?? "" } catch { return "" }
  }

  #remember(deviceId) {
    try { localStorage.setItem(CameraPanel.#STORAGE_KEY, deviceId) } catch { /* see above */ }
  }
}
