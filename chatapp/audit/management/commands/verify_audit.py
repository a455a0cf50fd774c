import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatapp.audit.verify import verify


class Command(BaseCommand):
    help = "Check that no row of the audit log was changed, removed or put in. Exit code 1 names the first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seen",
            metavar="NUMBER:HASH",
            help="a line that this command printed before: the log must contain it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seen = None
        if options["seen"]:
            match = re.fullmatch(r"([0-9]{1,18}):([0-9a-f]{64})", options["seen"])
            if match is None:
                raise CommandError("--seen takes NUMBER:HASH, as this command prints it.")
            seen = (int(match[1]), match[2])
        verdict = verify(seen=seen)
        if verdict.broken is not None:
            raise CommandError(
                f"Row {verdict.broken} does not fit. {verdict.sentence} {verdict.count} rows before it are whole."
            )
        self.stdout.write(f"The audit log is whole: {verdict.count} rows. Note down its end:")
        self.stdout.write(f"{verdict.count}:{verdict.last}")
