"""The browser of the tests: an installed Chromium ($CHROMIUM or on the path), else Playwright's own."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

# Chromium's own window dressing and its calls home cost more than the pages under test.
QUIET = ["--disable-gpu", "--disable-extensions", "--disable-component-update", "--disable-background-networking"]


def launch(playwright: Playwright) -> Browser:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=QUIET + sandbox
    )
