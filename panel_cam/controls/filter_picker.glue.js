// What Panel runs when the component is on the page: between its `data` and our classes.
const {groups, placeholder, label} = data
const host = {
  choose: (name) => { data.choice = {name, count: (data.choice?.count ?? 0) + 1} },
}
state.picker?.remove()
state.picker = new lib.Picker(root, {groups, placeholder, label, value: data.shown.value}, host)
