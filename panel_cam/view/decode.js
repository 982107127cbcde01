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

/**
 * Decode a picture, and make it transparent where a second file is: a jpeg cannot say that itself.
 *
 * @param {ArrayBuffer} data @param {ArrayBuffer} [opacity] of the same size, whose colours do not matter
 * @returns {Promise<VideoFrame | ImageBitmap>} to be closed by who gets it
 */
async function decodePicture(data, opacity) {
  if (!opacity?.byteLength) return decodeFile(data)
  const files = await Promise.allSettled([decodeFile(data), decodeFile(opacity)])
  const pictures = files.map((file) => file.value)
  try {
    const failed = files.find((file) => file.status === "rejected")
    if (failed) throw failed.reason
    const canvas = new OffscreenCanvas(...sizeOf(pictures[0]))
    const context = canvas.getContext("2d")
    context.drawImage(pictures[0], 0, 0)
    context.globalCompositeOperation = "destination-in"
    context.drawImage(pictures[1], 0, 0)
    return canvas.transferToImageBitmap()
  } finally {
    for (const picture of pictures) picture?.close()
  }
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
