"""Branches, without a mouse: the map, names, pruning, comparing, forking; a summary made, changed, taken back."""

import pytest
from playwright.sync_api import expect

from tests.browser.house import saying
from tests.browser.keyboard import Keyboard
from tests.browser.test_compact import talk
from tests.browser.test_keyboard_asking import ask

pytestmark = pytest.mark.browser


@pytest.fixture
def keys(chat) -> Keyboard:
    """In a chat with two answers to its question; the focus in the message box."""
    keys = Keyboard(chat.page)
    ask(keys, saying(3))
    chat.ended()
    keys.press("Shift+Escape")
    keys.type("/regenerate")
    keys.press("Enter")
    expect(chat.last.locator("[data-siblings]")).to_have_text("Answer 2 of 2")
    chat.ended()
    keys.press("Shift+Escape")
    return keys


def opened_map(chat, keys):
    keys.press("Control+Shift+B")
    tree = chat.page.get_by_role("dialog", name="Branches of this chat")
    expect(tree.locator(".map-stop").nth(2)).to_be_visible()
    expect(tree.locator(".map-stop[aria-current]").last).to_be_focused()
    return tree


def test_the_map_leads_to_a_message_of_another_branch(chat, keys):
    opened_map(chat, keys)
    keys.press("ArrowUp", "Enter")
    expect(chat.last.locator("[data-siblings]")).to_have_text("Answer 1 of 2")
    keys.kept()


def test_a_branch_is_named_and_deleted_with_undo(chat, keys):
    tree = opened_map(chat, keys)
    keys.do(tree.get_by_role("button", name="Name this branch").last, back=True)
    keys.type("the second try")
    keys.press("Enter")
    expect(tree.get_by_role("button", name="Rename the branch the second try")).to_be_focused()
    keys.do(tree.locator("[data-prune]").last)
    expect(chat.last.locator("[data-siblings]")).to_have_count(0)
    keys.kept()
    keys.press("Shift+Escape", "Shift+Tab")
    keys.press("z")
    expect(chat.last.locator("[data-siblings]")).to_contain_text("of 2")
    keys.kept()


def test_two_branches_are_compared(chat, keys):
    tree = opened_map(chat, keys)
    for number in range(2):
        keys.to(tree.get_by_role("checkbox", name="Compare").nth(number), back=not number)
        keys.press("Space")
    keys.do(tree.get_by_role("button", name="Compare two branches"))
    expect(chat.page.get_by_role("heading", level=1)).to_contain_text("Two branches")
    keys.do(chat.page.get_by_role("link", name="Back to the chat"))
    expect(chat.questions).to_have_count(1)


def test_a_chat_is_forked_from_a_message(chat, keys):
    before = chat.page.url
    keys.choose(chat.last.get_by_role("button", name="More for this message"), "Fork from here", back=True)
    chat.page.wait_for_url(lambda url: url != before)
    expect(chat.answers).to_have_count(1)
    expect(chat.box).to_be_focused()


def test_the_earlier_part_is_condensed_changed_and_brought_back(house, member, open_chat):
    chat = open_chat(talk(house, member, 6))
    keys = Keyboard(chat.page)
    keys.press("Shift+Escape")
    keys.type("/compact")
    keys.press("Enter")
    dialog = chat.page.get_by_role("dialog", name="Condense the earlier part")
    keys.do(dialog.get_by_role("button", name="Condense", exact=True))
    mark = chat.page.locator("section[data-summary]")
    expect(mark.locator("[data-summary-text]")).to_contain_text("Question 0?")
    keys.kept()
    keys.do(mark.get_by_role("button", name="Edit"), back=True)
    expect(mark.get_by_role("textbox", name="Summary")).to_be_focused()
    keys.press("Control+End")
    keys.type(" My own words.")
    keys.do(mark.get_by_role("button", name="Save"))
    expect(mark).to_contain_text("Changed by you")
    keys.kept()
    keys.do(mark.get_by_role("button", name="Undo"))
    expect(mark).to_have_count(0)
    keys.kept()
