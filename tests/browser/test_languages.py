"""The pages in German, and written from right to left: no English left, nothing cut off, nothing sideways."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.everywhere import broken
from tests.browser.rules import OVERFLOW, sideways
from tests.browser.showcase import Showcase, build
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
# As OVERFLOW, for a page whose lines begin at the right: it may not go out at the left either.
BOTH_ENDS = "(box.left >= -1 && box.right <= innerWidth + 1)"
SIDEWAYS = OVERFLOW.replace("box.right <= innerWidth + 1", BOTH_ENDS).replace('"svg,', '".skip-link, svg,')


@pytest.fixture(scope="module")
def shown(house) -> Showcase:
    return build(house)


def english() -> set[str]:
    """Texts that German says otherwise, wherever they stand."""
    texts = [m for m in catalogues.load("de") if m.id and isinstance(m.id, str) and not m.context]
    return {text.id for text in texts if text.string != text.id}


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.timeout(300)
def test_the_pages_in_german_have_no_english_of_ours_and_fit_into_the_window(house, shown, width):
    ours = english()
    rules = {"English": lambda page: sorted(ours & set(page.evaluate(READ))), "sideways": sideways}
    found = broken(house, shown, rules, viewport={"width": width, "height": 900}, locale="de-DE")
    assert found == {"English": {}, "sideways": {}}, json.dumps(found, indent=1, ensure_ascii=False)


@pytest.mark.timeout(300)
def test_no_page_goes_sideways_when_it_is_written_from_right_to_left(house, shown):
    def turned(page: Page) -> list[object]:
        page.evaluate("document.documentElement.dir = 'rtl'")
        overflow = page.evaluate(SIDEWAYS)
        return overflow["out"] + ([f"{overflow['wide']} px too wide"] if overflow["wide"] > 0 else [])

    assert broken(house, shown, {"sideways": turned}, viewport={"width": 390, "height": 844}) == {"sideways": {}}
