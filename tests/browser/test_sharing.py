"""Sharing by link, as the owner and a stranger live it."""

import pytest
from playwright.sync_api import expect

from tests.browser.rules import axe

pytestmark = pytest.mark.browser

TEXT = "A **bold** word, $x^2$ and\\n\\n```python\\nprint(1)\\n```"
FORMULA = f'Share this [[standin text="{TEXT}" reasoning=20 rate=200]]'


def test_a_chat_is_shared_read_by_a_stranger_copied_by_a_member_and_revoked(house, open_chat):
    chat = open_chat()
    expect(chat.page.locator("[data-share]")).to_be_hidden()
    chat.ask(FORMULA).ended()
    page = chat.page
    opener = page.locator("[data-share]")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#share")
    expect(dialog).to_be_visible()
    expect(dialog.locator("dl")).to_contain_text("The title and 2 messages")
    expect(dialog.locator("[data-say=who]")).to_have_text("Members of your team, after signing in")
    dialog.get_by_label("Anyone with the link").check()
    dialog.get_by_label("My name").check()
    dialog.get_by_label("How long").select_option("date")
    expect(dialog.get_by_label("Last day")).to_be_visible()
    dialog.get_by_label("How long").select_option("never")
    expect(dialog.locator("[data-say=who]")).to_have_text("Anyone who has the link, without signing in")
    expect(dialog.locator("[data-say=until]")).to_have_text("Until you revoke it")
    assert axe(page) == []
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.locator("[data-copy-link]")).to_be_focused()
    assert axe(page) == []
    address = dialog.locator(".link-address input").input_value()

    with house.context() as stranger:
        reader = stranger.new_page()
        said: list[str] = []
        reader.on("console", lambda message: message.type in ("error", "warning") and said.append(message.text))
        reader.goto(address)
        expect(reader.locator("article")).to_have_count(2)
        expect(reader.get_by_text("Shared by")).to_be_visible()
        expect(reader.locator(".hljs-built_in")).to_be_attached()
        expect(reader.locator("math")).to_be_attached()
        assert axe(reader) == []
        assert said == []
        assert stranger.cookies() == []

        with house.context(house.member()) as other:
            taker = other.new_page()
            taker.goto(address)
            assert axe(taker) == []
            taker.get_by_role("button", name="Continue as my copy").click()
            taker.wait_for_url("**/c/*/")
            expect(taker.locator("#transcript article")).to_have_count(2)
            expect(taker.locator("[data-answer]")).to_contain_text("A bold word")

        dialog.get_by_role("button", name="Revoke").click()
        expect(dialog.locator(".link-row")).to_have_count(0)
        answer = reader.goto(address)
        assert answer is not None
        assert answer.status == 404
        expect(reader.get_by_role("heading", name="This link does not work")).to_be_visible()
        assert axe(reader) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_all_links_are_on_a_page_of_their_own(house, open_chat):
    chat = open_chat()
    chat.ask('Hello [[standin text="Hi" reasoning=0]]').ended()
    page = chat.page
    page.locator("[data-share]").click()
    page.get_by_role("button", name="Make the link").click()
    page.get_by_role("button", name="Make another link").click()
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator(".link-row")).to_have_count(2)
    page.goto("/shared/")
    expect(page.locator(".link-row")).to_have_count(2)
    page.get_by_role("button", name="Copy").first.click()
    expect(page.locator("#announcer")).not_to_be_empty()
    page.get_by_role("button", name="Revoke").first.click()
    expect(page.locator(".flash-item")).to_contain_text("revoked")
    expect(page.locator(".link-row")).to_have_count(1)
