"""A tour of every page: what every one of them has to keep."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.everywhere import MEMBERS, SIZES, everywhere, opened_things, settled
from tests.browser.house import Chat
from tests.browser.showcase import Showcase, build

pytestmark = pytest.mark.browser

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


@pytest.fixture(scope="module")
def shown(house) -> Showcase:
    return build(house)


def violations(page: Page) -> list[object]:
    page.evaluate(AXE)
    return page.evaluate(CHECK)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.timeout(240)
def test_axe_finds_nothing_on_any_page(house, shown, scheme, width):
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": SIZES[width]}}
    found = {name: violations(page) for name, page in everywhere(house, shown, **options)}
    bad = {name: what for name, what in found.items() if what}
    assert not bad, json.dumps(bad, indent=1)


@pytest.mark.parametrize("width", list(SIZES))
@pytest.mark.timeout(240)
def test_no_page_is_wider_than_its_window(house, shown, width):
    options = {"viewport": {"width": width, "height": SIZES[width]}}
    found = {name: page.evaluate(OVERFLOW) for name, page in everywhere(house, shown, **options)}
    assert {name: what for name, what in found.items() if what["wide"] > 0 or what["out"]} == {}


def test_every_page_has_one_heading_a_title_a_language_and_a_way_past_the_navigation(house, shown):
    with house.context(shown.admin) as context:
        page = context.new_page()
        titles = []
        for name in sorted({*MEMBERS} - {"temporary"}):  # a new chat, like "new"
            page.goto(shown.paths[name])
            expect(page.locator("h1")).to_have_count(1)
            assert page.locator("html").get_attribute("lang") == "en"
            titles.append(page.title())
            if name not in ("missing", "print"):  # which have no navigation before their content
                page.keyboard.press("Tab")
                if name != "new":  # where the box has the focus from the start
                    expect(page.locator(".skip-link")).to_be_focused()
        assert len(set(titles)) == len(titles), "every page has a title of its own"


def test_a_full_tour_breaks_no_rule_of_the_policy_and_asks_nobody_else(house, shown):
    """No violation, nothing on the console, no request to another address; remote images stay out."""
    said: list[str] = []
    asked: set[str] = set()
    with house.context(shown.admin) as context:
        context.add_init_script(
            "addEventListener('securitypolicyviolation', (e) =>"
            " console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}`), true)"
        )
        page = context.new_page()
        page.on("console", lambda message: message.type in ("error", "warning") and said.append(message.text))
        page.on("pageerror", lambda error: said.append(f"{page.url} {error}"))
        context.on("request", lambda request: asked.add("{0.scheme}://{0.netloc}".format(urlsplit(request.url))))
        for name in MEMBERS:
            if name == "missing":
                continue  # the browser itself writes every 404 to the console
            page.goto(shown.paths[name])
            settled(page)
        page.goto(shown.paths["chat"])
        for _ in opened_things(page):
            pass
        page.set_viewport_size({"width": 390, "height": 844})
        chat = Chat(page).open()
        images = "![x](https://example.com/x.png) ![](//example.com/y.png) <img src=//example.com/z.png> after"
        chat.ask(f'Images [[standin text="{images}" reasoning=0 rate=50]]').ended()
        expect(chat.text).to_contain_text("after")
        expect(chat.text.locator("img")).to_have_count(0)
        chat.reload()
        expect(chat.text.locator("img")).to_have_count(0)
        with page.expect_response(lambda response: response.url.endswith("/me/theme/")):
            page.locator("#sidebar-toggle").click()
            page.locator(".user-button").click()
            page.locator("#theme-switch input[value=dark]").check()
        page.get_by_role("button", name="Sign out").click()
        page.goto("/accounts/password/reset/")
    assert said == []
    assert asked <= {house.server.base_url, house.server.base_url.replace("http", "ws")}
