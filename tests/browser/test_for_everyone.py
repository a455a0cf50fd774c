"""Fingers, small windows, enlarged text, forced colours, no motion: rules for every page."""

# ruff: noqa: E501 (scripts)

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.everywhere import everywhere, settled
from tests.browser.showcase import Showcase, build
from tests.browser.test_tour import OVERFLOW

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

# What can be pressed and is smaller than a finger. Links within text, and what has a label as large beside it, are
# let through as WCAG 2.5.5 does; what is seen by a screen reader alone cannot be touched.
SMALL = """() => {
  const box = (element) => element.getBoundingClientRect();
  const pressable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=option], [role=menuitem]";
  const modal = [...document.querySelectorAll("dialog:modal")].at(-1);
  return [...(modal ?? document).querySelectorAll(pressable)].filter((element) => {
    if (!element.checkVisibility({opacityProperty: false, visibilityProperty: true}) || element.disabled) return false;
    if (element.closest(".visually-hidden, .skip-link, [inert]")) return false;
    if (element.tabIndex < 0 && element.matches("input, a")) return false;
    if (element.matches("a") && getComputedStyle(element).display === "inline") return false;
    if (element.matches("button") && getComputedStyle(element).display === "inline") return false;
    const areas = [box(element), ...[...(element.labels ?? [])].map(box)];
    return !areas.some((area) => area.width >= 43.5 && area.height >= 43.5);
  }).map((element) => `${element.outerHTML.slice(0, 120)} ${Math.round(box(element).width)}x${Math.round(box(element).height)}`);
}"""

# Whoever types into smaller letters on a phone has the page zoomed in on.
TINY_TEXT = """() => [...document.querySelectorAll("input:not([type=checkbox], [type=radio], [type=hidden], [type=file]), select, textarea")]
  .filter((element) => element.checkVisibility() && parseFloat(getComputedStyle(element).fontSize) < 16)
  .map((element) => element.outerHTML.slice(0, 120))"""

MOVING = """() => {
  const found = [];
  const still = (value) => value.split(", ").every((part) => parseFloat(part) === 0);
  for (const element of document.querySelectorAll("*")) {
    for (const pseudo of [null, "::before", "::after"]) {
      const style = getComputedStyle(element, pseudo);
      const moves = style.animationName !== "none" || !still(style.transitionDuration) || style.scrollBehavior !== "auto";
      if (moves) found.push(`${element.outerHTML.slice(0, 100)} ${pseudo ?? ""}`);
    }
  }
  return [...found, ...document.getAnimations().map((animation) => String(animation.animationName))];
}"""

# In forced colours a background says nothing: what can be operated needs a border, an outline, an underline or words.
INVISIBLE = """() => {
  const drawn = (style) => ["Top", "Bottom"].some((side) =>
    style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0
    && style[`border${side}Color`] !== style.backgroundColor);
  return [...document.querySelectorAll("button, a[href], input, select, textarea, summary, progress")].filter((element) => {
    if (!element.checkVisibility() || element.closest(".visually-hidden, .skip-link")) return false;
    if (element.matches("input[type=checkbox], input[type=radio], select, input[type=file], input[type=hidden]")) return false;
    const style = getComputedStyle(element);
    if (element.matches("textarea, input")) {
      return !drawn(style) && !drawn(getComputedStyle(element.closest(".composer-box, .palette-head") ?? element));
    }
    if (element.matches("progress")) return false;
    if (element.textContent.trim()) return false;
    const icon = element.querySelector("svg");
    if (!icon) return true;
    const line = getComputedStyle(icon);
    return line.stroke === "none" || line.stroke === getComputedStyle(element).backgroundColor;
  }).map((element) => element.outerHTML.slice(0, 140));
}"""


@pytest.fixture(scope="module")
def shown(house) -> Showcase:
    return build(house)


def nothing_found(found: dict[str, list[str]]) -> None:
    bad = {name: what for name, what in found.items() if what}
    assert not bad, json.dumps(bad, indent=1, ensure_ascii=False)


def test_what_a_finger_presses_is_as_large_as_one_and_letters_one_types_are_not_tiny(house, shown):
    found = {
        name: page.evaluate(SMALL) + page.evaluate(TINY_TEXT) for name, page in everywhere(house, shown, **PHONE)
    }
    nothing_found(found)


def test_nothing_moves_for_those_who_want_no_motion(house, shown):
    nothing_found(
        {name: page.evaluate(MOVING) for name, page in everywhere(house, shown, reduced_motion="reduce")}
    )


def test_in_forced_colours_every_control_can_be_seen(house, shown):
    nothing_found(
        {name: page.evaluate(INVISIBLE) for name, page in everywhere(house, shown, forced_colors="active")}
    )


@pytest.mark.parametrize(
    "size", [(720, 450), (320, 256), (320, 640)], ids=["at 200 %", "at 400 %", "a small phone"]
)
def test_enlarged_pages_flow_and_are_not_scrolled_sideways(house, shown, size):
    """WCAG 1.4.10: 1280 px at 400 % are 320; tables, code and formulas scroll in themselves."""
    found = {}
    options = {"viewport": {"width": size[0], "height": size[1]}}
    for name, page in everywhere(house, shown, **options):
        overflow = page.evaluate(OVERFLOW)
        found[name] = overflow["out"] + ([f"{overflow['wide']} px too wide"] if overflow["wide"] > 0 else [])
    nothing_found(found)


def test_at_400_percent_one_can_still_read_and_write(house, shown):
    """The header and the box leave room for the messages."""
    with house.context(shown.admin, viewport={"width": 320, "height": 256}) as context:
        page = context.new_page()
        page.goto(shown.paths["chat"])
        settled(page)
        room = page.locator("#transcript").bounding_box()
        assert room["height"] >= 64
        box = page.locator("#composer-text")
        box.fill("Words " * 200)
        expect(page.locator("#send")).to_be_in_viewport(ratio=1)
        assert page.locator("#transcript").bounding_box()["height"] >= 24


def swipe(page: Page, start: int, end: int) -> None:
    devtools = page.context.new_cdp_session(page)
    points = [start + (end - start) * step / 8 for step in range(9)]
    devtools.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": points[0], "y": 400}]})
    for x in points[1:]:
        devtools.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": 400}]})
    devtools.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_drawer_opens_by_button_and_by_a_swipe_from_the_edge_and_closes_by_one_back(house, shown):
    with house.context(shown.admin, **PHONE) as context:
        page = context.new_page()
        page.goto(shown.paths["chat"])
        settled(page)
        drawer = page.locator("#sidebar")
        swipe(page, 200, 380)
        expect(drawer).to_be_hidden()
        swipe(page, 6, 220)
        expect(drawer).to_be_visible()
        swipe(page, 250, 20)
        expect(drawer).to_be_hidden()
        page.locator("#sidebar-toggle").tap()
        expect(drawer).to_be_visible()
        page.locator("#sidebar-close").tap()
        expect(drawer).to_be_hidden()


def test_nothing_lies_under_a_notch_or_the_bar_of_a_phone(house, shown):
    with house.context(shown.admin, **PHONE) as context:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        insets = {"top": 47, "bottom": 34, "left": 20, "right": 20}
        devtools.send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
        page.goto(shown.paths["chat"])
        settled(page)
        box = page.locator(".composer-box").bounding_box()
        assert box["y"] + box["height"] <= 844 - insets["bottom"]
        assert box["x"] >= insets["left"]
        header = page.locator("#sidebar-toggle").bounding_box()
        assert header["y"] >= insets["top"]
        assert header["x"] >= insets["left"]
        page.locator("#sidebar-toggle").tap()
        for part in ("#sidebar-close", ".user-button"):
            place = page.locator(part).bounding_box()
            assert place["y"] >= insets["top"]
            assert place["y"] + place["height"] <= 844 - insets["bottom"]
