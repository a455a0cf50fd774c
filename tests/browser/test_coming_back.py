"""Leave and come back: reloads, tabs, lost connections, a killed server; no word is lost, none is doubled."""

import random
import signal

import pytest
from playwright.sync_api import expect

from tests.browser.house import Chat, House, saying, until, words
from tests.browser.proxy import CuttingProxy
from tests.server.process import ServeProcess

pytestmark = pytest.mark.browser


def test_a_reload_in_the_middle_shows_all_so_far_and_goes_on(chat):
    chat.ask(saying(300, rate=60)).begun()
    for _ in range(3):
        before = len(chat.words())
        chat.reload().begun()
        until(lambda before=before: len(chat.words()) >= before, "what was shown is back", page=chat.page)
        shown = chat.words()  # read once: the answer goes on, and its last word may be half there
        assert shown[:-1] == words(300)[: len(shown) - 1]
    chat.ended()
    assert chat.words() == words(300) == chat.source().split()
    assert chat.differences() == []


def test_two_tabs_show_the_same(open_chat):
    first = open_chat()
    first.ask(saying(150, rate=50)).begun()
    second = open_chat(first.page.url, beside=first)
    second.begun().ask("And from here [[standin tokens=40]]")
    expect(first.questions).to_have_count(2)
    for tab in (first, second):
        expect(tab.answers).to_have_count(2)
        tab.ended()
        assert tab.words(tab.answers.first) == words(150)
        assert tab.differences() == []
    assert first.page.locator("#transcript").inner_text() == second.page.locator("#transcript").inner_text()


def test_after_a_time_offline_the_page_is_whole_again_without_a_reload(chat):
    chat.ask(saying(250, rate=60)).begun()
    chat.page.evaluate("() => { window.stillHere = true; }")
    chat.page.context.set_offline(True)
    expect(chat.page.locator("#connection")).to_contain_text("Offline")
    chat.page.wait_for_timeout(1500)  # so long it is away
    sockets = chat.sockets
    chat.page.context.set_offline(False)
    chat.ended()
    expect(chat.page.locator("#connection")).to_be_hidden()
    assert chat.sockets > sockets
    assert chat.words() == words(250)
    assert chat.differences() == []
    assert chat.page.evaluate("() => window.stillHere") is True


def test_an_answer_that_began_and_ended_while_offline_is_there_afterwards(open_chat):
    first = open_chat()
    first.ask("Begin [[standin tokens=10]]").ended()
    second = open_chat(first.page.url)
    first.page.context.set_offline(True)
    second.ask(saying(60, rate=0))
    expect(second.answers).to_have_count(2)
    second.ended()
    first.page.context.set_offline(False)
    expect(first.answers).to_have_count(2)
    first.ended()
    assert first.words() == words(60)


def test_a_question_typed_while_the_server_cannot_be_reached_is_kept_and_sent_later(chat):
    chat.ask("Begin [[standin tokens=10]]").ended()
    chat.page.context.set_offline(True)
    chat.ask("Not lost [[standin tokens=10]]")
    bubble = chat.page.locator("article.is-waiting")
    expect(bubble).to_contain_text("Waiting for the network")
    expect(bubble).to_contain_text("Not lost")
    expect(bubble.get_by_role("button", name="Retry")).to_be_visible()
    bubble.get_by_role("button", name="Edit").click()
    expect(chat.box).to_have_value("Not lost [[standin tokens=10]]")
    expect(bubble).to_have_count(0)
    chat.box.press("Enter")
    expect(bubble).to_contain_text("Waiting for the network")
    chat.page.context.set_offline(False)
    expect(chat.answers).to_have_count(2)
    chat.ended()
    expect(chat.questions).to_have_count(2)
    expect(chat.page.locator("article.is-failed, article.is-waiting, article.is-pending")).to_have_count(0)


def test_a_draft_survives_a_reload_and_is_there_on_another_device(open_chat):
    chat = open_chat()
    chat.ask("Begin [[standin tokens=10]]").ended()
    with chat.page.expect_response(lambda response: response.url.endswith("/draft/")):
        chat.box.press_sequentially("Half a thought")
    chat.reload()
    expect(chat.box).to_have_value("Half a thought")
    other = open_chat(chat.page.url)
    expect(other.box).to_have_value("Half a thought")
    with chat.page.expect_response(lambda response: response.url.endswith("/draft/")):
        chat.box.press_sequentially(", and more")
    expect(other.box).to_have_value("Half a thought, and more")
    chat.box.fill("Left at once")
    chat.page.reload()  # before the draft's rest is over: it is sent on leaving, beside the next page's request
    until(lambda: chat.reload().box.input_value() == "Left at once", "the draft is back", page=chat.page)


def test_the_new_chat_keeps_its_draft_too(chat):
    with chat.page.expect_response(lambda response: response.url.endswith("/draft/")):
        chat.box.press_sequentially("Not yet asked")
    chat.reload()
    expect(chat.box).to_have_value("Not yet asked")


@pytest.fixture
def own_server():
    """A server that may be killed."""
    with ServeProcess() as server:
        yield server


@pytest.fixture
def own_chat(own_server, chromium):
    house = House(own_server, chromium)
    context = house.context(house.member())
    chat = Chat(context.new_page()).open()
    yield chat
    context.close()
    assert chat.errors == []


def restart(server: ServeProcess) -> None:
    """Start it again where it was, on the same database."""
    server.env["PORT"] = server.base_url.rsplit(":", 1)[1]
    server.start()


def test_the_page_survives_the_servers_death_and_restart(own_server, own_chat):
    chat = own_chat
    chat.ask(saying(2000, rate=60)).begun()
    until(lambda: len(chat.words()) > 5, "some words came", page=chat.page)
    chat.page.evaluate("() => { window.stillHere = true; }")
    own_server.kill()
    painted = chat.words()
    expect(chat.page.locator("#connection")).to_be_visible()
    chat.ask("Asked to a dead server [[standin tokens=10]]")
    failed = chat.page.locator("article.is-waiting")
    expect(failed).to_contain_text("Asked to a dead server")
    expect(failed.get_by_role("button", name="Retry")).to_be_visible()
    restart(own_server)
    first = chat.answers.first
    chat.ended("interrupted", first, seconds=60)
    expect(chat.page.locator("#connection")).to_be_hidden()
    kept = chat.words(first)
    assert kept[: len(painted) - 1] == painted[:-1], "what was painted is kept"
    assert kept == chat.source(first).split()
    expect(first.get_by_role("button", name="Continue")).to_be_visible()
    expect(chat.answers).to_have_count(2)  # the question that failed went out by itself
    chat.ended()
    expect(chat.questions).to_have_count(2)
    assert chat.page.evaluate("() => window.stillHere") is True
    assert chat.differences() == []


def test_a_restart_for_a_new_version_is_survived_too(own_server, own_chat):
    chat = own_chat
    chat.ask(saying(120, rate=60)).begun()
    own_server.signal(signal.SIGTERM)
    assert own_server.wait() == 0
    restart(own_server)
    chat.ended()
    assert chat.words() == words(120)  # the answer was let to its end
    chat.ask("Still there? [[standin tokens=10]]")
    expect(chat.answers).to_have_count(2)
    chat.ended()


def test_fifty_cuts_lose_and_double_nothing(chromium):
    """Every connection, the socket and the fetches, is cut at random moments while answers stream."""
    rng = random.Random(11)
    with CuttingProxy() as proxy, ServeProcess(env={"ALLOWED_ORIGINS": proxy.address}) as server:
        proxy.lead_to(server.base_url)
        house = House(server, chromium)
        member = house.member()
        server.base_url = proxy.address
        context = house.context(member)
        chat = Chat(context.new_page()).open()
        cuts = 0
        for answer in range(1, 4):
            chat.ask(saying(400, rate=50))
            expect(chat.answers).to_have_count(answer)
            while chat.last.get_attribute("data-state") in ("queued", "running"):
                chat.page.wait_for_timeout(rng.uniform(20, 900))
                cuts += proxy.cut()
            chat.ended()
            assert chat.words() == words(400), f"after {cuts} cuts"
        assert chat.differences() == []
        assert cuts >= 50
        assert [chat.words(one) for one in chat.answers.all()] == [words(400)] * 3
        context.close()
        assert chat.errors == []
