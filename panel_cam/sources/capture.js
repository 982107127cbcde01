/**
 * One running capture: a stream, the reader of its pictures, the pacer that says when.
 *
 * Knows nothing of Panel and nothing of buttons. Several views of one component share one capture
 * (`Capture.of`), so the camera is opened once; it closes when the last of them has gone.
 *
 * Captures of several components on one page that want the same share one, too: the first leads, opens the camera and
 * sends each frame once; the others follow, show what it shows, and Python gives them its frames. Once it stops,
 * pauses or wants something else, the next of them opens the camera.
 *
 * @typedef {{active: boolean, paused: boolean, source: string, deviceId: string, facing: string,
 *   resolution: number[], fps: number, format: string, quality: number, maxInFlight: number,
 *   answerTimeout: number}} CaptureOptions  answerTimeout in seconds
 * @typedef {{onFrame: Function, onStatus: Function, onDevices: Function, onStream: Function, onReturn: Function,
 *   onShare: Function}} CaptureView  onReturn: the page has come back, and its camera was on; onShare: whose frames
 *   those of the camera are, by its key, or "" for its own
 */
class Capture {
  static #LOOK_MS = 1000
  static #SILENCES = {
    "no-pictures": "The camera is on and sends no pictures: open its cover, close other programs that use it, or press "
      + "Stop and Start. It may help to touch the page.",
    "interrupted": "The camera has been taken away, by a call, another program or its own switch: it goes on by itself "
      + "when it is given back.",
  }
  static #BACKGROUND = "This tab is in the background, where "
  static #shared = new Map()

  /**
   * The capture with this key, made at the first call.
   * @param {string} key @param {object} home the session's document: who shares frames is of the same one
   * @returns {Capture}
   */
  static of(key, home) {
    if (!Capture.#shared.has(key)) Capture.#shared.set(key, new Capture(key, home))
    return Capture.#shared.get(key)
  }

  #key
  #home
  #id = 0
  /** Whether a camera of our own is open, or opening. */
  #isOpen = false
  /** @type {Capture | null} */
  #leader = null
  /** @type {Set<Capture>} */
  #followers = new Set()
  #views = new Set()
  #options = {active: false}
  #pacer = new FramePacer()
  #reader = null
  #cameraRate = new CameraRate()
  #sentRate = new CameraRate()
  #slower = 0
  #opening = 0
  #looking = 0
  #resume = null
  #page = null
  #status = {status: "idle", error: "", notice: ""}
  #devices = []

  stream = null

  constructor(key, home) {
    this.#key = key
    this.#home = home
  }

  get key() { return this.#key }

  /** @param {CaptureView} view */
  attach(view) {
    if (this.#views.size === 0) this.#watchPage()
    this.#views.add(view)
    view.onStatus(this.#status)
    if (this.#devices.length > 0) view.onDevices(this.#devices)
    if (this.stream) view.onStream(this.stream)
  }

  /** @param {CaptureView} view @returns {boolean} whether it was the last, and the camera is off now */
  detach(view) {
    if (!this.#views.delete(view)) return false
    view.onStream(null)
    if (this.#views.size > 0) return false
    this.#close()
    this.#page?.abort()
    Capture.#shared.delete(this.#key)
    Originals.forget(this.#key)
    return true
  }

  /** Take over changed options; opens, closes or reopens what they touch. @param {Partial<CaptureOptions>} changes */
  update(changes) {
    const before = this.#options
    this.#options = {...before, ...changes}
    const {active} = this.#options
    Object.assign(this.#pacer, this.#limits)
    this.#pacer.refresh()
    const differs = (name) => JSON.stringify(before[name]) !== JSON.stringify(this.#options[name])
    // What a frame is encoded as can be changed while the camera is open, unless others get the same.
    const isShared = this.#leader !== null || this.#followers.size > 0
    const encoding = isShared ? ["format", "quality"] : []
    const reopen = ["active", "source", "deviceId", "facing", "resolution", "fps", ...encoding].some(differs)
    if (active && reopen) this.#open()
    else if (!active && before.active) this.#stop()
    else if (active && differs("paused")) this.#pause()
  }

  /** Python has dealt with these frames. @param {{stream: number, seqs: number[], lagging: number[], timing: number?}} answered */
  answer({stream, seqs, lagging, timing}) {
    if (stream === this.#id) this.#pacer.answer(seqs, timing, lagging)
  }

  get #limits() {
    const {fps, maxInFlight, answerTimeout} = this.#options
    return {fps, maxInFlight, answerTimeout: answerTimeout * 1000}
  }

  async #open() {
    this.#close()
    const turn = ++this.#opening
    const leader = [...Capture.#shared.values()].find((each) => each.#leads(this))
    if (leader) return this.#follow(leader)
    this.#isOpen = true
    this.#share()
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
    const settings = known({width, height, fps: frameRate, deviceId, label: track.label})
    this.#sayOpen({notice, settings})
    // Frames are counted anew in each stream; its start tells the streams apart, across reloads too.
    this.#id = Math.max(Date.now(), this.#id + 1)
    this.#pacer = new FramePacer({...this.#limits, onWaiting: (waiting) => this.#tell({waiting})})
    this.#reader = new PictureReader(stream, () => {
      this.#cameraRate.reset()
      this.#sayOpen()
    })
    this.#cameraRate.reset()
    this.#slower = 0
    for (const each of this.#followers) each.#adopt()
    this.#run(this.#pacer, this.#reader)
  }

  // ---- one camera for several components

  /** All that two must want alike to share a camera. */
  get #wish() {
    const {source, deviceId, facing, resolution, fps, format, quality} = this.#options
    return JSON.stringify([source, deviceId, facing, resolution, fps, format, quality])
  }

  /** Whether the other one can have our frames. */
  #leads(other) {
    return this.#isOpen && !this.#options.paused && this.#home === other.#home && this.#wish === other.#wish
  }

  #follow(leader) {
    this.#leader = leader
    leader.#followers.add(this)
    this.#share()
    this.#status = {...this.#status, ended: false}
    this.#mirror()
    this.#adopt()
    this.#findDevices()
  }

  /** Say whose frames are ours: nobody's while we pause. */
  #share() {
    const key = this.#leader === null || this.#options.paused ? "" : this.#leader.key
    for (const view of this.#views) view.onShare(key)
  }

  #adopt() {
    this.#id = Math.max(this.#id, this.#leader.#id)
    this.stream = this.#leader.stream
    for (const view of this.#views) view.onStream(this.stream)
  }

  #mirror() {
    this.#status = {...this.#leader.#status, ...this.#options.paused && {status: "paused", error: ""}}
    for (const view of this.#views) view.onStatus(this.#status)
  }

  /** Follow no more. */
  #leave() {
    this.#leader.#followers.delete(this)
    this.#leader = null
    this.stream = null
    this.#share()
    for (const view of this.#views) view.onStream(null)
  }

  /** Lead no more. @returns {Capture[]} those who followed */
  #release() {
    const followers = [...this.#followers]
    for (const each of followers) each.#leave()
    return followers
  }

  /** Let those who followed open a camera of theirs, when we have done what we are at: the first of them leads. */
  #succeed(followers) {
    if (followers.length === 0) return
    setTimeout(() => {
      for (const each of followers) {
        if (each.#options.active && each.#leader === null && !each.#isOpen) each.#open()
      }
    })
  }

  /** Read, send, wait for a free place; until the stream ends, and its pacer with it. */
  async #run(pacer, reader) {
    while (await pacer.slot()) {
      try {
        const {format, quality} = this.#options
        const after = (performance.timeOrigin + pacer.after) / 1000
        const grab = await reader.read({type: `image/${format}`, quality, after})
        if (pacer !== this.#pacer) return
        if (this.#options.paused) await new Promise((resolve) => { this.#resume = resolve })
        else this.#send(grab)
      } catch (error) {
        if (reader === this.#reader) this.#fail(new CameraError("failed", error.message))
        return
      }
    }
  }

  /** One view carries the frame to Python; which one does not matter. */
  #send({capturedAt, width, height, data, seen}) {
    const [view] = this.#views
    const seq = this.#pacer.sent(performance.timeOrigin + performance.now() - capturedAt * 1000)
    const onTheirWay = Math.max(this.#options.maxInFlight, this.#pacer.inFlight)
    for (const {key} of [this, ...this.#followers]) {
      Originals.keep(key, {stream: this.#id, seq, data}, onTheirWay + 2)
    }
    // A phone was turned, and its pictures are of another size from now on; or they come by another way.
    const {settings} = this.#status
    const news = {width, height, capture: this.#reader.label}
    if (Object.keys(news).some((name) => news[name] !== settings[name])) this.#tell({settings: {...settings, ...news}})
    this.#noteRate(seen, capturedAt * 1000)
    view.onFrame({stream: this.#id, seq, captured_at: capturedAt, data})
  }

  /**
   * Tell how many pictures the camera gives, where it is not what it says: in the dark, or to save a phone's battery.
   */
  #noteRate(seen, now) {
    if (document.hidden) return this.#cameraRate.reset()
    const rate = this.#cameraRate.note(seen, now)
    if (rate === null) return
    const {settings} = this.#status
    const differs = Math.abs(rate - (settings.fps ?? 0)) > 0.15 * rate
    // Twice in a row, or it was but a hitch.
    this.#slower = differs ? this.#slower + 1 : 0
    if (this.#slower < 2) return
    this.#slower = 0
    this.#tell({settings: {...settings, fps: Math.round(rate * 10) / 10}})
  }

  #pause() {
    if (this.#leader !== null) {
      this.#share()
      this.#mirror()
      return
    }
    if (this.#options.paused) this.#succeed(this.#release())
    if (this.stream === null) return
    this.#resume?.()
    this.#sayOpen()
  }

  #stop() {
    this.#close()
    this.#say("idle", {notice: ""})
  }

  #fail({status, message}) {
    console.warn(`[panel_cam] ${status}: ${message}`)
    for (const each of [...this.#release(), this]) each.#end(status, {error: message})
  }

  /** Off, and not because someone asked for it: the views are told that nothing is wanted any more. */
  #end(status, details) {
    this.#close()
    this.#options.active = false
    this.#say(status, {...details, ended: true})
  }

  /** The camera was pulled out, or taken from us: wait for one to come back. */
  #unplugged() {
    const followers = this.#release()
    this.#close()
    for (const each of [this, ...followers]) {
      each.#say("unplugged", {error: "The camera was disconnected: plug it in again and it goes on by itself. "
        + "If a call took it, come back to this page."})
    }
    this.#findDevices()
  }

  async #replug() {
    const found = await this.#findDevices()
    if (found && this.#status.status === "unplugged" && this.#devices.length > 0) this.#open()
  }

  #close() {
    this.#opening += 1
    if (this.#leader !== null) return this.#leave()
    this.#isOpen = false
    this.#succeed(this.#release())
    this.#pacer.close()
    this.#reader?.close()
    this.#reader = null
    this.#resume?.()
    const {stream} = this
    if (stream === null) return
    this.stream = null
    // Videos first: WebKit without compositing hangs where one still plays a track that is stopped (seen in 2.50).
    for (const view of this.#views) view.onStream(null)
    stopTracks(stream)
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
    let wanted = false
    window.addEventListener("pagehide", () => {
      wanted = this.#options.active
      this.#end("idle", {notice: ""})
    }, {signal})
    // The page is back as it was, from the browser's memory: what was wanted still is.
    window.addEventListener("pageshow", ({persisted}) => {
      if (persisted && wanted) for (const view of this.#views) view.onReturn()
    }, {signal})
    document.addEventListener("visibilitychange", () => this.#onVisibility(), {signal})
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.#replug(), {signal})
    const look = setInterval(() => this.#look(), Capture.#LOOK_MS)
    signal.addEventListener("abort", () => clearInterval(look))
    this.#findDevices()
  }

  #onVisibility() {
    this.#sentRate.reset()
    // No browser tells a phone's page that its call is over.
    if (!document.hidden && this.#status.status === "unplugged") this.#replug()
    if (this.stream !== null) {
      this.#tell({notice: document.hidden ? `${Capture.#BACKGROUND}browsers slow capture down.` : ""})
    }
  }

  /** Whether pictures come in the background: every browser does as it likes. */
  #look() {
    if (this.#reader === null || !document.hidden || this.#options.paused) return
    const {settings, notice} = this.#status
    const rate = this.#sentRate.note(this.#pacer.seq)
    if (rate === null) return
    const words = rate === 0 ? "this browser gives no new pictures."
      : rate < 0.5 * (settings.fps || 30) ? "this browser slows capture down." : "this browser goes on."
    if (notice !== Capture.#BACKGROUND + words) this.#tell({notice: Capture.#BACKGROUND + words})
  }

  /** The camera is open: there are pictures, or somebody pauses them, or there are none. */
  #sayOpen(details = {}) {
    const silence = this.#reader?.silence ?? ""
    if (this.#options.paused) this.#say("paused", details)
    else if (silence) this.#say(silence, {...details, error: Capture.#SILENCES[silence]})
    else this.#say("streaming", details)
  }

  /** Tell more of the status that there is. */
  #tell(details) { this.#say(this.#status.status, {error: this.#status.error, ...details}) }

  #say(status, {error = "", ...details} = {}) {
    this.#status = {...this.#status, status, error, ...details}
    for (const view of this.#views) view.onStatus(this.#status)
    for (const each of this.#followers) each.#mirror()
  }
}

/** What has a value: a browser need not know all of it, and nothing else can be sent. @param {object} values */
function known(values) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** Turn a stream's camera off. @param {MediaStream} stream */
function stopTracks(stream) {
  for (const track of stream.getTracks()) track.stop()
}
