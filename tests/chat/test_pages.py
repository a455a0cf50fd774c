"""Reading: the page, its fragments, the tail, the meter, the receipt."""

import json
import re
import uuid

import pytest
from django.urls import reverse

from chatapp.conversations import log, weigh
from chatapp.conversations.models import Conversation, Reply
from chatapp.conversations.transcript import WINDOW
from tests.conversations.stories import HERE, answered, asked, said


def url(name: str, key) -> str:
    return reverse(f"chat:{name}", args=[key])


def ids(page: bytes) -> list[str]:
    return re.findall(r'data-message="([^"]+)"', page.decode())


@pytest.fixture
def long(alice):
    """A conversation of a window and a half, told one after the other: its ids in order."""
    told = answered(alice, "0?", "0.")
    found = [told.question, told.reply.message]
    for n in range(1, WINDOW * 3 // 4):
        more = answered(alice, f"{n}?", f"{n}.", conversation=told.conversation)
        found += [more.question, more.reply.message]
    return told.conversation, [str(m.key) for m in found]


def test_the_new_page_offers_a_conversation_of_its_own_each_time(alice, at):
    first, second = at(alice).get("/").content, at(alice).get("/").content
    key = re.compile(rb'data-send-url="([^"]+)"')
    assert key.search(first)[1] != key.search(second)[1]
    assert not Conversation.objects.exists()


def test_a_page_shows_the_last_window_and_the_earlier_ones_follow(alice, at, long):
    conversation, keys = long
    page = at(alice).get(url("conversation", conversation.key)).content
    assert ids(page) == keys[-WINDOW:]
    earlier = at(alice).get(url("earlier", conversation.key), {"before": keys[-WINDOW]}).content
    assert ids(earlier) == keys[:-WINDOW]
    assert b'id="earlier"' in page
    assert b'id="earlier"' not in earlier


@pytest.mark.parametrize("before", ["", "x", str(uuid.uuid4())])
def test_earlier_than_nothing_known_is_nothing(alice, at, long, before):
    answer = at(alice).get(url("earlier", long[0].key), {"before": before})
    assert (answer.status_code, ids(answer.content)) == (200, [])


def test_the_fragment_comes_alone_and_a_restored_page_whole(alice, at, long):
    address = url("conversation", long[0].key)
    fragment = at(alice).get(address, headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content
    assert b'id="main"' in fragment.content
    assert "HX-Request" in fragment["Vary"]
    assert b"<html" in at(alice).get(address).content


def test_the_branch_from_what_the_page_has_on(alice, at, long):
    conversation, keys = long
    have = ",".join(keys[10:12])
    assert ids(at(alice).get(url("turns", conversation.key), {"have": have}).content) == keys[10:]
    assert ids(at(alice).get(url("turns", conversation.key)).content) == keys[-WINDOW:]


def test_an_answer_being_written_is_shown_with_the_seq_it_contains(alice, at):
    told = asked(alice)
    events = said(("reasoning", "Hm."), ("text", "Half *of"), ("text", " it*"))
    log.commit(HERE, [], [log.Write(told.reply.pk, events, {})], None)
    page = at(alice).get(url("message", told.reply.message.key)).content.decode()
    assert 'data-seq="3"' in page
    assert 'data-state="running"' in page
    assert "<em>of it</em>" in page
    assert "Hm." in page
    source = at(alice).get(url("source", told.reply.message.key))
    assert source.content.decode() == "Half *of it*"
    assert source["Content-Type"].startswith("text/markdown")


def test_a_reply_that_ends_while_the_page_is_read_is_neither_lost_nor_doubled(alice, monkeypatch):
    """It ends after its row was read, and before its log is."""
    from chatapp.conversations import transcript
    from tests.conversations.stories import ended

    told = asked(alice)
    real, done = transcript.written_so_far, []

    def slow(reply):
        if not done:
            done.append(ended(told.reply, "All of it.", reasoning="Hm."))
        return real(reply)

    monkeypatch.setattr(transcript, "written_so_far", slow)
    turn = transcript.one(told.reply.message)
    assert (turn.text, turn.reasoning, turn.state, turn.seq) == ("All of it.", "Hm.", "complete", 3)


def test_the_tail_is_what_was_stored_after_a_number(alice, at):
    told = answered(alice, reasoning="Hm.")
    tail = at(alice).get(url("tail", told.reply.key), {"after": 1}).json()
    assert [event[:2] for event in tail.pop("events")] == [[2, "text"], [3, "end"]]
    tail.pop("before")
    assert tail == {
        "reply": str(told.reply.key),
        "message": str(told.reply.message.key),
        "conversation": str(told.conversation.key),
        "state": "complete",
    }


def test_the_tail_and_its_state_agree_when_the_reply_ends_in_between(alice, at, monkeypatch):
    """Its row was read as running, its log with the end."""
    from chatapp.chat.views import pages
    from tests.conversations.stories import ended

    told = asked(alice)
    real = pages.own_reply

    def just_before_the_end(request, key):
        reply = real(request, key)
        ended(told.reply, "All of it.")
        return reply

    monkeypatch.setattr(pages, "own_reply", just_before_the_end)
    tail = at(alice).get(url("tail", told.reply.key)).json()
    assert (tail["events"][-1][1], tail["state"]) == ("end", "complete")


@pytest.mark.parametrize(("after", "events"), [("", 2), ("x", 2), ("-5", 2), ("2", 0), ("9" * 30, 0), ("1e3", 2)])
def test_a_tail_after_anything_is_an_answer(alice, at, after, events):
    told = answered(alice)
    assert len(at(alice).get(url("tail", told.reply.key), {"after": after}).json()["events"]) == events


def test_the_list_is_paged_without_a_hole(alice, at):
    for _ in range(43):
        answered(alice)
    found, address = [], "/list/"
    while address:
        page = at(alice).get(address).content.decode()
        found += re.findall(r'data-conversation="([^"]+)"', page)
        more = re.search(r'hx-get="(/list/\?before=[^"]+)"', page)
        address = more[1] if more else ""
    assert len(found) == len(set(found)) == 43


def test_the_meter_counts_and_names_what_is_left_out(alice, at, settings):
    told = answered(alice)
    Reply.objects.update(prompt_tokens=100, completion_tokens=20, cost=0.25)
    page = at(alice).get(url("meter", told.conversation.key)).content.decode()
    assert 'data-used="120"' in page
    assert 'data-estimated="0"' in page
    assert "$0.25" in page
    weigh.weigh(told.question, "left_out")
    page = at(alice).get(url("meter", told.conversation.key)).content.decode()
    assert "1 left out" in page
    assert "is-left-out" in at(alice).get(url("message", told.question.key)).content.decode()


def test_the_meter_of_a_new_chat_is_empty(alice, at):
    assert b'data-used="0"' in at(alice).get(url("meter", uuid.uuid4())).content


def test_about_an_answer_says_what_was_sent_and_what_it_cost(alice, at):
    body = {"messages": [{"role": "user", "content": "Which years are leap years?"}], "temperature": 0.25}
    from chatapp.conversations import history, receipt

    told = asked(alice)
    kept = receipt.keep(body, history.plan_reply(told.reply))
    from tests.conversations.stories import ended

    ended(told.reply, model="gpt-oss-20b", path="/client/v4/x/ai/run/gpt-oss-20b", request_id="ray-1", **kept)
    Reply.objects.update(prompt_tokens=70, completion_tokens=30, cost=0.125)
    page = at(alice).get(url("about", told.reply.message.key)).content.decode()
    for words in ("Which years are leap years?", "gpt-oss-20b", "ray-1", "temperature", "0.25", "0.125"):
        assert words in page
    assert json.dumps("Which years")[1:-1] in page


def test_about_a_question_is_no_error(alice, at):
    told = answered(alice)
    assert at(alice).get(url("about", told.question.key)).status_code == 200


def test_what_was_asked_is_shown_as_text(alice, at):
    told = answered(alice, "<script>alert(1)</script> {{ 7 }}", "<img src=x onerror=alert(1)>")
    page = at(alice).get(url("conversation", told.conversation.key)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page
