"""Rules that hold on every page, each a function of a page that returns what breaks it there."""

# ruff: noqa: E501 (scripts)

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe-4.10.3.min.js").read_text()
# The colours are checked by axe as they are painted; hidden things are none of its business.
CHECK = """async () => {
  const found = await window.axe.run(document, {resultTypes: ["violations"]});
  const told = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 200));
  return found.violations.map(({id, nodes}) => [id, told(nodes), nodes[0].failureSummary]);
}"""

OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const out = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    if (!box.width || box.right <= innerWidth + 1 || element.closest("svg, .visually-hidden, math")) return false;
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return false;
    }
    return getComputedStyle(element).visibility === "visible";
  });
  return {wide, out: out.slice(0, 3).map((element) => element.outerHTML.slice(0, 150))};
}"""

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


def axe(page: Page) -> list[object]:
    page.evaluate(AXE)
    return page.evaluate(CHECK)


def sideways(page: Page) -> list[object]:
    """Nothing is wider than the window; tables, code and formulas scroll in themselves."""
    overflow = page.evaluate(OVERFLOW)
    return overflow["out"] + ([f"{overflow['wide']} px too wide"] if overflow["wide"] > 0 else [])


def small(page: Page) -> list[object]:
    return page.evaluate(SMALL)


def tiny_text(page: Page) -> list[object]:
    return page.evaluate(TINY_TEXT)


def moving(page: Page) -> list[object]:
    return page.evaluate(MOVING)


def invisible(page: Page) -> list[object]:
    return page.evaluate(INVISIBLE)
