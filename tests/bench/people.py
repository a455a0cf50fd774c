"""Who asks in the benchmark: members with a session each, and conversations that have begun.

Written straight into the server's database, because signing in is not what is measured:
`ServeProcess.manage("shell", "-c", "from tests.bench.people import …")`.
"""

import datetime
import json
import random
import time
import uuid
from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation, Folder, Message, Reply, Tag
from tests.bench.answer_text import varied

CSRF = "b" * 32
VOCABULARY = [a + b + c for a in ("ta", "mor", "ein") for b in ("li", "son", "ge") for c in ("", "ra", "ten")]
VOCABULARY += [f"word{n}" for n in range(3000)]
QUESTION = "How does a group commit work?"
ANSWER = "Several writers share **one** transaction, and with it one wait for the disk. " * 8


def gather(count: int, conversations: int) -> None:
    """Make `count` members with so many conversations of one exchange each; print them as one line of JSON."""
    found = []
    for number in range(count):
        user = User.objects.create_user(f"bench-{uuid.uuid4().hex}@example.org", None, name=f"Bench {number}")
        keys = [str(_conversation(user, 2).key) for _ in range(conversations)]
        cookie = f"{settings.SESSION_COOKIE_NAME}={_session(user)}; {settings.CSRF_COOKIE_NAME}={CSRF}"
        found.append({"cookie": cookie, "csrf": CSRF, "conversations": keys})
    print("people:" + json.dumps(found))


def hoard(conversations: int, messages: int) -> None:
    """Make one member with so many conversations, put in order, and one more that has `messages` messages.

    A third lies in 20 folders, a third is archived, a tenth each is tagged and in the trash, 40 are pinned.
    """
    user = User.objects.create_user(f"bench-{uuid.uuid4().hex}@example.org", None, name="Bench")
    now = timezone.now()
    folders = [Folder.objects.create(owner=user, name=f"Folder {n}") for n in range(20)]
    Conversation.objects.bulk_create(
        [
            Conversation(
                owner=user,
                title=f"Conversation {n}",
                updated=now - datetime.timedelta(minutes=n + 1),
                folder=folders[n % 20] if n % 3 == 0 else None,
                archived_at=now if n % 3 == 1 else None,
                deleted_at=now if n % 10 == 5 else None,
                pinned_at=now if n < 40 else None,
            )
            for n in range(conversations)
        ],
        batch_size=500,
    )
    rows = list(Conversation.objects.filter(owner=user))
    texts = [Message(conversation=row, role=Message.Role.ASSISTANT, text=ANSWER) for row in rows]
    Message.objects.bulk_create(texts, batch_size=500)
    leaf = Message.objects.filter(conversation=OuterRef("pk")).values("pk")
    Conversation.objects.filter(owner=user).update(leaf=Subquery(leaf[:1]))
    Tag.objects.create(owner=user, name="bench").conversations.add(*rows[::10])
    long = _conversation(user, messages)
    cookie = f"{settings.SESSION_COOKIE_NAME}={_session(user)}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    print("hoard:" + json.dumps({"cookie": cookie, "conversation": str(long.key)}))


def long_talk(messages: int) -> None:
    """Make one member with one conversation of so many messages of every kind."""
    user = User.objects.create_user(f"bench-{uuid.uuid4().hex}@example.org", None, name="Bench")
    with transaction.atomic():
        talk = _conversation(user, messages, varied)
        now = timezone.now()
        answers = talk.messages.filter(role=Message.Role.ASSISTANT)
        ended = {"conversation": talk, "state": Reply.State.COMPLETE, "finish_reason": "stop", "ended_at": now}
        Reply.objects.bulk_create([Reply(message=answer, **ended) for answer in answers])
    cookie = f"{settings.SESSION_COOKIE_NAME}={_session(user)}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    print("talk:" + json.dumps({"cookie": cookie, "conversation": str(talk.key)}))


def library(messages: int) -> None:
    """Two members with so many messages each, indexed; the first is asked for."""
    from chatapp.conversations.finding import index

    users = [
        User.objects.create_user(f"bench-{uuid.uuid4().hex}@example.org", None, name=f"Bench {n}") for n in (1, 2)
    ]
    with transaction.atomic():
        for number, user in enumerate(users):
            for at in range(0, messages, 200):
                _talk(user, at, "foreign" if number else "own")
    index.BATCH = 500
    began = time.perf_counter()
    count = index.everything()
    speed = count / (time.perf_counter() - began)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum does within a minute
    cookie = f"{settings.SESSION_COOKIE_NAME}={_session(users[0])}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    print("library:" + json.dumps({"cookie": cookie, "per second": round(speed)}))


def _talk(user: User, at: int, word: str) -> None:
    """A conversation of 200 messages of about 1,000 characters."""
    conversation = Conversation.objects.create(owner=user, title=f"Talk {at}", updated=timezone.now())
    rows = []
    for number in range(at, at + 200):
        words = " ".join(random.choices(VOCABULARY, k=140))
        rare = f"rareword{number % 5000} stands here" if number % 2 else "全文検索の仕組み"
        text = f"{word} {words} common words everywhere. {rare}"
        role = Message.Role.ASSISTANT if number % 2 else Message.Role.USER
        rows.append(Message(conversation=conversation, role=role, text=text))
    made = Message.objects.bulk_create(rows)
    Conversation.objects.filter(pk=conversation.pk).update(leaf=made[-1])


def _conversation(user: User, messages: int, answer: Callable[[int], str] = lambda number: ANSWER) -> Conversation:
    conversation = Conversation.objects.create(
        owner=user, title="A talk", title_by=Conversation.TitleBy.PERSON, updated=timezone.now()
    )
    last: Message | None = None
    for number in range(messages):
        role, text = (Message.Role.ASSISTANT, answer(number)) if number % 2 else (Message.Role.USER, QUESTION)
        last = Message.objects.create(conversation=conversation, parent=last, role=role, text=text)
    conversation.leaf = last
    conversation.save()
    return conversation


def _session(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key
