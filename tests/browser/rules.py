"""Rules that hold on every page, each a function of a page that returns what breaks it there."""

# ruff: noqa: E501 (scripts)

from pathlib import Path

from playwright.sync_api import Page

from tests.messages import catalogues

GERMAN = {m.id: m.string for m in catalogues.load("de") if isinstance(m.id, str) and m.id and not m.context}
ENGLISH = {text for text, german in GERMAN.items() if text != german}

AXE = (Path(__file__).parent / "vendor" / "axe-4.10.3.min.js").read_text()
# The colours are checked by axe as they are painted; hidden things are none of its business.
CHECK = """async () => {
  const found = await window.axe.run(document, {resultTypes: ["violations"]});
  const told = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 200));
  return found.violations.map(({id, nodes}) => [id, told(nodes), nodes[0].failureSummary]);
}"""

# Wider than the window, or scrolled sideways within it where there is neither code nor a table, a formula or a diagram.
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const isSeen = (element) => getComputedStyle(element).visibility === "visible";
  const all = [...document.querySelectorAll("body *")].filter((element) => element.clientWidth || element.getBoundingClientRect().width);
  const out = all.filter((element) => {
    const box = element.getBoundingClientRect();
    if (box.left >= -1 && box.right <= innerWidth + 1) return false;
    if (element.closest("svg, .visually-hidden, .skip-link, math")) return false;
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return false;
    }
    return isSeen(element);
  });
  const scrolled = all.filter((element) => {
    if (element.scrollWidth <= element.clientWidth + 1 || element.matches("pre, pre *, textarea, .table-scroll, .math, .chart")) return false;
    return ["auto", "scroll"].includes(getComputedStyle(element).overflowX) && isSeen(element);
  });
  return {wide, out: [...out, ...scrolled].slice(0, 3).map((element) => element.outerHTML.slice(0, 150))};
}"""

# Words that go out of their own box, or out of one that cuts them off; an ellipsis says that there is more.
CUT = """() => {
  const found = [];
  const cuts = (style) => ["hidden", "clip"].includes(style.overflowX) && style.textOverflow !== "ellipsis";
  for (const element of document.querySelectorAll("body *")) {
    if (![...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    if (element.closest(".visually-hidden, .skip-link, svg, math, .math, option, pre, .is-long")) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    const style = getComputedStyle(element);
    if (style.clipPath !== "none") continue;
    const box = element.getBoundingClientRect();
    let isCut = false;
    if (style.display !== "inline" && !["auto", "scroll"].includes(style.overflowX) && style.textOverflow !== "ellipsis") {
      isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
    }
    for (let up = element.parentElement; up && up !== document.body && !isCut; up = up.parentElement) {
      const outer = getComputedStyle(up);
      if (["auto", "scroll"].includes(outer.overflowX) || outer.textOverflow === "ellipsis") break;
      const room = up.getBoundingClientRect();
      isCut = cuts(outer) && (box.right > room.right + 1 || box.left < room.left - 1);
    }
    if (isCut) found.push(element.outerHTML.slice(0, 150));
  }
  return found.slice(0, 5);
}"""

# What can be pressed and is smaller than a finger. Links within a sentence, and what has a label as large, are let
# through as WCAG 2.5.8 does; what only a screen reader finds cannot be touched.
SMALL = """() => {
  const box = (element) => element.getBoundingClientRect();
  const pressable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=option], [role=menuitem]";
  const modal = [...document.querySelectorAll("dialog:modal")].at(-1);
  const isInline = (element) => ["inline", "contents"].includes(getComputedStyle(element).display);
  const blockOf = (element) => (isInline(element) ? blockOf(element.parentElement) : element);
  const isInSentence = (element) => {
    if (!isInline(element)) return false;
    const block = blockOf(element);
    const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const within = node.parentElement;
      if (/[\\p{L}\\p{N}]/u.test(node.data) && !within.closest(pressable) && blockOf(within) === block) return true;
    }
    return false;
  };
  const areaOf = (element) => {
    const {width, height} = box(element);
    const after = getComputedStyle(element, "::after");
    if (after.content === "none" || after.position !== "absolute") return {width, height};
    return {width: Math.max(width, parseFloat(after.width) || 0), height: Math.max(height, parseFloat(after.height) || 0)};
  };
  return [...(modal ?? document).querySelectorAll(pressable)].filter((element) => {
    if (!element.checkVisibility({visibilityProperty: true}) || element.disabled) return false;
    if (element.closest(".visually-hidden, .skip-link, [inert]")) return false;
    if (element.tabIndex < 0 && element.matches("input, a")) return false;
    if (element.matches("a") && isInSentence(element)) return false;
    const areas = [areaOf(element), ...[...(element.labels ?? [])].map(box)];
    return !areas.some((area) => area.width >= 43.5 && area.height >= 43.5);
  }).map((element) => `${element.outerHTML.slice(0, 140)} ${Math.round(box(element).width)}x${Math.round(box(element).height)}`);
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


# In forced colours a background and a shadow say nothing: what can be operated needs words, a line or an icon.
INVISIBLE = """() => {
  const drawn = (style) => ["Top", "Bottom"].some((side) =>
    style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0
    && style[`border${side}Color`] !== style.backgroundColor);
  return [...document.querySelectorAll("button, a[href], input, select, textarea, summary")].filter((element) => {
    if (!element.checkVisibility() || element.closest(".visually-hidden, .skip-link")) return false;
    if (element.matches("input[type=checkbox], input[type=radio], select, input[type=file], input[type=hidden]")) return false;
    const style = getComputedStyle(element);
    if (element.matches("textarea, input")) {
      return !drawn(style) && !drawn(getComputedStyle(element.closest(".composer-box, .palette-head") ?? element));
    }
    if (element.textContent.trim()) return false;
    const icon = element.querySelector("svg");
    if (!icon) return true;
    const line = getComputedStyle(icon);
    return line.stroke === "none" || line.stroke === style.backgroundColor;
  }).map((element) => element.outerHTML.slice(0, 140));
}"""

# What is current, selected, pressed, ticked or focused looks otherwise than without that, by more than a background.
UNMARKED = """() => {
  const line = (element, pseudo) => {
    const s = getComputedStyle(element, pseudo);
    const sides = ["Top", "Right", "Bottom", "Left"].map((side) => [s[`border${side}Style`], s[`border${side}Width`], s[`border${side}Color`]]);
    const outline = s.outlineStyle === "none" || parseFloat(s.outlineWidth) === 0 ? "" : [s.outlineStyle, s.outlineWidth, s.outlineColor];
    return [outline, sides, s.fontWeight, s.textDecorationLine, s.fill, s.fillOpacity, s.content, s.transform].join();
  };
  const look = (element) => {
    const near = [element, element.parentElement, element.parentElement?.parentElement, element.nextElementSibling, element.querySelector("svg")];
    return near.filter(Boolean).flatMap((one) => [line(one), line(one, "::before"), line(one, "::after")]).join();
  };
  const found = [];
  const differs = (element, off, on) => {
    const before = look(element);
    off();
    const after = look(element);
    on();
    if (before === after) found.push(element.outerHTML.slice(0, 140));
  };
  const seen = (element) => element.checkVisibility({visibilityProperty: true}) && !element.closest(".visually-hidden");
  for (const name of ["aria-current", "aria-selected", "aria-pressed"]) {
    for (const element of document.querySelectorAll(`[${name}]:not([${name}=false])`)) {
      const value = element.getAttribute(name);
      if (seen(element)) differs(element, () => element.removeAttribute(name), () => element.setAttribute(name, value));
    }
  }
  for (const element of document.querySelectorAll("input:checked")) {
    if (!seen(element) || getComputedStyle(element).opacity !== "0") continue;
    differs(element, () => (element.checked = false), () => (element.checked = true));
  }
  const isOpen = document.querySelector("dialog:modal, :popover-open");
  const kinds = new Set();
  for (const element of isOpen ? [] : document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]")) {
    const kind = `${element.localName} ${element.className} ${element.type} ${element.parentElement.className}`;
    if (!seen(element) || element.disabled || element.tabIndex < 0 || kinds.has(kind)) continue;
    kinds.add(kind);
    const before = document.activeElement;
    before?.blur?.();
    differs(element, () => element.focus({preventScroll: true}), () => element.blur());
    if (before !== document.body) before?.focus?.({preventScroll: true});
  }
  return found.slice(0, 8);
}"""

# What opens says so by an arrow: a marker of the browser's, one of ours, or an icon.
UNSIGNED = """() => [...document.querySelectorAll("summary")].filter((element) => {
  if (!element.checkVisibility({visibilityProperty: true}) || element.querySelector("svg")) return false;
  const style = getComputedStyle(element);
  if (style.display === "list-item" && style.listStyleType !== "none") return false;
  const isThere = (one, pseudo) => !["none", "normal"].includes(getComputedStyle(one, pseudo).content);
  return ![element, ...element.children].some((one) => isThere(one, "::before") || isThere(one, "::after"));
}).map((element) => element.outerHTML.slice(0, 140))"""

# Every text and label of the page but those of people and the model.
READ = """() => {
  const theirs = "[dir=auto], bdi, .answer, .reasoning-text, .user-name, [lang=en], pre, code, script, style, template";
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (!node.parentElement.closest(theirs)) found.add(node.data.replace(/\\s+/g, " ").trim());
  }
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder]")) {
    for (const name of ["aria-label", "title", "placeholder"]) found.add(element.getAttribute(name) ?? "");
  }
  found.add(document.title.split(" · ")[0]);
  return [...found];
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


def turned(page: Page) -> list[object]:
    """As `sideways`, with the page written from right to left."""
    page.evaluate("document.documentElement.dir = 'rtl'")
    try:
        return sideways(page)
    finally:
        page.evaluate("document.documentElement.dir = 'ltr'")


def cut(page: Page) -> list[object]:
    return page.evaluate(CUT)


def small(page: Page) -> list[object]:
    return page.evaluate(SMALL)


def tiny_text(page: Page) -> list[object]:
    return page.evaluate(TINY_TEXT)


def invisible(page: Page) -> list[object]:
    return page.evaluate(INVISIBLE)


def unmarked(page: Page) -> list[object]:
    return page.evaluate(UNMARKED)


def unsigned(page: Page) -> list[object]:
    return page.evaluate(UNSIGNED)


def english(page: Page) -> list[object]:
    """Texts of ours that German says otherwise."""
    return sorted(ENGLISH & set(page.evaluate(READ)))
