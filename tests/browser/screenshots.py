"""Takes the pictures of docs/screenshots anew: `make screenshots`.

    python -m tests.browser.screenshots [picture …]

Every page of the showcase and of the rooms beside the chat at three widths, light and dark, in the running
product. Pictures are reduced to a palette, so that the folder stays small.
"""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from operator import sub
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.house import House, Member
from tests.browser.launch import launch
from tests.browser.pictured import furnish, open_one
from tests.browser.showcase import build
from tests.server.process import PROJECT, ServeProcess

FOLDER = PROJECT / "docs" / "screenshots"
SIZES = {1440: 900, 768: 1024, 390: 844}
SCHEMES = ("light", "dark")
COLOURS = 128
NEAR = 5

Pose = Callable[[Page], None]


def stay(page: Page) -> None:
    pass


def rich_answer(page: Page) -> None:
    """The answer's table, code and formula in view."""
    expect(page.locator(".answer math").last).to_be_attached()
    expect(page.locator(".answer .hljs-keyword").first).to_be_attached()
    page.locator("#transcript").evaluate("(e) => { e.scrollTop = 0 }")


def panel(page: Page) -> None:
    page.locator("#panel-toggle").click()
    page.locator('[data-field="reasoning.effort"] input[value=high]').check()
    for name, value in (
        ("system_prompt", "Answer like a colleague: short, with numbers."),
        ("temperature", "0.3"),
    ):
        field = page.locator(f'[data-field="{name}"]').locator("input, textarea")
        field.fill(value)
        field.blur()
    expect(page.locator("#panel-status")).to_have_text("Saved")
    page.locator("#panel .panel-body").evaluate("(e) => { e.scrollTop = 0 }")


def about(page: Page) -> None:
    page.locator("article[data-role=assistant] .actions [data-do=about]").last.click()
    page.locator("#about-json").wait_for(state="attached")


def drawer(page: Page) -> None:
    toggle = page.locator("#sidebar-toggle")
    if toggle.is_visible():
        toggle.click()
    page.locator(".user-button").click()


def search(page: Page) -> None:
    page.locator("#composer-text").press("Control+k")
    page.locator("#palette-input").fill("postgresql")
    expect(page.locator(".palette-hit").first).to_be_visible()


def branch_map(page: Page) -> None:
    page.locator("#composer-text").press("Control+Shift+B")
    expect(page.get_by_role("dialog", name="Branches of this chat")).to_be_visible()


def sharing(page: Page) -> None:
    page.locator("[data-share]").click()
    expect(page.locator("#share-form")).to_be_visible()


PICTURES: dict[str, tuple[str, Pose]] = {
    "chat": ("chat", rich_answer),
    "search": ("chat", search),
    "branches": ("branches", branch_map),
    "sharing": ("chat", sharing),
    "settings": ("chat", panel),
    "about": ("chat", about),
    "conversations": ("chat", drawer),
    "troubles": ("troubles", stay),
    "starved": ("starved", stay),
    "new": ("new", stay),
    "team": ("team", stay),
    "me": ("me", stay),
    "help": ("help", stay),
    "guide": ("guide", stay),
    "connect": ("connect", stay),
    "error": ("missing", stay),
    "sign-in": ("sign-in", stay),
}


# Of the rooms beside the chat, by the role of who looks.
ROOMS: dict[str, tuple[str, Pose]] = {
    "prompts": ("editor", stay),
    "prompt": ("editor", stay),
    "prompt-diff": ("editor", stay),
    "prompt-figures": ("editor", stay),
    "prompt-history": ("editor", stay),
    "review": ("reviewer", stay),
    "reviewed": ("reviewer", open_one),
    "members": ("admin", stay),
    "usage": ("admin", stay),
    "health": ("admin", stay),
    "team-settings": ("admin", stay),
    "audit": ("admin", stay),
    "readers": ("member", stay),
}


@dataclass(frozen=True)
class Scene:
    """`who` looks at `path`, and does what `pose` says."""

    who: Member | None
    path: str
    pose: Pose


def scenes(house: House, wanted: list[str]) -> dict[str, Scene]:
    """What has to be in the server's database is made here."""
    found = {}
    if of_chat := [name for name in wanted if name in PICTURES]:
        shown = build(house)
        for name in of_chat:
            key, pose = PICTURES[name]
            who = None if key == "sign-in" else shown.admin
            found[name] = Scene(who, shown.paths.get(key, "/accounts/login/"), pose)
    if of_rooms := [name for name in wanted if name in ROOMS]:
        rooms = furnish(house)
        for name in of_rooms:
            role, pose = ROOMS[name]
            found[name] = Scene(rooms.cast[role], rooms.paths[name], pose)
    return found


def take(house: House, shown: dict[str, Scene]) -> None:
    """Write <picture>-<width>-<scheme>.png for each scene."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for width, height in SIZES.items():
        for scheme in SCHEMES:
            for name, scene in shown.items():
                options = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
                with house.context(scene.who, **options, has_touch=width < 1000) as context:
                    page = context.new_page()
                    page.goto(scene.path)
                    page.wait_for_load_state("networkidle")
                    scene.pose(page)
                    page.wait_for_load_state("networkidle")
                    page.wait_for_timeout(250)  # what fades in has
                    write(FOLDER / f"{name}-{width}-{scheme}.png", page.screenshot())


def write(path: Path, png: bytes) -> None:
    """With a palette: the most frequent colours as they are, so that surfaces keep their tint, and some that
    cover the rest, such as the colours of code."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    found = sorted(picture.getcolors(picture.width * picture.height), reverse=True)[:COLOURS]
    flat = picture.quantize(COLOURS // 2, method=Image.Quantize.MAXCOVERAGE).getpalette()
    chosen: list[tuple[int, ...]] = []
    for colour in [*(colour for _, colour in found), *zip(*[iter(flat)] * 3, strict=False)]:
        # Pillow takes one that is near, not the nearest: two that are hardly told apart must not both be there.
        if all(max(map(abs, map(sub, colour, other))) > NEAR for other in chosen):
            chosen.append(colour)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in chosen[:256] for part in colour])
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    known = [*PICTURES, *ROOMS]
    wanted = sys.argv[1:] or known
    if unknown := set(wanted) - set(known):
        sys.exit(f"No such picture: {', '.join(sorted(unknown))}. There are {', '.join(known)}.")
    with ServeProcess() as server, sync_playwright() as playwright:
        house = House(server, launch(playwright))
        print("Filling the server with conversations …")
        shown = scenes(house, wanted)
        print("Taking pictures …")
        take(house, shown)
    size = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {size / 1e6:.1f} MB, in {FOLDER.relative_to(PROJECT)}/")


if __name__ == "__main__":
    main()
