/** A moving picture drawn here, for a machine without a camera and for people who would rather not be seen. */
class DemoScene {
  #canvas = document.createElement("canvas")
  #context
  #timer
  #background

  /** @param {{resolution: number[], fps: number}} wish */
  constructor({resolution, fps}) {
    const [width, height] = resolution ?? [640, 480]
    Object.assign(this.#canvas, {width, height})
    this.#context = this.#canvas.getContext("2d", {alpha: false})
    this.#background = this.#paintBackground(width, height)
    this.draw(0)
    this.stream = this.#canvas.captureStream(0)
    const [track] = this.stream.getVideoTracks()
    const start = performance.now()
    this.#timer = setInterval(() => {
      if (track.readyState === "ended") return clearInterval(this.#timer)
      this.draw((performance.now() - start) / 1000)
      // In Firefox the stream has it.
      ;(track.requestFrame ? track : this.stream).requestFrame()
    }, 1000 / (fps || 30))
  }

  /** Draw the scene as it is `t` seconds after its start. */
  draw(t) {
    const c = this.#context
    const {width, height} = this.#canvas
    const unit = height / 480
    c.drawImage(this.#background, 0, 0)
    this.#gear(width * 0.27, height * 0.52, 104 * unit, 12, t * 0.6, "#e9b44c")
    this.#gear(width * 0.27 + 151 * unit, height * 0.52 - 62 * unit, 64 * unit, 8, -t * 0.9 + 0.23, "#d9594c")
    for (let i = 0; i < 5; i++) this.#ball(i, t, unit)
    this.#blinds(width * 0.74, height * 0.24, 118 * unit, t)
    c.fillStyle = "#f7f3e3"
    c.font = `600 ${34 * unit}px system-ui, sans-serif`
    c.textAlign = "center"
    c.fillText("panel_cam", width * 0.5 + Math.sin(t * 0.8) * width * 0.2, height * 0.94)
  }

  /** A soft gradient, a skyline and a dotted floor: painted once. */
  #paintBackground(width, height) {
    const canvas = Object.assign(document.createElement("canvas"), {width, height})
    const c = canvas.getContext("2d", {alpha: false})
    const sky = c.createLinearGradient(0, 0, width, height)
    sky.addColorStop(0, "#25436b")
    sky.addColorStop(0.6, "#3f7d8c")
    sky.addColorStop(1, "#7fb69a")
    c.fillStyle = sky
    c.fillRect(0, 0, width, height)
    c.fillStyle = "#1b2f45"
    for (let i = 0; i < 16; i++) {
      const tall = height * (0.14 + 0.13 * Math.abs(Math.sin(i * 2.7)))
      c.fillRect((i * width) / 16, height * 0.86 - tall, width / 16 - 3, tall)
    }
    c.fillRect(0, height * 0.86, width, height * 0.14)
    return canvas
  }

  #gear(x, y, radius, teeth, angle, colour) {
    const c = this.#context
    c.save()
    c.translate(x, y)
    c.rotate(angle)
    c.beginPath()
    for (let i = 0; i < teeth * 4; i++) {
      const r = i % 4 < 2 ? radius : radius * 0.82
      const a = ((i + 0.5) / (teeth * 4)) * Math.PI * 2
      c.lineTo(r * Math.cos(a), r * Math.sin(a))
    }
    c.closePath()
    c.moveTo(radius * 0.3, 0)
    c.arc(0, 0, radius * 0.3, 0, Math.PI * 2, true)
    c.fillStyle = colour
    c.fill()
    c.restore()
  }

  #ball(i, t, unit) {
    const c = this.#context
    const {width, height} = this.#canvas
    const r = (14 + i * 5) * unit
    const fold = (value, span) => Math.abs(((value % (2 * span)) + 2 * span) % (2 * span) - span)
    const x = r + fold(t * (60 + i * 17) * unit + i * 170 * unit, width - 2 * r)
    const y = height * 0.84 - r - Math.abs(Math.sin(t * (1.1 + i * 0.13) + i)) * height * 0.5
    const shade = c.createRadialGradient(x - r / 3, y - r / 3, r / 6, x, y, r)
    shade.addColorStop(0, "#ffffff")
    shade.addColorStop(1, `hsl(${(i * 67 + 10) % 360} 65% 52%)`)
    c.fillStyle = shade
    c.beginPath()
    c.arc(x, y, r, 0, Math.PI * 2)
    c.fill()
  }

  /** A turning disc of black and white sectors: edges in every direction. */
  #blinds(x, y, radius, t) {
    const c = this.#context
    const sectors = 16
    for (let i = 0; i < sectors; i++) {
      c.fillStyle = i % 2 ? "#f4f1de" : "#22333b"
      c.beginPath()
      c.moveTo(x, y)
      c.arc(x, y, radius * 0.8, ((i + t) / sectors) * 2 * Math.PI, ((i + 1 + t) / sectors) * 2 * Math.PI)
      c.fill()
    }
  }
}
