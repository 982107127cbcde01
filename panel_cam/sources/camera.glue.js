// What Panel runs when the component is on the page, below `options` and `set` (camera_state.py).
const link = lib.NotebookLink.of(model.document)
const Bytes = data.example.constructor
const host = {
  frame: ({data: buffer, ...frame}) => {
    data.frame = {...frame, data: new Bytes(buffer, [buffer.byteLength])}
  },
  set,
}
state.camera?.remove()
state.camera = new lib.CameraPanel(root, data.key, options, host, link)
// Nobody is there any more to stop the camera, or to see it.
const leave = () => state.camera?.update({active: false})
state.lost ??= (model.document?.on_event("connection_lost", leave), true)
// The kernel may know nothing of this notebook: the camera waits for its answer.
if (link.present) data.notebook_link = link.hello
