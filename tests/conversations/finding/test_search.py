"""The same is found on SQLite and on PostgreSQL: this file is run on both, and says what that is."""

import datetime
import uuid

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatapp.conversations import rename
from chatapp.conversations.finding import index
from chatapp.conversations.finding.search import MESSAGES_AT_ONCE, TITLES_AT_ONCE, search
from chatapp.conversations.models import Conversation, Message, Tag

from ..stories import answered, asked, deleted, restored

TEXTS = {
    "de": "In Zürich ist die Straße gesperrt, sagt das Café.",
    "ru": "Ёлка стоит в Москве, у стены Кремля.",
    "zh": "本文介绍全文检索的工作原理。",
    "ja": "データベースの全文検索はガラスのように透明だ。",
    "ko": "오류 메시지가 나타나면 서버를 다시 시작하세요.",
    "hi": "हिन्दी में खोज",
    "el": "Ο ΟΔΥΣΣΕΥΣ γύρισε στην Ιθάκη.",
    "code": "Do not edit `settings.py`:\n\n```python\nfoo_bar = don't\n```\nversion 1.5-rc",
    "en": "A leap year is divisible by four, but a century is not always a leap year.",
    "far": "The year begins with a leap. " + "word " * 300 + "Divisible numbers come at the very end.",
}


@pytest.fixture
def library(alice):
    """One conversation for each of TEXTS, told as an answer."""
    told = {name: answered(alice, f"Question {name}", text).reply.message for name, text in TEXTS.items()}
    index.everything()
    return {message.pk: name for name, message in told.items()}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        # Accents and case, in the text and in the query.
        ("zurich", "de"),
        ("ZÜRICH", "de"),
        ("Zu\u0308rich", "de"),
        ("strasse", "de"),
        ("STRASSE", "de"),
        ("Straße", "de"),
        ("cafe", "de"),
        ("елка", "ru"),
        ("ёлка МОСКВЕ", "ru"),
        ("Οδυσσευς", "el"),
        ("ιθακη", "el"),
        ("हिन्दी", "hi"),
        # No spaces between words.
        ("检索", "zh"),
        ("全文检索", "zh"),
        ("全文検索", "ja"),
        ("全文", "zh ja"),
        ("文全", ""),
        ("索", "zh ja"),
        ("ガラス", "ja"),
        ("ｶﾞﾗｽ", "ja"),
        ("カラス", ""),
        ("메시지", "ko"),
        ("오류 메시지", "ko"),
        ("오류메시지", "ko"),
        ("시메", ""),
        # Phrases, whole words, words that may go on.
        ('"leap year"', "en"),
        ("“leap year”", "en"),
        ("leap year", "en far"),
        ('"year leap"', ""),
        ("leap divis", "en far"),
        ('"divis"', ""),
        ("divis leap", ""),
        ('"leap ye"', ""),
        ("divisible four", "en"),
        ("“the very end", "far"),
        ('"the very end"', "far"),
        # What punctuation holds together stands side by side.
        ("don't", "code"),
        ("don’t", "code"),
        ("settings.py", "code"),
        ("py.settings", ""),
        ("foo_bar", "code"),
        ("1.5", "code"),
        ("5.1", ""),
        # Filters.
        ("has:code", "code"),
        ("has:code zurich", ""),
        ("has:code settings", "code"),
        ("in:title leap", ""),
        ("leap before:2000", ""),
        ("leap after:2000", "en far"),
        ("leap after:2000-02-30", ""),  # no date: words like any other
        ("leap is:lost", ""),
        ("leap tag:none", ""),
        # Nobody's syntax.
        ("leap AND year", ""),
        ("leap OR", ""),
        ("NEAR(leap year)", ""),
        ("leap*", "en far"),
        ("-leap", "en far"),
        ("leap & year", "en far"),
        ("leap:*", "en far"),
        ("search_text:leap", ""),
        ("'; DROP TABLE conversations_message; --", ""),
        ("§", ""),
        ("§1", "code"),  # the word "1"
        ("§code", ""),  # what the index says of a row cannot be asked for as a word
        ("", ""),
        ("   ", ""),
        ('"', ""),
        ('""', ""),
        ("???", ""),
    ],
)
def test_words_find(alice, library, words, found):
    messages = search(alice, words).messages
    assert {library[m.pk] for m in messages if m.pk in library} == set(found.split())


def test_a_question_is_found_though_its_answer_never_came(alice):
    told = asked(alice, "Where do cranes winter?")
    index.everything()
    assert search(alice, "cranes").messages == [told.question]


def test_reasoning_is_found(alice):
    told = answered(alice, answer="Yes.", reasoning="Let me ponder the quokka.")
    index.everything()
    assert search(alice, "quokka").messages == [told.reply.message]


def test_nobody_finds_what_is_somebody_elses(alice, bob, library):
    for words in ("leap", "全文", "has:code", f"§{alice.pk} leap", "in:title question", "after:2000"):
        found = search(bob, words)
        assert (found.titles, found.messages) == ([], [])


def test_the_index_is_not_the_only_guard(alice, bob, library):
    """A row whose index names somebody else is still not theirs."""
    message = Message.objects.get(text=TEXTS["en"])
    Message.objects.filter(pk=message.pk).update(search_text=f"{index.owned_by(bob.pk)} leap")
    assert search(bob, "leap").messages == []


def test_deleted_and_temporary_conversations_are_not_found_and_come_back(alice):
    told = answered(alice, "What is a quokka?", "A marsupial.")
    index.everything()
    key = told.conversation.key
    deleted(alice, key)
    assert (search(alice, "quokka").titles, search(alice, "quokka").messages) == ([], [])
    restored(alice, key)
    assert len(search(alice, "quokka").messages) == 1
    Conversation.objects.update(expires_at=timezone.now() + datetime.timedelta(hours=1))
    assert (search(alice, "quokka").titles, search(alice, "quokka").messages) == ([], [])


def test_a_removed_message_is_not_found_until_it_is_back(alice):
    told = answered(alice, answer="A quokka.")
    index.everything()
    Message.objects.filter(pk=told.reply.message.pk).update(deleted_at=timezone.now())
    assert search(alice, "quokka").messages == []
    Message.objects.update(deleted_at=None)
    assert search(alice, "quokka").messages == [told.reply.message]


def test_erased_is_erased_from_the_index_too(alice):
    told = answered(alice, answer="A quokka.")
    index.everything()
    Conversation.objects.filter(pk=told.conversation.pk).delete()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM conversations_message_words WHERE conversations_message_words MATCH 'quokka'"
            )
            assert cursor.fetchone() == (0,)
    assert search(alice, "quokka").messages == []


def test_a_changed_text_and_a_changed_title_are_found_by_what_they_say_now(alice):
    told = answered(alice, "What is a quokka?", "A marsupial.")
    index.everything()
    Message.objects.filter(pk=told.reply.message.pk).update(text="A small wallaby.")
    rename.rename(told.conversation, "Animals of Rottnest")
    index.everything()
    assert search(alice, "marsupial").messages == []
    assert search(alice, "wallaby").messages == [told.reply.message]
    assert search(alice, "in:title quokka").titles == []
    assert search(alice, "rottnest").titles == [told.conversation]


def test_a_title_is_found_by_its_words_newest_first(alice):
    first, second = (answered(alice, title).conversation for title in ("Größe der Welt", "Die Welt von heute"))
    index.everything()
    assert search(alice, "in:title welt").titles == [second, first]
    assert search(alice, "in:title groesse").titles == []
    assert search(alice, "in:title grosse").titles == [first]
    assert search(alice, "in:title welt").messages == []


@pytest.mark.parametrize("typed", ["cat", "about cat", "café-cat"])
def test_titles_and_messages_with_the_very_word_come_before_those_in_which_it_only_begins_one(alice, typed):
    texts = [
        "About a café-cat, the oldest",
        "About café-category theory",
        "About a café-cat and a café-catalogue",
        "About café-catalogues, the newest",
        "Nothing of the kind about a café",
    ]
    for text in texts:
        rename.rename(answered(alice, "Question", text).conversation, text)
    index.everything()
    wanted = [texts[n] for n in (2, 0, 3, 1)]
    found = search(alice, typed)
    assert [c.title for c in found.titles] == wanted
    assert [m.text for m in found.messages] == wanted
    quoted = search(alice, typed.replace("café-cat", "cat").replace("cat", '"cat"'))
    assert [c.title for c in quoted.titles] == [texts[2], texts[0]]


def test_the_very_words_and_the_beginnings_are_one_list_that_goes_on(alice):
    texts = [f"{'cat' if n % 2 else 'category'} number {n}" for n in range(3 * TITLES_AT_ONCE)]
    for text in texts:
        rename.rename(answered(alice, "Question", text).conversation, text)
    index.everything()
    wanted = [*reversed(texts[1::2]), *reversed(texts[::2])]
    page = search(alice, "cat")
    titles, messages = list(page.titles), list(page.messages)
    after_titles, after_messages = page.more_titles, page.more_messages
    while after_titles:
        page = search(alice, "cat", titles_after=after_titles)
        titles, after_titles = titles + page.titles, page.more_titles
    while after_messages:
        page = search(alice, "cat", messages_after=after_messages)
        messages, after_messages = messages + page.messages, page.more_messages
    assert [c.title for c in titles] == wanted
    assert [m.text for m in messages] == wanted


def test_operators_alone_list_conversations(alice):
    plain = answered(alice, "Plain").conversation
    tagged = answered(alice, "Tagged").conversation
    tagged.tags.add(Tag.objects.create(owner=alice, name="Über uns"))
    pinned = answered(alice, "Pinned").conversation
    Conversation.objects.filter(pk=pinned.pk).update(pinned_at=timezone.now())
    archived = answered(alice, "Archived").conversation
    Conversation.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    index.everything()

    def titles(words, **more):
        return [c.title for c in search(alice, words, **more).titles]

    assert titles('tag:"uber uns"') == ["Tagged"]
    assert titles('TAG:"ÜBER UNS" plain') == []
    assert titles("is:pinned") == ["Pinned"]
    assert titles("is:archived") == ["Archived"]
    assert titles("is:pinned is:archived") == []
    assert titles("is:shared") == []
    shared = Conversation.objects.filter(pk=plain.pk).values("pk")
    assert titles("is:shared", shared=shared) == ["Plain"]
    assert titles("is:shared pin", shared=shared) == []
    year = timezone.now().year
    assert titles(f"after:{year}") == ["Archived", "Pinned", "Tagged", "Plain"]
    assert titles(f"before:{year}") == []
    assert titles(f"after:{year + 1}-01-01") == []


def test_dates_are_those_of_the_message(alice):
    told = answered(alice, answer="A quokka.")
    march = datetime.datetime(2026, 3, 15, 12, tzinfo=datetime.UTC)
    Message.objects.filter(pk=told.reply.message.pk).update(created=march)
    index.everything()

    def finds(words):
        return bool(search(alice, f"{words} quokka").messages)

    assert finds("after:2026")
    assert finds("after:2026-03")
    assert finds("after:2026-03-15")
    assert not finds("after:2026-03-16")
    assert finds("before:2026-03-16")
    assert finds("before:2026-4")
    assert not finds("before:2026-03-15")
    assert not finds("before:2026")


def test_both_lists_go_on_where_they_ended_each_once(alice):
    conversation = answered(alice, "Number 0 of a quokka", "quokka").conversation
    for number in range(MESSAGES_AT_ONCE):
        answered(alice, f"Number {number} of a quokka", "quokka", conversation=conversation)
    for number in range(TITLES_AT_ONCE + 2):
        answered(alice, f"Quokka {number}", "x")
    index.everything()
    seen_titles, seen_messages = [], []
    found = search(alice, "quokka")
    while True:
        seen_titles += found.titles
        if not found.more_titles:
            break
        found = search(alice, "quokka", titles_after=found.more_titles)
        assert found.messages == []
    found = search(alice, "quokka")
    while True:
        seen_messages += [m.pk for m in found.messages]
        if not found.more_messages:
            break
        found = search(alice, "quokka", messages_after=found.more_messages)
        assert found.titles == []
    assert len(seen_titles) == len(set(seen_titles)) == Conversation.objects.count()
    wanted = Message.objects.filter(text__icontains="quokka").order_by("-pk")
    assert seen_messages == list(wanted.values_list("pk", flat=True))


def test_a_phrase_is_found_however_many_have_its_words_apart(alice, monkeypatch):
    monkeypatch.setattr("chatapp.conversations.finding.search.AMONG", ("3", "10", "ALL"))
    first = answered(alice, "Of leap years", "A leap year.")
    for _ in range(8):
        answered(alice, "Of other years", "A year of one leap.", conversation=first.conversation)
    last = answered(alice, "Of more", "The leap year.", conversation=first.conversation)
    index.everything()
    assert search(alice, '"leap year"').messages == [last.reply.message, first.reply.message]
    assert search(alice, '"leap year" "leap year"').messages == [last.reply.message, first.reply.message]
    assert search(alice, '"leap years"').titles == [first.conversation]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.text(max_size=80),
        st.lists(
            st.sampled_from(
                [
                    '"',
                    "tag:",
                    "before:",
                    "is:",
                    "a",
                    "*",
                    "(",
                    ")",
                    "AND",
                    "\\",
                    "'",
                    "NOT",
                    ":",
                    "{",
                    "^",
                    "全",
                    "§",
                    "\x00",
                    " ",
                ]
            ),
            max_size=12,
        ).map("".join),
    )
)
def test_no_text_is_an_error(alice, text):
    search(alice, text)
    search(alice, "x", messages_after=text, titles_after="")
    search(alice, "x", titles_after=text)


def test_very_long_texts_are_found_and_very_long_words_are_cut_alike(alice):
    conversation = answered(alice).conversation
    words = [uuid.uuid4().hex for _ in range(11_900)]  # all different, as in a log file
    key = "k" * 3000
    cyrillic = " ".join(f"ж{n:09}" for n in range(36_000))
    thai = " ".join("ก" * 24 + str(n) for n in range(13_000))  # three bytes each: more than the index takes
    for text in (f"Quokka {key} {' '.join(words)}", f"Жук {cyrillic}", f"ขวด {thai}"):
        Message.objects.create(conversation=conversation, role="user", text=text)
    index.everything()
    assert not Message.objects.filter(search_text="").exists()
    for found in ("quokka", key, words[-1], f'"{words[-2]} {words[-1]}"', "ж000035999", "ขวด", "ก" * 24 + "9"):
        assert len(search(alice, found).messages) == 1, found
    assert search(alice, "ж000036000").messages == []
