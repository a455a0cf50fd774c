"""Files on their way through an import, told through the deeds themselves."""

from chatapp.takeout.importing import upload, work
from chatapp.takeout.models import Import

HERE = "here:1:1"


def uploaded(owner, data: bytes, name: str = "conversations.json") -> Import:
    """Uploaded whole, and not yet looked at."""
    upload.begin(owner, name, len(data))
    if data:
        upload.receive(owner, 0, data)
    return upload.check(owner)


def checked(owner, data: bytes, name: str = "conversations.json") -> Import:
    """The dry run has been made."""
    uploaded(owner, data, name)
    work.work(HERE, lambda: False)
    return Import.objects.get(owner=owner)


def imported(owner, data: bytes, name: str = "conversations.json") -> Import:
    job = checked(owner, data, name)
    assert job.state == "checked", job.error
    upload.bring(owner)
    work.work(HERE, lambda: False)
    return Import.objects.get(owner=owner)


def skips(job: Import) -> dict[str, int]:
    return {skip["kind"]: skip["count"] for skip in job.report["skips"]}
