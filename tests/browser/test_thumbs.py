"""Thumbs on answers: by mouse and by keyboard, in two tabs."""

import pytest
from playwright.sync_api import expect

from tests.browser.house import until
from tests.browser.rules import axe, sideways

pytestmark = pytest.mark.browser


def test_thumbs_are_given_explained_changed_and_removed_in_both_tabs(open_chat):
    chat = open_chat()
    chat.ask('Hello [[standin text="Hi" reasoning=0]]').ended()
    page = chat.page
    beside = open_chat(page.url, beside=chat)
    up, down = (chat.last.get_by_role("button", name=f"{which} answer") for which in ("Good", "Bad"))
    down.focus()
    page.keyboard.press("Enter")
    box = page.locator("#feedback")
    expect(box).to_be_visible()
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(box.get_by_label("Not correct")).to_be_focused()
    page.keyboard.press("Space")
    expect(box.locator("[data-status]")).to_have_text("Saved")
    box.get_by_label("In your words").fill("The year is wrong.")
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(down).to_be_focused()
    expect(beside.last.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")

    chat.box.fill("Nothing is in the way")
    chat.box.fill("")
    chat.last.hover()
    chat.last.get_by_role("button", name="Say why").click()
    expect(box.get_by_label("Not correct")).to_be_checked()
    expect(box.get_by_label("In your words")).to_have_value("The year is wrong.")
    box.get_by_role("button", name="Done").click()

    up.click()
    expect(box.get_by_label("Clear")).to_be_visible()
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(down).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Escape")
    up.click()
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(beside.last.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "false")
    expect(chat.last.get_by_role("button", name="Say why")).to_have_count(0)


def test_the_reasons_stay_in_the_window_when_it_is_turned(chat):
    chat.ask('Hello [[standin text="Hi" reasoning=0]]').ended()
    chat.last.get_by_role("button", name="Bad answer").click()
    box = chat.page.locator("#feedback")
    box.get_by_label("In your words").fill("The year is wrong.")
    chat.page.set_viewport_size({"width": 390, "height": 844})
    until(lambda: sideways(chat.page) == [], "nothing is outside of the window", page=chat.page)
    expect(box.get_by_label("In your words")).to_have_value("The year is wrong.")


def test_copying_is_told_once_a_minute(chat):
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    chat.ask('Hello [[standin text="Hi" reasoning=0]]').ended()
    told: list[str] = []
    chat.page.on("request", lambda request: request.url.endswith("/copied/") and told.append(request.url))
    for _ in range(3):
        chat.last.hover()
        chat.last.get_by_role("button", name="Copy answer").click()
        expect(chat.page.locator("#announcer")).to_have_text("Copied")
    until(lambda: told, "the server is told", page=chat.page)
    assert len(told) == 1
