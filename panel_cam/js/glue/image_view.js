// What Panel runs when the component is on the page: between its `data` and our classes.
const isFigure = (child) => child.model.type === "Figure"
const figure = () => [...view.child_views].find(isFigure)
const wide = [null, "stretch_width", "scale_width"].includes(model.sizing_mode)
const flow = model.height == null && wide
const options = {direct: data.direct, mirror: data.mirror, flow}
const host = {
  painted: (report) => { data.painted = report },
  selected: (chosen) => { data.selected = chosen },
}
state.image?.remove()
state.image = new lib.ImageElement(root, figure, options, host)
state.image.show(data.frame)
