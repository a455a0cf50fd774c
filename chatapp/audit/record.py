"""Add a row to the audit log."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.utils import timezone

from .actions import ACTIONS
from .chain import GENESIS, digest, text_of
from .models import Entry, Head


class Subject(NamedTuple):
    """On what something was done. The label is read by administrators: never the words of a conversation."""

    type: str
    key: str
    label: str = ""


def record(
    action: str,
    *,
    actor: AbstractBaseUser | AnonymousUser | None,
    subject: models.Model | Subject | tuple[str, str, str] | None = None,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Entry:
    """Store that `actor` did this; None is the command line or the server. Call it inside the deed's transaction.

    The row is there if and only if the deed is. It is written under the lock of the chain's end, held until the
    transaction ends: so call it last, when the rows of the deed are locked already, and let nothing slow follow.
    `subject`: a row of the database (labelled by its `audit_label`, "" if it has none) or a Subject.
    `detail`: what JSON can say; no secrets and no words of conversations. Raises RuntimeError outside of a
    transaction, ValueError for an action that nobody declared (actions.py).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction of the deed it records.")
    if action not in ACTIONS:
        raise ValueError(f"There is no action {action!r}: declare it in the audit_actions.py of your room.")
    kind, key, label = text_of(_subject(subject))
    who = actor if actor is not None and actor.is_authenticated else None
    end = _hold_the_end()
    entry = Entry(
        number=end.number + 1,
        at=timezone.now(),
        actor_id=who.pk if who else None,
        actor_name=text_of(str(getattr(who, "name", "") or ""))[:200],
        actor_email=text_of(str(getattr(who, "email", "") or ""))[:254],
        action=action,
        subject_type=kind[:40],
        subject_key=key[:80],
        subject_label=label[:300],
        reason=text_of(reason),
        detail_json=json.dumps(
            text_of(dict(detail or {})), cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True
        ),
        previous=end.hash,
    )
    entry.hash = digest(entry)
    rows: models.QuerySet[Entry] = models.QuerySet(Entry)
    rows.bulk_create([entry])
    Head.objects.filter(pk=Head.ONLY).update(number=entry.number, hash=entry.hash)
    return entry


def _subject(subject: models.Model | Subject | tuple[str, str, str] | None) -> tuple[str, str, str]:
    if subject is None:
        return "", "", ""
    if isinstance(subject, models.Model):
        key = getattr(subject, "key", subject.pk)
        return str(subject._meta.model_name), str(key), str(getattr(subject, "audit_label", ""))
    kind, key, label = subject
    return kind, str(key), label


def _hold_the_end() -> Head:
    """The end of the chain, held until the transaction ends: whoever comes next waits, then goes on from there.

    PostgreSQL locks the row; on SQLite an IMMEDIATE transaction is alone from its start.
    """
    held = Head.objects.select_for_update()
    end = held.filter(pk=Head.ONLY).first()
    if end is None:
        # The very first row. Whoever is second here waits for the first, and then finds its row.
        Head.objects.bulk_create([Head(hash=GENESIS)], ignore_conflicts=True)
        end = held.get(pk=Head.ONLY)
    return end
