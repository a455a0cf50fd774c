"""Finding and doing by keyboard: the palette, and a hit at its message."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.house import until

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe-4.10.3.min.js").read_text()


@pytest.fixture
def library(house, member):
    """Thirty small chats, and a long one in which the word quokka stands in the middle only."""
    house.tell(f"hoard({member.id}, 30)")
    texts = [text for n in range(60) for text in (f"Question {n}", f"Answer {n}. " + "Some words. " * 60)]
    texts[41] += "And the <b>quokka</b> of Zürich."
    house.tell(f"write({member.id}, 'The long talk', {texts!r})")


def typed(chat, words: str):
    box = chat.page.locator("#palette-input")
    expect(box).to_be_focused()
    box.press_sequentially(words, delay=10)


def test_a_word_leads_to_its_message_by_keyboard_and_scrolling_leads_on(library, open_chat):
    chat = open_chat()
    page = chat.page
    hits = page.locator("#palette .palette-hit")

    def ask_until_it_is_indexed():
        page.keyboard.press("Control+k")
        typed(chat, "QUOKKA zuri")
        page.wait_for_timeout(600)
        return hits.count() or page.keyboard.press("Escape")

    until(ask_until_it_is_indexed, "the word is found", page=page)
    expect(hits).to_have_count(1)
    expect(hits.locator("mark")).to_have_text(["quokka", "Zürich"])
    chosen = page.locator('#palette [aria-selected="true"]')
    expect(page.locator("#palette-input")).to_have_attribute("aria-activedescendant", chosen.get_attribute("id"))
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run('#palette')).violations.map((v) => [v.id, v.nodes[0].html])")
    assert found == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()
    hit = page.locator("article:focus")
    expect(hit).to_contain_text("the <b>quokka</b> of")
    expect(hit).to_be_in_viewport()
    assert chat.questions.all_text_contents()[-1].strip() != "Question 59"
    # The rest comes by scrolling, below and above; each message once.
    transcript = page.locator("#transcript")

    def at_the_end():
        transcript.evaluate("(box) => void (box.scrollTop = box.scrollHeight)")
        return "Question 59" in chat.questions.last.text_content()

    until(at_the_end, "the end is there", page=page)
    expect(page.locator("#later")).to_have_count(0)
    until(
        lambda: transcript.evaluate("(box) => void (box.scrollTop = 0)") or not page.locator("#earlier").count(),
        "the beginning is there",
        page=page,
    )
    numbers = [int(re.search(r"\d+", words)[0]) for words in chat.questions.all_text_contents()]
    assert numbers == list(range(60))


def test_asking_from_the_middle_goes_to_the_end(house, member, library, open_chat):
    chat = open_chat()
    page = chat.page
    page.locator("#rows .row-link").filter(has_text="The long talk").click()
    expect(chat.questions.last).to_have_text(re.compile("Question 59"))
    key = page.locator("#main").get_attribute("data-conversation")
    first = chat.questions.first.get_attribute("data-message")
    before = page.request.get(f"/c/{key}/earlier/?before={first}").text()
    middle = re.findall(r'id="m-([0-9a-f-]+)"', before)[0]
    chat.open(f"/c/{key}/?m={middle}")
    expect(page.locator(f"#m-{middle}")).to_be_focused()
    page.locator("#jump").click()
    expect(chat.questions.last).to_have_text(re.compile("Question 59"))
    assert "?m=" not in page.url
    chat.open(f"/c/{key}/?m={middle}")
    chat.ask('And now? [[standin text="The end." reasoning=0]]')
    expect(chat.text).to_have_text("The end.")
    chat.ended()
    expect(chat.questions.last).to_contain_text("And now?")
    expect(chat.questions.nth(-2)).to_have_text(re.compile("Question 59"))


def test_what_can_be_done_is_found_by_its_words_and_nothing_is_said_plainly(library, open_chat):
    chat = open_chat()
    page = chat.page
    chat.box.press("Control+k")
    expect(page.locator("#palette [role=option]").first).to_contain_text("The long talk")
    typed(chat, "settings of")
    expect(page.locator('#palette [aria-selected="true"]')).to_have_text(re.compile("^Settings of this chat"))
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator("#palette-input").fill("xyzzy plugh")
    expect(page.locator("#palette .palette-none")).to_contain_text("No chats or messages match “xyzzy plugh”.")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.get_by_role("button", name="Search", exact=True)).to_be_focused()
    chat.box.press("Control+k")
    page.locator("#palette-input").fill("talk")
    more = page.locator("#palette [data-more=titles]")
    until(
        lambda: more.count() or page.locator("#palette-input").press("Space") or page.wait_for_timeout(400),
        "the titles are indexed",
        page=page,
    )
    titles = page.locator("#palette [data-list=titles] a")
    expect(titles).to_have_count(8)
    more.click()
    expect(titles).to_have_count(16)
    # Without a connection the words stay and the page says so.
    page.context.set_offline(True)
    page.locator("#palette-input").fill("another")
    expect(page.locator("[data-palette-failed]")).to_be_visible()
    expect(page.locator("#palette-input")).to_have_value("another")
    page.context.set_offline(False)
    page.keyboard.press("Escape")
    expect(chat.box).to_be_focused()
