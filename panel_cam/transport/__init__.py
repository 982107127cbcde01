"""Every name of Panel, Bokeh, Tornado or Jupyter that is not theirs to promise."""
