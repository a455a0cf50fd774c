"""Ask, watch the answer arrive, stop it, go on, ask again."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.house import numbered, saying, until, words

pytestmark = pytest.mark.browser

RICH = (
    r"""## Plan\n\nSome *words*, `code`, a [link](https://example.org).\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n"""
)
RICH += r"""```python\ndef f(x):\n    return x < 1\n```\n\n1. one\n2. two\n\n"""
RICH += r"""$$x = \\frac{-b}{2a}$$\n\nDone: $a^2$."""


def test_reasoning_streams_then_folds_with_its_time_when_the_answer_starts(chat):
    chat.ask("Think first [[standin reasoning=80 tokens=5000 rate=40]]")
    reasoning = chat.last.locator("[data-reasoning]")
    expect(reasoning).to_have_attribute("open", "")
    expect(reasoning.locator("summary")).to_contain_text("Thinking")
    shown = reasoning.locator("[data-reasoning-text]")
    expect(shown).not_to_be_empty()
    early = len(shown.text_content())
    until(lambda: len(shown.text_content()) > early, "more reasoning came", page=chat.page)
    chat.begun()
    expect(reasoning).not_to_have_attribute("open", "")
    expect(reasoning.locator("summary")).to_contain_text("Thought for")
    expect(chat.last).to_have_attribute("data-state", "running")
    chat.send.click()
    chat.ended("stopped")
    expect(reasoning.locator("summary")).to_contain_text("Thought for")
    reasoning.locator("summary").click()
    expect(shown).to_be_visible()


def test_the_answer_streams_and_ends_as_the_server_has_it(chat):
    chat.ask(f'Rich [[standin text="{RICH}" rate=60 reasoning=5]]')
    chat.ended()
    assert chat.differences() == []
    expect(chat.text.locator("h3, h4")).to_have_count(1)
    expect(chat.text.locator("table td")).to_have_count(2)
    expect(chat.text.locator("pre code .hljs-keyword").first).to_be_visible()
    expect(chat.text.locator("math")).to_have_count(2)
    assert "def f(x):" in chat.source()


def test_the_answers_of_the_stand_in_itself_end_as_the_server_has_them(chat):
    for question in ("Write a Python function", "Compare tea and coffee in a table", "Derive a formula"):
        chat.ask(f"{question} [[standin rate=3000]]")
        chat.ended()
    expect(chat.answers).to_have_count(3)
    assert chat.differences() == []


def test_the_address_and_the_titles_are_the_conversations_after_the_first_question(chat):
    chat.ask("How do I back up a database? [[standin tokens=30]]")
    chat.ended()
    conversation = chat.page.locator("#main").get_attribute("data-conversation")
    assert chat.page.url.endswith(f"/c/{conversation}/")
    row = chat.page.locator(f'#rows .row[data-conversation="{conversation}"] .row-title')
    until(lambda: "standin" not in row.text_content(), "the model has made a title", page=chat.page)
    title = row.text_content()
    assert title not in ("", "New chat")
    expect(chat.page.locator("#chat-title .title-text")).to_have_text(title)
    expect(chat.page).to_have_title(re.compile(f"^{re.escape(title)} · "))


def test_stop_acts_within_a_second_and_keeps_what_was_written(chat):
    chat.ask(saying(2000, rate=60)).begun()
    expect(chat.send).to_have_attribute("aria-label", "Stop")
    began = time.monotonic()
    chat.send.click()
    expect(chat.send).to_be_disabled()
    chat.ended("stopped")
    took = time.monotonic() - began
    kept = chat.words()
    assert kept == chat.source().split()
    assert kept[:-1] == words(2000)[: len(kept) - 1]  # the last one may be cut in two
    expect(chat.last.locator("[data-notice]")).to_contain_text("You stopped")
    assert took < 2.5, f"{took:.2f} s; a second, and as much again for a busy machine"


def test_continue_joins_what_was_written_without_overwriting_it(chat):
    chat.ask(f'Go on [[standin text="{numbered(2000)}" rate=40 reasoning=0]]').begun()
    until(lambda: len(chat.words()) > 10, "ten words came", page=chat.page)
    chat.send.click()
    chat.ended("stopped")
    before = chat.words()
    chat.last.get_by_role("button", name="Continue").click()
    expect(chat.last).to_have_attribute("data-state", "running")
    seen: list[list[str]] = []
    until(
        lambda: seen.append(chat.words()) or len(seen[-1]) > len(before) + 10,
        "the continuation brought more",
        page=chat.page,
    )
    chat.send.click()
    chat.ended("stopped")
    assert all(now[: len(before) - 1] == before[:-1] for now in seen), "what was there vanished for a moment"
    expect(chat.answers).to_have_count(1)
    assert chat.source().split()[: len(before) - 1] == before[:-1]
    assert chat.differences() == []


def test_a_question_asked_meanwhile_waits_visibly_can_be_changed_and_removed(chat):
    chat.ask(saying(2000, rate=40)).begun()
    chat.ask("First wait [[standin tokens=10]]").ask("Second wait [[standin tokens=10]]")
    waiting = chat.page.locator("article.is-queued")
    expect(waiting).to_have_count(2)
    expect(waiting.first).to_contain_text("Queued")
    waiting.first.locator("[data-do=queued-edit]").click()
    chat.page.locator(".edit-box textarea").fill("Changed words [[standin tokens=10]]")
    chat.page.locator(".edit-box").get_by_role("button", name="Save").click()
    expect(waiting.first.locator(".bubble")).to_contain_text("Changed words")
    waiting.last.locator("[data-do=queued-remove]").click()
    expect(waiting).to_have_count(1)
    chat.page.reload()
    chat.connected()
    expect(waiting).to_have_count(1)
    chat.send.click()  # nothing typed: Stop
    expect(chat.answers).to_have_count(2)
    chat.ended()
    expect(chat.questions).to_have_count(2)
    expect(chat.questions.last.locator(".bubble")).to_contain_text("Changed words")
    expect(waiting).to_have_count(0)


def test_each_way_out_of_a_starved_answer_does_what_it_says(open_chat):
    """Effort high by default here would differ: the model's own is medium, so lower is low."""
    for way, wanted in (
        ("Lower effort (low)", ("reasoning", "low")),
        ("More tokens (8,192)", ("max_tokens", "8192")),
        ("Answer now", ("messages", "give the answer now")),
    ):
        chat = open_chat()
        chat.ask("A riddle [[standin fault=starve rate=0 x=1]]")
        chat.ended()
        notice = chat.last.locator("[data-notice]")
        expect(notice).to_contain_text("Reasoning used all")
        expect(notice.get_by_role("button")).to_have_count(3)
        notice.get_by_role("button", name=way, exact=True).click()
        expect(chat.last.locator(".action-note").first).to_contain_text("2 of 2")
        chat.ended()
        name, value = wanted
        assert value in str(chat.sent()[name])


def test_a_cut_answer_says_so_keeps_its_text_and_can_be_continued(chat):
    chat.ask(saying(200, fault="cut", after=40, rate=0))
    chat.ended("interrupted")
    expect(chat.last.locator("[data-notice]")).to_contain_text("kept")
    kept = chat.words()
    assert len(kept) > 5
    assert kept[:-1] == words(200)[: len(kept) - 1]
    expect(chat.last.get_by_role("button", name="Continue")).to_be_visible()
    expect(chat.last.get_by_role("button", name="Try again")).to_be_visible()


@pytest.mark.parametrize(
    ("fault", "word"),
    [("quota", "tomorrow|reset|00:00|midnight"), ("auth", "token|administrator"), ("overflow", "short|long")],
)
def test_a_refusal_says_what_to_do_and_keeps_the_question(chat, fault, word):
    chat.ask(f"Please [[standin fault={fault}]]")
    chat.ended("failed")
    expect(chat.last.locator("[data-notice]")).to_contain_text(re.compile(word))
    expect(chat.questions.last.locator(".bubble")).to_contain_text("Please")


def test_answer_again_keeps_the_first_answer_as_a_sibling(chat):
    chat.ask("Once more [[standin tokens=20]]").ended()
    chat.last.hover()
    chat.last.get_by_role("button", name="Answer again").click()
    expect(chat.last.locator(".action-note").first).to_contain_text("2 of 2")
    expect(chat.answers).to_have_count(1)
    chat.ended()


def test_about_this_answer_shows_the_exact_request(chat):
    chat.ask("What is exact? [[standin tokens=25 reasoning=5]]").ended()
    chat.last.hover()
    chat.last.locator(".actions [data-do=about]").click()
    about = chat.page.get_by_role("dialog", name="About this answer")
    expect(about).to_be_visible()
    about.get_by_text("The request as it was sent").click()
    sent = chat.page.evaluate("() => JSON.parse(document.querySelector('#about-json').textContent)")
    assert sent["messages"][-1] == {"role": "user", "content": "What is exact? [[standin tokens=25 reasoning=5]]"}
    assert sent["stream"] is True
    assert sent["max_tokens"] > 0
    expect(about).to_contain_text("tokens per second")
    expect(about).to_contain_text("stop")
    chat.page.keyboard.press("Escape")
    expect(about).to_be_hidden()
    assert chat.page.evaluate("() => document.activeElement.dataset.do") == "about"
