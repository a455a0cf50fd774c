"""The model writes a summary piece by piece; whatever happens, the row says how it ended."""

import asyncio

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations import window
from chatapp.conversations.compacting import begin, change, write
from chatapp.conversations.models import Conversation, Summary
from chatapp.workersai.errors import ContextOverflow, DailyQuota
from chatapp.workersai.events import Completion, Usage
from chatapp.workersai.tokens import estimate_tokens

from ..stories import answered

pytestmark = pytest.mark.django_db(transaction=True)


class Model:
    """Answers each call with the next of `answers`: words, an error to raise, or something to await."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    async def complete(self, messages, values, **_options):
        self.asked.append(messages[-1]["content"])
        answer = self.answers.pop(0) if self.answers else "More."
        if asyncio.isfuture(answer):
            answer = await answer
        if isinstance(answer, Exception):
            raise answer
        text, finish = answer if isinstance(answer, tuple) else (answer, "stop")
        return Completion(text, "", (), Usage(100, 20, 0, None), finish, {})


def begun(alice, words: int = 20) -> Summary:
    conversation = None
    for n in range(4):
        told = answered(alice, f"q{n} " + "word " * words, f"a{n}", conversation=conversation)
        conversation = told.conversation
    return begin.begin(conversation, 2)


async def written(model, summary) -> Summary:
    async for _ in write.write(model, summary.pk):
        pass
    return await Summary.objects.aget(pk=summary.pk)


async def test_what_fits_is_condensed_in_one_call_and_its_cost_is_counted(alice):
    summary = await sync_to_async(begun)(alice)
    model = Model(" All of it. ")
    found = await written(model, summary)
    assert (found.text, found.error, found.lease_until, found.by_model) == ("All of it.", "", None, True)
    assert (found.prompt_tokens, found.completion_tokens) == (100, 20)
    assert found.cost > 0
    [asked] = model.asked
    assert asked.startswith("User:\nq0 word")
    assert "Assistant:\na1" in asked
    assert "q2" not in asked


async def test_what_is_longer_than_the_window_is_condensed_in_pieces_each_with_the_summary_so_far(alice, settings):
    settings.MODEL_CONTEXT = 4096
    summary = await sync_to_async(begun)(alice, words=1500)
    model = Model("First.", "Second.")
    found = await written(model, summary)
    assert found.text == "More."
    assert found.parts == found.parts_done + 1 == len(model.asked) > 2
    assert model.asked[1].startswith(f"{write.SO_FAR}\nFirst.\n\n")
    assert all(estimate_tokens(asked) < 4096 for asked in model.asked)
    assert found.prompt_tokens == 100 * len(model.asked)


async def test_a_window_that_proves_smaller_is_tried_with_smaller_pieces(alice, monkeypatch):
    monkeypatch.setattr(window, "_learned", None)
    summary = await sync_to_async(begun)(alice, words=3000)
    model = Model(ContextOverflow("Too long: 131072 tokens"))
    found = await written(model, summary)
    assert found.text == "More."
    assert len(model.asked) > 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (DailyQuota(), "Nothing was changed; try again."),
        ("", "ran out of room"),
        (("Cut in the mid", "length"), "ran out of room"),
        (RuntimeError("boom"), "Something went wrong on this server"),
    ],
)
async def test_a_failure_is_said_in_words_and_changes_nothing(alice, answer, words):
    summary = await sync_to_async(begun)(alice)
    found = await written(Model(answer), summary)
    assert (found.text, found.lease_until) == ("", None)
    assert words in found.error
    again = await sync_to_async(begin.again)(found)
    assert (await written(Model("Now."), again)).text == "Now."


async def test_one_that_is_stopped_stays_without_words_and_the_call_is_given_up(alice, monkeypatch):
    monkeypatch.setattr(write, "HEARTBEAT", 0.02)
    summary = await sync_to_async(begun)(alice)
    never = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(written(Model(never), summary))
    while not (await Summary.objects.aget(pk=summary.pk)).parts:
        await asyncio.sleep(0.01)
    await sync_to_async(change.remove)(summary)
    found = await asyncio.wait_for(task, 5)
    assert (found.text, found.error) == ("", "")
    assert never.cancelled()


async def test_what_was_removed_before_it_began_asks_nobody(alice):
    summary = await sync_to_async(begun)(alice)
    await sync_to_async(change.remove)(summary)
    model = Model("Never.")
    assert (await written(model, summary)).text == ""
    assert model.asked == []


@pytest.mark.parametrize("gone", ["deleted", "deactivated"])
async def test_of_a_deleted_chat_or_a_member_shut_out_nothing_more_is_sent(alice, settings, gone):
    settings.MODEL_CONTEXT = 4096
    summary = await sync_to_async(begun)(alice, words=1500)
    first = asyncio.get_running_loop().create_future()
    model = Model(first)
    task = asyncio.ensure_future(written(model, summary))
    while not model.asked:
        await asyncio.sleep(0.01)
    if gone == "deleted":
        await Conversation.objects.aupdate(deleted_at=timezone.now())
    else:
        await User.objects.aupdate(is_active=False)
    first.set_result("First.")
    found = await asyncio.wait_for(task, 5)
    assert len(model.asked) == 1
    assert found.text == ""


async def test_the_lease_is_renewed_while_the_model_thinks(alice, monkeypatch):
    monkeypatch.setattr(write, "HEARTBEAT", 0.02)
    summary = await sync_to_async(begun)(alice)
    late = asyncio.get_running_loop().create_future()
    task = asyncio.ensure_future(written(Model(late), summary))
    while (await Summary.objects.aget(pk=summary.pk)).lease_until == summary.lease_until:
        await asyncio.sleep(0.01)
    first = (await Summary.objects.aget(pk=summary.pk)).lease_until
    while (await Summary.objects.aget(pk=summary.pk)).lease_until == first:
        await asyncio.sleep(0.01)
    late.set_result("Late.")
    assert (await asyncio.wait_for(task, 5)).text == "Late."


async def test_each_step_changes_the_conversations_version_so_that_other_processes_see_it(alice):
    summary = await sync_to_async(begun)(alice)
    before = (await Conversation.objects.aget()).version
    await written(Model("Done."), summary)
    assert (await Conversation.objects.aget()).version >= before + 2


@pytest.mark.parametrize("size", [3, 10, 50])
def test_pieces_lose_no_character_and_keep_their_size(size):
    texts = ["a" * 7, "b" * 300, "c", "d" * 39, "é" * 100]
    found = write.pieces(texts, size)
    assert "".join(found).replace("\n\n", "") == "".join(texts)
    assert all(estimate_tokens(piece) <= size + 2 for piece in found)
