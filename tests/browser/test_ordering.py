"""Conversations put in order by hand: folders, several at once, undo; and a temporary chat from switch to keep."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def titles(chat, shelf: str):
    return chat.page.locator(f"#rows {shelf} .row-title")


def test_several_are_put_into_a_folder_at_once_and_back_by_undo_in_every_tab(house, member, open_chat):
    house.tell(f"hoard({member.id}, 5)")
    here = open_chat()
    there = open_chat(beside=here)
    page = here.page
    # By keyboard: the menu of lists, several, the first box, a range.
    page.locator("#view-button").press("Enter")
    page.get_by_role("menuitem", name="Select several").press("Enter")
    page.get_by_label("Select Talk 1").press("Space")
    page.locator("#rows .row-link").nth(2).click(modifiers=["Shift"])
    expect(page.locator("#selection-bar [data-count]")).to_have_text("3 chats selected")
    page.get_by_role("toolbar").get_by_role("button", name="Put into folder").press("Enter")
    dialog = page.locator("#order")
    dialog.get_by_label("Name of the new folder").fill("Garden")
    dialog.get_by_role("button", name="Put 3 chats there").click()
    expect(dialog).to_be_hidden()
    for tab in (here, there):
        expect(titles(tab, "[data-folder]")).to_have_text(["Talk 1", "Talk 2", "Talk 3"])
        expect(titles(tab, ".shelf-recent")).to_have_text(["Talk 4", "Talk 5"])
    expect(page.locator("#selection-bar")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    for tab in (here, there):
        expect(titles(tab, ".shelf-recent")).to_have_count(5)
        expect(titles(tab, "[data-folder]")).to_have_count(0)

    # A name that is taken is refused beside the field; settings reach the panel of a chat begun there.
    page.locator("#view-button").click()
    page.get_by_role("menuitem", name="New folder").click()
    dialog.get_by_label("Name", exact=True).fill("garden")
    dialog.get_by_role("button", name="Make folder").click()
    expect(dialog.locator("#folder-name-error")).to_contain_text("already")
    dialog.get_by_label("Name", exact=True).fill("Law")
    dialog.get_by_role("textbox", name="System prompt").fill("Answer as a lawyer.")
    dialog.get_by_role("button", name="Make folder").click()
    expect(there.page.locator(".shelf-title")).to_have_text(["Garden", "Law"])
    page.get_by_role("button", name="More for folder Law").click()
    page.get_by_role("menuitem", name="New chat in this folder").click()
    expect(page.locator(".chat-folder")).to_have_text("Law")
    page.locator("#panel-toggle").click()
    field = page.locator('#panel [data-field="system_prompt"]')
    expect(field.locator("[data-origin]")).to_have_text("Folder Law")
    page.locator("#panel [data-panel-close]").click()
    here.ask("Hm? [[standin tokens=5]]").ended()
    expect(there.page.locator('[data-folder]:has-text("Law") .row')).to_have_count(1)

    # Closed here, closed in the other tab and after a reload.
    page.get_by_role("button", name="Law", exact=True).click()
    expect(there.page.get_by_role("button", name="Law", exact=True)).to_have_attribute("aria-expanded", "false")
    here.reload()
    expect(page.get_by_role("button", name="Law", exact=True)).to_have_attribute("aria-expanded", "false")


def test_pinned_tagged_archived_deleted_found_in_their_lists_and_brought_back(house, member, open_chat):
    house.tell(f"hoard({member.id}, 4)")
    here = open_chat()
    there = open_chat(beside=here)
    page = here.page

    def choose(title: str, deed: str) -> None:
        row = page.locator("#rows .row").filter(has_text=title)
        row.hover()
        row.locator("[data-row-menu]").click()
        page.get_by_role("menuitem", name=deed).click()

    def view(name: str) -> None:
        page.locator("#view-button").click()
        page.get_by_role("menuitem", name=name).click()

    choose("Talk 3", "Pin")
    expect(titles(there, ".shelf-pinned")).to_have_text(["Talk 3"])
    choose("Talk 2", "Tags")
    page.get_by_label("Add a tag").fill("travel")
    page.get_by_label("Add a tag").press("Enter")
    expect(page.locator("#order .tag-name")).to_have_text("travel")
    page.get_by_role("button", name="Done").click()
    choose("Talk 1", "Archive")
    choose("Talk 4", "Delete")
    expect(titles(there, ".shelf-recent")).to_have_text(["Talk 2"])
    view("travel")
    expect(titles(here, ".shelf-tag")).to_have_text(["Talk 2"])
    view("Archived")
    expect(titles(here, ".shelf-archived")).to_have_text(["Talk 1"])
    expect(page.locator(".view-head h2")).to_be_focused()
    choose("Talk 1", "Take out of the archive")
    expect(titles(there, ".shelf-recent")).to_have_text(["Talk 1", "Talk 2"])
    view("Trash")
    choose("Talk 4", "Delete now")
    expect(page.locator("#confirm")).to_contain_text("cannot be brought back")
    page.get_by_role("button", name="Cancel").click()
    choose("Talk 4", "Restore")
    expect(page.locator("#rows")).to_contain_text("The trash is empty.")
    page.get_by_role("button", name="Back to all chats").click()
    expect(titles(here, ".shelf-recent")).to_have_text(["Talk 1", "Talk 2", "Talk 4"])


def test_a_temporary_chat_is_in_no_list_says_so_and_can_be_kept(open_chat):
    here = open_chat()
    there = open_chat(beside=here)
    page = here.page
    here.box.fill("Between us [[standin tokens=5]]")
    page.get_by_role("button", name="Temporary chat").press("Enter")
    expect(here.box).to_have_value(re.compile("Between us"))
    expect(page.get_by_text("24 hours after your first question")).to_be_visible()
    share = page.locator("[data-share]")
    here.box.press("Enter")
    here.ended()
    expect(page.locator("#temporary [data-expires]")).to_have_text(re.compile(r"erased on \d+ \w+, \d\d:\d\d UTC"))
    expect(share).to_be_hidden()
    here.reload()
    expect(page.locator("#temporary")).to_contain_text("in no list and in no search")
    expect(share).to_be_hidden()
    for tab in (here, there):
        expect(tab.page.locator("#rows .row")).to_have_count(0)
    page.get_by_role("button", name="Keep this chat").click()
    for tab in (here, there):
        expect(tab.page.locator("#rows .row")).to_have_count(1)
    expect(page.locator("#temporary")).to_have_count(0)
    expect(share).to_be_visible()
