"""The map of a chat's branches: by keyboard to a message, a name, a deletion taken back, two branches compared."""

import pytest
from playwright.sync_api import expect

from tests.browser.house import saying

pytestmark = pytest.mark.browser


def test_the_map_is_walked_named_pruned_and_compared(chat):
    page = chat.page
    chat.ask(saying(3)).ended()
    chat.page.locator('article[data-role="assistant"] [data-do="retry"]').click()
    expect(page.locator("[data-siblings]")).to_contain_text("2 of 2")
    chat.ended()

    chat.box.press("Control+Shift+B")
    tree = page.get_by_role("dialog", name="Branches of this chat")
    expect(tree.locator(".map-stop")).to_have_count(3)
    expect(tree).to_contain_text("2 branches")
    # The focus is where one reads; up leads to the other answer.
    expect(tree.locator(".map-stop").nth(2)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(tree.locator(".map-stop").nth(1)).to_be_focused()

    tree.locator("[data-rename]").nth(1).click()
    page.keyboard.type("the first try")
    page.keyboard.press("Enter")
    expect(tree.locator("[data-name]").nth(1)).to_have_text("the first try")
    expect(tree.locator("[data-rename]").nth(1)).to_be_focused()
    tree.locator(".map-stop").nth(1).press("Enter")
    expect(tree).to_be_hidden()
    expect(page.locator("[data-siblings]")).to_contain_text("1 of 2")

    chat.box.press("Control+Shift+B")
    tree.locator("[data-prune]").nth(2).click()
    expect(tree).to_be_hidden()
    expect(page.locator("[data-siblings]")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-siblings]")).to_contain_text("of 2")

    chat.box.press("Control+Shift+B")
    compare = tree.get_by_role("button", name="Compare two branches")
    expect(compare).to_be_disabled()
    for tick in tree.get_by_label("Compare", exact=True).all():
        tick.check()
    compare.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Two branches")
    expect(page.locator("body")).to_contain_text("The first message is the same in both")
    expect(page.get_by_role("heading", name="What was sent for the last answers")).to_be_visible()
    page.get_by_role("link", name="Back to the chat").click()
    expect(chat.questions).to_have_count(1)
