// What Panel runs when the component is on the page: between its `data` and our classes.
const channel = lib.NotebookChannel.of(model.document)
const options = {
  active: data.active, paused: data.paused, source: data.source,
  deviceId: data.device_id, facing: data.facing, resolution: data.resolution,
  fps: data.fps, format: data.format, quality: data.quality, mirror: data.mirror,
  preview: data.preview, maxInFlight: data.max_in_flight,
  answerTimeout: data.answer_timeout,
}
const Bytes = data.example.constructor
const host = {
  frame: ({data: buffer, ...frame}) => {
    data.sent_frame = {...frame, data: new Bytes(buffer, [buffer.byteLength])}
  },
  set: (changes) => {
    if ("error" in changes) data.error = changes.error
    if ("notice" in changes) data.notice = changes.notice
    if ("settings" in changes) data.settings = changes.settings
    // After what explains it.
    if ("status" in changes) data.status = changes.status
    if ("devices" in changes) data.devices = changes.devices
    if ("active" in changes) data.active = changes.active
    if ("paused" in changes) data.paused = changes.paused
    if ("source" in changes) data.source = changes.source
    if ("deviceId" in changes) data.device_id = changes.deviceId
    if ("facing" in changes) data.facing = changes.facing
    if ("resolution" in changes) data.resolution = changes.resolution
    if ("mirror" in changes) data.mirror = changes.mirror
    if ("preview" in changes) data.preview = changes.preview
  },
}
state.camera?.remove()
state.camera = new lib.CameraPanel(root, data.key, options, host, channel)
// Nobody is there any more to stop the camera, or to see it.
const leave = () => state.camera?.update({active: false})
state.lost ??= (model.document?.on_event("connection_lost", leave), true)
// The kernel may know nothing of this notebook: the camera waits for its answer.
if (channel.present) data.notebook_page = channel.hello
