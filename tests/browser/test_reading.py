"""What is being read stays where it is; who is at the end is kept there."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.house import saying, until

pytestmark = pytest.mark.browser

AT_END = "(e) => e.scrollHeight - e.clientHeight - e.scrollTop < 3"
LONG = "A line of an older answer that is worth reading again.\n\n" * 12


@pytest.fixture
def long_chat(house, member, open_chat):
    """A conversation of several screens, opened at its end."""
    key = house.tell(f"write({member.id}, 'Long', {['Question', LONG] * 6!r})")
    return open_chat(f"/c/{key}/")


def test_a_conversation_opens_at_its_end_and_follows_the_answer(long_chat):
    transcript = long_chat.page.locator("#transcript")
    until(lambda: transcript.evaluate(AT_END), "it is at its end", page=long_chat.page)
    long_chat.ask(saying(300, rate=200)).begun()
    for _ in range(8):
        until(lambda: transcript.evaluate(AT_END), "it follows", 5, page=long_chat.page)
        long_chat.page.wait_for_timeout(60)
    long_chat.ended()
    until(lambda: transcript.evaluate(AT_END), "it is at the end still", page=long_chat.page)


def test_who_scrolls_up_is_left_alone_until_jumping_to_the_latest(long_chat):
    transcript = long_chat.page.locator("#transcript")
    long_chat.ask(saying(3000, rate=150)).begun()
    transcript.hover()
    long_chat.page.mouse.wheel(0, -1500)
    jump = long_chat.page.get_by_role("button", name="Jump to latest")
    expect(jump).to_be_visible()
    until(lambda: not transcript.evaluate(AT_END), "it has left the end", page=long_chat.page)
    long_chat.page.wait_for_timeout(300)  # the wheel's own movement ends
    # By what is seen, not by scrollTop: the browser corrects that when it learns the height of what is above.
    seen = """(e) => {
      const read = (window.read ??= [...e.querySelectorAll("article")].find(
        (article) => article.getBoundingClientRect().bottom > e.getBoundingClientRect().top + 100));
      return Math.round(read.getBoundingClientRect().top);
    }"""
    place = transcript.evaluate(seen)
    so_far = len(long_chat.words())
    until(lambda: len(long_chat.words()) > so_far + 60, "the answer has grown", page=long_chat.page)
    assert abs(transcript.evaluate(seen) - place) <= 1
    jump.click()
    expect(jump).to_be_hidden()
    until(lambda: transcript.evaluate(AT_END), "it is at the end", page=long_chat.page)
    long_chat.send.click()
    long_chat.ended("stopped")


def test_earlier_messages_and_finished_blocks_do_not_move_while_an_answer_streams(chat):
    """Few enough to fit the screen: then every change of place would be a jump before the reader's eyes."""
    chat.ask("First [[standin tokens=15 reasoning=0]]").ended()
    chat.ask("Second [[standin tokens=60 reasoning=30 rate=40]]")
    expect(chat.answers).to_have_count(2)
    boxes = chat.page.evaluate(
        """async () => {
          const seen = new Map(), moved = [];
          const transcript = document.querySelector("#transcript");
          const look = () => {
            const earlier = "article:nth-last-of-type(n+2)";
            for (const element of transcript.querySelectorAll(`${earlier}, ${earlier} .block`)) {
              const top = element.getBoundingClientRect().top + transcript.scrollTop;
              const before = seen.get(element) ?? top;
              if (Math.abs(before - top) > 0.5) moved.push([element.className, before, top]);
              seen.set(element, top);
            }
          };
          const last = [...transcript.querySelectorAll("article")].at(-1);
          while (["queued", "running"].includes(last.dataset.state)) {
            await new Promise(requestAnimationFrame);
            look();
          }
          for (let n = 0; n < 20; n += 1) { await new Promise(requestAnimationFrame); look(); }
          return {moved, looked: seen.size};
        }"""
    )
    assert boxes["moved"] == []
    assert boxes["looked"] > 3


def test_earlier_messages_come_by_scrolling_up_without_moving_what_is_read(house, member, open_chat):
    texts = [f"{'Question' if n % 2 == 0 else 'Answer'} {n}" for n in range(150)]
    key = house.tell(f"write({member.id}, 'Very long', {texts!r})")
    chat = open_chat(f"/c/{key}/")
    articles = chat.page.locator("#transcript article")
    before = articles.count()
    assert before < 150
    expect(articles.last).to_contain_text("Answer 149")
    # The first of those shown comes into view, and stays there when more come above it.
    first = articles.first.get_attribute("id")
    transcript = chat.page.locator("#transcript")
    transcript.hover()
    tops: list[float] = []
    for _ in range(400):
        chat.page.mouse.wheel(0, -400)
        chat.page.wait_for_timeout(20)
        if articles.count() > before:
            break
    assert articles.count() > before
    chat.page.wait_for_timeout(300)
    box = chat.page.locator(f"#{first}").bounding_box()
    for _ in range(10):
        tops.append(chat.page.locator(f"#{first}").bounding_box()["y"])
        chat.page.wait_for_timeout(30)
    assert len(set(tops)) == 1
    assert -1200 < box["y"] < 1200, "what was read is near where it was"
    ids = articles.evaluate_all("(all) => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_a_link_to_a_message_opens_there(house, member, open_chat):
    key = house.tell(f"write({member.id}, 'Linked', {['Question', LONG] * 6!r})")
    chat = open_chat(f"/c/{key}/")
    target = chat.questions.nth(2).get_attribute("id")
    chat.page.goto("/")
    chat.open(f"/c/{key}/#{target}")
    expect(chat.page.locator(f"#{target}")).to_be_in_viewport()
    expect(chat.page.locator("#transcript")).not_to_have_text(re.compile("^$"))


def test_the_end_is_what_is_painted_first(house, member, open_chat):
    """Before the modules of the page are there: they may be long in coming."""
    key = house.tell(f"write({member.id}, 'Long', {['Question', LONG] * 6!r})")
    page = open_chat().page
    held = []
    page.route(re.compile(r"/js/chat\.\w+\.js$"), lambda route: held.append(route))
    page.goto(f"/c/{key}/", wait_until="commit")
    transcript = page.locator("#transcript")
    until(lambda: held and transcript.evaluate(AT_END), "it is at its end", page=page)


def test_what_is_fetched_by_scrolling_can_be_answered_edited_and_copied(house, member, open_chat):
    """Earlier messages are as alive as the last ones: code has its copy button, the menu opens."""
    texts = [text for n in range(40) for text in (f"Question {n}", f"Answer {n}\n\n```python\nprint({n})\n```")]
    key = house.tell(f"write({member.id}, 'Code', {texts!r})")
    chat = open_chat(f"/c/{key}/")
    articles = chat.page.locator("#transcript article")
    chat.page.locator("#transcript").hover()
    until(lambda: chat.page.mouse.wheel(0, -2000) or articles.count() == 80, "all are there", 60, page=chat.page)
    first = chat.answers.first
    first.scroll_into_view_if_needed()
    expect(first.locator(".code .code-copy")).to_have_text("Copy")
    expect(first.locator(".hljs-built_in")).to_have_text("print")
    first.hover()
    first.locator('.actions [data-do="menu"]').click()
    expect(chat.page.locator("#message-menu")).to_be_visible()


def test_a_message_out_of_sight_is_not_drawn_and_takes_the_room_it_took(long_chat):
    articles = long_chat.page.locator("#transcript article")
    expect(long_chat.page.locator("#transcript article.is-settled")).to_have_count(articles.count())
    drawn = """(article) => article.querySelector("[data-answer], [data-text]")
      .checkVisibility({contentVisibilityAuto: true})"""
    until(lambda: not articles.first.evaluate(drawn), "the first is not drawn", page=long_chat.page)
    assert articles.last.evaluate(drawn)
    heights = """() => {
      const view = document.querySelector("#transcript");
      return [view.scrollHeight, ...[...view.querySelectorAll("article")].map((one) => one.offsetHeight)];
    }"""
    as_settled = long_chat.page.evaluate(heights)
    articles.evaluate_all("(all) => { for (const one of all) one.classList.remove('is-settled'); }")
    assert long_chat.page.evaluate(heights) == as_settled


def test_all_messages_are_printed_wherever_the_reader_is(long_chat):
    articles = long_chat.page.locator("#transcript article")
    expect(long_chat.page.locator("#transcript article.is-settled")).to_have_count(articles.count())
    long_chat.page.emulate_media(media="print")
    ways = articles.evaluate_all("(all) => all.map((one) => getComputedStyle(one).contentVisibility)")
    assert set(ways) == {"visible"}


def test_what_stands_out_of_a_settled_message_is_not_cut_off(long_chat):
    """Its buttons begin a little before its text, and have rings when they have the focus."""
    last = long_chat.page.locator("#transcript article.is-settled").last
    last.hover()
    assert last.evaluate(
        """(article) => {
          const button = article.querySelector(".actions button");
          const {left, top, height} = button.getBoundingClientRect();
          const isOutside = left < article.getBoundingClientRect().left;
          return isOutside && button.contains(document.elementFromPoint(left + 2, top + height / 2));
        }"""
    )
