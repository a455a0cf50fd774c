"""Going from chat to chat and from answer to answer: address and page agree, nothing unsent is lost."""

import json

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.house import Chat, House, Member, until

pytestmark = pytest.mark.browser

SHORT = "[[standin tokens=10]]"


def talks(house: House, member: Member, *titles: str) -> list[str]:
    """The keys of new conversations with these titles."""
    return [house.tell(f"write({member.id}, {title!r}, ['{title}?', 'Yes.'])") for title in titles]


def row(chat: Chat, title: str) -> Locator:
    return chat.page.locator(".row-link", has_text=title)


def shown(chat: Chat, key: str) -> None:
    """This conversation is open, by the page and by its address."""
    expect(chat.page.locator("#main")).to_have_attribute("data-conversation", key)
    until(lambda: chat.page.url.endswith(f"/c/{key}/"), "the address is the page's", page=chat.page)


def answered_with(route: Route, status: int, sentence: str) -> None:
    route.fulfill(status=status, content_type="application/json", body=json.dumps({"error": sentence}))


def test_of_two_quick_clicks_the_last_one_counts_for_page_and_address(house, member, open_chat):
    one, two = talks(house, member, "First", "Second")
    chat = open_chat()
    held: list[Route] = []
    chat.page.route(f"**/c/{one}/", lambda route: route.continue_() if held else held.append(route))
    row(chat, "First").click()
    until(lambda: held, "the slow chat was asked for", page=chat.page)
    row(chat, "Second").click()
    shown(chat, two)
    held[0].continue_()
    chat.page.wait_for_timeout(300)  # time in which the late answer would come
    shown(chat, two)
    row(chat, "First").click()
    shown(chat, one)
    chat.page.locator("#new-chat").click()
    expect(chat.page.locator("#empty")).to_be_visible()
    chat.page.go_back()
    shown(chat, one)


def test_a_question_refused_after_its_chat_was_left_waits_there(house, member, open_chat):
    one, two = talks(house, member, "First", "Second")
    chat = open_chat(f"/c/{one}/")
    held: list[Route] = []
    chat.page.route("**/send/", lambda route: held.append(route))
    chat.ask(f"Kept {SHORT}")
    until(lambda: held, "the question is on the wire", page=chat.page)
    row(chat, "Second").click()
    shown(chat, two)
    answered_with(held[0], 422, "Not this time.")
    expect(chat.page.locator(".toast").last).to_contain_text("not sent")
    expect(chat.box).to_have_value("")
    row(chat, "First").click()
    shown(chat, one)
    bubble = chat.page.locator("article.is-failed")
    expect(bubble).to_contain_text("Kept")
    expect(bubble).to_contain_text("Not this time.")
    expect(chat.box).to_have_value("")
    chat.page.unroute_all()
    bubble.get_by_role("button", name="Retry").click()
    expect(chat.answers).to_have_count(2)
    chat.ended()
    expect(chat.questions).to_have_count(2)
    chat.reload()
    expect(chat.box).to_have_value("")


def test_a_first_question_that_could_not_be_sent_is_found_in_the_next_new_chat(house, member, open_chat):
    (one,) = talks(house, member, "First")
    chat = open_chat()
    chat.page.route("**/send/", lambda route: route.abort())
    chat.ask(f"Kept {SHORT}")
    bubble = chat.page.locator("article.is-waiting")
    expect(bubble).to_contain_text("Waiting for the server")
    row(chat, "First").click()
    shown(chat, one)
    expect(bubble).to_have_count(0)
    chat.page.locator("#new-chat").click()
    expect(bubble).to_contain_text("Kept")
    expect(chat.box).to_have_value("")
    chat.page.unroute_all()
    bubble.get_by_role("button", name="Retry").click()
    chat.ended()
    expect(chat.questions).to_have_count(1)
    assert "/c/" in chat.page.url


def test_signing_in_again_does_not_cost_an_unsent_question(chat):
    chat.ask(f"Begin {SHORT}").ended()
    address = chat.page.url
    chat.page.context.clear_cookies()
    chat.ask(f"Kept {SHORT}")
    bubble = chat.page.locator("article.is-failed")
    expect(bubble).to_contain_text("you are signed out")
    expect(chat.page.locator("#connection")).to_contain_text("Sign in")
    assert chat.page.url == address
    until(lambda: not chat.page.evaluate("() => dispatchEvent(new Event('beforeunload', {cancelable: true}))"),
          "leaving would be warned of", page=chat.page)  # fmt: skip


def test_words_typed_into_a_chat_that_could_not_save_them_are_there_on_return(house, member, open_chat):
    one, two = talks(house, member, "First", "Second")
    chat = open_chat(f"/c/{one}/")
    chat.page.route("**/draft/", lambda route: route.abort())
    chat.box.press_sequentially("Half a thought")
    row(chat, "Second").click()
    shown(chat, two)
    expect(chat.box).to_have_value("")
    row(chat, "First").click()
    shown(chat, one)
    expect(chat.box).to_have_value("Half a thought")
    chat.page.unroute_all()
    chat.page.context.set_offline(True)
    expect(chat.page.locator("#connection")).to_be_visible()
    with chat.page.expect_response(lambda response: response.url.endswith("/draft/")):
        chat.page.context.set_offline(False)
    chat.reload()
    expect(chat.box).to_have_value("Half a thought")


def test_a_draft_on_its_way_is_not_stored_after_the_question_it_became(chat):
    chat.ask(f"Begin {SHORT}").ended()
    held: list[Route] = []
    chat.page.route("**/draft/", lambda route: held.append(route))
    chat.box.fill(f"Second {SHORT}")
    until(lambda: held, "the draft is being saved", page=chat.page)
    chat.box.press("Enter")
    chat.page.wait_for_timeout(300)
    expect(chat.page.locator("article.is-pending")).to_have_count(1)
    chat.page.unroute("**/draft/")  # which lets go of what is held
    expect(chat.answers).to_have_count(2)
    chat.ended()
    chat.reload()
    expect(chat.box).to_have_value("")


def test_a_chat_clicked_while_offline_says_so_and_opens_when_the_connection_is_back(house, member, open_chat):
    (one,) = talks(house, member, "First")
    chat = open_chat()
    chat.page.context.set_offline(True)
    row(chat, "First").click()
    expect(chat.page.locator(".toast").last).to_contain_text("You are offline. This chat opens when")
    chat.page.context.set_offline(False)
    shown(chat, one)


def test_the_arrows_lead_from_answer_to_answer_and_the_focus_goes_along(chat):
    chat.ask('Say [[standin text="first answer" reasoning=0]]').ended()
    first = chat.last.get_attribute("data-message")
    chat.last.locator(".actions [data-do=retry]").click()
    expect(chat.last.locator("[data-siblings]")).to_have_text("Answer 2 of 2")
    chat.ended()
    second = chat.last.get_attribute("data-message")
    assert first != second
    chat.ask(f"And then {SHORT}")
    expect(chat.answers).to_have_count(2)
    chat.ended()
    answer = chat.answers.first
    expect(answer.get_by_role("button", name="Next answer")).to_be_disabled()
    answer.get_by_role("button", name="Previous answer").click()
    expect(answer).to_have_attribute("data-message", first)
    expect(chat.answers).to_have_count(1)  # what followed belongs to the other answer
    expect(chat.questions).to_have_count(1)
    expect(answer.get_by_role("button", name="Previous answer")).to_be_disabled()
    expect(answer.get_by_role("button", name="Next answer")).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.answers).to_have_count(2)
    expect(answer).to_have_attribute("data-message", second)
    expect(answer.get_by_role("button", name="Previous answer")).to_be_focused()
    roles = chat.page.locator("#transcript article").evaluate_all("(all) => all.map((one) => one.dataset.role)")
    assert roles == ["user", "assistant", "user", "assistant"]
    chat.reload()
    expect(chat.answers.first).to_have_attribute("data-message", second)


def test_a_message_far_up_shows_at_once_that_it_was_pinned(house, member, open_chat):
    key = house.tell(f"write({member.id}, 'Long', [f'Text {{n}}' for n in range(100)])")
    chat = open_chat(f"/c/{key}/")
    first = chat.questions.filter(has_text="Text 0")
    until(lambda: (chat.page.evaluate("() => document.querySelector('#transcript').scrollTo(0, 0)"),
                   first.count())[1], "the first message is loaded", page=chat.page)  # fmt: skip
    first.hover()
    first.locator("[data-do=menu]").click()
    chat.page.get_by_role("menuitem", name="Pin").click()
    expect(first.locator(".marks")).to_contain_text("Pinned")
    expect(first.locator("[data-do=menu]")).to_be_focused()


def test_escape_stops_the_answer_and_a_key_opens_a_new_chat(chat):
    chat.ask("Long [[standin tokens=2000 rate=40]]").begun()
    chat.box.press("Escape")
    chat.ended("stopped")
    chat.page.keyboard.press("Control+Shift+O")
    expect(chat.page.locator("#empty")).to_be_visible()
    until(
        lambda: chat.page.url == chat.page.evaluate("() => location.origin + '/'"),
        "it has its address",
        page=chat.page,
    )


def test_what_was_fetched_before_a_chat_is_drawn_anew_takes_nothing_out_of_it(house, member, open_chat):
    (key,) = talks(house, member, "First")
    chat = open_chat(f"/c/{key}/")
    chat.page.evaluate("() => (window.htmx.config.defaultSettleDelay = 1500)")
    held: list[Route] = []
    chat.page.route("**/turns/?*", lambda route: held.append(route))
    beside = open_chat(f"/c/{key}/", beside=chat)
    beside.ask(f"Second? {SHORT}").ended()
    until(lambda: held, "the other tab's question is fetched", page=chat.page)
    row(chat, "First").click()
    expect(chat.questions).to_have_count(2)  # drawn anew, and not yet taken over
    with chat.page.expect_response("**/turns/?*"):
        held[0].continue_()
    chat.page.unroute("**/turns/?*")
    for route in held[1:]:
        route.continue_()
    chat.page.wait_for_timeout(1700)  # the page takes over what was drawn
    expect(chat.questions).to_have_count(2)
    expect(chat.answers).to_have_count(2)
