"""Words typed to change or rate something are there until they are saved or given up, and say so by being seen."""

import pytest
from playwright.sync_api import expect

from tests.browser.house import Chat, House, Member, until
from tests.browser.test_compact import offered, talk
from tests.browser.test_switching import row, shown, talks

pytestmark = pytest.mark.browser

SHORT = "[[standin tokens=5 rate=0]]"
KEPT = """async () => {
  const base = await new Promise((done) => { indexedDB.open("outbox").onsuccess = (e) => done(e.target.result); });
  const all = base.transaction("edits").objectStore("edits").getAll();
  await new Promise((done) => { all.onsuccess = done; });
  base.close();
  return all.result.map((edit) => edit.text);
}"""


def kept(chat: Chat, *texts: str) -> None:
    until(lambda: chat.page.evaluate(KEPT) == list(texts), f"the device keeps {texts}", page=chat.page)


def test_a_question_being_edited_stands_open_again_after_another_chat_and_a_reload(
    house: House, member: Member, open_chat
):
    first, second = talks(house, member, "First", "Second")
    chat = open_chat(f"/c/{first}/")
    box = chat.page.get_by_role("textbox", name="Your question")
    edit = chat.questions.first.locator(".actions [data-do=edit]")
    edit.press("Enter")
    box.fill("First, better?")
    kept(chat, "First, better?")
    row(chat, "Second").click()
    shown(chat, second)
    expect(box).to_have_count(0)
    row(chat, "First").click()
    shown(chat, first)
    expect(box).to_have_value("First, better?")
    expect(chat.box).to_be_focused()  # it stands open, and takes no focus
    chat.reload()
    expect(box).to_have_value("First, better?")
    box.press("Escape")
    chat.page.get_by_role("button", name="Discard changes").click()
    kept(chat)
    chat.reload()
    expect(chat.questions.first.locator(".bubble")).to_be_visible()
    expect(box).to_have_count(0)


def test_a_summary_being_edited_stands_open_again_after_a_reload(house: House, member: Member, open_chat):
    chat = open_chat(talk(house, member, 5))
    offered(chat)
    chat.page.keyboard.press("Enter")
    mark = chat.page.locator("section[data-summary]")
    mark.get_by_role("button", name="Edit").click()
    box = mark.get_by_role("textbox", name="Summary")
    box.fill("We agreed on blue.")
    kept(chat, "We agreed on blue.")
    chat.reload()
    expect(box).to_have_value("We agreed on blue.")
    mark.get_by_role("button", name="Save").click()
    expect(mark.locator("[data-summary-text]")).to_have_text("We agreed on blue.")
    kept(chat)
    chat.reload()
    expect(mark.locator("[data-summary-text]")).to_have_text("We agreed on blue.")
    expect(box).to_have_count(0)


def test_feedback_that_could_not_be_saved_is_there_when_it_is_opened_again(chat: Chat):
    chat.ask(f"Hello {SHORT}").ended()
    form = chat.page.locator("#feedback")
    chat.last.get_by_role("button", name="Bad answer").press("Enter")
    expect(form).to_be_visible()
    chat.page.route("**/feedback/save/", lambda route: route.abort())
    form.get_by_label("In your words").fill("The year is wrong.")
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator(".toast").last).to_contain_text("not saved")
    chat.page.unroute("**/feedback/save/")
    chat.last.get_by_role("button", name="Say why").press("Enter")
    expect(form).to_be_visible()
    expect(form.get_by_label("In your words")).to_have_value("The year is wrong.")
    with chat.page.expect_response("**/feedback/save/") as saved:
        chat.page.keyboard.press("Escape")
    assert saved.value.ok
    chat.reload()
    chat.last.get_by_role("button", name="Say why").press("Enter")
    expect(form).to_be_visible()
    expect(form.get_by_label("In your words")).to_have_value("The year is wrong.")


def test_feedback_that_could_not_be_saved_is_there_after_a_reload_and_no_longer_kept_when_it_is(chat: Chat):
    chat.ask(f"Hello {SHORT}").ended()
    form = chat.page.locator("#feedback")
    words = form.get_by_label("In your words")
    chat.last.get_by_role("button", name="Bad answer").press("Enter")
    expect(form).to_be_visible()
    chat.page.route("**/feedback/save/", lambda route: route.abort())
    form.get_by_label("Not correct").check()
    words.fill("The year is wrong.")
    until(lambda: "The year is wrong." in str(chat.page.evaluate(KEPT)), "the device keeps it", page=chat.page)
    chat.page.keyboard.press("Escape")
    expect(chat.page.locator(".toast").last).to_contain_text("not saved")
    chat.reload()
    chat.page.unroute("**/feedback/save/")
    chat.last.get_by_role("button", name="Say why").press("Enter")
    expect(form).to_be_visible()
    expect(words).to_have_value("The year is wrong.")
    expect(form.get_by_label("Not correct")).to_be_checked()
    with chat.page.expect_response("**/feedback/save/") as saved:
        chat.page.keyboard.press("Escape")
    assert saved.value.ok
    kept(chat)
    chat.reload()
    chat.last.get_by_role("button", name="Say why").press("Enter")
    expect(form).to_be_visible()
    expect(words).to_have_value("The year is wrong.")


def test_feedback_is_saved_though_the_page_is_left_with_the_form_open(chat: Chat):
    chat.ask(f"Hello {SHORT}").ended()
    form = chat.page.locator("#feedback")
    chat.last.get_by_role("button", name="Bad answer").press("Enter")
    form.get_by_label("In your words").fill("Left in a hurry.")
    chat.reload()
    chat.last.get_by_role("button", name="Say why").press("Enter")
    expect(form).to_be_visible()
    expect(form.get_by_label("In your words")).to_have_value("Left in a hurry.")


def test_whoever_stands_on_retry_stays_there_when_it_fails_again(chat: Chat):
    chat.ask(f"Begin {SHORT}").ended()
    chat.page.route("**/send/", lambda route: route.abort())
    chat.ask(f"More {SHORT}")
    retry = chat.page.locator("article.is-waiting").get_by_role("button", name="Retry")
    retry.press("Enter")
    expect(chat.page.locator("article.is-waiting")).to_be_visible()
    expect(retry).to_be_focused()
    chat.box.click()
    chat.page.evaluate("() => dispatchEvent(new Event('online'))")
    expect(chat.box).to_be_focused()
