"""The earlier part of a chat condensed into a summary: shown in its place, changed, taken back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.house import Chat
from tests.browser.rules import axe

pytestmark = pytest.mark.browser

LONG = "Words that fill the window a little more. " * 12


def talk(house, member, exchanges: int, extra: str = "") -> str:
    texts = []
    for n in range(exchanges):
        texts += [f"Question {n}? {LONG}{extra if n == 0 else ''}", f"Answer {n}. {LONG}"]
    key = house.tell(f"write({member.id}, 'Long talk', {texts!r})")
    return f"/c/{key}/"


def used(chat: Chat) -> int:
    return int(chat.page.locator("#meter").get_attribute("data-used"))


def offered(chat: Chat) -> None:
    """The dialog, opened from the meter by keyboard."""
    chat.page.locator(".meter-button").press("Enter")
    chat.page.get_by_role("button", name="Condense the earlier part").press("Enter")
    expect(chat.page.get_by_role("dialog", name="Condense the earlier part")).to_be_visible()


def test_condense_read_change_and_undo(house, member, open_chat):
    chat = open_chat(talk(house, member, 6))
    other = open_chat(chat.page.url)
    before = used(chat)
    offered(chat)
    dialog = chat.page.get_by_role("dialog", name="Condense the earlier part")
    expect(dialog.get_by_role("radio", name=re.compile("last 2 exchanges"))).to_be_checked()
    expect(dialog).to_contain_text("The first 8 messages, about")
    chat.page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    for tab in (chat, other):
        mark = tab.page.locator("section[data-summary]")
        expect(mark).to_contain_text("Stands for the first 8 messages, about")
        expect(mark.locator("[data-summary-text]")).to_contain_text("The user asked: Question 0?")
    assert mark.evaluate("(e) => e.parentElement.querySelector('[data-answer]').textContent").startswith(
        "Answer 3"
    )
    expect(chat.page.locator("#meter")).not_to_have_attribute("data-used", str(before))
    assert used(chat) < before * 0.7
    expect(chat.questions).to_have_count(6)
    assert axe(chat.page) == []

    mark = chat.page.locator("section[data-summary]")
    mark.get_by_role("button", name="Edit").press("Enter")
    box = mark.get_by_role("textbox", name="Summary")
    expect(box).to_be_focused()
    box.fill("We agreed on blue.")
    mark.get_by_role("button", name="Save").click()
    expect(mark).to_contain_text("Changed by you")
    expect(other.page.locator("[data-summary-text]")).to_have_text("We agreed on blue.")
    chat.ask("What did we agree on? [[standin tokens=10]]")
    expect(chat.answers).to_have_count(7)
    chat.ended()
    messages = chat.sent()["messages"]
    assert messages[0]["content"].endswith("We agreed on blue.")
    assert [m["content"][:10] for m in messages[1:]] == [
        "Question 4",
        "Answer 4. ",
        "Question 5",
        "Answer 5. ",
        "What did w",
    ]

    mark.get_by_role("button", name="Undo").click()
    for tab in (chat, other):
        expect(tab.page.locator("section[data-summary]")).to_have_count(0)
    chat.page.get_by_role("button", name="Bring it back").click()
    for tab in (chat, other):
        expect(tab.page.locator("[data-summary-text]")).to_have_text("We agreed on blue.")
    chat.reload()
    expect(chat.page.locator("[data-summary-text]")).to_have_text("We agreed on blue.")


def test_it_is_found_among_the_slash_commands(house, member, open_chat):
    chat = open_chat(talk(house, member, 3))
    chat.box.press_sequentially("/compact")
    expect(chat.page.get_by_role("option", name=re.compile("Condense the earlier part"))).to_be_visible()
    chat.box.press("Enter")
    expect(chat.page.get_by_role("dialog", name="Condense the earlier part")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("dialog", name="Condense the earlier part")).to_have_count(0)
    expect(chat.box).to_be_focused()


def test_one_that_is_being_written_survives_a_reload_and_can_be_stopped_and_one_that_failed_tried_again(
    house, member, open_chat
):
    chat = open_chat(talk(house, member, 4, "[[standin head=60]]"))
    offered(chat)
    chat.page.keyboard.press("Enter")
    mark = chat.page.locator("section[data-summary]")
    expect(mark).to_contain_text("Condensing the first 4 messages")
    chat.reload()
    expect(mark).to_contain_text("Condensing the first 4 messages")
    chat.ask("Meanwhile [[standin tokens=5]]")
    expect(chat.answers).to_have_count(5)
    chat.ended()
    mark.get_by_role("button", name="Stop").click()
    expect(mark).to_have_count(0)

    other = open_chat(talk(house, member, 4, "[[standin fault=quota]]"))
    offered(other)
    other.page.keyboard.press("Enter")
    mark = other.page.locator("section[data-summary]")
    expect(mark).to_contain_text("Summary not written")
    expect(mark).to_contain_text("Nothing was changed; try again.")
    mark.get_by_role("button", name="Try again").click()
    expect(mark).to_contain_text("Nothing was changed; try again.")
    mark.get_by_role("button", name="Leave it").click()
    expect(mark).to_have_count(0)
