"""The replies of a process: what it does with one that comes when it is about to go."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from chatapp.chat.carrier import NAME, Carrier
from chatapp.conversations.models import Reply
from chatapp.conversations.reply import Run
from tests.conversations.stories import ELSEWHERE, asked

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("owner", "left"), [(NAME, ("queued", "", None)), (ELSEWHERE, ("running", ELSEWHERE, "leased"))]
)
async def test_a_reply_claimed_while_the_process_drains_waits_for_another_one(alice, owner, left):
    told = await sync_to_async(asked)(alice, by=owner)
    here = Carrier()
    here.draining = True
    here.begin([Run(told.reply.pk)])
    await asyncio.gather(*here._tasks)
    reply = await Reply.objects.aget()
    assert (reply.state, reply.owner, reply.lease_until and "leased") == left
    assert not here._runs
