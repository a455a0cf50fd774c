"""The list of reviewers over many messages, on PostgreSQL.

    DATABASE_URL=postgres://… python -m tests.bench.review fill [messages]
    DATABASE_URL=postgres://… python -m tests.bench.review

The first fills an empty, migrated database with members, conversations of eight messages, answers and thumbs; the
second times what a page of the list asks the database, for a reviewer of everyone and for one of a group.
"""

import datetime
import os
import statistics
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from chatapp.accounts.models import Group, Membership, ReviewGrant, User  # noqa: E402
from chatapp.review import facts, filters, listing, scope  # noqa: E402
from chatapp.review.listing import Selection  # noqa: E402
from chatapp.review.models import Look  # noqa: E402

MEMBERS = 200
PER_CHAT = 8
ROUNDS = 7

FILL = """
INSERT INTO conversations_conversation
  (key, owner_id, title, title_by, settings, version, created, updated, origin, search_title, prompt_values,
   without_prompt, is_trial)
SELECT gen_random_uuid(), (SELECT min(id) FROM accounts_user) + 1 + n % {members}, 'Talk ' || n, 'person',
  '{{}}', 1, now() - n * interval '3 minutes', now() - n * interval '3 minutes', '', '', '{{}}',
  false, false
FROM generate_series(1, {chats}) n;

INSERT INTO conversations_message
  (key, conversation_id, role, text, reasoning, weight, name, search_text, created)
SELECT gen_random_uuid(), c.id, CASE WHEN p % 2 = 1 THEN 'user' ELSE 'assistant' END,
  'words of ' || c.id || ' number ' || p, '', 'auto', '',
  'common ' || CASE WHEN c.id % 100 = 0 THEN 'seldom ' ELSE '' END
    || CASE WHEN c.id % 20000 = 0 THEN 'rare ' ELSE '' END || 'w' || c.id % 5000 || ' w' || p || ' w' || c.id,
  c.updated
FROM conversations_conversation c, generate_series(1, {per_chat}) p;

INSERT INTO conversations_reply
  (key, conversation_id, message_id, way, state, owner, epoch, last_seq, log_kept, overrides, settings, origins,
   system_prompt, sent_hash, left_out, path, model, request_id, attempts, finish_reason, prompt_tokens,
   completion_tokens, cost, created, started_at, first_token_at, ended_at)
SELECT gen_random_uuid(), m.conversation_id, m.id, 'ask',
  CASE WHEN m.id % 50 = 0 THEN 'failed' ELSE 'complete' END,
  '', 1, 1, false, '{{}}', '{{}}', '{{}}', '', '', '[]', '', 'gpt-oss-20b', '', 1,
  CASE WHEN m.id % 40 = 0 THEN 'length' ELSE 'stop' END, 200 + m.id % 900, 100 + m.id % 500, 0.0001,
  m.created, m.created, m.created + (m.id % 40) * interval '0.1 second', m.created + interval '5 seconds'
FROM conversations_message m WHERE m.role = 'assistant';

INSERT INTO feedback_rating (member_id, message_id, thumb, reasons, words, created, updated)
SELECT c.owner_id, m.id, CASE WHEN m.id % 3 = 0 THEN 'down' ELSE 'up' END, '[]', '', now(), now()
FROM conversations_message m JOIN conversations_conversation c ON c.id = m.conversation_id
WHERE m.role = 'assistant' AND m.id % 10 < 2;

UPDATE conversations_conversation c SET leaf_id = m.id
FROM (SELECT conversation_id, max(id) AS id FROM conversations_message GROUP BY 1) m
WHERE m.conversation_id = c.id;
"""


def fill(messages: int) -> None:
    reviewer = User.objects.create_user("reviewer@example.org", None, name="Reviewer", role="reviewer")
    for number in range(MEMBERS):
        User.objects.create_user(f"member-{number}@example.org", None, name=f"Member {number}")
    group = Group.objects.create(name="Support")
    members = User.objects.exclude(pk=reviewer.pk).order_by("pk")[:20]
    Membership.objects.bulk_create(Membership(group=group, user=user) for user in members)
    chats = messages // PER_CHAT
    with connection.cursor() as cursor:
        for statement in FILL.format(members=MEMBERS, chats=chats, per_chat=PER_CHAT).split(";"):
            if statement.strip():
                began = time.perf_counter()
                cursor.execute(statement)
                print(f"{statement.split()[2]:32} {time.perf_counter() - began:6.1f} s", flush=True)
    began = time.perf_counter()
    count = facts.everything()
    print(f"facts of {count:,} conversations: {time.perf_counter() - began:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def measure() -> None:
    reviewer = User.objects.get(email="reviewer@example.org")
    ReviewGrant.objects.filter(reviewer=reviewer).delete()
    until = timezone.now() + datetime.timedelta(days=7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM conversations_message")
        print(f"{cursor.fetchone()[0]:,} messages; milliseconds, median of {ROUNDS}: page, counts, neighbours")
    for name, right in {"everyone": {"everyone": True}, "group": {"group": Group.objects.get()}}.items():
        grant = ReviewGrant.objects.create(reviewer=reviewer, until=until, reason="Bench", **right)
        for fields in (
            {}, {"thumb": "down"}, {"end": "length"}, {"end": "failed"}, {"reviewed": "yes"}, {"cost_from": "1"},
            {"tokens_from": "4000", "thumb": "up"}, {"since": "2026-01-01", "signal": "stopped"}, {"error": "any"},
            {"tag": "work"}, {"label": "wrong"},
        ):  # fmt: skip
            _time(f"{name} {fields}", Selection(scope.of(reviewer), filters.read(fields)))
        for words in ("common", "w12", "seldom", "rare", "w77", "nothing"):
            look = Look(reviewer=reviewer, words=words, key=None)
            _time(f"{name} “{words}”", Selection(scope.of(reviewer), filters.Filter(), look))
        grant.delete()


def _time(name: str, selection: Selection) -> None:
    rows, _more = listing.page(selection)
    place = (rows[20].id, rows[20].facts.moment) if len(rows) > 20 else (1, timezone.now())
    steps: list[Any] = [
        lambda: listing.page(selection),
        lambda: listing.counts(selection),
        lambda: listing.neighbours(selection, *place),
    ]
    medians = []
    for step in steps:
        took = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            step()
            took.append(1000 * (time.perf_counter() - began))
        medians.append(statistics.median(took))
    print(
        f"{name:52} {medians[0]:7.1f} {medians[1]:7.1f} {medians[2]:7.1f}   {listing.counts(selection)}",
        flush=True,
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        fill(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    else:
        measure()
