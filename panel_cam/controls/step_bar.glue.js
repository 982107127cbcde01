// What Panel runs when the component is on the page: between its `data` and our classes.
const host = {
  enable: (enabled) => { data.enabled = enabled },
  press: (button) => { data.pressed = {button, count: (data.pressed?.count ?? 0) + 1} },
}
state.bar?.remove()
state.bar = new lib.StepBar(root, {...data.step, enabled: data.enabled}, host)
