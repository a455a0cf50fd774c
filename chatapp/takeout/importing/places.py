"""Where uploads lie: a folder of the data folder that only the server reads."""

import time
from pathlib import Path

from django.conf import settings

from ..models import Import

KEPT = 7 * 24 * 3600  # seconds


def folder() -> Path:
    path = Path(settings.DATA_DIR) / "imports"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def file_of(job: Import) -> Path:
    return folder() / f"{job.key}.upload"


def list_of(job: Import) -> Path:
    """The list of everything that is left out."""
    return folder() / f"{job.key}.skips.txt"


def remove(job: Import, *, with_list: bool = False) -> None:
    file_of(job).unlink(missing_ok=True)
    if with_list:
        list_of(job).unlink(missing_ok=True)


def sweep() -> None:
    """Remove what no job of today needs any more."""
    working = {str(key) for key in Import.objects.exclude(state__in=Import.ENDED).values_list("key", flat=True)}
    for path in folder().iterdir():
        is_upload = path.suffix == ".upload"
        if path.name.split(".")[0] in working and is_upload:
            continue
        if is_upload or time.time() - path.stat().st_mtime > KEPT:
            path.unlink(missing_ok=True)
