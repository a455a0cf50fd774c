"""Finding and ordering chats, without a mouse."""

import pytest
from playwright.sync_api import expect

from tests.browser.keyboard import Keyboard

pytestmark = pytest.mark.browser


@pytest.fixture
def keys(house, member, open_chat) -> Keyboard:
    house.tell(f"hoard({member.id}, 4)")
    return Keyboard(open_chat().page)


def more(keys: Keyboard, title: str):
    return keys.page.get_by_role("button", name=f"More for {title}", exact=True)


def shown(keys: Keyboard, shelf: str = ""):
    return keys.page.locator(f"#rows {shelf} .row-title")


def undo(keys: Keyboard) -> None:
    keys.kept()
    keys.press("z")


def test_a_chat_is_found_and_opened_at_the_message(keys):
    keys.press("Control+k")
    box = keys.page.locator("#palette-input")
    expect(box).to_be_focused()
    keys.type('"Answer 3" in')
    keys.press(*["Backspace"] * 3)
    hit = keys.page.locator(".palette-hit")
    expect(hit).to_have_count(1)
    for _ in range(10):
        if hit.get_attribute("aria-selected") == "true":
            break
        keys.press("ArrowDown")
    keys.press("Enter")
    found = keys.page.locator("#transcript article", has_text="Answer 3")
    expect(found).to_be_in_viewport()
    keys.kept()
    keys.press("Control+k")
    expect(box).to_be_focused()
    keys.press("Escape")
    expect(box).to_be_hidden()
    keys.kept()
    keys.press("Control+k")
    expect(box).to_be_focused()
    keys.type("keyboard")
    keys.press("Enter")
    expect(keys.page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def test_pin_tag_archive_delete_each_with_undo(keys):
    keys.choose(more(keys, "Talk 3"), "Pin", back=True)
    expect(shown(keys, ".shelf-pinned")).to_have_text(["Talk 3"])
    undo(keys)
    expect(shown(keys, ".shelf-pinned")).to_have_count(0)
    keys.choose(more(keys, "Talk 2"), "Tags…")
    expect(keys.page.get_by_label("Add a tag")).to_be_focused()
    keys.type("travel")
    keys.press("Enter")
    expect(keys.page.locator("#order .tag-name")).to_have_text("travel")
    keys.do(keys.page.get_by_role("button", name="Done"))
    keys.kept()
    keys.choose(more(keys, "Talk 1"), "Archive", back=True)
    expect(shown(keys)).to_have_text(["Talk 2", "Talk 3", "Talk 4"])
    undo(keys)
    expect(shown(keys)).to_have_text(["Talk 1", "Talk 2", "Talk 3", "Talk 4"])
    keys.choose(more(keys, "Talk 4"), "Delete")
    expect(shown(keys)).to_have_text(["Talk 1", "Talk 2", "Talk 3"])
    keys.kept()
    keys.choose(keys.page.locator("#view-button"), "Trash", back=True)
    expect(keys.page.get_by_role("heading", name="Trash")).to_be_focused()
    keys.choose(more(keys, "Talk 4"), "Restore")
    expect(keys.page.locator("#rows")).to_contain_text("The trash is empty.")
    keys.do(keys.page.get_by_role("button", name="Back to all chats"), back=True)
    expect(shown(keys)).to_have_count(4)
    keys.kept()


def test_a_chat_is_renamed_in_its_row_and_in_the_header(keys):
    keys.choose(more(keys, "Talk 1"), "Rename", back=True)
    expect(keys.page.get_by_label("New title")).to_be_focused()
    keys.type("Tides")
    keys.press("Enter")
    expect(shown(keys).first).to_have_text("Tides")
    keys.kept()
    keys.press("Enter")
    title = keys.page.locator("#chat-title button")
    expect(title).to_have_text("Tides")
    expect(keys.page.locator("#composer-text")).to_be_focused()
    keys.do(title, back=True)
    expect(keys.page.get_by_label("Title of this chat")).to_be_focused()
    keys.type("Moon")
    keys.press("Enter")
    expect(shown(keys).first).to_have_text("Moon")
    keys.kept()


def test_a_folder_is_made_opened_closed_and_removed(keys):
    keys.choose(keys.page.locator("#view-button"), "New folder…", back=True)
    dialog = keys.page.locator("#order")
    expect(dialog.get_by_label("Name", exact=True)).to_be_focused()
    keys.type("Law")
    keys.to(dialog.get_by_role("textbox", name="System prompt"))
    keys.type("Answer as a lawyer.")
    keys.do(dialog.get_by_role("button", name="Make folder"))
    expect(dialog).to_be_hidden()
    keys.kept()
    expect(keys.page.get_by_role("button", name="Law", exact=True)).to_be_visible()
    keys.choose(more(keys, "Talk 2"), "Put into folder…")
    keys.to(dialog.get_by_role("radio", checked=True))
    keys.press("ArrowDown")
    expect(dialog.get_by_role("radio", name="Law")).to_be_checked()
    keys.press("Enter")
    expect(shown(keys, "[data-folder]")).to_have_text(["Talk 2"])
    undo(keys)
    expect(shown(keys, "[data-folder]")).to_have_count(0)
    fold = keys.page.get_by_role("button", name="Law", exact=True)
    keys.do(fold, back=True)
    expect(fold).to_have_attribute("aria-expanded", "false")
    keys.kept()
    keys.choose(keys.page.get_by_role("button", name="More for folder Law"), "Remove folder…")
    keys.do(keys.page.locator("#confirm [type=submit]"))
    expect(fold).to_have_count(0)
    keys.kept()


def test_several_are_chosen_and_moved_at_once_and_back(keys):
    keys.choose(keys.page.locator("#view-button"), "Select several", back=True)
    expect(keys.page.get_by_role("checkbox", name="Select Talk 1")).to_be_focused()
    keys.press("Space")
    keys.to(keys.page.get_by_role("checkbox", name="Select Talk 2"))
    keys.press("Space")
    bar = keys.page.get_by_role("toolbar", name="Selected chats")
    expect(bar).to_contain_text("2 chats selected")
    keys.do(bar.get_by_role("button", name="Archive"))
    expect(shown(keys)).to_have_text(["Talk 3", "Talk 4"])
    undo(keys)
    expect(shown(keys)).to_have_count(4)
    keys.kept()


def test_a_temporary_chat_is_begun_and_kept(keys):
    page = keys.page
    keys.do(page.get_by_role("button", name="Temporary chat"), back=True)
    expect(page.locator("#temporary")).to_be_visible()
    keys.press("Shift+Escape")
    keys.type("Between us [[standin tokens=5 reasoning=0]]")
    keys.press("Enter")
    expect(page.locator("#transcript article[data-role=assistant]")).to_have_attribute("data-state", "complete")
    keys.do(page.get_by_role("button", name="Keep this chat"), back=True)
    expect(page.locator("#temporary")).to_have_count(0)
    expect(shown(keys)).to_have_count(5)
    keys.kept()
