import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatapp.upkeep import restore
from chatapp.upkeep.trouble import Trouble


class Command(BaseCommand):
    help = "Replace the data by those of a backup. The present data are copied first. Stop the server before."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `manage.py backup` made")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        copy: Path = options["file"].absolute()
        try:
            about = restore.inspect(copy)
            self.say(f"{copy.name} was made on {about.made_at:%Y-%m-%d at %H:%M} UTC by version {about.version}.")
            self.say(f"It holds {about.contents.told}.")
            restore.refuse_if_in_use()
            if not options["yes"]:
                self._ask()
            done = restore.restore(copy, about, self.say)
        except Trouble as trouble:
            raise CommandError(str(trouble)) from None
        self.say("Restored. Everybody has to sign in again." if done.sessions else "Restored.")
        if done.interrupted:
            self.say(f"{done.interrupted} answers that were being written are marked as interrupted.")
        if done.other_key:
            self.say(
                "The backup was made under another SECRET_KEY: links that members share go on to work, but cannot "
                "be shown to them again. If you still have the old key, set it before you start the server."
            )
        if done.before:
            self.say(f"The data that were here until now: {done.before}")
        self.say(
            "Next: `manage.py verify_audit`, then start the server (`manage.py serve`) and look at a few chats."
        )

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is here to ask. Add --yes to replace the data.")
        self.say("The data that are here now will be replaced, after a copy of them has been made.")
        if input("Type “restore” to go on: ").strip().lower().strip("“”\"'") != "restore":
            raise CommandError("Nothing was changed.")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
