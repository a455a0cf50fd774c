"""Members for the browser tests and what they have stored, written straight into the server's database.

Signing in is limited to a few attempts a minute and is a test of its own; all other tests begin signed in.
Runs inside the server's settings (teller.py).
The cookies are those of a real session, so ending it ends the page.
"""

import datetime
import json
import uuid
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations import receipt
from chatapp.conversations.models import Conversation, Message, Reply
from chatapp.standin.directives import strip
from chatapp.usage import ledger

PASSWORD = "Tulip-violin-93-marble"


def gather(count: int, role: str = "member", name: str = "") -> None:
    """Make `count` members, each signed in once; tell [{"id", "name", "email", "session"}, …].

    Telling is printing a line of JSON after the word "told:".
    """
    found = []
    for number in range(count):
        email = f"member-{uuid.uuid4().hex[:12]}@example.org"
        user = User.objects.create_user(email, None, name=name or f"Member {number + 1}", role=role)
        found.append({"id": user.pk, "name": user.name, "email": email, "session": session_of(user)})
    print("told:" + json.dumps(found))


def hoard(user: int, conversations: int) -> None:
    """Give the member so many short conversations, "Talk 1" the newest."""
    now = timezone.now()
    for number in range(1, conversations + 1):
        exchange(user, f"Talk {number}", [f"Question {number}", f"Answer {number}"], now, minutes=number)
    print("told:null")


def write(user: int, title: str, texts: list[str]) -> None:
    """Give the member a conversation of these texts, question and answer by turns; print its key."""
    conversation = exchange(user, title, texts, timezone.now(), minutes=0)
    print("told:" + json.dumps(str(conversation.key)))


def exchange(user: int, title: str, texts: list[str], now: datetime.datetime, minutes: int) -> Conversation:
    conversation = Conversation.objects.create(
        owner_id=user,
        title=title,
        title_by=Conversation.TitleBy.PERSON,
        updated=now - datetime.timedelta(minutes=minutes),
    )
    last: Message | None = None
    for number, text in enumerate(texts):
        role = Message.Role.ASSISTANT if number % 2 else Message.Role.USER
        last = Message.objects.create(conversation=conversation, parent=last, role=role, text=text)
        if number % 2:
            Reply.objects.create(
                conversation=conversation,
                message=last,
                state=Reply.State.COMPLETE,
                finish_reason="stop",
                ended_at=now,
            )
    Conversation.objects.filter(pk=conversation.pk).update(leaf=last)
    return conversation


def session_of(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


def staff(names: list[str]) -> None:
    """A team with names, told like gather.

    The first administers and has PASSWORD, the second reviews, the last is deactivated.
    """
    found = []
    for number, name in enumerate(names):
        role = {0: "admin", 1: "reviewer"}.get(number, "member")
        email = name.lower().replace(" ", ".") + "@example.org"
        user = User.objects.create_user(email, None if number else PASSWORD, name=name, role=role)
        found.append({"id": user.pk, "name": user.name, "email": email, "session": session_of(user)})
    User.objects.filter(name=names[-1]).update(is_active=False)
    print("told:" + json.dumps(found))


def shelf(user: int, titles: list[str]) -> None:
    """Give the member a conversation of each title, the first the newest, all older than what is asked now."""
    now = timezone.now()
    for number, title in enumerate(titles):
        exchange(user, title, [title, "Yes."], now, minutes=60 + 7 * number)
    print("told:null")


def polish(user: int) -> None:
    """Take the directives to the stand-in out of the member's questions, and out of what was sent with them."""
    for message in Message.objects.filter(conversation__owner_id=user, role=Message.Role.USER):
        Message.objects.filter(pk=message.pk).update(text=strip(message.text))
    for reply in Reply.objects.filter(conversation__owner_id=user).exclude(sent=None):
        texts = dict(Message.objects.filter(conversation=reply.conversation_id).values_list("key", "text"))
        for sent in reply.sent["messages"]:
            if "ref" in sent:
                sent["chars"] = min(sent["chars"], len(texts[uuid.UUID(sent["ref"])]))
        reply.save(update_fields=["sent"])
        body, _ = receipt.rebuild(reply)
        Reply.objects.filter(pk=reply.pk).update(sent_hash=receipt.hash_of(body))
    for conversation in Conversation.objects.filter(owner_id=user):
        Conversation.objects.filter(pk=conversation.pk).update(title=strip(conversation.title))
    print("told:null")


def usage(days: int) -> None:
    """What somebody who is gone has used, each of the last days."""
    today = ledger.day_of(timezone.now())
    for n in range(days):
        day = today - datetime.timedelta(days=n)
        ledger.add(
            [
                ledger.Spent(day, 999_999, 0, "complete", 3 + n % 5, 1000 * n, 300, 0, 1.5, 0.01),
                ledger.Spent(day, 999_999, 0, "timeout", n % 2, 10, 0),
            ]
        )
