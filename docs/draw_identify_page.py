"""Draw the page that identifies in a browser, as README shows it: docs/identify.png.

    python docs/draw_identify_page.py PAGE FILE

PAGE is results/identify.html of a study, FILE a measured PDF that is given to it. Needs Chromium.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

OUT = Path(__file__).parent / "identify.png"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main(page_file: str, measured: str) -> None:
    """Open the page, let it answer, and take its picture from the top to the end of the answer."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=chromium, args=ARGUMENTS, offline=True
        )
        page = context.new_page()
        page.set_viewport_size({"width": 960, "height": 900})
        page.goto(Path(page_file).resolve().as_uri())
        page.set_input_files("#chooser", measured)
        page.locator("#status", has_text="Done").wait_for()
        box = page.locator("article").bounding_box()
        clip = {"x": 0, "y": 0, "width": 960, "height": box["y"] + box["height"] + 16}
        page.screenshot(path=OUT, clip=clip, full_page=True)
        context.close()
    with Image.open(OUT) as picture:
        picture.convert("RGB").quantize(200).save(OUT, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
