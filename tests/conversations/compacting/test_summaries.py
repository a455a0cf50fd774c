"""A summary stands for the earlier part of a branch when the model is asked; the messages stay."""

import datetime

import pytest
from django.utils import timezone

from chatapp.chat.meter import meter_of
from chatapp.conversations import transcript, weigh
from chatapp.conversations.compacting import begin, change, cut, orphans
from chatapp.conversations.compacting.standing import HEAD
from chatapp.conversations.history import plan_next, plan_reply
from chatapp.conversations.models import Conversation, Message, Reply, Summary
from chatapp.conversations.receipt import keep, rebuild
from chatapp.conversations.refusals import Refused, TooLate
from chatapp.conversations.retry import retry
from chatapp.conversations.show_branch import show_branch

from ..stories import HERE, answered, asked, ended


@pytest.fixture
def talk(alice):
    """Five exchanges q0 a0 … q4 a4."""
    conversation = None
    for n in range(5):
        conversation = answered(alice, f"q{n} please", f"a{n} then", conversation=conversation).conversation
    return conversation


def condensed(conversation, keep_: int = 2, text: str = "They said much.") -> Summary:
    """A summary as the model would have written it."""
    summary = begin.begin(conversation, keep_)
    Summary.objects.filter(pk=summary.pk).update(text=text, lease_until=None)
    summary.refresh_from_db()
    return summary


def firsts(plan) -> list[str]:
    return [message["content"].split()[0] for message in plan.messages]


def mark(conversation):
    found = [turn.summary for turn in transcript.window(conversation)[0] if turn.summary]
    return found[-1] if found else None


def test_all_messages_up_to_the_cut_are_replaced_by_one_that_carries_the_summary(alice, talk):
    before = plan_next(talk).estimate
    condensed(talk, text="Short.")
    plan = plan_reply(asked(alice, "q5", conversation=talk).reply)
    assert plan.messages[0] == {"role": "user", "content": f"{HEAD}\n\nShort."}
    assert firsts(plan)[1:] == ["q3", "a3", "q4", "a4", "q5"]
    assert (plan.condensed, plan.left_out) == (6, [])
    assert talk.messages.count() == 12, "the messages stay"
    assert before > 0


def test_it_comes_after_the_system_prompt_and_before_what_is_pinned(alice, talk):
    Conversation.objects.update(settings={"system_prompt": "Be kind."})
    talk.refresh_from_db()
    condensed(talk)
    weigh.weigh(Message.objects.get(text="a1 then"), "pinned")
    plan = plan_reply(asked(alice, "q5", conversation=talk).reply)
    assert firsts(plan) == ["Be", "What", "a1", "q3", "a3", "q4", "a4", "q5"]
    assert plan.condensed == 5


def test_while_it_is_written_or_has_failed_the_messages_are_sent(alice, talk):
    summary = begin.begin(talk, 2)
    assert firsts(plan_next(talk))[0] == "q0"
    Summary.objects.update(error="No.", lease_until=None)
    assert firsts(plan_next(talk))[0] == "q0"
    assert mark(talk).state == "failed"
    begin.again(summary)
    assert mark(talk).state == "writing"


def test_undo_sends_the_messages_again_and_it_can_be_brought_back(talk):
    summary = condensed(talk)
    upto = summary.upto
    change.remove(change.of(upto))
    assert firsts(plan_next(talk))[0] == "q0"
    assert mark(talk) is None
    with pytest.raises(TooLate):
        change.of(upto)
    change.bring_back(change.of(upto, removed=True))
    assert firsts(plan_next(talk))[0] == "What"
    assert mark(talk).state == "standing"


def test_an_edited_summary_is_what_is_sent_and_says_that_a_person_wrote_it(talk):
    summary = condensed(talk)
    change.edit(summary, "  Mine\x00 now ")
    summary.refresh_from_db()
    assert (summary.text, summary.by_model) == ("Mine\ufffd now", False)
    assert plan_next(talk).messages[0]["content"].endswith("Mine\ufffd now")


@pytest.mark.parametrize("text", ["", " \n", "x" * 2_000_000])
def test_an_edit_to_nothing_or_to_too_much_is_refused(talk, text):
    summary = condensed(talk)
    with pytest.raises(Refused):
        change.edit(summary, text)
    summary.refresh_from_db()
    assert (summary.text, summary.by_model) == ("They said much.", True)


def test_one_that_is_being_written_or_was_removed_cannot_be_edited(talk):
    summary = begin.begin(talk, 2)
    with pytest.raises(TooLate):
        change.edit(summary, "Mine")
    removed = condensed_again(talk, summary)
    change.remove(removed)
    with pytest.raises(TooLate):
        change.edit(removed, "Mine")


def condensed_again(conversation, unwritten: Summary) -> Summary:
    change.remove(unwritten)
    return condensed(conversation)


def test_a_later_summary_condenses_the_earlier_one_and_what_followed(alice, talk):
    first = condensed(talk, 4, "One.")
    second = begin.begin(talk, 1)
    found = cut.material(second)
    assert found.before == first
    assert [m.text.split()[0] for m in found.messages] == ["q1", "a1", "q2", "a2", "q3", "a3"]
    Summary.objects.filter(pk=second.pk).update(text="Two.", lease_until=None)
    plan = plan_next(talk)
    assert plan.messages[0]["content"].endswith("Two.")
    assert firsts(plan)[1:] == ["q4", "a4"]
    states = [turn.summary.state for turn in transcript.window(talk)[0] if turn.summary]
    assert states == ["earlier", "standing"]
    change.remove(second)
    assert plan_next(talk).messages[0]["content"].endswith("One."), "the earlier one stands again"


def test_on_another_branch_it_stands_only_for_what_is_on_that_branch(alice, talk):
    condensed(talk, 2)
    late = Message.objects.get(text="a4 then")
    ended(retry(late, "retry", claimant=HERE), "another end")
    talk.refresh_from_db()
    assert firsts(plan_next(talk))[0] == "What", "the branches part after the cut"
    early = Message.objects.get(text="a1 then")
    ended(retry(early, "retry", claimant=HERE), "another way")
    talk.refresh_from_db()
    assert firsts(plan_next(talk)) == ["q0", "a0", "q1", "another"]
    assert mark(talk) is None
    show_branch(late)
    talk.refresh_from_db()
    assert firsts(plan_next(talk))[0] == "What"


def test_an_answer_before_the_cut_is_tried_again_with_the_messages_themselves(alice, talk):
    condensed(talk, 2)
    plan = plan_reply(retry(Message.objects.get(text="a2 then"), "retry", claimant=HERE))
    assert firsts(plan) == ["q0", "a0", "q1", "a1", "q2"]


def test_the_cuts_keep_exchanges_whole_and_say_how_much_is_condensed(alice, talk):
    found = cut.cuts(talk)
    assert [(one.keep, one.messages) for one in found] == [(1, 8), (2, 6), (4, 2)]
    assert found[0].tokens > found[1].tokens > found[2].tokens > 0
    assert Message.objects.get(pk=found[0].upto).text == "a3 then"


def test_what_is_being_answered_is_never_condensed(alice, talk):
    asked(alice, "q5", conversation=talk)
    asked(alice, "q6", conversation=talk)
    talk.refresh_from_db()
    assert cut.cuts(talk)[0].messages == 10


def test_a_message_left_out_by_hand_is_not_told_to_the_model_in_a_summary(talk):
    weigh.weigh(Message.objects.get(text="a0 then"), "left_out")
    found = cut.material(begin.begin(talk, 2))
    assert [m.text.split()[0] for m in found.messages] == ["q0", "q1", "a1", "q2", "a2"]


def test_with_one_exchange_there_is_nothing_to_condense(alice):
    conversation = answered(alice).conversation
    assert cut.cuts(conversation) == []
    with pytest.raises(Refused, match="nothing to condense"):
        begin.begin(conversation, 2)
    assert not Summary.objects.exists()


def test_one_at_a_time_in_a_chat_and_few_of_a_member(alice, talk, settings):
    begin.begin(talk, 2)
    with pytest.raises(Refused, match="being written already"):
        begin.begin(talk, 1)
    for n in range(2):
        other = answered(alice, f"other {n}").conversation
        answered(alice, "and", conversation=other)
        other.refresh_from_db()
        if n == 0:
            begin.begin(other, 1)
        else:
            with pytest.raises(Refused, match="other chats"):
                begin.begin(other, 1)


def test_a_new_try_with_another_choice_takes_the_place_of_one_that_failed(talk):
    begin.begin(talk, 2)
    Summary.objects.update(error="No.", lease_until=None)
    begin.begin(talk, 1)
    assert Summary.objects.filter(removed_at=None).count() == 1


def test_what_a_dead_process_left_is_marked_as_failed_and_can_be_tried_again(talk):
    summary = begin.begin(talk, 2)
    assert orphans.reap() == []
    Summary.objects.update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
    version = Conversation.objects.get().version
    assert orphans.reap() == [talk]
    assert Conversation.objects.get().version == version + 1
    summary.refresh_from_db()
    assert "restarted" in summary.error
    assert orphans.reap() == []
    assert begin.again(summary).error == ""
    with pytest.raises(Refused):
        begin.again(summary)


def test_the_receipt_has_the_words_as_they_were_sent_and_names_the_summary(alice, talk):
    summary = condensed(talk)
    reply = asked(alice, "q5", conversation=talk).reply
    plan = plan_reply(reply)
    body = {"messages": plan.messages, "stream": True}
    Reply.objects.filter(pk=reply.pk).update(**keep(body, plan))
    change.edit(summary, "Other words.")
    reply.refresh_from_db()
    assert reply.sent["summary"] == {"key": str(summary.key), "messages": 6}
    assert rebuild(reply) == (body, True)


def test_the_meter_shows_the_saving_at_once_and_counts_the_cost(alice):
    conversation = None
    for n in range(5):
        conversation = answered(alice, f"q{n} " + "long " * 300, "a", conversation=conversation).conversation
    Reply.objects.update(prompt_tokens=1900, completion_tokens=10, cost=0.5, sent={"estimate": 1900})
    full = meter_of(conversation)
    assert (full["used"], full["estimated"]) == (1910, False)
    summary = condensed(conversation)
    Summary.objects.update(cost=0.25)
    less = meter_of(conversation)
    assert less["used"] < full["used"] / 2
    assert less["estimated"]
    assert (less["cost"], less["condensed"]) == (2.75, 6)
    change.remove(summary)
    assert meter_of(conversation)["used"] == 1910


def test_the_mark_says_what_it_stands_for(talk):
    condensed(talk, text="x" * 400)
    found = mark(talk)
    assert (found.state, found.messages, found.text) == ("standing", 6, "x" * 400)
    assert found.tokens > 0
    assert 100 < found.own_tokens < 150


def test_somebody_elses_summary_is_not_there(alice, bob, talk, client):
    summary = condensed(talk)
    client.force_login(bob)
    for deed in ("edit", "again", "remove", "restore"):
        assert client.post(f"/m/{summary.upto.key}/summary/{deed}/", {"text": "Mine"}).status_code == 404
    summary.refresh_from_db()
    assert (summary.text, summary.removed_at) == ("They said much.", None)


def test_the_page_says_it_in_words_and_the_dialog_how_much(alice, talk, client):
    condensed(talk)
    client.force_login(alice)
    page = client.get(f"/c/{talk.key}/").content.decode()
    assert "Stands for the first 6 messages, about" in page
    assert "The messages stay here." in page
    dialog = client.get(f"/c/{talk.key}/compact/").content.decode()
    assert "The first 8 messages, about" in dialog
    assert client.post(f"/c/{talk.key}/compact/begin/", {"keep": "x"}).status_code == 422
    assert Summary.objects.count() == 1
