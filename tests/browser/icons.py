"""Draws the icons of an installed Chatapp anew, from the two drawings in static/img: `make icons`.

icon.svg has its own round corners; icon-maskable.svg fills its square, for systems that cut the corners themselves
(what is drawn stays within the circle of 80 % that no system cuts).
"""

import base64

from playwright.sync_api import sync_playwright

from tests.browser.launch import launch
from tests.server.process import PROJECT

FOLDER = PROJECT / "static" / "img"
ICONS = {  # picture → the drawing it is made from, and its size
    "icon-192.png": ("icon.svg", 192),
    "icon-512.png": ("icon.svg", 512),
    "icon-maskable-192.png": ("icon-maskable.svg", 192),
    "icon-maskable-512.png": ("icon-maskable.svg", 512),
    "apple-touch-icon.png": ("icon-maskable.svg", 180),
}


def main() -> None:
    with sync_playwright() as playwright:
        page = launch(playwright).new_page()
        for name, (drawing, size) in ICONS.items():
            page.set_viewport_size({"width": size, "height": size})
            data = base64.b64encode((FOLDER / drawing).read_bytes()).decode()
            page.set_content(
                f'<body style="margin:0"><img style="display:block" width="{size}" height="{size}"'
                f' src="data:image/svg+xml;base64,{data}">'
            )
            page.locator("img").evaluate("(image) => image.decode()")
            page.screenshot(path=FOLDER / name, omit_background=True)
            print(f"{name}: {(FOLDER / name).stat().st_size} bytes")


if __name__ == "__main__":
    main()
