"""Keyboards, input methods, fingers; light and dark."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.house import Chat, until

pytestmark = pytest.mark.browser


def test_enter_sends_and_shift_enter_breaks_the_line(chat):
    chat.box.press_sequentially("one")
    chat.box.press("Shift+Enter")
    chat.box.press_sequentially("two [[standin tokens=5]]")
    expect(chat.box).to_have_value("one\ntwo [[standin tokens=5]]")
    chat.box.press("Enter")
    expect(chat.questions).to_have_count(1)
    expect(chat.box).to_have_value("")
    expect(chat.box).to_be_focused()
    chat.ended()


def test_enter_on_an_empty_box_does_nothing(chat):
    chat.box.press("Enter")
    chat.box.fill("   ")
    chat.box.press("Enter")
    chat.page.wait_for_timeout(200)
    expect(chat.questions).to_have_count(0)
    expect(chat.send).to_be_disabled()


@pytest.mark.parametrize(
    "keys",
    [{"isComposing": True}, {"keyCode": 229, "which": 229}],
    ids=["while composing", "Safari's Enter that ends a composition"],
)
def test_an_enter_of_the_input_method_does_not_send(chat, keys):
    chat.box.fill("にほ")
    allowed = chat.box.evaluate(
        """(box, keys) => {
          box.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
          const options = {key: "Enter", bubbles: true, cancelable: true, ...keys};
          return box.dispatchEvent(new KeyboardEvent("keydown", options));
        }""",
        keys,
    )
    assert allowed, "the key is left to the input method"
    expect(chat.questions).to_have_count(0)
    expect(chat.box).to_have_value("にほ")


def test_real_composition_is_not_sent_by_its_enter(chat):
    """Through the browser's own input method interface."""
    client = chat.page.context.new_cdp_session(chat.page)
    chat.box.focus()
    client.send("Input.imeSetComposition", {"text": "日本", "selectionStart": 2, "selectionEnd": 2})
    client.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 229})
    expect(chat.questions).to_have_count(0)
    client.send("Input.insertText", {"text": "日本"})
    expect(chat.box).to_have_value("日本")


def test_a_fingers_enter_is_a_new_line_and_the_button_sends(open_chat):
    phone = open_chat(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    phone.box.tap()
    phone.box.press_sequentially("one")
    phone.box.press("Enter")
    phone.box.press_sequentially("two [[standin tokens=5]]")
    expect(phone.box).to_have_value("one\ntwo [[standin tokens=5]]")
    assert phone.box.get_attribute("enterkeyhint") == "enter"
    phone.send.tap()
    phone.ended()


def test_the_box_grows_with_its_text_up_to_a_limit(chat):
    before = chat.box.bounding_box()["height"]
    chat.box.fill("line\n" * 5)
    grown = chat.box.bounding_box()["height"]
    assert grown > before + 60
    chat.box.fill("line\n" * 200)
    assert grown < chat.box.bounding_box()["height"] < 420
    expect(chat.send).to_be_in_viewport()


def tab_to(chat: Chat, wanted: str, key: str = "Tab", most: int = 60) -> None:
    """Press Tab until the focus is on `wanted`."""
    for _ in range(most):
        if chat.page.evaluate("(selector) => document.activeElement?.matches(selector) ?? false", wanted):
            return
        chat.page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached by {key}")


def test_everything_needed_is_done_with_the_keyboard_alone(chat):
    page = chat.page
    expect(chat.box).to_be_focused()  # the new-chat page begins in its box
    page.keyboard.type("By hand [[standin tokens=5000 rate=40]]")
    page.keyboard.press("Enter")
    chat.begun()
    tab_to(chat, "#send")
    page.keyboard.press("Space")
    chat.ended("stopped")
    tab_to(chat, "#panel-toggle")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="Settings of this chat")).to_be_visible()
    tab_to(chat, "#panel input, #panel textarea")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator("#panel-toggle")).to_be_focused()
    tab_to(chat, "article[data-role=assistant] [data-do=menu]")
    page.keyboard.press("Enter")
    menu = page.locator("#message-menu")
    expect(menu).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    assert page.evaluate("() => document.activeElement.dataset.do") == "menu"
    tab_to(chat, "article[data-role=assistant] [data-do=about]", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="About this answer")).to_be_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("() => document.activeElement.dataset.do") == "about"


def test_the_settings_over_a_small_page_are_modal_and_give_the_focus_back(open_chat):
    chat = open_chat(viewport={"width": 768, "height": 1024})
    chat.page.locator("#panel-toggle").click()
    panel = chat.page.locator("#panel")
    expect(panel.get_by_role("heading", name="Settings of this chat")).to_be_visible()
    for _ in range(30):
        chat.page.keyboard.press("Tab")
        inside = "() => document.activeElement === document.body || !!document.activeElement.closest('#panel')"
        assert chat.page.evaluate(inside)
    chat.page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(chat.page.locator("#panel-toggle")).to_be_focused()


def test_the_theme_is_switched_at_once_and_drawn_by_the_server_from_then_on(open_chat):
    chat = open_chat(color_scheme="light")
    colour = "() => getComputedStyle(document.documentElement).backgroundColor"
    light = chat.page.evaluate(colour)
    chat.page.locator(".user-button").click()
    with chat.page.expect_response(lambda response: response.url.endswith("/me/theme/")):
        chat.page.locator("#theme-switch input[value=dark]").check()
    until(lambda: chat.page.evaluate(colour) != light, "the page is dark", page=chat.page)
    # No flash: the HTML itself says the theme, before any script runs.
    response = chat.page.request.get("/")
    assert re.search(r'<html[^>]*data-theme="dark"', response.text())
    other = open_chat(color_scheme="light")
    assert other.page.evaluate(colour) != light
    with_system = open_chat(color_scheme="dark")
    with_system.page.locator(".user-button").click()
    with with_system.page.expect_response(lambda response: response.url.endswith("/me/theme/")):
        with_system.page.locator("#theme-switch input[value=system]").check()
    assert with_system.page.evaluate(colour) != light


def test_the_collapsed_list_stays_collapsed_without_a_jump(chat):
    chat.page.locator("#sidebar-close").click()
    expect(chat.page.locator("#sidebar")).not_to_be_in_viewport()
    assert re.search(r'<html[^>]*data-sidebar="collapsed"', chat.page.request.get("/").text())
    chat.reload()
    expect(chat.page.locator("#sidebar")).not_to_be_in_viewport()
    chat.page.locator("#sidebar-toggle").click()
    expect(chat.page.locator("#sidebar")).to_be_in_viewport()


def test_on_a_phone_the_list_is_a_drawer(house, member, open_chat):
    house.tell(f"hoard({member.id}, 3)")
    phone = open_chat(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844})
    drawer = phone.page.locator("#sidebar")
    expect(drawer).to_be_hidden()
    phone.page.locator("#sidebar-toggle").tap()
    expect(drawer).to_be_visible()
    phone.page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    phone.page.locator("#sidebar-toggle").tap()
    drawer.locator(".row-link").first.tap()
    expect(drawer).to_be_hidden()
    expect(phone.questions).to_have_count(1)
