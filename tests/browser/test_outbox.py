"""Questions that the server has not accepted are kept on the device, and nowhere longer than they may be."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.house import Chat, until

pytestmark = pytest.mark.browser

SHORT = "[[standin tokens=5 rate=0]]"
KEPT = """async () => {
  if (!(await indexedDB.databases()).some(({name}) => name === "outbox")) return [];
  const base = await new Promise((done) => { indexedDB.open("outbox").onsuccess = (e) => done(e.target.result); });
  const all = base.transaction("letters").objectStore("letters").getAll();
  await new Promise((done) => { all.onsuccess = done; });
  base.close();
  return all.result.map((letter) => letter.text);
}"""


def kept(chat: Chat) -> list[str]:
    return chat.page.evaluate(KEPT)


def waiting(chat: Chat):
    return chat.page.locator("article.is-waiting")


def bubbles(chat: Chat) -> list[str]:
    return [text.split(" [[")[0] for text in chat.questions.locator(".bubble").all_text_contents()]


def test_what_was_asked_offline_is_there_after_a_reload_and_sent_in_order(open_chat):
    chat = open_chat()
    chat.ask(f"Begin {SHORT}").ended()
    expect(chat.questions.first.locator(".tick")).to_have_text("Accepted")
    address = chat.page.url
    chat.page.context.set_offline(True)
    for words in ("One", "Two", "Three", "Four"):
        chat.ask(f"{words} {SHORT}")
    expect(waiting(chat)).to_have_count(4)
    expect(waiting(chat).first).to_contain_text("Waiting for the network")
    until(lambda: len(kept(chat)) == 4, "all are kept", page=chat.page)
    waiting(chat).nth(1).get_by_role("button", name="Remove").click()
    waiting(chat).nth(1).get_by_role("button", name="Edit").click()
    expect(chat.box).to_have_value(f"Three {SHORT}")
    chat.box.fill(f"Three, better {SHORT}")
    chat.box.press("Enter")
    expect(waiting(chat)).to_have_count(3)
    until(lambda: len(kept(chat)) == 3, "the removed one is forgotten", page=chat.page)
    chat.page.close()

    context = chat.page.context
    context.set_offline(False)
    context.route("**/send/", lambda route: route.abort())
    again = open_chat(address, beside=chat)
    expect(waiting(again)).to_have_count(3)
    expect(waiting(again).first).to_contain_text("Waiting for the server")
    context.unroute_all()
    # At once, so that one may be on its way, or just accepted, when the page that sends it ends.
    again.page.evaluate("() => document.querySelector('.is-waiting [data-outbox=retry]')?.click()")
    again.reload()
    expect(again.answers).to_have_count(4)
    again.ended()
    assert bubbles(again) == ["Begin", "One", "Four", "Three, better"]
    expect(waiting(again)).to_have_count(0)
    assert kept(again) == []


def test_the_first_question_of_a_new_chat_is_kept_too(open_chat):
    chat = open_chat()
    chat.page.context.set_offline(True)
    chat.ask(f"First of all {SHORT}")
    expect(waiting(chat)).to_have_count(1)
    until(lambda: kept(chat), "it is kept", page=chat.page)
    context = chat.page.context
    chat.page.close()
    context.set_offline(False)
    again = open_chat("/", beside=chat)
    expect(again.answers).to_have_count(1)
    again.ended()
    expect(again.page).to_have_url(re.compile("/c/"))
    assert bubbles(again) == ["First of all"]
    expect(again.box).to_have_value("")
    until(lambda: kept(again) == [], "it is kept no more", page=again.page)


def test_a_refused_one_stays_with_the_reason_and_what_one_tab_removes_no_other_sends(open_chat):
    chat = open_chat()
    chat.ask(f"Begin {SHORT}").ended()
    refusal = {"status": 429, "json": {"error": "Not so fast."}}
    chat.page.context.route("**/send/", lambda route: route.fulfill(**refusal))
    chat.ask(f"Refused {SHORT}")
    failed = chat.page.locator("article.is-failed")
    expect(failed).to_contain_text("Not so fast.")
    until(lambda: kept(chat), "it is kept", page=chat.page)
    chat.reload()
    expect(failed).to_contain_text("Not so fast.")
    other = open_chat(chat.page.url, beside=chat)
    expect(other.page.locator("article.is-failed")).to_contain_text("Refused")
    failed.get_by_role("button", name="Remove").click()
    expect(other.page.locator("article.is-failed")).to_have_count(0)
    chat.page.context.unroute_all()
    for tab in (chat, other):
        tab.reload()
        expect(tab.questions).to_have_count(1)
    assert kept(chat) == []


def test_signing_out_asks_and_then_erases_what_was_not_sent(open_chat):
    chat = open_chat()
    chat.ask(f"Begin {SHORT}").ended()
    chat.page.context.route("**/send/", lambda route: route.abort())
    chat.ask(f"My secret plan {SHORT}")
    until(lambda: kept(chat), "it is kept", page=chat.page)
    asked: list[str] = []
    chat.page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    chat.page.locator(".user-button").click()
    chat.page.get_by_role("button", name="Sign out").click()
    until(lambda: asked, "it was asked", page=chat.page)
    assert "One question was not sent yet" in asked[0]
    expect(waiting(chat)).to_have_count(1)
    assert kept(chat) == [f"My secret plan {SHORT}"]
    chat.page.once("dialog", lambda dialog: dialog.accept())
    if not chat.page.get_by_role("button", name="Sign out").is_visible():
        chat.page.locator(".user-button").click()
    chat.page.get_by_role("button", name="Sign out").click()
    expect(chat.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert chat.page.evaluate("async () => await indexedDB.databases()") == []


def test_nobody_else_who_signs_in_here_sees_or_sends_what_was_kept(house, open_chat):
    chat = open_chat()
    chat.page.context.set_offline(True)
    chat.ask(f"For my eyes {SHORT}")
    until(lambda: kept(chat), "it is kept", page=chat.page)
    context = chat.page.context
    chat.page.close()
    context.set_offline(False)
    other = house.member()
    context.add_cookies([{"name": "session", "value": other.session, "url": house.server.base_url}])
    theirs = open_chat("/", beside=chat)
    until(lambda: kept(theirs) == [], "it is erased", page=theirs.page)
    expect(theirs.questions).to_have_count(0)
    expect(theirs.page.locator("#rows li.row")).to_have_count(0)


def test_a_long_question_that_waits_can_be_read_whole(open_chat):
    chat = open_chat()
    chat.page.context.set_offline(True)
    chat.ask("A long story. " * 300)
    bubble = waiting(chat).locator(".bubble")
    expect(bubble).to_have_class(re.compile("is-long"))
    folded = bubble.bounding_box()["height"]
    waiting(chat).get_by_role("button", name="Show all").click()
    expect(waiting(chat).get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")
    assert bubble.bounding_box()["height"] > 2 * folded
