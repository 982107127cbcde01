/**
 * One running capture: a stream, the grabber that reads it, the pacer that says when.
 *
 * Knows nothing of Panel and nothing of buttons. Several views of one component share one capture
 * (`Capture.of`), so the camera is opened once; it closes when the last of them has gone.
 *
 * @typedef {{active: boolean, paused: boolean, source: string, deviceId: string, facing: string,
 *   resolution: number[], fps: number, format: string, quality: number, maxInFlight: number,
 *   answerTimeout: number}} CaptureOptions  answerTimeout in seconds
 * @typedef {{onFrame: Function, onStatus: Function, onDevices: Function, onStream: Function}} CaptureView
 */
class Capture {
  static #shared = new Map()

  /** The capture with this key, made at the first call. @param {string} key @returns {Capture} */
  static of(key) {
    if (!Capture.#shared.has(key)) Capture.#shared.set(key, new Capture(key))
    return Capture.#shared.get(key)
  }

  #key
  #id = 0
  #views = new Set()
  #options = {active: false}
  #pacer = new FramePacer()
  #grabber = null
  #opening = 0
  #looking = 0
  #resume = null
  #page = null
  #status = {status: "idle", error: "", notice: ""}
  #devices = []

  stream = null

  constructor(key) { this.#key = key }

  get key() { return this.#key }

  /** @param {CaptureView} view */
  attach(view) {
    if (this.#views.size === 0) this.#watchPage()
    this.#views.add(view)
    view.onStatus(this.#status)
    if (this.#devices.length > 0) view.onDevices(this.#devices)
    if (this.stream) view.onStream(this.stream)
  }

  /** @param {CaptureView} view */
  detach(view) {
    if (!this.#views.delete(view) || this.#views.size > 0) return
    this.#close()
    this.#page?.abort()
    Capture.#shared.delete(this.#key)
    Originals.forget(this.#key)
  }

  /** Take over changed options; opens, closes or reopens what they touch. @param {Partial<CaptureOptions>} changes */
  update(changes) {
    const before = this.#options
    this.#options = {...before, ...changes}
    const {active} = this.#options
    Object.assign(this.#pacer, this.#limits)
    this.#pacer.refresh()
    const differs = (name) => JSON.stringify(before[name]) !== JSON.stringify(this.#options[name])
    const reopen = ["active", "source", "deviceId", "facing", "resolution", "fps"].some(differs)
    if (active && reopen) this.#open()
    else if (!active && before.active) this.#stop()
    else if (active && differs("paused")) this.#pause()
  }

  /** Python has dealt with these frames. @param {{stream: number, seqs: number[], wait: number?}} answered */
  answer({stream, seqs, wait}) {
    if (stream === this.#id) this.#pacer.answer(seqs, wait)
  }

  get #limits() {
    const {fps, maxInFlight, answerTimeout} = this.#options
    return {fps, maxInFlight, answerTimeout: answerTimeout * 1000}
  }

  async #open() {
    this.#close()
    const turn = ++this.#opening
    this.#say("starting", {notice: "", ended: false})
    try {
      const wish = this.#options
      const {stream, notice} = wish.source === "demo"
        ? {stream: new DemoScene(wish).stream, notice: ""} : await openCamera(wish)
      // Stop, or another wish, came while the browser was asking.
      if (turn !== this.#opening) return stopTracks(stream)
      this.#use(stream, notice)
    } catch (error) {
      if (turn !== this.#opening) return
      this.#fail(error instanceof CameraError ? error : new CameraError("failed", `${error.name}: ${error.message}`))
    }
    this.#findDevices()
  }

  #use(stream, notice) {
    this.stream = stream
    const [track] = stream.getVideoTracks()
    track.addEventListener("ended", () => { if (this.stream === stream) this.#unplugged() })
    for (const view of this.#views) view.onStream(stream)
    const {width, height, frameRate, deviceId} = track.getSettings()
    const settings = {width, height, fps: frameRate, deviceId, label: track.label}
    this.#say(this.#options.paused ? "paused" : "streaming", {notice, settings})
    // Frames are counted anew in each stream; its start tells the streams apart, across reloads too.
    this.#id = Math.max(Date.now(), this.#id + 1)
    this.#pacer = new FramePacer({...this.#limits, onWaiting: (waiting) => this.#onWaiting(waiting)})
    this.#grabber = makeGrabber(stream)
    this.#run(this.#pacer)
  }

  /** Grab, send, wait for a free place; until the stream ends, and its pacer with it. */
  async #run(pacer) {
    while (await pacer.slot()) {
      const grabber = this.#grabber
      try {
        const {format, quality} = this.#options
        const grab = await grabber.grab({type: `image/${format}`, quality})
        if (pacer !== this.#pacer) return
        if (this.#options.paused) await new Promise((resolve) => { this.#resume = resolve })
        else this.#send(grab)
      } catch (error) {
        if (pacer !== this.#pacer || grabber !== this.#grabber) return
        grabber.close()
        if (grabber instanceof VideoGrabber) return this.#fail(new CameraError("failed", error.message))
        console.info("[panel_cam] capturing on the main thread:", error.message)
        this.#grabber = new VideoGrabber(this.stream)
      }
    }
  }

  /** One view carries the frame to Python; which one does not matter. */
  #send({capturedAt, width, height, data}) {
    const [view] = this.#views
    const seq = this.#pacer.sent(performance.timeOrigin + performance.now() - capturedAt * 1000)
    Originals.keep(this.#key, {stream: this.#id, seq, data}, this.#options.maxInFlight + 2)
    view.onFrame({stream: this.#id, seq, captured_at: capturedAt, width, height, data})
  }

  #pause() {
    if (this.stream === null) return
    this.#resume?.()
    this.#say(this.#options.paused ? "paused" : "streaming")
  }

  #stop() {
    this.#close()
    this.#say("idle", {notice: ""})
  }

  #fail({status, message}) {
    console.warn(`[panel_cam] ${status}: ${message}`)
    this.#end(status, {error: message})
  }

  /** Off, and not because someone asked for it: the views are told that nothing is wanted any more. */
  #end(status, details) {
    this.#close()
    this.#options.active = false
    this.#say(status, {...details, ended: true})
  }

  /** The camera was pulled out, or taken from us: wait for one to come back. */
  #unplugged() {
    this.#close()
    this.#say("unplugged", {error: "The camera was disconnected: plug it in again and it goes on by itself."})
    this.#findDevices()
  }

  #close() {
    this.#opening += 1
    this.#pacer.close()
    this.#grabber?.close()
    this.#grabber = null
    this.#resume?.()
    if (this.stream === null) return
    stopTracks(this.stream)
    this.stream = null
    for (const view of this.#views) view.onStream(null)
  }

  /** @returns {Promise<boolean>} whether the views were told */
  async #findDevices() {
    const turn = ++this.#looking
    const devices = await listCameras().catch(() => [])
    // A list asked for earlier may come later; it knows less.
    if (turn !== this.#looking) return false
    this.#devices = devices
    for (const view of this.#views) view.onDevices(this.#devices)
    return true
  }

  /** What happens to the page and its devices while a view is mounted. */
  #watchPage() {
    this.#page = new AbortController()
    const {signal} = this.#page
    window.addEventListener("pagehide", () => this.#end("idle", {notice: ""}), {signal})
    document.addEventListener("visibilitychange", () => {
      if (this.stream === null) return
      this.#say(this.#status.status, {notice: document.hidden
        ? "This tab is in the background, where browsers slow capture down." : ""})
    }, {signal})
    navigator.mediaDevices?.addEventListener?.("devicechange", async () => {
      const found = await this.#findDevices()
      if (found && this.#status.status === "unplugged" && this.#devices.length > 0) this.#open()
    }, {signal})
    this.#findDevices()
  }

  #onWaiting(waiting) { this.#say(this.#status.status, {waiting}) }

  #say(status, {error = "", ...details} = {}) {
    this.#status = {...this.#status, status, error, ...details}
    for (const view of this.#views) view.onStatus(this.#status)
  }
}

/** Turn a stream's camera off. @param {MediaStream} stream */
function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop()
}
