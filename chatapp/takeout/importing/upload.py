"""The deeds before an import: a file comes in parts, is looked through, is brought in, or is given up."""

import datetime
import os
import shutil

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chatapp.conversations.refusals import NotFound, Refused, TooLate

from ..models import Import
from . import places

UNDER_WAY = gettext_lazy("An import of yours is under way. Let it end, or cancel it first.")
NO_UPLOAD = gettext_lazy("This upload has ended. Choose the file again.")
DISK_KEPT_FREE = 512 * 1024 * 1024  # bytes that uploads leave on the disk
LEFT_ALONE = datetime.timedelta(days=1)  # an upload or a report that nobody came back to


def current(owner) -> Import | None:
    return Import.objects.filter(owner=owner).first()


def most_bytes() -> int:
    return settings.IMPORT_MAX_MB * 1024 * 1024


@transaction.atomic
def begin(owner, filename: str, size: int) -> Import:
    """A place for a file of `size` bytes. The same file whose upload was broken off goes on where it was."""
    if size <= 0:
        raise Refused(_("The file is empty. Choose another one."), "file")
    if size > most_bytes():
        raise Refused(
            _("The file is larger than %(most)s MB, the most that can be imported.")
            % {"most": settings.IMPORT_MAX_MB},
            "file",
        )
    filename = " ".join(filename.replace("\x00", "").split())[:200] or "file"
    before = Import.objects.select_for_update().filter(owner=owner).first()
    if before is not None and not before.is_ended:
        same = (before.state, before.filename, before.size) == (Import.State.RECEIVING, filename, size)
        if same and places.file_of(before).exists():
            return before
        if before.state != Import.State.RECEIVING:
            raise Refused(UNDER_WAY)
    if before is not None:
        places.remove(before, with_list=True)
        before.delete()
    if shutil.disk_usage(places.folder()).free - size < DISK_KEPT_FREE:
        raise Refused(_("The server's disk is too full for this file. Tell your administrator."), "file")
    job = Import.objects.create(owner=owner, filename=filename, size=size)
    places.file_of(job).touch(mode=0o600)
    return job


def receive(owner, at: int, data: bytes) -> int:
    """Keep the part that begins at byte `at`; returns how many bytes are there now. A repeat changes nothing."""
    job = _receiving(owner)
    if at < job.received and at + len(data) <= job.received:
        return job.received
    if at != job.received:
        raise TooLate(_("Byte %(received)s is the next one.") % {"received": job.received})
    if not data or at + len(data) > job.size:
        raise Refused(_("The file has changed since it was chosen. Choose it again."), "file")
    try:
        with places.file_of(job).open("r+b") as file:
            file.seek(at)
            file.write(data)
    except FileNotFoundError:
        raise NotFound(NO_UPLOAD) from None
    end = at + len(data)
    Import.objects.filter(pk=job.pk, received=at).update(received=end, updated=timezone.now())
    return end


def check(owner) -> Import:
    """All of it is there: look through it."""
    job = _receiving(owner)
    path = places.file_of(job)
    if job.received != job.size or not path.exists() or path.stat().st_size != job.size:
        raise Refused(_("The upload is not complete. Choose the file again."), "file")
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return _move(job, Import.State.RECEIVING, Import.State.TO_CHECK)


def bring(owner) -> Import:
    """What the report says shall be done."""
    job = current(owner)
    if job is None or job.state != Import.State.CHECKED:
        raise TooLate(_("There is nothing to import now. Choose a file first."))
    if not job.report.get("conversations"):
        raise Refused(_("There is nothing new in this file."))
    return _move(job, Import.State.CHECKED, Import.State.TO_BRING)


def cancel(owner) -> Import | None:
    """Give the import up; what it has written is erased by whoever works on it."""
    job = current(owner)
    if job is None or job.is_ended:
        return job
    waiting = (Import.State.RECEIVING, Import.State.CHECKED, *Import.WAITING)
    if Import.objects.filter(pk=job.pk, state__in=waiting).update(state=Import.State.CANCELLED):
        places.remove(job)
    else:
        Import.objects.filter(pk=job.pk, state__in=Import.WORKING).update(cancel_requested_at=timezone.now())
    job.refresh_from_db()
    return job


def forget_old() -> None:
    """Give up uploads and reports that nobody came back to, and sweep their files."""
    left = (Import.State.RECEIVING, Import.State.CHECKED)
    Import.objects.filter(state__in=left, updated__lt=timezone.now() - LEFT_ALONE).update(
        state=Import.State.CANCELLED
    )
    places.sweep()


def _receiving(owner) -> Import:
    job = current(owner)
    if job is None or job.state != Import.State.RECEIVING:
        raise NotFound(NO_UPLOAD)
    return job


def _move(job: Import, before: str, after: str) -> Import:
    moved = Import.objects.filter(pk=job.pk, state=before).update(
        state=after, attempts=0, done=0, total=0, cancel_requested_at=None, updated=timezone.now()
    )
    if not moved:
        raise TooLate(_("This import has gone on meanwhile."))
    job.refresh_from_db()
    return job
