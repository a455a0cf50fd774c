"""Branches as one uses them: other words, other answers, back and forth, away and back again."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.house import Chat, saying, until

pytestmark = pytest.mark.browser


@pytest.fixture
def told(house, member, open_chat) -> Chat:
    """A chat of two questions with their answers."""
    key = house.tell(f"write({member.id}, 'Sums', ['One?', 'One.', 'Two?', 'Two.'])")
    return open_chat(f"/c/{key}/")


def texts(chat: Chat) -> list[str]:
    found = chat.page.locator("#transcript article").locator("[data-text], [data-answer]").all_text_contents()
    return [text.strip() for text in found]


def reads(chat: Chat, *wanted: str) -> None:
    until(lambda: texts(chat) == list(wanted), f"it reads {wanted}, not {texts(chat)}", 15, page=chat.page)


def chosen(chat: Chat, article, name: str) -> None:
    """Choose from the menu of a message, by keyboard."""
    article.locator("[data-do=menu]").focus()
    chat.page.keyboard.press("Enter")
    item = chat.page.get_by_role("menuitem", name=name)
    expect(item).to_be_visible()
    item.focus()
    chat.page.keyboard.press("Enter")


def test_a_question_is_edited_saved_asked_and_left_by_keyboard_alone(told):
    page = told.page
    edit = told.questions.first.locator(".actions [data-do=edit]")
    edit.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("textbox", name="Your question")
    expect(box).to_be_focused()
    expect(box).to_have_value("One?")
    box_ends = page.locator(".edit-box").bounding_box()
    answer = told.answers.first.bounding_box()
    assert answer["y"] - (box_ends["y"] + box_ends["height"]) >= 16, "the buttons stand off from the answer below"
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(edit).to_be_focused()
    page.keyboard.press("Enter")
    box.fill("")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(page.locator(".edit-box [role=alert]")).to_have_text("Write a question first, or cancel.")
    box.fill("Uno?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Discard changes")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_be_focused()
    expect(box).to_have_value("Uno?")
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    reads(told, "Uno?", "One.", "Two?", "Two.")
    expect(told.questions.first.locator(".siblings")).to_contain_text("2/2")
    expect(told.questions.first.locator(".actions [data-do=edit]")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    reads(told, "One?", "One.", "Two?", "Two.")
    following = page.get_by_role("button", name="Next version")
    expect(following).to_be_focused()
    following.press("ArrowRight")
    reads(told, "Uno?", "One.", "Two?", "Two.")
    told.questions.first.locator(".actions [data-do=edit]").press("Enter")
    page.get_by_role("textbox", name="Your question").fill(saying(3))
    page.keyboard.press("ControlOrMeta+Enter")
    expect(told.answers).to_have_count(1)
    told.ended()
    assert told.words() == ["w1", "w2", "w3"]
    expect(told.questions.first.locator(".siblings")).to_contain_text("3/3")
    expect(page.locator(".toast")).to_have_count(0)


def test_an_answer_is_asked_for_again_with_settings_of_its_own(told):
    page = told.page
    chosen(told, told.last, "Answer again with other settings")
    dialog = page.get_by_role("dialog", name="Answer again with other settings")
    expect(dialog).to_be_visible()
    dialog.get_by_role("textbox", name="Temperature").fill("hot")
    dialog.get_by_role("button", name="Answer again").click()
    expect(dialog.locator("[data-field=temperature] [data-error]")).to_be_visible()
    expect(dialog.get_by_role("textbox", name="Temperature")).to_have_value("hot")
    dialog.get_by_role("textbox", name="Temperature").fill("0.3")
    dialog.get_by_role("radio", name="low").check()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(told.last.locator(".siblings")).to_contain_text("2/2", timeout=20_000)
    told.ended()
    expect(told.last).to_contain_text("Other settings")
    assert told.sent()["temperature"] == 0.3
    assert page.request.get(page.url + "settings/").text().count('value="0.3"') == 0


def test_what_is_deleted_comes_back_by_undo_and_later_from_where_it_stood(told):
    page = told.page
    chosen(told, told.last, "Delete…")
    reads(told, "One?", "One.", "Two?")
    expect(told.questions.last).to_contain_text("This question has no answer here.")
    page.get_by_role("button", name="Undo").click()
    reads(told, "One?", "One.", "Two?", "Two.")
    expect(page.locator(".removed-note")).to_have_count(0)
    chosen(told, told.questions.first, "Delete…")
    dialog = page.get_by_role("dialog", name="Delete this question?")
    dialog.get_by_role("button", name=re.compile("The question and its answers")).press("Enter")
    reads(told, "Two?", "Two.")
    chosen(told, told.questions.first, "Delete…")
    page.get_by_role("button", name=re.compile("This and everything below")).click()
    expect(page.get_by_role("heading", name=re.compile("What shall we work on"))).to_be_visible()
    restore = page.get_by_role("button", name="Restore")
    expect(restore).to_have_count(2)
    restore.last.click()
    reads(told, "Two?", "Two.")
    restore.click()
    reads(told, "One?", "One.", "Two?", "Two.")
    expect(page.locator(".removed-note")).to_have_count(0)


def test_a_chat_is_forked_and_gone_on_with(told):
    chosen(told, told.answers.first, "Fork from here")
    expect(told.page.locator("#chat-title")).to_have_text("Sums (fork)")
    reads(told, "One?", "One.")
    expect(told.page.locator("#rows, .rows").first).to_contain_text("Sums (fork)")
    told.ask(saying(3))
    expect(told.answers).to_have_count(2)
    told.ended()


def test_two_tabs_that_ask_at_once_make_two_branches_and_both_see_them(told, open_chat):
    other = open_chat(told.page.url.replace(told.page.evaluate("location.origin"), ""))
    other.page.context.set_offline(True)
    other.ask(saying(2))
    expect(other.questions.last).to_contain_text("Waiting for the network")
    told.ask(saying(3))
    told.ended()
    other.page.context.set_offline(False)
    for chat in (told, other):
        expect(chat.questions.last.locator(".siblings")).to_contain_text("2/2", timeout=20_000)
        expect(chat.page.locator(".toast").last).to_contain_text("Both branches are kept")
        until(lambda chat=chat: chat.words() == ["w1", "w2"], "the newer branch is shown", page=chat.page)
        chat.ended()
    other.page.get_by_role("button", name="Show the other").click()
    for chat in (told, other):
        expect(chat.questions.last.locator(".siblings")).to_contain_text("1/2")
        until(lambda chat=chat: chat.words() == ["w1", "w2", "w3"], "the first branch is shown", page=chat.page)


def test_a_queue_typed_quickly_is_one_branch(chat):
    chat.ask(saying(120, rate=60)).begun()
    chat.ask("Two [[standin tokens=3]]").ask("Three [[standin tokens=3]]")
    expect(chat.answers).to_have_count(3)
    chat.ended()
    expect(chat.page.locator(".siblings")).to_have_count(0)
    expect(chat.page.locator(".toast")).to_have_count(0)
