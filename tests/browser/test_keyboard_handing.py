"""Settings, keys, taking along and handing over, the team: without a mouse."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.house import saying
from tests.browser.keyboard import Keyboard
from tests.browser.test_keyboard_asking import ask
from tests.takeout.chatgpt import file_of, simple

pytestmark = pytest.mark.browser


@pytest.fixture
def keys(chat) -> Keyboard:
    keys = Keyboard(chat.page)
    ask(keys, saying(3))
    chat.ended()
    return keys


def test_settings_are_changed_reset_and_made_ones_defaults(chat, keys):
    page = chat.page
    keys.press("Control+Shift+I")
    panel = page.locator("#panel")
    expect(panel.locator("#panel-form")).to_be_visible()
    effort = panel.locator('[data-field="reasoning.effort"]')
    keys.to(effort.get_by_role("radio", name="Unset"))
    keys.press("ArrowRight")
    expect(page.locator("#panel-status")).to_have_text("Saved")
    expect(effort.locator("[data-origin]")).to_have_text("This chat")
    keys.do(effort.get_by_role("button", name=re.compile("^Reset")), back=True)
    expect(effort.locator("[data-origin]")).not_to_have_text("This chat")
    keys.kept()
    keys.to(effort.get_by_role("radio", name="Unset"))
    keys.press("ArrowRight")
    expect(effort.locator("[data-origin]")).to_have_text("This chat")
    keys.do(panel.get_by_role("button", name="Make these my defaults"))
    expect(panel.get_by_role("button", name="Clear my defaults")).to_be_visible()
    keys.kept()
    keys.do(panel.get_by_role("button", name="Close settings"), back=True)
    expect(panel).to_be_hidden()
    keys.kept()


def test_keys_are_changed_and_work_at_once(chat, keys):
    page = chat.page
    keys.press("Control+/")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    keys.do(sheet.get_by_role("button", name="Change the keys of: New chat"))
    keys.press("Control+Alt+n")
    expect(sheet.get_by_role("button", name="Change the keys of: New chat")).to_be_focused()
    keys.press("Escape")
    expect(sheet).to_have_count(0)
    keys.kept()
    keys.press("Control+Alt+n")
    expect(page.locator("#empty")).to_be_visible()
    expect(chat.box).to_be_focused()


def test_the_slash_menu_is_walked_by_arrows(chat, keys):
    keys.type("/")
    menu = chat.page.locator("#slash-menu")
    expect(menu).to_be_visible()
    name = menu.locator("[data-id='chat.export']")
    for _ in range(20):
        if name.get_attribute("aria-selected") == "true":
            break
        keys.press("ArrowDown")
    keys.press("Enter")
    dialog = chat.page.get_by_role("dialog", name="Export this chat")
    with chat.page.expect_download() as download:
        keys.do(dialog.get_by_role("link", name="Markdown"))
    assert download.value.suggested_filename.endswith(".md")
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    keys.kept()


def test_a_link_is_made_copied_and_revoked(chat, keys):
    keys.type("/share")
    keys.press("Enter")
    dialog = chat.page.get_by_role("dialog", name="Share this chat")
    keys.to(dialog.get_by_role("radio", name="Signed-in members"))
    keys.press("ArrowDown")
    keys.to(dialog.get_by_label("How long"))
    keys.press("ArrowDown")
    keys.do(dialog.get_by_role("button", name="Make the link"))
    expect(dialog.locator("[data-copy-link]")).to_be_focused()
    keys.do(dialog.get_by_role("button", name="Revoke the link"))
    expect(dialog.locator(".link-row")).to_have_count(0)
    keys.kept()
    keys.press("Escape")
    keys.kept()


def test_a_file_is_brought_in(chat, keys, tmp_path):
    path = tmp_path / "conversations.json"
    path.write_bytes(file_of(simple("c-1", "Old chat")))
    page = chat.page
    keys.press("Control+k")
    expect(page.locator("#palette-input")).to_be_focused()
    keys.type("your data")
    expect(page.locator(".palette-option[aria-selected=true]")).to_contain_text("Your data")
    keys.press("Enter")
    page.wait_for_url("**/data/")
    page.wait_for_load_state("networkidle")
    keys.to(page.locator("#file"))
    with page.expect_file_chooser() as chooser:
        keys.press("Space")
    chooser.value.set_files(path)
    keys.do(page.get_by_role("button", name="Look through it"))
    expect(page.get_by_role("heading", name="What is in conversations.json")).to_be_focused()
    keys.do(page.get_by_role("button", name="Import 1 chat"))
    expect(page.get_by_role("heading", name="Imported")).to_be_visible()
    keys.kept()
    with page.expect_download():
        keys.do(page.get_by_role("button", name="Export", exact=True), back=True)


def test_a_colleague_is_invited_given_a_role_and_shut_out(house):
    with house.context(house.member("admin")) as context:
        page = context.new_page()
        colleague = house.member()
        keys = Keyboard(page)
        page.goto("/team/")
        keys.do(page.locator("summary").filter(has_text="Invite somebody"))
        keys.to(page.get_by_label("E-mail address"))
        keys.type("new@example.org")
        keys.to(page.locator("#id_role"))
        keys.press("ArrowDown")
        keys.do(page.get_by_role("button", name="Make the link"))
        expect(page.locator("#link")).to_be_focused()
        keys.do(page.get_by_role("link", name="Done"))
        expect(page.get_by_text("new@example.org")).to_be_visible()
        keys.do(page.locator("tbody tr").filter(has_text=colleague.email).get_by_role("link").first)
        expect(page.locator(".lead")).to_contain_text(colleague.email)
        role = page.locator("#id_role")
        keys.to(role)
        keys.press("ArrowDown")
        keys.do(page.get_by_role("button", name="Save the role"))
        expect(role).not_to_have_value("member")
        keys.do(page.get_by_role("button", name="Deactivate"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("deactivated")
        keys.do(page.get_by_role("button", name="Reactivate"))
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("deactivated")
