import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error

from chatapp.upkeep import backup
from chatapp.upkeep.trouble import Trouble


class Command(BaseCommand):
    help = (
        "Copy the database while the server works on it, read the copy back, and say where it is. "
        "Exit code 1: there is no copy; 2: there is one, but the audit log in the database is not whole, or the "
        "database was too busy to have the copy put on record."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, metavar="DIR", help="folder for the copy (BACKUP_DIR)")
        parser.add_argument(
            "--keep",
            type=int,
            default=settings.BACKUP_KEEP,
            help="how many copies of this database stay in the folder, 0 for all (BACKUP_KEEP)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["keep"] < 0:
            raise CommandError("--keep takes 0 or more.")
        # Ended by a timer or a service manager, it tidies up as it does at Ctrl+C.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        try:
            made = backup.make(options["to"], self.say, keep=options["keep"])
        except Trouble as trouble:
            raise CommandError(str(trouble)) from None
        try:
            backup.note(made)
        except Error as error:
            words = f"The copy is good ({made.told}), but could not be put on record: {error}."
            raise CommandError(words, returncode=2) from None
        for name in made.removed:
            self.say(f"Removed the older {name}.")
        self.say(f"Done: {made.told}.")
        contents = made.manifest.contents
        if contents.audit_wrong:
            raise CommandError(
                f"The copy is whole, but the audit log in the database is not: {contents.audit_wrong}",
                returncode=2,
            )
        if contents.audit_rows:
            self.say(f"Its audit log is whole and ends with {contents.audit_rows}:{contents.audit_last}")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
