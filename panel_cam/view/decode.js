/**
 * Decode an encoded picture off the main thread.
 *
 * `ImageDecoder` takes the bytes as they are. `createImageBitmap` wants a Blob, which is a round trip through
 * the browser's own process: three times as long, and far more when the machine is busy. It remains for browsers
 * without the former, and for pages that are not secure contexts.
 *
 * Bytes are shown as they are: no colour management between the array and the page.
 *
 * @param {ArrayBuffer} data @returns {Promise<VideoFrame | ImageBitmap>} to be closed by who gets it
 */
async function decodeFile(data) {
  const type = mediaType(data)
  if (typeof ImageDecoder === "function" && type !== null) {
    const decoder = new ImageDecoder({type, data, colorSpaceConversion: "none"})
    try {
      return (await decoder.decode()).image
    } finally {
      decoder.close()
    }
  }
  return createImageBitmap(new Blob([data]), {colorSpaceConversion: "none"})
}

/** Format of a decoded picture -> the same with opacity. */
const WITH_OPACITY = {I420: "I420A", I444: "I444A", BGRX: "BGRA", RGBX: "RGBA", BGRA: "BGRA", RGBA: "RGBA"}

/**
 * Decode a picture, and make it transparent where something beside it says so: a jpeg cannot say that itself.
 *
 * @param {ArrayBuffer} data @param {ArrayBuffer} [opacity] see `imaging/opacity.py`
 * @returns {Promise<VideoFrame | ImageBitmap>} to be closed by who gets it
 */
async function decodePicture(data, opacity) {
  if (!opacity?.byteLength) return decodeFile(data)
  const [{value: picture, reason}, inflated] = await Promise.allSettled([decodeFile(data), inflate(opacity)])
  try {
    if (picture === undefined || inflated.value === undefined) throw reason ?? inflated.reason
    const [bits] = new Uint8Array(opacity, 0, 1)
    const opacities = bits === 1 ? unpackBits(inflated.value, ...sizeOf(picture)) : inflated.value
    return await addOpacityToFrame(picture, opacities) ?? addOpacityToPixels(picture, opacities)
  } finally {
    picture?.close()
  }
}

/** @param {ArrayBuffer} opacity @returns {Promise<Uint8Array>} */
async function inflate(opacity) {
  const {readable, writable} = new DecompressionStream("deflate")
  const writer = writable.getWriter()
  // Who reads hears what is wrong with it.
  writer.write(new Uint8Array(opacity, 1)).catch(() => {})
  writer.close().catch(() => {})
  return new Uint8Array(await new Response(readable).arrayBuffer())
}

/** @returns {Uint8Array} 0 or 255 for each pixel */
function unpackBits(rows, width, height) {
  const opacities = new Uint8Array(width * height)
  const step = Math.ceil(width / 8)
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) opacities[to++] = -(rows[y * step + (x >> 3)] >> (7 - (x & 7)) & 1)
  }
  return opacities
}

/**
 * The quick way: the decoder's own planes and one more, where the browser has frames of such a format.
 * @returns {Promise<VideoFrame | null>}
 */
async function addOpacityToFrame(picture, opacities) {
  const format = WITH_OPACITY[picture.format]
  if (format === undefined) return null
  try {
    const [codedWidth, codedHeight] = sizeOf(picture)
    const size = picture.allocationSize()
    const isPlanar = format.startsWith("I")
    const buffer = new Uint8Array(isPlanar ? size + opacities.length : size)
    const layout = await picture.copyTo(buffer)
    if (isPlanar) {
      buffer.set(opacities, size)
      layout.push({offset: size, stride: codedWidth})
    } else {
      for (let pixel = 0; pixel < opacities.length; pixel++) buffer[4 * pixel + 3] = opacities[pixel]
    }
    const {colorSpace, timestamp} = picture
    return new VideoFrame(buffer, {format, codedWidth, codedHeight, timestamp, layout, colorSpace})
  } catch {
    return null // this browser has no frames of that format
  }
}

/** The way through pixels, which every browser has. @returns {ImageBitmap} */
function addOpacityToPixels(picture, opacities) {
  const [width, height] = sizeOf(picture)
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext("2d", {willReadFrequently: true})
  context.drawImage(picture, 0, 0)
  const pixels = context.getImageData(0, 0, width, height)
  for (let pixel = 0; pixel < opacities.length; pixel++) pixels.data[4 * pixel + 3] = opacities[pixel]
  context.putImageData(pixels, 0, 0)
  return canvas.transferToImageBitmap()
}

/** Tell the format by its first bytes. @param {ArrayBuffer} data @returns {string | null} */
function mediaType(data) {
  const [a, b, , , , , , , i, j] = new Uint8Array(data, 0, Math.min(12, data.byteLength))
  if (a === 0xff && b === 0xd8) return "image/jpeg"
  if (a === 0x89 && b === 0x50) return "image/png"
  if (a === 0x52 && b === 0x49 && i === 0x57 && j === 0x45) return "image/webp"
  return null
}

/** @param {VideoFrame | ImageBitmap} picture @returns {number[]} columns and rows */
function sizeOf(picture) {
  return [picture.displayWidth ?? picture.width, picture.displayHeight ?? picture.height]
}
