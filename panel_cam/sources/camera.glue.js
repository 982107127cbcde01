// What Panel runs when the component is on the page, below `options` and `set` (camera_state.py).
const channel = lib.NotebookChannel.of(model.document)
const Bytes = data.example.constructor
const host = {
  frame: ({data: buffer, ...frame}) => {
    data.sent_frame = {...frame, data: new Bytes(buffer, [buffer.byteLength])}
  },
  set,
}
state.camera?.remove()
state.camera = new lib.CameraPanel(root, data.key, options, host, model.document, channel)
// Nobody is there any more to stop the camera, or to see it.
const leave = () => state.camera?.update({active: false})
state.lost ??= (model.document?.on_event("connection_lost", leave), true)
// The kernel may know nothing of this notebook: the camera waits for its answer.
if (channel.present) data.notebook_page = channel.hello
