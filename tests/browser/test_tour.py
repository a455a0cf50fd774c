"""A tour of every page: what every one of them has to keep."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import rules
from tests.browser.everywhere import MEMBERS, broken, opened_things, settled
from tests.browser.house import Chat
from tests.browser.showcase import Showcase, build

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shown(house) -> Showcase:
    return build(house)


WIDE = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light", "reduced_motion": "reduce"}
MIDDLE = {"viewport": {"width": 768, "height": 1024}}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True, "is_mobile": True}
LONG = pytest.mark.timeout(420)  # the first to ask for a walk waits for it


@pytest.fixture(scope="module")
def wide(house, shown):
    return broken(house, shown, {"axe": rules.axe, "sideways": rules.sideways, "moving": rules.moving}, **WIDE)


@pytest.fixture(scope="module")
def middle(house, shown):
    return broken(house, shown, {"sideways": rules.sideways}, **MIDDLE)


@pytest.fixture(scope="module")
def phone(house, shown):
    return broken(house, shown, {"axe": rules.axe, "sideways": rules.sideways}, **PHONE)


def nowhere(found: dict[str, object]) -> None:
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


@LONG
@pytest.mark.parametrize("window", ["wide", "phone"], ids=["light", "on a phone, dark"])
def test_axe_finds_nothing_on_any_page(request, window):
    nowhere(request.getfixturevalue(window)["axe"])


@LONG
@pytest.mark.parametrize("window", ["wide", "middle", "phone"])
def test_no_page_is_wider_than_its_window(request, window):
    nowhere(request.getfixturevalue(window)["sideways"])


@LONG
def test_nothing_moves_for_those_who_want_no_motion(wide):
    nowhere(wide["moving"])


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
