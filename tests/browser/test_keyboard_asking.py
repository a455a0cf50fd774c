"""Asking, without a mouse: in, ask, stop, continue, again, edit, queue, quote, and out."""

import pytest
from playwright.sync_api import expect

from tests.browser.house import Chat, saying
from tests.browser.keyboard import Keyboard
from tests.browser.people import PASSWORD

pytestmark = pytest.mark.browser

LONG = "Go on [[standin tokens=3000 reasoning=0 rate=60]]"


@pytest.fixture
def keys(chat) -> Keyboard:
    return Keyboard(chat.page)


def ask(keys: Keyboard, text: str) -> None:
    """In the message box, where the focus is."""
    expect(keys.page.locator("#composer-text")).to_be_focused()
    keys.type(text)
    keys.press("Enter")


def test_in_with_a_password_and_out_again(house):
    admin = house.tell("staff(['Ada Lovelace', 'Mary Somerville', 'Grace Hopper'])")[0]
    with house.context() as context:
        page = context.new_page()
        keys = Keyboard(page)
        page.goto("/accounts/login/")
        keys.to(page.get_by_label("E-mail"))
        keys.type(admin["email"])
        keys.to(page.get_by_label("Password"))
        keys.type(PASSWORD)
        keys.press("Enter")
        chat = Chat(page)
        expect(chat.box).to_be_focused()
        keys.do(page.locator(".user-button"), back=True)
        keys.to(page.get_by_role("radio", name="System"))
        keys.press("ArrowRight")
        expect(page.locator("html")).to_have_attribute("data-theme", "light")
        keys.press("ArrowRight")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        keys.do(page.locator("#user-menu").get_by_role("button", name="Sign out"))
        expect(page).to_have_url(house.server.base_url + "/accounts/login/")


def test_ask_stop_continue_and_again(chat, keys):
    ask(keys, LONG)
    chat.begun()
    expect(chat.box).to_be_focused()
    keys.press("Escape")
    chat.ended("stopped")
    keys.do(chat.last.get_by_role("button", name="Continue"), back=True)
    expect(chat.last).to_have_attribute("data-state", "running")
    keys.kept()
    keys.press("Shift+Escape")
    expect(chat.box).to_be_focused()
    keys.press("Escape")
    chat.ended("stopped")
    keys.do(chat.last.get_by_role("button", name="Answer again"), back=True)
    expect(chat.last.locator("[data-siblings]")).to_have_text("Answer 2 of 2")
    keys.kept()


def test_again_with_other_settings(chat, keys):
    ask(keys, saying(3))
    chat.ended()
    keys.choose(
        chat.last.get_by_role("button", name="More for this message"),
        "Answer again with other settings",
        back=True,
    )
    dialog = chat.page.get_by_role("dialog", name="Answer again with other settings")
    expect(dialog).to_be_visible()
    keys.to(dialog.get_by_role("radio", name="Unset").first)
    keys.press("ArrowRight")
    keys.do(dialog.get_by_role("button", name="Answer again", exact=True))
    expect(dialog).to_have_count(0)
    expect(chat.last.locator("[data-siblings]")).to_have_text("Answer 2 of 2")
    chat.ended()
    keys.kept()


def test_an_edited_question_is_saved_or_asked_anew_and_the_arrows_lead_between_its_versions(chat, keys):
    ask(keys, f"First {saying(3)}")
    chat.ended()
    keys.press("ArrowUp")
    box = chat.page.get_by_label("Your question")
    expect(box).to_be_focused()
    keys.press("Home", "Control+Home")
    keys.type("Second, ")
    keys.do(chat.page.get_by_role("button", name="Save", exact=True))
    expect(chat.questions.locator("[data-siblings]")).to_have_text("Version 2 of 2")
    expect(chat.questions.first).to_contain_text("Second, First")
    expect(chat.questions.get_by_role("button", name="Edit question")).to_be_focused()
    keys.press("Enter")
    expect(box).to_be_focused()
    keys.type(" again")
    keys.do(chat.page.get_by_role("button", name="Save & ask"))
    expect(chat.questions.locator("[data-siblings]")).to_have_text("Version 3 of 3")
    chat.ended()
    keys.kept()
    keys.to(chat.questions.get_by_role("button", name="Previous version"))
    keys.press("Enter")
    expect(chat.questions.locator("[data-siblings]")).to_have_text("Version 2 of 3")
    expect(chat.questions.get_by_role("button", name="Previous version")).to_be_focused()
    keys.press("ArrowLeft")
    expect(chat.questions.locator("[data-siblings]")).to_have_text("Version 1 of 3")
    keys.kept()


def test_changes_to_a_question_are_given_up_only_on_purpose(chat, keys):
    ask(keys, saying(3))
    chat.ended()
    keys.press("ArrowUp")
    expect(chat.page.get_by_label("Your question")).to_be_focused()
    keys.type(" and more")
    keys.press("Escape")
    expect(chat.page.get_by_role("button", name="Discard changes")).to_be_focused()
    keys.press("Escape")
    expect(chat.page.get_by_label("Your question")).to_be_focused()
    keys.press("Escape", "Enter")
    expect(chat.page.get_by_label("Your question")).to_have_count(0)
    expect(chat.questions.get_by_role("button", name="Edit question")).to_be_focused()


def test_questions_queued_behind_an_answer_are_changed_and_removed(chat, keys):
    ask(keys, LONG)
    chat.begun()
    ask(keys, "Then this")
    queued = chat.page.locator("#transcript article.is-queued")
    expect(queued).to_have_count(1)
    keys.do(queued.get_by_role("button", name="Edit", exact=True), back=True)
    expect(chat.page.get_by_label("Queued question")).to_be_focused()
    keys.type(", please")
    keys.do(chat.page.get_by_role("button", name="Save", exact=True))
    expect(queued).to_contain_text("Then this, please")
    keys.do(queued.get_by_role("button", name="Remove", exact=True))
    expect(queued).to_have_count(0)
    keys.kept()
    keys.press("Shift+Escape", "Escape")
    chat.ended("stopped")


def test_a_message_is_deleted_and_brought_back(chat, keys):
    ask(keys, saying(3))
    chat.ended()
    keys.choose(chat.last.get_by_role("button", name="More for this message"), "Delete…", back=True)
    dialog = chat.page.get_by_role("dialog", name="Delete this answer?")
    if dialog.count():
        keys.do(dialog.get_by_role("button").nth(1))
    expect(chat.answers).to_have_count(0)
    keys.kept()
    keys.do(chat.page.get_by_role("button", name="Restore"))
    expect(chat.answers).to_have_count(1)
    keys.kept()
    keys.choose(chat.last.get_by_role("button", name="More for this message"), "Delete…")
    expect(chat.page.get_by_role("button", name="Undo")).to_be_visible()
    expect(chat.answers).to_have_count(0)
    keys.press("z")
    expect(chat.answers).to_have_count(1)
    keys.kept()


def test_selected_words_are_quoted_and_a_thumb_says_why(chat, keys):
    ask(keys, saying(4))
    chat.ended()
    keys.press("Shift+Tab")
    keys.press("k")
    expect(chat.questions.last).to_be_focused()
    keys.press("j")
    expect(chat.last).to_be_focused()
    # What caret browsing (F7) or a screen reader selects; without either there is no selecting by keyboard.
    chat.text.evaluate("(text) => getSelection().selectAllChildren(text)")
    keys.press("Control+Shift+.")
    expect(chat.box).to_be_focused()
    expect(chat.box).to_have_value("> w1 w2 w3 w4\n\n")
    keys.do(chat.last.get_by_role("button", name="Bad answer"), back=True)
    why = chat.page.locator("#feedback")
    expect(why.get_by_label("Not correct")).to_be_focused()
    keys.press("Space")
    keys.to(why.get_by_label("In your words"))
    keys.type("Too short")
    keys.do(why.get_by_role("button", name="Done"))
    expect(why).to_be_hidden()
    expect(chat.last.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "true")
    keys.kept()
    keys.do(chat.last.get_by_role("button", name="Say why"))
    expect(why.get_by_label("Not correct")).to_be_checked()
    keys.to(why.get_by_role("button", name="Remove"))
    keys.press("Enter")
    expect(chat.last.get_by_role("button", name="Bad answer")).to_have_attribute("aria-pressed", "false")
    keys.kept()


def test_messages_are_pinned_and_left_out_and_an_answer_tells_about_itself(chat, keys):
    ask(keys, saying(4))
    chat.ended()
    more = chat.last.get_by_role("button", name="More for this message")
    keys.choose(more, "Leave out of the context", back=True)
    expect(chat.last).to_have_attribute("data-weight", "left_out")
    keys.kept()
    keys.choose(more, "Pin: always send to the model")
    expect(chat.last).to_have_attribute("data-weight", "pinned")
    keys.kept()
    keys.do(chat.last.get_by_role("button", name="About this answer"), back=True)
    about = chat.page.get_by_role("dialog", name="About this answer")
    keys.do(about.get_by_text("The request as it was sent (JSON)"))
    expect(about.locator("#about-json")).to_be_visible()
    keys.press("Escape")
    expect(chat.last.get_by_role("button", name="About this answer")).to_be_focused()
