// What Panel runs when the component is on the page: between its `data` and our classes.
const isFigure = (child) => child.model.type === "Figure"
const figure = () => [...view.child_views].find(isFigure)
const ask = () => { data.asked = Math.random() }
state.series?.remove()
state.series = new lib.SeriesElement(root, figure, ask)
state.series.show(data.points)
