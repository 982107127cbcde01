/** Opening a camera, and saying in one sentence why it did not open. */

/** A failure of the camera: a name that programs test, a sentence that tells a person what to do. */
class CameraError extends Error {
  /** @param {string} status @param {string} message */
  constructor(status, message) {
    super(message)
    this.name = "CameraError"
    this.status = status
  }
}

/** The addresses at which this page may use a camera. */
function secureAddresses() {
  const {host, port, pathname, search} = location
  const local = `http://localhost${port ? ":" + port : ""}${pathname}${search}`
  return `https://${host}${pathname}${search}, or, on the machine that serves it, at ${local}`
}

/** Whether the page, most often an iframe, is forbidden to use cameras. */
function blockedByPolicy() {
  const policy = document.permissionsPolicy ?? document.featurePolicy
  return policy?.allowsFeature ? !policy.allowsFeature("camera") : false
}

/**
 * Tell the failures of `getUserMedia` apart.
 * @param {DOMException} error @param {{resolution: number[]}} wish @returns {CameraError}
 */
function explain(error, {resolution}) {
  const size = (resolution ?? []).join("x")
  switch (error.name) {
    case "NotAllowedError":
    case "SecurityError":
      if (blockedByPolicy()) {
        return new CameraError("blocked-by-policy",
          'The page that embeds this one does not allow it the camera: add allow="camera" to its iframe.')
      }
      if (/dismiss/i.test(error.message)) {
        return new CameraError("permission-dismissed",
          "The browser's question was closed without an answer: press Start and choose Allow.")
      }
      if (/system/i.test(error.message)) {
        return new CameraError("permission-denied",
          "The operating system does not let this browser use the camera: allow it in the system's privacy settings.")
      }
      return new CameraError("permission-denied",
        "The camera is blocked for this page: allow it through the icon beside the address, then press Start.")
    case "NotFoundError":
    case "DevicesNotFoundError":
      return new CameraError("no-camera", "No camera was found: connect one and press Start, or choose the demo scene.")
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return new CameraError("camera-busy",
        "The camera did not start, most often because another program uses it: close that one and press Start.")
    case "OverconstrainedError":
      return new CameraError("resolution-impossible",
        `This camera cannot deliver ${size || "what was asked"}: choose another resolution and press Start.`)
    default:
      return new CameraError("failed", `The camera did not start (${error.name}: ${error.message}).`)
  }
}

/**
 * Open one camera.
 * @param {{deviceId: string, facing: string, resolution: number[], fps: number}} wish
 * @returns {Promise<{stream: MediaStream, notice: string}>} notice: what differs from the wish, or ""
 * @throws {CameraError}
 */
async function openCamera(wish) {
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
    throw new CameraError("insecure-context",
      `Browsers give a camera only to https and localhost: open this page at ${secureAddresses()}.`)
  }
  const size = (width, height) => (wish.resolution ? {width: {exact: width}, height: {exact: height}} : {})
  const [width, height] = wish.resolution ?? []
  const common = wish.fps > 0 ? {frameRate: {ideal: wish.fps}} : {}
  const which = wish.deviceId ? {deviceId: {exact: wish.deviceId}}
    : wish.facing ? {facingMode: {ideal: wish.facing}} : {}
  const attempts = [{video: {...common, ...size(width, height), ...which}, notice: ""}]
  // A phone held upright delivers its pictures upright.
  if (wish.resolution) attempts.push({video: {...common, ...size(height, width), ...which}, notice: ""})
  if (wish.deviceId) {
    const notice = "The camera used last time is not there; this is another one."
    attempts.push({video: {...common, ...size(width, height)}, notice})
  }
  let failure = null
  for (const {video, notice} of attempts) {
    try {
      return {stream: await navigator.mediaDevices.getUserMedia({video, audio: false}), notice}
    } catch (error) {
      failure = error
      const next = error.name === "OverconstrainedError" || (error.name === "NotFoundError" && wish.deviceId)
      if (!next) break
    }
  }
  throw explain(failure, wish)
}

/** The cameras that the browser shows us. @returns {Promise<{id: string, label: string, facing: string}[]>} */
async function listCameras() {
  const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? []
  return devices.filter(({kind}) => kind === "videoinput").map((device, index) => {
    const modes = device.getCapabilities?.().facingMode ?? []
    const facing = modes[0] ?? (/\b(back|rear|environment)\b/i.test(device.label) ? "environment"
      : /\b(front|user|selfie)\b/i.test(device.label) ? "user" : "")
    return {id: device.deviceId, label: device.label || `Camera ${index + 1}`, facing}
  })
}
