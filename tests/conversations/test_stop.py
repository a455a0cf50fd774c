import orjson

from chatapp.conversations.models import Event, Message, Reply
from chatapp.conversations.stop import stop

from .stories import answered, asked


def test_a_running_reply_is_asked_to_stop_once(alice):
    told = asked(alice)
    assert stop(told.reply)
    first = Reply.objects.get().stop_requested_at
    assert first is not None
    assert Reply.objects.get().state == "running", "its process ends it, with all that has arrived"
    assert not stop(told.reply)
    assert Reply.objects.get().stop_requested_at == first


def test_a_waiting_reply_ends_at_once_with_its_end_in_the_log(alice):
    told = asked(alice, by="")
    assert stop(told.reply)
    reply = Reply.objects.get()
    assert (reply.state, reply.last_seq) == ("stopped", 1)
    assert reply.ended_at is not None
    event = Event.objects.get(reply=reply)
    assert (event.seq, event.kind, orjson.loads(event.data)["state"]) == (1, "end", "stopped")


def test_a_reply_that_has_ended_stays_as_it_ended(alice):
    told = answered(alice)
    assert not stop(told.reply)
    reply = Reply.objects.get()
    assert (reply.state, reply.stop_requested_at) == ("complete", None)
    assert Message.objects.get(pk=reply.message_id).text == "Those divisible by four."
