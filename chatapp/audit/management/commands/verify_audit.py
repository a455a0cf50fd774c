import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

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
                raise CommandError(_("--seen takes NUMBER:HASH, as this command prints it."))
            seen = (int(match[1]), match[2])
        verdict = verify(seen=seen)
        if verdict.broken is not None:
            raise CommandError(
                _("Row %(number)s does not fit. %(why)s %(count)s rows before it are whole.")
                % {"number": verdict.broken, "why": verdict.sentence, "count": verdict.count}
            )
        self.stdout.write(
            _("The audit log is whole: %(count)s rows. Note down its end:") % {"count": verdict.count}
        )
        self.stdout.write(f"{verdict.count}:{verdict.last}")
