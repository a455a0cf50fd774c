"""The pages in German, and written from right to left: no English left, nothing cut off, nothing sideways."""

import json

import pytest

from tests.browser.showcase import Showcase, build
from tests.browser.test_tour import OVERFLOW, PAGES, SIGNED_OUT, SIZES, opened_things, settled
from tests.messages import catalogues

pytestmark = pytest.mark.browser

# Every text and label of the page but those of people and the model.
READ = """() => {
  const written = "[dir=auto], bdi, .answer, .reasoning-text, .user-name, [lang=en]";
  const theirs = `${written}, pre, code, script, style, template`;
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
# As OVERFLOW of the tour, for a page whose lines begin at the right: it may not go out at the left either.
SIDEWAYS = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const out = [...document.querySelectorAll("body *")].filter((element) => {
    const box = element.getBoundingClientRect();
    if (!box.width || (box.left >= -1 && box.right <= innerWidth + 1)) return false;
    if (element.closest("svg, .visually-hidden, .skip-link, math")) return false;
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return false;
    }
    return getComputedStyle(element).visibility === "visible";
  });
  return {wide, out: out.slice(0, 3).map((element) => element.outerHTML.slice(0, 150))};
}"""


@pytest.fixture(scope="module")
def shown(house) -> Showcase:
    return build(house)


def english() -> set[str]:
    """Texts that German says otherwise, wherever they stand."""
    texts = [m for m in catalogues.load("de") if m.id and isinstance(m.id, str) and not m.context]
    return {text.id for text in texts if text.string != text.id}


@pytest.mark.parametrize("width", list(SIZES))
@pytest.mark.timeout(240)
def test_the_pages_in_german_have_no_english_of_ours_and_fit_into_the_window(house, shown, width):
    ours, left, wide = english(), {}, {}

    def look(name: str) -> None:
        left[name] = sorted(ours & set(page.evaluate(READ)))
        found = page.evaluate(OVERFLOW)
        wide[name] = found if found["wide"] > 0 or found["out"] else None

    options = {"viewport": {"width": width, "height": SIZES[width]}, "locale": "de-DE"}
    with house.context(shown.admin, **options) as context:
        page = context.new_page()
        for name in PAGES:
            page.goto(shown.paths[name])
            settled(page)
            assert page.locator("html").get_attribute("lang") == "de"
            look(name)
        page.goto(shown.paths["chat"])
        settled(page)
        for name in opened_things(page):
            look(name)
    with house.context(**options) as context:
        page = context.new_page()
        for address in SIGNED_OUT:
            page.goto(address)
            look(address)
    assert {name: words for name, words in left.items() if words} == {}, json.dumps(left, indent=1)
    assert {name: what for name, what in wide.items() if what} == {}


@pytest.mark.parametrize("width", list(SIZES))
@pytest.mark.timeout(240)
def test_no_page_goes_sideways_when_it_is_written_from_right_to_left(house, shown, width):
    wide = {}
    turned = "document.documentElement && (document.documentElement.dir = 'rtl')"
    with house.context(shown.admin, viewport={"width": width, "height": SIZES[width]}) as context:
        page = context.new_page()
        for name in PAGES:
            page.goto(shown.paths[name])
            page.evaluate(turned)
            settled(page)
            wide[name] = page.evaluate(SIDEWAYS)
        page.goto(shown.paths["chat"])
        page.evaluate(turned)
        settled(page)
        for name in opened_things(page):
            wide[name] = page.evaluate(SIDEWAYS)
    assert {name: what for name, what in wide.items() if what["wide"] > 0 or what["out"]} == {}
