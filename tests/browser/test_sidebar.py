"""The list of conversations: long, live in every tab, renamed, deleted and brought back."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.house import until

pytestmark = pytest.mark.browser


def test_a_hundred_and_twenty_conversations_come_by_scrolling_each_once(house, member, open_chat):
    house.tell(f"hoard({member.id}, 120)")
    chat = open_chat()
    titles = chat.page.locator("#rows .row-title")
    expect(titles.first).to_have_text("Talk 1")
    assert titles.count() < 120
    until(
        lambda: titles.last.scroll_into_view_if_needed() or titles.count() >= 120, "all are there", page=chat.page
    )
    expect(chat.page.locator("#rows .sentinel")).to_have_count(0)
    assert titles.all_text_contents() == [f"Talk {n}" for n in range(1, 121)]
    titles.nth(99).click()
    expect(chat.questions).to_have_text(re.compile("Question 100"))
    expect(chat.page).to_have_url(re.compile("/c/"))
    assert titles.count() == 120, "opening one keeps the list where it is"
    chat.page.go_back()
    expect(chat.page.locator("#empty")).to_be_visible()


@pytest.fixture
def talks(house, member, open_chat):
    """Two tabs of a member with three conversations."""
    house.tell(f"hoard({member.id}, 3)")
    first = open_chat()
    return first, open_chat(beside=first)


def choose(chat, title: str, deed: str) -> None:
    row = chat.page.locator("#rows .row").filter(has_text=title)
    row.hover()
    row.locator("[data-row-menu]").click()
    chat.page.get_by_role("menuitem", name=deed).click()


def test_renaming_shows_in_every_tab(talks):
    here, _ = talks
    choose(here, "Talk 2", "Rename")
    box = here.page.get_by_label("New title")
    expect(box).to_be_focused()
    box.fill("Plans for the garden")
    box.press("Enter")
    for tab in talks:
        expect(tab.page.locator("#rows .row-title").nth(1)).to_have_text("Plans for the garden")
    here.page.locator("#rows .row-link").nth(1).click()
    expect(here.page.locator("#chat-title .title-text")).to_have_text("Plans for the garden")
    here.page.locator("[data-rename-title]").click()
    box = here.page.get_by_label("Title of this chat")
    box.fill("Nothing of it")
    box.press("Escape")
    expect(here.page.locator("#chat-title .title-text")).to_have_text("Plans for the garden")
    here.page.locator("[data-rename-title]").click()
    here.page.get_by_label("Title of this chat").fill("Plans for the roof")
    here.page.keyboard.press("Enter")
    for tab in talks:
        expect(tab.page.locator("#rows .row-title").nth(1)).to_have_text("Plans for the roof")
    expect(here.page).to_have_title(re.compile("^Plans for the roof"))


def test_deleting_is_undone_with_one_press(talks):
    here, _ = talks
    choose(here, "Talk 2", "Delete")
    for tab in talks:
        expect(tab.page.locator("#rows .row-title")).to_have_text(["Talk 1", "Talk 3"])
    here.page.get_by_role("button", name="Undo").click()
    for tab in talks:
        expect(tab.page.locator("#rows .row-title")).to_have_text(["Talk 1", "Talk 2", "Talk 3"])


def test_a_page_whose_conversation_is_deleted_elsewhere_goes_to_a_new_one(talks):
    here, there = talks
    there.page.locator("#rows .row-link").first.click()
    expect(there.questions).to_have_count(1)
    choose(here, "Talk 1", "Delete")
    expect(there.page.locator("#empty")).to_be_visible()


def test_a_new_chat_is_not_drawn_anew_when_lists_change_and_the_focus_stays(talks):
    _, there = talks
    page = there.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    page.locator("#view-button").focus()
    key = page.locator("#main").get_attribute("data-conversation")
    page.evaluate(
        """() => fetch("/folders/create/", {method: "POST", body: new URLSearchParams({name: "Garden"}),
          headers: JSON.parse(document.body.getAttribute("hx-headers"))})"""
    )
    expect(page.get_by_role("button", name="Garden", exact=True)).to_be_visible()
    page.evaluate("() => fetch('/list/shelves/?size=0')")  # what was to come because of it has come before
    assert not {"/", f"/list/{key}/"} & set(asked), "what is not stored is not asked for"
    expect(page.locator("#view-button")).to_be_focused()


def test_deleting_the_open_conversation_can_be_undone_too(talks):
    here, _ = talks
    here.page.locator("#rows .row-link").first.click()
    expect(here.questions).to_have_count(1)
    choose(here, "Talk 1", "Delete")
    expect(here.page.locator("#empty")).to_be_visible()
    here.page.get_by_role("button", name="Undo").click()
    expect(here.page.locator("#rows .row-title").first).to_have_text("Talk 1")


def test_running_and_unread_answers_are_marked_until_they_are_read(open_chat):
    here = open_chat()
    there = open_chat(beside=here)
    here.ask("Slow one [[standin tokens=5000 rate=30]]").begun()
    address = here.page.url
    row = there.page.locator("#rows .row").first
    expect(row).to_have_attribute("data-running", "")
    expect(row.locator(".row-link")).to_contain_text("answering")
    here.page.locator("#new-chat").click()
    expect(here.page.locator("#empty")).to_be_visible()
    reader = open_chat(address)
    reader.send.click()
    reader.ended("stopped")
    reader.page.close()
    expect(row).not_to_have_attribute("data-running", "")


def test_an_answer_that_ended_unseen_is_marked_as_new(open_chat):
    here = open_chat()
    here.ask("Quick one [[standin tokens=200 rate=60]]").begun()
    here.page.locator("#new-chat").click()
    row = here.page.locator("#rows .row").first
    expect(row).to_have_attribute("data-unread", "")
    expect(row.locator(".row-link")).to_contain_text("new answer")
    row.locator(".row-link").click()
    expect(here.answers).to_have_count(1)
    expect(row).not_to_have_attribute("data-unread", "")


def test_an_answer_that_had_ended_before_the_page_heard_of_it_counts_as_read(open_chat):
    chat = open_chat()
    page, held = chat.page, []
    page.route("**/turns/**", lambda route: held.append(route))
    chat.ask("Hello [[standin text=Hi reasoning=0]]")
    until(lambda: held, "the page asks for what is new", page=page)
    key = page.locator("#main").get_attribute("data-conversation")
    stored = f"/c/{key}/"
    until(lambda: 'data-state="complete"' in page.request.get(stored).text(), "it has ended", page=page)
    page.unroute("**/turns/**")  # and what was held goes on
    chat.ended()
    row = f"/list/{key}/"
    until(lambda: "data-unread" not in page.request.get(row).text(), "it counts as read", page=page)


def test_a_chat_asked_in_one_tab_appears_at_the_top_in_the_other(talks):
    here, there = talks
    here.ask("Something new [[standin tokens=10]]").ended()
    expect(there.page.locator("#rows .row")).to_have_count(4)
    key = here.page.locator("#main").get_attribute("data-conversation")
    expect(there.page.locator("#rows .row").first).to_have_attribute("data-conversation", key)
