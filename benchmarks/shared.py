"""Four streams on a page beside one that has the four filters in a row.

    python benchmarks/shared.py

A page with four `Live`s of the same camera opens it once and sends each frame once.
Visits both pages in turns, and counts the pictures that each `Live` paints. Exit status
1 if a bar is missed: each of the four shows 0.8 of the rate of the one.
"""

import sys
import time
from pathlib import Path
from statistics import median

from browser import open_browser
from homes import Setup, serve
from playwright.sync_api import Browser

VISITS = 3
SECONDS = 8.0
WARM_UP = 3.0
LIMIT = 0.8
LIVES = {"one": 1, "four": 4}
"""Name of a page -> how many `Live`s it has."""

PAINTED = Path(__file__).with_name("painted.js").read_text("utf-8")


def visit(browser: Browser, url: str) -> float:
    """Return how many pictures a second the page paints."""
    page = browser.new_page(viewport={"width": 1600, "height": 1400})
    try:
        page.add_init_script(PAINTED)
        page.goto(url)
        page.wait_for_function("paintedAges.take().length > 0")
        page.wait_for_timeout(WARM_UP * 1000)
        page.evaluate("paintedAges.take()")
        begun = time.monotonic()
        page.wait_for_timeout(SECONDS * 1000)
        count = page.evaluate("paintedAges.take().length")
        return count / (time.monotonic() - begun)
    finally:
        page.close()


def main() -> int:
    """Print a table; return 1 if the bar is missed."""
    rates: dict[str, list[float]] = {name: [] for name in LIVES}
    with open_browser() as browser, serve("ours", Setup()) as home:
        for _ in range(VISITS):
            for name, count in LIVES.items():
                rate = visit(browser, f"{home.url}?lives={name}")
                rates[name].append(rate / count)
    one, four = (median(each) for each in rates.values())
    print(f"one Live, four filters in a row: {one:.1f} pictures a second")
    print(f"each of four Lives: {four:.1f} pictures a second")
    print(f"ratio {four / one:.2f}; limit {LIMIT}")
    return int(four / one < LIMIT)


if __name__ == "__main__":
    sys.exit(main())
