"""Open the app in a real browser, start its demo scene, save what is to be seen.

Run it with ``scripts/screenshot``; ``scripts/screenshot FILE`` saves it elsewhere.
"""

import io
import sys
from pathlib import Path

import PIL.Image
from playwright.sync_api import sync_playwright

from tests.support.chromium import FLAGS, find_chromium
from tests.support.server import ROOT, ServerProcess

SIZE = {"width": 1200, "height": 720}
SECONDS = 6  # until the figures under the picture are those of a stream at full speed
MAX_BYTES = 200_000


def take(url: str) -> bytes:
    """Return a PNG of the page, while it shows the demo scene."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=list(FLAGS)
        )
        page = browser.new_page(viewport=SIZE)
        page.goto(url)
        page.get_by_label("Source", exact=True).select_option("Demo scene")
        page.get_by_role("button", name="Start demo scene").click()
        page.wait_for_timeout(1000 * SECONDS)
        picture = page.screenshot()
        browser.close()
    return picture


def shrink(picture: bytes) -> bytes:
    """Return the PNG with 256 colours, which these pages hardly have more of."""
    file = io.BytesIO()
    with PIL.Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(256, dither=PIL.Image.Dither.NONE).save(
            file, "png", optimize=True
        )
    return file.getvalue()


def main() -> None:
    """Take the picture and save it."""
    path = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs" / "page.png")
    command = ["-m", "panel", "serve", "apps/cam.py", "--port", "{port}"]
    server = ServerProcess(command, path="/cam")
    try:
        server.wait_until_ready()
        picture = shrink(take(server.url))
    finally:
        server.stop()
    if len(picture) > MAX_BYTES:
        sys.exit(f"the picture has {len(picture)} bytes, more than {MAX_BYTES}")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(picture)
    print(f"{path}: {len(picture)} bytes")


if __name__ == "__main__":
    main()
