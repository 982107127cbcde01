// What Panel runs when the component is on the page: between its `data` and our classes.
const host = {ask: () => { data.asked = data.asked + 1 }}
state.button?.remove()
state.button = new lib.CopyButton(root, data.label, host)
