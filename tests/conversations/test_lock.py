"""A deed that has found its message may come after the end of the chat: it is refused, and changes nothing."""

import datetime

import pytest
from django.apps import apps
from django.utils import timezone

from chatapp.conversations.branches import edit, fork, remove
from chatapp.conversations.compacting import begin
from chatapp.conversations.continue_answer import continue_answer
from chatapp.conversations.models import Conversation, Message, Summary
from chatapp.conversations.refusals import NotFound
from chatapp.conversations.retry import retry
from chatapp.conversations.show_branch import show_branch

from .stories import answered

DEEDS = {
    "retry": lambda last, _summary: retry(last, "retry"),
    "continue": lambda last, _summary: continue_answer(last),
    "fork": lambda last, _summary: fork.fork(last),
    "edit": lambda last, _summary: edit.save(last.parent, "Other words?"),
    "remove": lambda last, _summary: remove.remove(last, "message"),
    "restore": lambda last, _summary: remove.restore(last),
    "show": lambda last, _summary: show_branch(Message.objects.get(text="A0.")),
    "compact": lambda last, _summary: begin.begin(last.conversation, 2),
    "compact again": lambda last, summary: begin.again(summary),
}


def everything() -> list[str]:
    models = apps.get_app_config("conversations").get_models(include_auto_created=True)
    return sorted(str(row) for model in models for row in model._default_manager.values())


def grown(owner) -> tuple[Message, Summary]:
    """The last answer of four, cut; and a summary that failed."""
    conversation = None
    for n in range(4):
        told = answered(owner, f"Q{n}?", f"A{n}.", conversation=conversation, finish_reason="length")
        conversation = told.conversation
    last = Message.objects.select_related("conversation", "parent").get(pk=told.reply.message_id)
    return last, Summary.objects.create(conversation=conversation, upto=told.question, tokens=1, error="Failed.")


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("column", ["expires_at", "deleted_at"])
def test_nothing_is_begun_or_changed_in_a_chat_that_is_over_or_deleted(alice, deed, column):
    last, summary = grown(alice)
    Conversation.objects.update(**{column: timezone.now() - datetime.timedelta(seconds=1)})
    before = everything()
    with pytest.raises(NotFound):
        DEEDS[deed](last, summary)
    assert everything() == before


@pytest.mark.parametrize("deed", DEEDS)
def test_before_its_end_a_temporary_chat_is_like_the_others(alice, deed):
    last, summary = grown(alice)
    Conversation.objects.update(expires_at=timezone.now() + datetime.timedelta(hours=1))
    DEEDS[deed](last, summary)
