// What Panel runs when the component is on the page: between its `data` and our classes.
const find = (original) => () => lib.BokehFigure.find(view, model, ({name}) => (name === "original") === original)
const wide = [null, "stretch_width", "scale_width"].includes(model.sizing_mode)
const flow = model.height == null && wide
const options = {direct: data.direct, mirror: data.mirror, flow, compare: data.compare, cameraKey: data.camera_key}
const host = {
  painted: (report) => { data.painted = report },
  compare: (mode) => { data.compare = mode },
  selected: (chosen) => { data.selected = chosen },
}
state.image?.remove()
state.image = new lib.ImageElement(root, find(false), find(true), options, host)
state.image.show(data.frame)
