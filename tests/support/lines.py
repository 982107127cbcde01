"""Read the lines of numbers over time that stand on a page."""

from typing import Any

from playwright.sync_api import Page

# In JSON, NaN is null.
_READ = """
(which) => {
  const figures = [];
  const walk = (view) => {
    const first = view.model.type === "Figure" ? view.model.renderers[0] : undefined;
    if (first?.glyph.type === "MultiLine" && view.el.isConnected) figures.push(view);
    for (const child of view.child_views ?? []) walk(child);
  };
  for (const root of Bokeh.index.roots) walk(root);
  const figure = figures[which];
  if (figure === undefined) return null;
  const { xs, ys } = figure.model.renderers[0].data_source.data;
  return xs.map((line, each) => [...line].map((x, at) => [x, ys[each][at]]));
}
"""

Line = dict[float, float]
"""y by x; where there is a gap, there is none."""


def to_line(xs: list[Any], ys: list[Any]) -> Line:
    """Return the line through these points, without those that are not a number."""
    points = zip(xs, ys, strict=True)
    return {x: y for x, y in points if y is not None and y == y}


def read_lines(page: Page, which: int = 0) -> list[Line]:
    """Return the lines of a figure of numbers over time; none if there is none yet."""
    lines: list[list[tuple[float, float]]] = page.evaluate(_READ, which) or []
    return [to_line(*map(list, zip(*line, strict=True))) for line in lines if line]
