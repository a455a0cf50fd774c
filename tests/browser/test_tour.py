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
# 1440 × 900 at 200 %, with the colours of somebody's own; and 1280 × 1024 at 400 % (WCAG 1.4.10), in longer words.
MIDDLE = {"viewport": {"width": 720, "height": 450}, "forced_colors": "active"}
NARROW = {"viewport": {"width": 320, "height": 256}, "locale": "de-DE"}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "has_touch": True, "is_mobile": True}
LONG = pytest.mark.timeout(600)  # the first to ask for a walk waits for it


@pytest.fixture(scope="module")
def wide(house, shown):
    return broken(house, shown, {"axe": rules.axe, "sideways": rules.sideways, "moving": rules.moving}, **WIDE)


@pytest.fixture(scope="module")
def middle(house, shown):
    checked = {
        "sideways": rules.sideways,
        "cut": rules.cut,
        "invisible": rules.invisible,
        "unmarked": rules.unmarked,
        "unsigned": rules.unsigned,
    }
    return broken(house, shown, checked, **MIDDLE)


@pytest.fixture(scope="module")
def phone(house, shown):
    checked = {"axe": rules.axe, "sideways": rules.sideways, "small": rules.small, "tiny text": rules.tiny_text}
    return broken(house, shown, checked, **PHONE)


@pytest.fixture(scope="module")
def narrow(house, shown):
    checked = {"sideways": rules.sideways, "turned": rules.turned, "cut": rules.cut, "English": rules.english}
    return broken(house, shown, checked, **NARROW)


def nowhere(found: dict[str, object]) -> None:
    assert not found, json.dumps(found, indent=1, ensure_ascii=False)


@LONG
@pytest.mark.parametrize("window", ["wide", "phone"], ids=["light", "on a phone, dark"])
def test_axe_finds_nothing_on_any_page(request, window):
    nowhere(request.getfixturevalue(window)["axe"])


@LONG
@pytest.mark.parametrize("window", ["wide", "middle", "phone", "narrow"])
def test_nothing_but_code_tables_and_diagrams_is_scrolled_sideways(request, window):
    nowhere(request.getfixturevalue(window)["sideways"])


@LONG
@pytest.mark.parametrize("window", ["middle", "narrow"], ids=["at 200 %", "at 400 % in German"])
def test_no_words_are_cut_off_when_the_page_is_enlarged(request, window):
    nowhere(request.getfixturevalue(window)["cut"])


@LONG
def test_written_from_right_to_left_nothing_is_scrolled_sideways_either(narrow):
    nowhere(narrow["turned"])


@LONG
def test_the_pages_in_german_have_no_english_of_ours(narrow):
    nowhere(narrow["English"])


@LONG
def test_in_forced_colours_every_control_can_be_seen(middle):
    nowhere(middle["invisible"])


@LONG
def test_in_forced_colours_one_sees_what_is_current_selected_pressed_and_focused(middle):
    nowhere(middle["unmarked"])


@LONG
def test_what_opens_has_an_arrow_that_says_so(middle):
    nowhere(middle["unsigned"])


@LONG
def test_what_a_finger_presses_is_as_large_as_one(phone):
    nowhere(phone["small"])


@LONG
def test_letters_that_one_types_are_not_tiny_on_a_phone(phone):
    nowhere(phone["tiny text"])


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
