/**
 * Runs in a Web Worker: keeps the newest frame of a camera track and encodes it when asked.
 *
 * Off the main thread, so that neither Bokeh's painting nor a busy notebook page delays a frame.
 * In: {frames: ReadableStream<VideoFrame>} once, {grab: {type, quality}} for every frame wanted, {close: true}.
 * Out: {data, capturedAt} for every grab, or {failed: text}.
 */
function runGrabWorker(scope) {
  const LONGEST_END_MS = 1000
  const canvas = new OffscreenCanvas(1, 1)
  // A canvas in plain memory: what is drawn is read back at once by the encoder.
  const context = canvas.getContext("2d", {alpha: false, willReadFrequently: true})
  let newest = null
  let capturedAt = 0
  let wanted = null
  let closing = false

  async function encode({type, quality}) {
    const frame = newest
    const taken = capturedAt
    newest = null
    const width = frame.displayWidth
    const height = frame.displayHeight
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height})
    try {
      context.drawImage(frame, 0, 0, width, height)
    } finally {
      frame.close()
    }
    const data = await (await canvas.convertToBlob({type, quality})).arrayBuffer()
    scope.postMessage({data, capturedAt: taken}, [data])
  }

  async function read(frames) {
    const reader = frames.getReader()
    for (;;) {
      const {value, done} = await reader.read()
      if (done) return closing ? scope.close() : undefined
      if (closing) {
        value.close()
        continue
      }
      newest?.close()
      newest = value
      capturedAt = (performance.timeOrigin + performance.now()) / 1000
      serve()
    }
  }

  function serve() {
    if (wanted === null || newest === null) return
    const options = wanted
    wanted = null
    encode(options).catch((error) => scope.postMessage({failed: String(error)}))
  }

  /**
   * Close every frame that is still on its way, until the track has ended: browsers complain of one that nobody
   * closed, and may stall the camera.
   */
  function close() {
    closing = true
    newest?.close()
    newest = null
    setTimeout(() => scope.close(), LONGEST_END_MS)
  }

  scope.onmessage = ({data}) => {
    if (data.close) return close()
    if (data.frames) read(data.frames).catch((error) => scope.postMessage({failed: String(error)}))
    if (data.grab) {
      wanted = data.grab
      serve()
    }
  }
}
