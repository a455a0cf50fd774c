"""The first minutes: the empty page that teaches, and the help page."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_every_starter_fills_the_box_and_gets_an_answer(open_chat):
    chat = open_chat()
    count = chat.page.locator(".starter").count()
    assert count == 4
    for number in range(count):
        chat.open()
        starter = chat.page.locator(".starter").nth(number)
        words = starter.get_attribute("data-starter")
        starter.click()
        expect(chat.box).to_have_value(words)
        expect(chat.box).to_be_focused()
        chat.box.press("Enter")
        expect(chat.questions.first).to_contain_text(words)
        expect(chat.page.locator("#empty")).to_be_hidden()
        chat.ended()
        expect(chat.text).not_to_be_empty()


def test_a_starter_loses_no_word_that_was_typed_before(chat):
    chat.box.fill("Mind the import.")
    chat.page.locator(".starter").first.click()
    words = chat.page.locator(".starter").first.get_attribute("data-starter")
    expect(chat.box).to_have_value(f"Mind the import.\n\n{words}")


def test_the_first_steps_do_what_they_say(chat):
    steps = chat.page.locator(".first-steps")
    steps.get_by_role("button", name="Search your chats").click()
    expect(chat.page.locator("#palette-input")).to_be_focused()
    chat.page.keyboard.press("Escape")
    steps.get_by_role("button", name="Keyboard shortcuts").click()
    expect(chat.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    expect(chat.page.get_by_role("dialog").get_by_role("link", name="How it works")).to_be_visible()
    chat.page.keyboard.press("Escape")
    steps.get_by_role("link", name="How it works").click()
    expect(chat.page.get_by_role("heading", level=1, name="How to use Chatapp")).to_be_visible()


def test_on_a_phone_the_greeting_begins_at_its_top(open_chat):
    chat = open_chat(viewport={"width": 360, "height": 560}, has_touch=True)
    expect(chat.page.locator("#empty-title")).to_be_in_viewport(ratio=1)
    expect(chat.page.locator("#jump")).to_be_hidden()


def test_the_help_is_searched_by_its_words(chat):
    page = chat.page
    page.goto("/help/")
    box = page.get_by_role("searchbox", name="Search the help")
    sections = page.locator(".help-text section")
    everything = sections.count()
    box.fill("TAG: Pinned")
    expect(page.locator(".help-text section:visible h2")).to_have_text(["Search"])
    expect(page.locator(".help-contents li:visible")).to_have_text(["Search"])
    expect(page.locator("#announcer")).to_have_text("1 section")
    box.press("Enter")
    assert page.url.endswith("/help/#search")
    expect(page.locator("#search")).to_be_focused()
    box.fill("no such words at all")
    expect(page.locator(".help-text section:visible")).to_have_count(0)
    expect(page.get_by_text("No section has all of these words. Try")).to_be_visible()
    box.fill("")
    expect(page.locator(".help-text section:visible")).to_have_count(everything)
