"""What no longer fits the model's window is said, in the page and in the receipt; never dropped in silence."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ABOUT_400_TOKENS = "Sixteen hundred characters of an older text. " * 36


@pytest.fixture(scope="module")
def server_options():
    return {"env": {"MODEL_CONTEXT": "5600"}}  # 4096 are for the answer


@pytest.fixture
def chat(house, member, open_chat):
    """A conversation that is about twice what fits."""
    texts = [f"{n} {ABOUT_400_TOKENS}" for n in range(8)]
    key = house.tell(f"write({member.id}, 'Full', {texts!r})")
    return open_chat(f"/c/{key}/")


def sent(chat) -> list[str]:
    """The first word of each message that went to the model with the last answer."""
    return [message["content"].split()[0] for message in chat.sent()["messages"]]


def marked(chat) -> list[str]:
    texts = chat.page.locator("#transcript article.is-left-out").locator("[data-text], [data-answer]")
    return [text.split()[0] for text in texts.all_text_contents()]


def test_messages_that_are_left_out_are_marked_and_are_those_that_were_not_sent(chat):
    left = chat.page.locator("article.is-left-out")
    expect(left.first).to_contain_text("No longer fits")
    count = left.count()
    assert 0 < count < 8
    expect(chat.page.locator(".meter-left")).to_have_text(f"{count} left out")
    chat.ask("Now [[standin tokens=10]]")
    expect(chat.answers).to_have_count(5)
    chat.ended()
    expect(chat.page.locator(".meter-left")).to_have_text(re.compile(r"\d+ left out"))
    went = sent(chat)
    assert went[-1] == "Now"
    assert "0" not in went
    assert "0" in marked(chat)
    assert not set(went) & set(marked(chat)) - {"7"}


def test_a_pinned_message_is_kept_and_one_left_out_by_hand_is_not_sent(chat):
    first, last = chat.questions.first, chat.answers.last
    first.hover()
    first.locator("[data-do=menu]").click()
    chat.page.get_by_role("menuitem", name=re.compile("^Pin")).click()
    expect(first).to_contain_text("Pinned: always sent")
    expect(first).not_to_have_class(re.compile("is-left-out"))
    last.hover()
    last.locator("[data-do=menu]").click()
    chat.page.get_by_role("menuitem", name="Leave out of the context").click()
    expect(last).to_contain_text("Left out by you")
    chat.ask("Now [[standin tokens=10]]")
    expect(chat.answers).to_have_count(5)
    chat.ended()
    went = sent(chat)
    assert "0" in went
    assert "7" not in went


def test_a_question_that_cannot_fit_is_refused_with_its_words_kept(chat):
    long = "A question that is far too long. " * 400
    chat.ask(long)
    expect(chat.page.locator("#composer-error, article[data-state=failed] [data-notice]").first).to_contain_text(
        re.compile("Shorten|shorter")
    )
    assert long.strip() in (chat.box.input_value() + "".join(chat.questions.all_text_contents()))


def test_the_meter_estimates_while_one_types_and_is_exact_afterwards(chat):
    words = chat.page.locator("[data-meter-words]")
    expect(words).to_have_text(re.compile(r"^about [\d,]+ of 5,600 tokens$"))
    before = words.text_content()
    chat.box.fill("word " * 100)
    expect(words).not_to_have_text(before)
    chat.box.fill("")
    expect(words).to_have_text(before)
    chat.ask("Now [[standin tokens=10]]")
    expect(chat.answers).to_have_count(5)
    chat.ended()
    expect(words).to_have_text(re.compile(r"^[\d,]+ of 5,600 tokens$"))
    expect(chat.page.locator(".meter-cost")).to_have_text(re.compile(r"^\$0\.\d+"))


def test_the_meter_counts_a_very_long_text_when_one_rests(chat):
    words = chat.page.locator("[data-meter-words]")
    before = words.text_content()
    used = int(re.search(r"[\d,]+", before)[0].replace(",", ""))
    chat.box.fill("word " * 8000)
    expect(words).to_have_text(f"about {used + 10_000:,} of 5,600 tokens")
    chat.box.fill("")
    expect(words).to_have_text(before)


def test_a_very_long_text_goes_in_the_direction_of_its_beginning(chat):
    style = "(box) => [getComputedStyle(box).direction, getComputedStyle(box).unicodeBidi]"
    chat.box.fill("שלום\n" + "words " * 2000)
    assert chat.box.evaluate(style) == ["rtl", "isolate"]
    chat.box.fill("words\nשלום")
    assert chat.box.evaluate(style) == ["ltr", "plaintext"]
