// What Panel runs when the component is on the page: between its `data` and our classes.
const figure = () => lib.BokehFigure.find(view, model, () => true)
const ask = () => { data.asked = Math.random() }
state.series?.remove()
state.series = new lib.SeriesElement(root, figure, ask)
state.series.show(data.points)
