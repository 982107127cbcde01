/** Notes when the page says that it has painted a picture, and how old that was: all engines can tell that. */
if (window === window.top) {
  const painted = []
  window.addEventListener("panel-cam-painted", ({detail}) => {
    const now = performance.timeOrigin + performance.now()
    painted.push(now - detail.capturedAt * 1000)
  })
  window.paintedAges = {
    /** Give the ages in ms since the last time, and forget them. */
    take: () => painted.splice(0),
  }
}
