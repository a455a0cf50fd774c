"""Making, ending and copying links: the deeds."""

import datetime
import uuid

import pytest
from django.utils import timezone

from chatapp.chat.receipt import receipt_of
from chatapp.conversations import transcript
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.conversations.refusals import NotFound, Refused
from chatapp.conversations.retry import retry
from chatapp.sharing.address import find, shown_again, token_of
from chatapp.sharing.models import Share
from chatapp.sharing.revoke import revoke
from chatapp.sharing.share import MOST, share
from chatapp.sharing.take import take
from tests.conversations.stories import HERE, answered, asked, deleted, ended, restored

DAY = datetime.timedelta(days=1)


def link_to(conversation: Conversation, **chosen) -> Share:
    wanted = {"audience": "members", "expires_at": None, "with_reasoning": False, "with_name": False}
    return share(conversation, **(wanted | chosen))


def test_a_link_shows_the_branch_that_is_shown_and_no_other(alice):
    told = answered(alice, answer="First version")
    again = retry(told.reply.message, "retry", claimant=HERE)
    ended(again, "Second version")
    link = link_to(told.conversation)
    assert [entry["text"] for entry in link.content] == ["Which years are leap years?", "Second version"]
    assert link.messages == 2


def test_what_happens_to_the_conversation_later_changes_nothing_in_the_link(alice):
    told = answered(alice, answer="As it was")
    link = link_to(told.conversation)
    answered(alice, "And now?", "Later words", conversation=told.conversation)
    Message.objects.filter(pk=told.reply.message_id).update(text="Changed", deleted_at=timezone.now())
    Conversation.objects.filter(pk=told.conversation.pk).update(title="Renamed")
    link.refresh_from_db()
    assert [entry["text"] for entry in link.content] == ["Which years are leap years?", "As it was"]
    assert link.title == told.conversation.title


def test_without_reasoning_none_is_stored(alice):
    told = answered(alice, reasoning="Secret thoughts")
    assert "Secret thoughts" not in str(link_to(told.conversation).content)
    assert link_to(told.conversation, with_reasoning=True).content[1]["reasoning"] == "Secret thoughts"


def test_a_cut_answer_is_marked_and_why_it_was_cut_is_nobody_elses_business(alice):
    error = {"code": "account", "sentence": "The account 1234 is out of money."}
    told = answered(alice, answer="Half an ans", state="failed", finish_reason="", error=error)
    entry = link_to(told.conversation).content[1]
    assert entry["cut"] is True
    assert "1234" not in str(entry)


def test_the_address_is_found_by_its_secret_and_shown_again_while_the_key_is_the_same(alice, settings):
    link = link_to(answered(alice).conversation)
    token = shown_again(link)
    assert len(token) == 43
    assert find(token) == link
    assert token not in str(Share.objects.values().get())
    settings.SECRET_KEY = "another" * 10
    assert shown_again(link) == ""
    assert find(token) == link


def test_every_link_has_a_secret_of_its_own(alice):
    told = answered(alice)
    assert len({shown_again(link_to(told.conversation)) for _ in range(5)}) == 5


@pytest.mark.parametrize("wrong", ["", "x", "x" * 10_000, "\x00", "é"])
def test_a_wrong_secret_finds_nothing(alice, wrong):
    link_to(answered(alice).conversation)
    assert find(wrong) is None


def test_a_revoked_link_is_gone_and_revoking_twice_is_as_once(alice):
    told = answered(alice)
    link, other = link_to(told.conversation), link_to(told.conversation)
    assert revoke(told.conversation, link.key)
    assert not revoke(told.conversation, link.key)
    assert find(token_of(link.key)) is None
    assert find(token_of(other.key)) == other


def test_a_link_is_revoked_through_its_own_conversation_only(alice, bob):
    told, his = answered(alice), answered(bob)
    link = link_to(told.conversation)
    assert not revoke(his.conversation, link.key)
    assert find(token_of(link.key)) == link


def test_a_link_ends_at_its_moment(alice):
    link = link_to(answered(alice).conversation, expires_at=timezone.now() + DAY)
    assert find(token_of(link.key)) == link
    Share.objects.update(expires_at=timezone.now() - datetime.timedelta(milliseconds=1))
    assert find(token_of(link.key)) is None


def test_deleting_the_conversation_ends_its_links_and_bringing_it_back_brings_them_back(alice):
    told = answered(alice)
    link, revoked = link_to(told.conversation), link_to(told.conversation)
    revoke(told.conversation, revoked.key)
    deleted(alice, told.conversation.key)
    assert find(token_of(link.key)) is None
    restored(alice, told.conversation.key)
    assert find(token_of(link.key)) == link
    assert find(token_of(revoked.key)) is None


def test_erasing_the_conversation_erases_what_its_links_hold(alice):
    told = answered(alice)
    link_to(told.conversation)
    Conversation.objects.all().delete()
    assert not Share.objects.exists()


def test_links_of_somebody_deactivated_do_not_work(alice):
    link = link_to(answered(alice).conversation)
    alice.is_active = False
    alice.save()
    assert find(token_of(link.key)) is None


def test_a_temporary_chat_cannot_be_shared(alice):
    told = answered(alice)
    Conversation.objects.update(expires_at=timezone.now() + DAY)
    with pytest.raises(Refused, match="temporary"):
        link_to(told.conversation)
    assert not Share.objects.exists()


def test_an_unfinished_answer_is_not_shared(alice):
    told = asked(alice)
    with pytest.raises(Refused, match="being written"):
        link_to(told.conversation)
    ended(told.reply)
    assert link_to(told.conversation)


def test_an_empty_or_deleted_conversation_is_not_shared(alice):
    empty = Conversation.objects.create(owner=alice, updated=timezone.now())
    with pytest.raises(Refused, match="nothing to share"):
        link_to(empty)
    told = answered(alice)
    deleted(alice, told.conversation.key)
    with pytest.raises(NotFound):
        link_to(told.conversation)


@pytest.mark.parametrize(
    ("chosen", "field"),
    [
        ({"audience": ""}, "audience"),
        ({"audience": "everybody"}, "audience"),
        ({"expires_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}, "date"),
    ],
)
def test_choices_that_make_no_sense_are_refused(alice, chosen, field):
    told = answered(alice)
    with pytest.raises(Refused) as refused:
        link_to(told.conversation, **chosen)
    assert refused.value.field == field
    assert not Share.objects.exists()


def test_public_links_can_be_switched_off(alice, settings):
    settings.SHARE_PUBLIC = False
    told = answered(alice)
    with pytest.raises(Refused, match="switched off"):
        link_to(told.conversation, audience="anyone")
    assert link_to(told.conversation)


def test_a_conversation_has_a_bounded_number_of_open_links(alice):
    told = answered(alice)
    links = [link_to(told.conversation) for _ in range(MOST)]
    with pytest.raises(Refused, match=str(MOST)):
        link_to(told.conversation)
    revoke(told.conversation, links[0].key)
    assert link_to(told.conversation)


def test_a_copy_has_the_words_and_says_whose_they_are(alice, bob):
    told = answered(alice, answer="The answer", reasoning="Thoughts")
    link = link_to(told.conversation, with_reasoning=True)
    copy = take(bob, link, uuid.uuid4())
    question, answer = Message.objects.filter(conversation=copy).order_by("id")
    assert (copy.owner, copy.title, copy.leaf_id) == (bob, told.conversation.title, answer.pk)
    assert (question.text, question.role, question.copy_of) == (told.question.text, "user", told.question)
    assert (answer.text, answer.reasoning, answer.parent) == ("The answer", "Thoughts", question)
    assert answer.copy_of == told.reply.message
    assert not answer.replies.exists()


def test_a_copy_has_no_reasoning_that_was_not_shared(alice, bob):
    told = answered(alice, reasoning="Secret thoughts")
    copy = take(bob, link_to(told.conversation), uuid.uuid4())
    assert set(Message.objects.filter(conversation=copy).values_list("reasoning", flat=True)) == {""}


def test_a_copy_is_made_once_however_often_it_is_asked_for(alice, bob):
    link = link_to(answered(alice).conversation)
    key = uuid.uuid4()
    assert take(bob, link, key) == take(bob, link, key)
    assert Conversation.objects.filter(owner=bob).count() == 1


def test_a_copy_never_lands_in_somebody_elses_conversation(alice, bob):
    told = answered(alice)
    link = link_to(told.conversation)
    with pytest.raises(NotFound):
        take(bob, link, told.conversation.key)
    assert told.conversation.messages.count() == 2


def test_a_link_revoked_meanwhile_gives_no_copy(alice, bob):
    told = answered(alice)
    link = link_to(told.conversation)
    revoke(told.conversation, link.key)
    with pytest.raises(NotFound):
        take(bob, link, uuid.uuid4())
    assert not Conversation.objects.filter(owner=bob).exists()


def test_a_copy_is_made_of_a_message_that_is_gone_too(alice, bob):
    told = answered(alice, answer="Still here")
    link = link_to(told.conversation)
    Message.objects.filter(pk=told.reply.message_id).delete()
    copy = take(bob, link, uuid.uuid4())
    last = Message.objects.filter(conversation=copy).order_by("id").last()
    assert (last.text, last.copy_of) == ("Still here", None)


def test_a_copy_tells_nothing_of_the_run_behind_the_original(alice, bob):
    error = {"code": "account", "sentence": "The account 1234 is out of money."}
    told = answered(alice, answer="Half an ans", state="failed", finish_reason="", error=error)
    Reply.objects.update(overrides={"system_prompt": "Alice's own"}, settings={"max_tokens": 4321})
    copy = take(bob, link_to(told.conversation), uuid.uuid4())
    answer = Message.objects.get(pk=copy.leaf_id)
    turn = transcript.one(answer)
    assert turn.label == "This answer was cut off when it was copied."
    assert turn.error_sentence == ""
    assert set(receipt_of(answer)) == {"note"}
    again = retry(answer, "more_tokens", claimant=HERE)
    assert "4321" not in str(again.overrides)
    assert "Alice" not in str(again.overrides)


def test_a_whole_copy_reads_as_a_complete_answer(alice, bob):
    copy = take(bob, link_to(answered(alice, answer="*Whole*").conversation), uuid.uuid4())
    turn = transcript.one(Message.objects.get(pk=copy.leaf_id))
    assert (turn.state, turn.label) == ("complete", "")
    assert "<em>Whole</em>" in turn.html


def test_messages_that_were_deleted_are_not_shared(alice):
    told = answered(alice)
    answered(alice, "Delete me", "And me", conversation=told.conversation)
    told.conversation.refresh_from_db()
    Message.objects.filter(text="Delete me").update(deleted_at=timezone.now())
    assert "Delete me" not in str(link_to(told.conversation).content)
