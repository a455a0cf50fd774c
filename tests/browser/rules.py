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


def axe(page: Page) -> list[object]:
    page.evaluate(AXE)
    return page.evaluate(CHECK)


def sideways(page: Page) -> list[object]:
    """Nothing is wider than the window; tables, code and formulas scroll in themselves."""
    overflow = page.evaluate(OVERFLOW)
    return overflow["out"] + ([f"{overflow['wide']} px too wide"] if overflow["wide"] > 0 else [])


def moving(page: Page) -> list[object]:
    return page.evaluate(MOVING)
