"""The work of an import, by whichever process takes it up: the dry run, then the writing.

It is paced, because it shares the interpreter with everybody's tokens: after a little work comes a little rest. A
process that goes away loses its lease, and another begins that step anew; three times, then the import has failed.
"""

import datetime
import logging
import time
from collections.abc import Callable
from pathlib import Path

from django.db import OperationalError
from django.db.models import Q
from django.utils import timezone

from chatapp.workersai.words import translatable

from ..models import Import
from . import places
from .chat import Chat, clean
from .here import already
from .opened import Unreadable
from .reading import chats
from .report import Report
from .reveal import erase, reveal
from .write import Writer

logger = logging.getLogger(__name__)

LEASE = datetime.timedelta(seconds=30)
MOST_ATTEMPTS = 3
TELL_EVERY = 0.5  # seconds between looks at the job's row
WORK, REST = 0.02, 0.01  # seconds: two thirds of the time at most
# Written at once, whichever comes first: some 20 ms in which others wait for the database.
BATCH = 10  # conversations
BATCH_MESSAGES = 60
BATCH_TEXT = 300_000  # characters
LOOK = 200  # conversations of which it is asked at once whether they are here


class _Cancelled(Exception):
    """The member does not want it any more."""


class _Stopped(Exception):
    """This process ends, or has lost the job to another."""


def work(name: str, stop: Callable[[], bool]) -> list[int] | None:
    """Take up one job and carry it to its next rest. Returns None if there is none to do.

    `name` is the process; `stop` says that it wants to end: then the job is given back. The list has the ids of
    the newest conversations that are shown now.
    """
    job = _claim(name)
    if job is None:
        return None
    try:
        return _Worker(job, name, stop).run()
    except _Stopped:
        # Given back without counting: it was not the file's fault.
        mine = Import.objects.filter(pk=job.pk, worker=name, attempts=job.attempts)
        mine.update(lease_until=timezone.now(), attempts=job.attempts - 1)
    except OperationalError:
        # The database is away: the lease runs out, and it is taken up again.
        logger.warning("an import met no database")
    return []


def _claim(name: str) -> Import | None:
    now = timezone.now()
    free = Q(state__in=Import.WAITING) | Q(state__in=Import.WORKING, lease_until__lt=now)
    for job in Import.objects.filter(free).order_by("updated")[:5]:
        check = job.state in (Import.State.TO_CHECK, Import.State.CHECKING)
        taken = Import.objects.filter(free, pk=job.pk, updated=job.updated).update(
            state=Import.State.CHECKING if check else Import.State.BRINGING,
            worker=name,
            lease_until=now + LEASE,
            attempts=job.attempts + 1,
            updated=now,
        )
        if taken:
            job.refresh_from_db()
            return job
    return None


class _Worker:
    def __init__(self, job: Import, name: str, stop: Callable[[], bool]):
        self._job, self._name, self._stop = job, name, stop
        self._path: Path = places.file_of(job)
        self._told_at = self._rested_at = time.monotonic()

    def run(self) -> list[int]:
        """Raises _Stopped, OperationalError; every other end is the job's own."""
        try:
            erase(self._job, self._hold)  # what an earlier attempt has left
            if self._job.cancel_requested_at:
                raise _Cancelled
            if self._job.attempts > MOST_ATTEMPTS:
                raise Unreadable(
                    translatable(
                        "The server went away three times while it read this file. Tell your administrator."
                    )
                )
            if self._job.state == Import.State.CHECKING:
                self._check()
                return []
            return self._bring()
        except _Cancelled:
            self._end(Import.State.CANCELLED)
        except Unreadable as why:
            self._end(Import.State.FAILED, why.sentence)
        except (_Stopped, OperationalError):
            raise
        except Exception:
            logger.exception("an import failed")
            self._end(
                Import.State.FAILED, translatable("Something went wrong on the server. Tell your administrator.")
            )
        return []

    def _check(self) -> None:
        """The dry run: everything but the writing."""
        with places.list_of(self._job).open("w", encoding="utf-8") as listing:
            report = Report(listing)
            for batch in self._batches(report):
                for chat in batch:
                    report.conversations += 1
                    report.messages += len(chat.messages)
        self._mine().update(
            state=Import.State.CHECKED, report=report.told(), worker="", lease_until=None, updated=timezone.now()
        )

    def _bring(self) -> list[int]:
        report, writer = Report(), Writer(self._job, self._hold)
        for batch in self._batches(report):
            for part in _parts(batch):
                writer.write(part)
                report.conversations += len(part)
                report.messages += sum(len(chat.messages) for chat in part)
                self._rest()
        self._tell(self._job.total, self._job.total)
        if not self._mine().update(report=report.told()):
            raise _Stopped
        newest = reveal(self._job, self._hold)
        places.remove(self._job)
        return newest

    def _batches(self, report: Report):
        """The chats of the file that are not here, LOOK at a time at most and none of them longer than need be."""
        waiting: list[Chat] = []
        held = 0
        for chat in chats(self._path, report, self._progress):
            waiting.append(chat)
            held += _weight(chat)
            self._rest()
            if len(waiting) >= LOOK or held > 10 * BATCH_TEXT:
                yield self._new(waiting, report)
                waiting, held = [], 0
        yield self._new(waiting, report)

    def _new(self, found: list[Chat], report: Report) -> list[Chat]:
        here = already(self._job.owner_id, found)
        for chat in found:
            place = here.get(chat.identity)
            if place == "here":
                report.here += 1
            elif place == "trash":
                report.skip("trash", f"“{chat.title}”")
        return [chat for chat in found if chat.identity not in here]

    # ── the job's row ────────────────────────────────────────────────────────────────────────

    def _mine(self):
        return Import.objects.filter(pk=self._job.pk, worker=self._name, attempts=self._job.attempts)

    def _progress(self, done: int, total: int) -> None:
        self._job.total = total
        if time.monotonic() - self._told_at > TELL_EVERY:
            self._tell(done, total)
        self._rest()

    def _tell(self, done: int, total: int) -> None:
        self._told_at = time.monotonic()
        if self._stop():
            raise _Stopped
        if not self._mine().update(done=done, total=total, lease_until=timezone.now() + LEASE):
            raise _Stopped
        if self._mine().filter(cancel_requested_at__isnull=False).exists():
            raise _Cancelled

    def _hold(self) -> None:
        """For the beginning of a transaction: what it writes counts only while the job is this process's."""
        if not self._mine().update(lease_until=timezone.now() + LEASE):
            raise _Stopped

    def _rest(self) -> None:
        """Leave the interpreter, and the database, to the others for a moment."""
        if time.monotonic() - self._rested_at > WORK:
            time.sleep(REST)
            self._rested_at = time.monotonic()

    def _end(self, state: str, error: str = "") -> None:
        """Raises _Stopped if the job is another process's now: then what is written is that one's."""
        erase(self._job, self._hold)
        ended = {"state": state, "error": clean(error), "worker": "", "lease_until": None}
        if not self._mine().update(**ended, updated=timezone.now()):
            raise _Stopped
        places.remove(self._job)


def _parts(found: list[Chat]):
    """As many at a time as make a short transaction."""
    part: list[Chat] = []
    messages = text = 0
    for chat in found:
        part.append(chat)
        messages += len(chat.messages)
        text += _weight(chat)
        if len(part) >= BATCH or messages >= BATCH_MESSAGES or text >= BATCH_TEXT:
            yield part
            part, messages, text = [], 0, 0
    if part:
        yield part


def _weight(chat: Chat) -> int:
    return sum(len(said.text) + len(said.reasoning) for said in chat.messages)
