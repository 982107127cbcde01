/**
 * Runs in a Web Worker: turns pictures of a camera into bytes.
 *
 * Off the main thread, so that neither Bokeh's painting nor a busy notebook page delays a frame. It says first what it
 * can: {hello: {processor: whether it can read a track itself}}, or {failed: text}.
 *
 * It is fed in one of three ways: {frames: ReadableStream<VideoFrame>} or {track: MediaStreamTrack} once, of which it
 * keeps the newest picture, and then {grab: {type, quality, after}} for every frame wanted; or, with every wish, the
 * picture itself: {picture: VideoFrame | ImageBitmap, type, quality}. {close: true} ends it.
 * Out: {data, width, height, capturedAt, seen} for every wish, or {failed: text}. `seen` counts all pictures that the
 * track had until then.
 */
function runGrabWorker(scope) {
  const LONGEST_END_MS = 1000
  let canvas = null
  let context = null
  let track = null
  let newest = null
  let capturedAt = 0
  let mediaTime = 0
  let seen = 0
  let wanted = null
  let closing = false
  const unable = new Set()

  const say = (error) => scope.postMessage({failed: String(error)})

  /** A canvas in plain memory: what is drawn is read back at once by the encoder. */
  function begin() {
    canvas = new OffscreenCanvas(1, 1)
    context = canvas.getContext("2d", {alpha: false, willReadFrequently: true})
    if (context === null || !canvas.convertToBlob) throw new Error("this browser's workers cannot draw")
    scope.postMessage({hello: {processor: typeof scope.MediaStreamTrackProcessor === "function"}})
  }

  /** @param {VideoFrame | ImageBitmap} picture closed here */
  async function encode(picture, {type, quality}) {
    const width = picture.displayWidth ?? picture.width
    const height = picture.displayHeight ?? picture.height
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height})
    try {
      context.drawImage(picture, 0, 0, width, height)
    } finally {
      picture.close()
    }
    // Safari writes no WebP: it gives PNG instead, which is far larger.
    let blob = await canvas.convertToBlob({type: unable.has(type) ? "image/jpeg" : type, quality})
    if (blob.type !== type && !unable.has(type)) {
      unable.add(type)
      blob = await canvas.convertToBlob({type: "image/jpeg", quality})
    }
    return {data: await blob.arrayBuffer(), width, height}
  }

  function reply(work) {
    work.then((grab) => scope.postMessage(grab, [grab.data]), say)
  }

  async function read(frames) {
    const reader = frames.getReader()
    for (;;) {
      const {value, done} = await reader.read()
      if (done) return closing ? scope.close() : undefined
      // Safari gives the same picture again and again while nobody sees the page.
      const again = value.timestamp > 0 && value.timestamp === mediaTime
      if (closing || again) {
        value.close()
        continue
      }
      newest?.close()
      newest = value
      mediaTime = value.timestamp
      capturedAt = (performance.timeOrigin + performance.now()) / 1000
      seen += 1
      serve()
    }
  }

  function serve() {
    if (wanted === null || newest === null || capturedAt < wanted.after) return
    const [picture, about, options] = [newest, {capturedAt, seen}, wanted]
    newest = wanted = null
    reply(encode(picture, options).then((grab) => ({...grab, ...about})))
  }

  /**
   * Close every frame that is still on its way, until the track has ended: browsers complain of one that nobody
   * closed, and may stall the camera.
   */
  function close() {
    closing = true
    newest?.close()
    newest = null
    // A track that was given to us is a camera of its own: nobody else can turn it off.
    track?.stop()
    setTimeout(() => scope.close(), LONGEST_END_MS)
  }

  function take({picture, ...options}) {
    if (closing) picture.close()
    else reply(encode(picture, options))
  }

  scope.onmessage = ({data}) => {
    if (data.close) close()
    else if (data.picture) take(data)
    else if (data.frames) read(data.frames).catch(say)
    else if (data.track) {
      track = data.track
      if (closing) track.stop()
      else new Promise((resolve) => resolve(read(new MediaStreamTrackProcessor({track, maxBufferSize: 1}).readable))).catch(say)
    } else if (data.grab) {
      wanted = data.grab
      serve()
    }
  }

  try {
    begin()
  } catch (error) {
    say(error)
  }
}
